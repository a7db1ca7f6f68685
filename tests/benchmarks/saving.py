"""Saving over HTTP on a PostgreSQL that waits for the disk, against a bare view that updates a row.

The bare view stands behind the same middleware, for the same signed-in person. Both are asked
without a web server and without a test client between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle
from typing import Any

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cases.models import Assessment, Judgement
from inspections.access import give_part
from inspections.catalogue import load_definition
from inspections.models import Inspection, TeamMember
from tests.benchmarks.browser import Browser, make_answer
from tests.benchmarks.timing import Result, measure_ratio
from tests.casting import make_user

ROUNDS = 301
BESIDES = ("BEGIN", "COMMIT")
"""What a transaction adds to the queries that are counted."""


class Form:
    """A case open in a browser: what its questions are, and which versions stand."""

    def __init__(self, browser: Browser, assessment: Assessment) -> None:
        self.browser = browser
        self.path = (
            f"/inspections/{assessment.inspection.slug}/cases/{assessment.case.reference}/sync/"
        )
        rows = assessment.judgements.filter(state=Judgement.State.APPLIES)
        self.rows = {(row.question.code, row.row): row for row in rows.select_related("question")}
        gates = load_definition(assessment.inspection.programme).gates
        self.gates = [key for key in self.rows if key[0] in gates]
        self.others = [key for key in self.rows if key[0] not in gates]

    def save(self, *keys: tuple[str, str]) -> None:
        """Turn the answers to `keys` round, in one request.

        Raises ValueError if one of them is not saved.
        """
        changes = []
        for key in keys:
            row = self.rows[key]
            row.answer = "insufficient" if row.answer == "sufficient" else "sufficient"
            changes.append(make_answer(row.assessment_id, *key, row.version, row.answer))
        results = self.browser.post(self.path, {"changes": changes})["results"]
        for key, result in zip(keys, results, strict=True):
            if result["status"] != "saved":
                raise ValueError(result)
            self.rows[key].version = result["version"]


def measure(inspection: Inspection) -> Iterator[Result]:
    """Give the ratios and the queries of one answer, and the queries of a hundred."""
    require_disk()
    member = seat_assessor(inspection)
    form = open_form(member)
    others, gates = cycle(form.others), cycle(form.gates)
    with override_settings(ROOT_URLCONF="tests.benchmarks.urls"):
        update = bare_update(form)
        ratio = measure_ratio(lambda: form.save(next(others)), update, rounds=ROUNDS)
        yield Result("save an answer, against a bare view that updates one row", ratio, 2.5)
        ratio = measure_ratio(lambda: form.save(next(gates)), update, rounds=ROUNDS)
        yield Result("save an answer that opens and closes questions, against it", ratio, 3.5)
        for name, key in (("an answer", next(others)), ("one that opens questions", next(gates))):
            queries = count_queries(partial(form.save, key))
            yield Result(f"queries of a request that saves {name}", queries, 8, "queries")
        hundred = [*form.gates, *form.others][:100]
        assert len(hundred) == 100, len(hundred)
        queries = count_queries(lambda: form.save(*hundred))
        yield Result("queries of a request that saves 100 answers", queries, 30, "queries")


def require_disk() -> None:
    """Raise RuntimeError unless the database is a PostgreSQL that waits for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        if cursor.fetchone() != ("on", "on"):
            raise RuntimeError("PostgreSQL must wait for the disk: tests.servers --durable")


def seat_assessor(inspection: Inspection) -> TeamMember:
    """Return a part of an inspection that judges cases, played by the person who measures."""
    member = inspection.team.filter(role=TeamMember.Role.INSPECTOR).order_by("pk")[0]
    user = User.objects.filter(email="benchmark@example.org").first() or make_user("benchmark")
    if member.user_id != user.pk:
        give_part(member, user)
    return member


def open_form(member: TeamMember) -> Form:
    """Return a case of `member` with a hundred questions and more that apply."""
    assert member.user is not None
    assessments = member.assessments.select_related("inspection__programme", "case")
    forms = (Form(Browser(member.user), assessment) for assessment in assessments)
    return next(form for form in forms if len(form.rows) > 100 and form.gates)


def bare_update(form: Form) -> Callable[[], Any]:
    """Return what updates one judgement of `form` after the other by the bare view."""
    keys = cycle(form.others)

    def update() -> None:
        row = form.rows[next(keys)]
        change = make_answer(0, "", "", 0, "sufficient")
        form.browser.post(f"/bare/{row.pk}/", change)

    return update


def count_queries(call: Callable[[], Any]) -> int:
    """Return how many queries a request takes, beside those that begin and end transactions."""
    with CaptureQueriesContext(connection) as queries:
        call()
    return sum(1 for query in queries.captured_queries if query["sql"] not in BESIDES)
