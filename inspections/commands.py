"""What the commands have in common: how they say that something is wrong.

Whatever is wrong with what a command is given, or with the database, ends in a clear message on
standard error and exit status 1. A traceback means a fault of our own.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.core.validators import slug_re
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from inspections.models import Inspection
from inspections.problems import RefusedError


class PlainCommand(BaseCommand):
    """A command that says in plain words what is wrong."""

    refusal: ClassVar[str]
    """The line above the problems of something that is refused."""

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as called from a shell; what its encoding cannot print is escaped."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        super().run_from_argv(argv)

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command. Raises CommandError where what it was given or needs is at fault."""
        try:
            return super().execute(*args, **options)
        except RefusedError as error:
            raise CommandError(f"{self.refusal}\n{error}") from None
        except DatabaseError as error:
            reason = _explain(error)
            if reason is None:
                raise
            raise CommandError(reason) from error


def find_inspection(slug: str) -> Inspection:
    """Return the inspection with this slug, its programme and area at hand.

    Raises CommandError if there is none.
    """
    if not slug_re.match(slug):
        raise CommandError(
            f"“{slug}” is not a slug: letters, digits, hyphens and underscores, one or more."
        )
    inspection = Inspection.objects.select_related("programme", "area").filter(slug=slug).first()
    if inspection is None:
        raise CommandError(f"There is no inspection “{slug}”.")
    return inspection


def take_path(name: str, given: str) -> Path:
    """Return the path given as the argument `name`. Raises CommandError if it is empty."""
    if not given:
        raise CommandError(f"{name} is empty: give a path.")
    return Path(given)


def _explain(error: DatabaseError) -> str | None:
    """Return what is the matter with the database; None where it is not the database's fault."""
    reason = str(error).partition("\n")[0]
    if connection.connection is None or not connection.is_usable():
        return f"The database cannot be reached: {reason}"
    if _lacks_migrations():
        return "The database is not ready: run manage.py migrate."
    if isinstance(error, OperationalError):  # locked, read-only or full
        return f"The database cannot be used: {reason}"
    return None


def _lacks_migrations() -> bool:
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError:
        return False  # nor can we find out
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
