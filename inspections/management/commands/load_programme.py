"""`manage.py load_programme FILE.yaml`."""

from argparse import ArgumentParser
from typing import Any

from inspections.catalogue import Outcome, load_definition, store_programme
from inspections.commands import PlainCommand, take_path
from inspections.programmes import read_programme


class Command(PlainCommand):
    """Loads a programme from its file."""

    help = "Validates and loads a programme; refuses to change one that an inspection uses."
    refusal = "nothing was loaded"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.yaml")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        path = take_path("FILE.yaml", file)
        programme, outcome = store_programme(read_programme(path))
        definition = load_definition(programme)
        done = {
            Outcome.CREATED: "Loaded {}",
            Outcome.REPLACED: "Replaced {}",
            Outcome.RESAMPLED: "Changed how samples are drawn under {}, and nothing else",
            Outcome.UNCHANGED: "{} is loaded already, unchanged",
        }[outcome].format(definition.identity)
        counts = f"{len(definition.questions)} questions, {len(definition.facts)} facts"
        self.stdout.write(f"{done}: {counts}.")
