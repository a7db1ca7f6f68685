from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Make the background work of accounts known, and what follows from signing in and out."""
        from accounts import devices  # noqa: F401
        from accounts.kinds import KINDS
        from jobs.registry import register

        for kind in KINDS:
            register(kind)
