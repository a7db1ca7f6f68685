"""Cases with their assessors and case managers, made as the sample makes them: not begun."""

from __future__ import annotations

from cases.allocation.allocating import key_of
from cases.models import Assessment
from cases.opening import NewCase, open_cases
from cases.recording import AnswerChange, record_answers
from inspections.models import Inspection
from tests.casting import member_of

ALLOCATION = "/inspections/anyshire-2026/allocation/"
BALANCE = f"{ALLOCATION}balance/"
ASSESSORS = f"{ALLOCATION}assessors/"
CONFLICTS = "/inspections/anyshire-2026/conflicts-of-interest/"


def make_cases(inspection: Inspection, *cases: tuple[str, str, str]) -> list[Assessment]:
    """Open cases by their reference, key of the assessor (empty for nobody) and case manager."""
    return open_cases(
        inspection,
        [
            NewCase(
                reference,
                assessor=member_of(inspection, key) if key else None,
                case_manager=manager,
            )
            for reference, key, manager in cases
        ],
    )


def make_many(inspection: Inspection, number: int, key: str = "") -> list[Assessment]:
    """Open so many cases, three of each case manager, from ANY-001 on."""
    return make_cases(
        inspection, *((f"ANY-{n + 1:03}", key, f"cm-{n // 3 + 1:02}") for n in range(number))
    )


def begin(assessment: Assessment) -> None:
    """Record an answer in an assessment, by whoever has it."""
    by = assessment.assessor
    assert by is not None
    applying = assessment.judgements.filter(state="applies").select_related("question").first()
    assert applying is not None
    change = AnswerChange(applying.question.code, applying.row, "sufficient", 0)
    assert record_answers(assessment, [change], by=by).complete


def allocation_of(inspection: Inspection) -> dict[str, str]:
    """Return the key of whoever has each case, by reference."""
    assessments = Assessment.objects.filter(inspection=inspection, kind="first").select_related(
        "case", "assessor"
    )
    return {a.case.reference: key_of(a.assessor) for a in assessments}
