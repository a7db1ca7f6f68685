from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """Make the background work of reports known."""
        from jobs.registry import register
        from reports.kinds import KINDS

        for kind in KINDS:
            register(kind)
