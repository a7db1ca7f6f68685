"""Imports an inspection from its bundle."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inspections.problems import RefusedError
from reports.bundle import import_inspection


class Command(BaseCommand):
    help = "Imports an inspection from the folder of its bundle: all of it, or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            inspection = import_inspection(folder)
        except RefusedError as error:
            raise CommandError(f"nothing was imported\n{error}") from None
        self.stdout.write(f"Imported {inspection.slug}: {inspection.cases.count()} cases.")
