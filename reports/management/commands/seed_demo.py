"""`manage.py seed_demo`: the demonstration inspections and people."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from inspections.commands import PlainCommand
from reports.demonstration import Account, seed_demonstration


class Command(PlainCommand):
    """Loads the demonstration; safe to run twice."""

    help = "Load the demonstration inspections and make the demonstration accounts."
    refusal = "the demonstration cannot be loaded"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new-passwords", action="store_true", help="give every demonstration user a new one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demonstration is for development: this is production.")
        accounts = seed_demonstration(new_passwords=options["new_passwords"])
        self.stdout.write("\n".join(describe_accounts(accounts)))


def describe_accounts(accounts: list[Account]) -> list[str]:
    """Return what to print of the accounts: addresses, and the passwords that are new."""
    if not any(account.password for account in accounts):
        return [
            "The demonstration is loaded; its passwords were printed when it was.",
            "For new ones: .venv/bin/python manage.py seed_demo --new-passwords",
        ]
    width = max(len(account.part.email) for account in accounts)
    return [
        "Demonstration accounts; these passwords are not shown again:",
        *(
            f"  {account.part.email:{width}}  {account.password or '(as printed before)'}"
            for account in accounts
        ),
    ]
