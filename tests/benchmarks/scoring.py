"""Scoring one inspection against the bare grouping of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.models import Inspection
from scoring.scorecard import score_inspection
from tests.benchmarks.timing import Result, measure_ratio

GROUPING = """
SELECT j.question_id, j.row, j.answer, COUNT(*)
FROM cases_judgement j JOIN cases_assessment a ON a.id = j.assessment_id
WHERE a.inspection_id = %s AND a.of_record
GROUP BY j.question_id, j.row, j.answer
"""


def measure(inspection: Inspection) -> Iterator[Result]:
    """Give the ratio, and the number of queries."""

    def group() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(GROUPING, [inspection.pk])
            rows: list[Any] = cursor.fetchall()
            return rows

    ratio = measure_ratio(lambda: score_inspection(inspection), group)
    yield Result("score an inspection, against the bare grouping of its rows", ratio, 1.5)
    with CaptureQueriesContext(connection) as queries:
        score_inspection(inspection)
    yield Result("queries to score an inspection", len(queries), 1, "queries")
