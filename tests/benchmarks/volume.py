"""Saving with 1.4 million judgements stored, against saving with 10,000.

Each has a database of its own in the same server, copied from the same inspection, and the two take
turns. The person who saves judges cases in every inspection that there is, in no order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from time import perf_counter
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
from inspections.catalogue import load_definition
from inspections.models import Inspection, TeamMember
from tests.benchmarks.browser import Browser, make_answer
from tests.benchmarks.saving import require_disk, seat_assessor
from tests.benchmarks.timing import Result, measure_ratio

FEW, MANY = 10_000, 1_400_000
ROUNDS = 301
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


def measure(inspection: Inspection) -> Iterator[Result]:
    """Give the ratio; tell first how long it took to fill the larger database."""
    require_disk()
    member = seat_assessor(inspection)
    assert member.user is not None
    browser = Browser(member.user)
    with copy_database("few") as few, copy_database("many") as many:
        with use_database(few):
            reduce_to(FEW)
            save_beside_few = make_saver(browser, inspection)
        with use_database(many):
            start = perf_counter()
            fill_to(MANY)
            seconds = perf_counter() - start
            print(f"      {Judgement.objects.count():,} judgements stored in {seconds:.0f} seconds")
            save_beside_many = make_saver(browser, inspection)

        def save_in(database: str, save: Callable[[], None]) -> None:
            with use_database(database):
                save()

        ratio = measure_ratio(
            lambda: save_in(many, save_beside_many),
            lambda: save_in(few, save_beside_few),
            rounds=ROUNDS,
        )
    yield Result(f"save an answer beside {MANY:,} judgements, against {FEW:,}", ratio, 1.2)


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
    """Copy the inspection until so many judgements are stored, all by the database itself."""
    copies = -(-number // Judgement.objects.count()) - 1
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


def make_saver(browser: Browser, inspection: Inspection) -> Callable[[], None]:
    """Return what saves an answer in one of the person's cases after the other, in no order."""
    gates = load_definition(inspection.programme).gates
    rows = (
        Judgement.objects.filter(
            assessment__assessor__user__email="benchmark@example.org",
            state=Judgement.State.APPLIES,
        )
        .exclude(question__code__in=gates)
        .values_list(
            "assessment__inspection__slug",
            "assessment__case__reference",
            "assessment_id",
            "question__code",
            "row",
            "version",
        )
    )
    chosen = cycle(random.Random(7).sample(list(rows), ROUNDS + 1))

    def save() -> None:
        slug, reference, assessment, code, row, version = next(chosen)
        change = make_answer(assessment, code, row, version, "insufficient")
        path = f"/inspections/{slug}/cases/{reference}/sync/"
        (result,) = browser.post(path, {"changes": [change]})["results"]
        if result["status"] != "saved":
            raise ValueError(result)

    return save
