"""`manage.py import_inspection FOLDER`."""

from argparse import ArgumentParser
from typing import Any

from inspections.commands import PlainCommand, take_path
from reports.bundle import import_inspection


class Command(PlainCommand):
    """Imports an inspection from its bundle."""

    help = "Imports an inspection from the folder of its bundle: all of it, or nothing."
    refusal = "nothing was imported"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="FOLDER")

    def handle(self, *args: Any, folder: str, **options: Any) -> None:
        inspection = import_inspection(take_path("FOLDER", folder))
        self.stdout.write(f"Imported {inspection.slug}: {inspection.cases.count()} cases.")
