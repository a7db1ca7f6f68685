"""Loads a programme from its file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inspections.catalogue import Outcome, load_definition, store_programme
from inspections.problems import RefusedError
from inspections.programmes import read_programme


class Command(BaseCommand):
    help = "Validates and loads a programme; refuses to change one that an inspection uses."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.yaml")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            programme, outcome = store_programme(read_programme(file))
        except RefusedError as error:
            raise CommandError(f"nothing was loaded\n{error}") from None
        definition = load_definition(programme)
        done = {
            Outcome.CREATED: "Loaded {}",
            Outcome.REPLACED: "Replaced {}",
            Outcome.UNCHANGED: "{} is loaded already, unchanged",
        }[outcome].format(definition.identity)
        counts = f"{len(definition.questions)} questions, {len(definition.facts)} facts"
        self.stdout.write(f"{done}: {counts}.")
