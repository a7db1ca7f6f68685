"""Exports an inspection as a bundle."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inspections.models import Inspection
from inspections.problems import RefusedError
from reports.bundle import export_inspection


class Command(BaseCommand):
    help = "Writes the bundle of an inspection into a folder that holds none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("folder", type=Path, metavar="FOLDER")

    def handle(self, *args: Any, slug: str, folder: Path, **options: Any) -> None:
        inspection = Inspection.objects.filter(slug=slug).first()
        if inspection is None:
            raise CommandError(f"there is no inspection {slug}")
        try:
            export_inspection(inspection, folder)
        except RefusedError as error:
            raise CommandError(f"nothing was exported\n{error}") from None
        self.stdout.write(f"Exported {slug} to {folder}.")
