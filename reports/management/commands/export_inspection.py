"""`manage.py export_inspection SLUG FOLDER`."""

from argparse import ArgumentParser
from typing import Any

from inspections.commands import PlainCommand, find_inspection, take_path
from reports.bundle import export_inspection


class Command(PlainCommand):
    """Exports an inspection as a bundle."""

    help = "Writes the bundle of an inspection into a folder that holds none."
    refusal = "nothing was exported"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("folder", metavar="FOLDER")

    def handle(self, *args: Any, slug: str, folder: str, **options: Any) -> None:
        path = take_path("FOLDER", folder)
        export_inspection(find_inspection(slug), path)
        self.stdout.write(f"Exported {slug} to {path}.")
