"""An inspection in the middle of everything: each way in which a judgement may stand to a score."""

from __future__ import annotations

from typing import Any

from django.test import Client

from cases.models import Assessment, Judgement
from cases.recording import AnswerChange, record_answers
from inspections.models import Inspection
from tests.cases.second_marking.pairs import make_compared
from tests.casting import FACTS, make_case, make_inspection, member_of, user_of

SCORECARD = "/inspections/anyshire-2026/scorecard/"


def make_mixed() -> Inspection:
    """Return an inspection of six cases of which hardly two are alike.

    ANY-001 is all sufficient; ANY-002, a young woman's, insufficient or not applicable; ANY-003
    has one answer and misses a fact; ANY-004 has nothing, and nobody; ANY-005 is judged twice and
    not settled; in ANY-006 two answers are set aside.
    """
    inspection = make_inspection(caseload=40)
    make_case(inspection, "ANY-001", rest="sufficient")
    make_case(
        inspection,
        "ANY-002",
        assessor="practice-assessor",
        facts={**FACTS, "gender": "female"},
        answers={"2.1.01": "not_applicable", "2.1.02/b": "not_applicable"},
        rest="insufficient",
    )
    make_case(
        inspection,
        "ANY-003",
        assessor="local-assessor",
        facts={**FACTS, "community": ""},
        answers={"1.1.01": "sufficient"},
    )
    make_case(inspection, "ANY-004", assessor=None, facts={})
    make_compared(
        inspection,
        "ANY-005",
        first={"1.1.03": "insufficient", "2.1.01": "insufficient"},
        second={"1.1.03": "sufficient", "2.1.02/a": "insufficient"},
    )
    sixth = make_case(inspection, "ANY-006", answers={"1.1.03": "insufficient"}, rest="sufficient")
    change_answer(sixth, "1.1.01", "insufficient")
    return inspection


def change_answer(
    assessment: Assessment,
    code: str,
    answer: str,
    *,
    row: str = "",
    by: str = "inspector",
    **fields: Any,
) -> Judgement:
    """Have the member `by` answer a question again, and return the judgement."""
    judgement = assessment.judgements.get(question__code=code, row=row)
    change = AnswerChange(code, row, answer, judgement.version, **fields)
    member = member_of(assessment.inspection, by)
    assert record_answers(assessment, [change], by=member).complete
    judgement.refresh_from_db()
    return judgement


def lead_of(inspection: Inspection) -> Client:
    """Return the browser of the lead inspector."""
    client = Client()
    client.force_login(user_of(inspection, "lead"))
    return client
