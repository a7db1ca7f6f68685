"""`python -m tests.benchmarks [PART ...]`: loads Hertfordshire into a database and measures.

On SQLite in a temporary folder, or in the database that DATABASE_URL names, which must be empty.
Without a PART it measures all those that are for this kind of database: what is saved, and what is
computed of more than a million judgements, on PostgreSQL; the lead inspector's room on both; and
the rest on SQLite. Ends with 1 if something is over its limit.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.timing import Result

ROOT = Path(__file__).parents[2]
PARTS = {
    "sqlite": ("scoring", "room", "comparing", "pages", "report"),
    "postgresql": ("room", "comparing", "saving", "volume", "recomputing"),
}
"""What is measured on each kind of database unless something else is asked for."""


def set_up(folder: str) -> None:
    """Start Django with nothing in it but what is in the fixtures."""
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/benchmark.sqlite3")
    os.environ.update(
        DJANGO_ENV="test", DJANGO_SETTINGS_MODULE="config.settings", VAR_DIR=folder, DEBUG="0"
    )
    (Path(folder) / "static").mkdir()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def run(parts: Sequence[str]) -> Iterator[Result]:
    """Load, measure, and give each result."""
    from importlib import import_module

    from inspections.catalogue import store_programme
    from inspections.models import Inspection
    from inspections.programmes import read_programme
    from reports.bundle import import_inspection

    store_programme(read_programme(ROOT / "fixtures/programmes/cci-2012.yaml"))
    import_inspection(ROOT / "fixtures/inspections/hertfordshire-2012")
    inspection = Inspection.objects.select_related("programme", "area").get()
    for part in parts:
        yield from import_module(f"tests.benchmarks.{part}").measure(inspection)


def read_arguments() -> argparse.Namespace:
    """Return the parts that are asked for, and those to be left out."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    every = list(dict.fromkeys(part for parts in PARTS.values() for part in parts))
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(every))
    parser.add_argument("--without", action="append", default=[], metavar="PART", choices=every)
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(every):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return arguments


def main() -> int:
    """Print each result; return 1 if one is over its limit."""
    arguments = read_arguments()
    with TemporaryDirectory() as folder:
        set_up(folder)
        from django.db import connection

        wanted = arguments.parts or PARTS[connection.vendor]
        parts = [part for part in wanted if part not in arguments.without]
        print(f"Hertfordshire, 85 cases, on {connection.vendor}")
        over = 0
        for result in run(parts):
            print(result, flush=True)
            over += not result.holds
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
