from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self) -> None:
        """Make the background work of cases known."""
        from cases.kinds import KINDS
        from jobs.registry import register

        for kind in KINDS:
            register(kind)
