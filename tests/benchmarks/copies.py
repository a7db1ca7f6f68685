"""Copies: of the database within its server, and of inspections within a database.

PostgreSQL does all of it, and takes seconds for more than a million judgements.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model

from cases.models import (
    Assessment,
    Case,
    FactRevision,
    Judgement,
    JudgementRevision,
    RecordedFact,
)
from inspections.models import Inspection, TeamMember

kept: dict[str, BaseDatabaseWrapper] = {}
"""A connection to each copy of the database."""

STRIDE = 10_000_000
"""How far the ids of one copy of an inspection are from those of the next."""

COPIED: tuple[type[Model], ...] = (
    Inspection,
    TeamMember,
    Case,
    Assessment,
    RecordedFact,
    FactRevision,
    Judgement,
    JudgementRevision,
)
CHANGED = {"slug": "slug || '-' || n", "mutation": "NULL::uuid"}
"""Columns that must not be the same in a copy."""


@contextmanager
def copy_database(name: str) -> Iterator[str]:
    """Yield the name of a new copy of the database in use, which is gone afterwards."""
    home = connection.settings_dict["NAME"]
    copy = f"{home}_{name}"
    connection.close()  # a database that is in use cannot be copied
    tell_server(f'CREATE DATABASE "{copy}" TEMPLATE "{home}"')
    kept[copy] = connections.create_connection("default")
    kept[copy].settings_dict = {**connection.settings_dict, "NAME": copy}
    try:
        yield copy
    finally:
        kept.pop(copy).close()
        tell_server(f'DROP DATABASE "{copy}"')


@contextmanager
def use_database(name: str) -> Iterator[None]:
    """Let everything inside use the copy `name`, over one connection that is kept."""
    home = connections["default"]
    connections["default"] = kept[name]
    try:
        yield
    finally:
        connections["default"] = home


def tell_server(command: str) -> None:
    """Run a command that belongs to no database."""
    params = {**connection.get_connection_params(), "dbname": "template1"}
    params.pop("cursor_factory", None)
    server = psycopg2.connect(**params)
    try:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(command)
    finally:
        server.close()


def reduce_to(number: int) -> None:
    """Leave so many judgements, or a few less: whole cases, the first ones."""
    judgements = Judgement.objects.order_by("assessment")
    last = judgements.values_list("assessment", flat=True)[number]
    Assessment.objects.filter(pk__gte=last).delete()
    sweep()


def fill_to(number: int) -> None:
    """Copy the inspection until about so many judgements are stored."""
    copies = round(number / Judgement.objects.count()) - 1
    with connection.cursor() as cursor:
        # The copies refer to each other as their originals do: that is not looked at row by row.
        cursor.execute("SET session_replication_role = replica")
        for model in COPIED:
            fields = model._meta.concrete_fields
            columns = ", ".join(f'"{field.column}"' for field in fields)
            values = ", ".join(describe_copy(field) for field in fields)
            table = model._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} ({columns}) "
                f"SELECT {values} FROM {table}, generate_series(1, {copies}) n"
            )
        cursor.execute("RESET session_replication_role")
    sweep()


def describe_copy(field: Field[Any, Any]) -> str:
    """Return in SQL what the copy `n` has in a column: ids of what is copied are its own."""
    if field.primary_key or field.related_model in COPIED:
        return f'"{field.column}" + n * {STRIDE}'
    return CHANGED.get(field.name, f'"{field.column}"')


def sweep() -> None:
    """Tidy the tables and count them anew, as PostgreSQL does by itself in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
