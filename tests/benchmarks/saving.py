"""Saving one judgement: how many queries, its revision and its transaction among them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Assessment, Judgement
from cases.recording import AnswerChange, record_answers
from inspections.models import Inspection
from tests.benchmarks.timing import Result


def measure(inspection: Inspection) -> Iterator[Result]:
    """Give the queries of a save by itself."""
    assessment = (
        Assessment.objects.select_related("inspection__programme", "assessor", "case")
        .filter(inspection=inspection)
        .first()
    )
    assert assessment is not None
    assert assessment.assessor is not None
    judgement = Judgement.objects.select_related("question").get(
        assessment=assessment, question__code="1.2.01", row=""
    )
    turned = "insufficient" if judgement.answer == "sufficient" else "sufficient"
    change = AnswerChange("1.2.01", "", turned, judgement.version)
    with CaptureQueriesContext(connection) as queries:
        outcome = record_answers(assessment, [change], by=assessment.assessor)
    assert outcome.saved
    yield Result("queries to save one judgement with its revision", len(queries), 8, "queries")
    back = AnswerChange("1.2.01", "", judgement.answer, judgement.version + 1)
    record_answers(assessment, [back], by=assessment.assessor)
