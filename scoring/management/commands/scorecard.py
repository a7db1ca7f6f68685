"""`manage.py scorecard SLUG [--by FACT] [--format table|json]`."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from inspections.catalogue import load_definition
from inspections.commands import PlainCommand, find_inspection
from scoring.scorecard import score_groups, score_inspection
from scoring.tables import tabulate_scorecard


class Command(PlainCommand):
    """Prints the scores of an inspection."""

    help = "Print the scores of an inspection."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--by", metavar="FACT", help="also by each value of this fact")
        parser.add_argument("--format", choices=("table", "json"), default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        inspection = find_inspection(options["slug"])
        definition = load_definition(inspection.programme)
        fact = options["by"]
        if fact is not None and fact not in definition.facts_by_key:
            known = ", ".join(definition.facts_by_key)
            raise CommandError(f"{definition.identity} has no fact “{fact}”. It has: {known}.")
        card = score_inspection(inspection)
        groups = score_groups(inspection, fact) if fact else {}
        if options["format"] == "json":
            document = card.to_json()
            if fact:
                document["by"] = {value: group.to_json() for value, group in groups.items()}
            self.stdout.write(json.dumps(document, indent=2, ensure_ascii=False))
            return
        self.stdout.write(tabulate_scorecard(card, definition))
        for value, group in groups.items():
            label = definition.facts_by_key[fact].label_of(value) if value else "Not recorded"
            self.stdout.write("")
            self.stdout.write(f"{definition.facts_by_key[fact].label}: {label}")
            self.stdout.write(tabulate_scorecard(group, definition))
