"""`manage.py import_results FILE.csv`."""

from argparse import ArgumentParser
from typing import Any

from inspections.commands import PlainCommand, take_path
from reports.comparing.importing import import_results


class Command(PlainCommand):
    """Imports headline scores that were published elsewhere."""

    help = (
        "Imports published headline scores, one area a line: all of the file, or nothing. The "
        "first line names the columns: area, programme (cci-2012), region, publication_date "
        "(2012-05-23, or 2012-05 where the month alone is known), and one for each theme of the "
        "programme (safeguarding, ...): a whole per cent, or “not scored”."
    )
    refusal = "nothing was imported"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        path = take_path("FILE.csv", file)
        self.stdout.write(f"Imported {path.name}: {import_results(path)}.")
