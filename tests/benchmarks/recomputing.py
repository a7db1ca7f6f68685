"""Scoring every inspection there is from raw judgements, against the bare grouping of those rows.

As many as have been published under one programme: 158 inspections of 38 cases, with 1.4 million
judgements between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Assessment, Judgement
from inspections.models import Inspection
from scoring.scorecard import score_inspections
from tests.benchmarks.copies import copy_database, fill_to, reduce_to, use_database
from tests.benchmarks.timing import Result, measure_ratio

INSPECTIONS, CASES = 158, 38
ROUNDS = 7

GROUPING = """
SELECT a.inspection_id, j.question_id, j.row, j.answer, COUNT(*)
FROM cases_judgement j JOIN cases_assessment a ON a.id = j.assessment_id
WHERE a.of_record
GROUP BY a.inspection_id, j.question_id, j.row, j.answer
"""


def measure(inspection: Inspection) -> Iterator[Result]:
    """Give the ratio, and the number of queries; tell first what is scored."""
    with copy_database("inspections") as many, use_database(many):
        case = Judgement.objects.count() // Assessment.objects.count()
        reduce_to(CASES * case)
        fill_to(INSPECTIONS * CASES * case)
        every = list(Inspection.objects.select_related("programme", "area").order_by("slug"))
        print(f"      {len(every)} inspections, {Judgement.objects.count():,} judgements")
        ratio = measure_ratio(partial(score_inspections, every), group, rounds=ROUNDS)
        with CaptureQueriesContext(connection) as queries:
            score_inspections(every)
        number = len(queries)
    yield Result("score 158 inspections, against the bare grouping of their rows", ratio, 1.5)
    yield Result("queries to score 158 inspections", number, 1, "queries")


def group() -> list[Any]:
    """Return how often each answer stands, by inspection, question and row."""
    with connection.cursor() as cursor:
        cursor.execute(GROUPING)
        rows: list[Any] = cursor.fetchall()
        return rows
