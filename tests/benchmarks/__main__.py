"""`python -m tests.benchmarks`: loads Hertfordshire into a database of its own and measures.

On SQLite in a temporary folder, or in the database that DATABASE_URL names, which must be empty.
Ends with 1 if something is over its limit.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.timing import Result

ROOT = Path(__file__).parents[2]


def set_up(folder: str) -> None:
    """Start Django with nothing in it but what is in the fixtures."""
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/benchmark.sqlite3")
    os.environ.update(
        DJANGO_ENV="test", DJANGO_SETTINGS_MODULE="config.settings", VAR_DIR=folder, DEBUG="0"
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def run() -> Iterator[Result]:
    """Load, measure, and give each result."""
    from inspections.catalogue import store_programme
    from inspections.models import Inspection
    from inspections.programmes import read_programme
    from reports.bundle import import_inspection
    from tests.benchmarks import pages, report, saving, scoring

    store_programme(read_programme(ROOT / "fixtures/programmes/cci-2012.yaml"))
    import_inspection(ROOT / "fixtures/inspections/hertfordshire-2012")
    inspection = Inspection.objects.select_related("programme", "area").get()
    for part in (scoring, saving, pages, report):
        yield from part.measure(inspection)


def main() -> int:
    """Print each result; return 1 if one is over its limit."""
    with TemporaryDirectory() as folder:
        set_up(folder)
        from django.db import connection

        print(f"Hertfordshire, 85 cases, on {connection.vendor}")
        over = 0
        for result in run():
            print(result, flush=True)
            over += not result.holds
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
