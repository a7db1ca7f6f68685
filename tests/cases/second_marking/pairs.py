"""Cases judged twice, as far along as a test needs them."""

from __future__ import annotations

from collections.abc import Mapping

from cases.models import Assessment, SecondMarking
from cases.recording import (
    AnswerChange,
    FactChange,
    complete_assessment,
    record_answers,
    record_facts,
)
from cases.second_marking.comparing import begin_comparison
from cases.second_marking.differences import Comparison, Difference, compare
from cases.second_marking.listing import find_second_marking
from cases.second_marking.picking import Pick, pick_cases
from cases.second_marking.settling import Choice, Settled, settle
from inspections.catalogue import load_definition
from inspections.models import Inspection
from tests.casting import FACTS, make_case, member_of

FIRST_NOTE = "Seen in the file of the first assessor."
SECOND_NOTE = "Heard by the second assessor."


def pick(
    inspection: Inspection, reference: str = "ANY-001", second: str = "practice-assessor"
) -> SecondMarking:
    """Have a case that is there judged a second time by the member `second`."""
    first = Assessment.objects.select_related("case", "assessor").get(
        inspection=inspection, case__reference=reference, of_record=True
    )
    (picked,) = pick_cases(
        inspection, [Pick(first, member_of(inspection, second))], member_of(inspection, "lead")
    )
    return picked


def judge(
    assessment: Assessment,
    facts: Mapping[str, str] = FACTS,
    answers: Mapping[str, str] | None = None,
    rest: str = "sufficient",
    note: str = "",
    complete: bool = True,
) -> None:
    """Record `facts` and judge the whole assessment as its assessor, and complete it if asked to.

    `answers` holds answers by question code (`1.1.01`) or code and row (`2.1.02/a`); every other
    question that applies is answered `rest`. `note` is the evidence of each.
    """
    by = assessment.assessor
    assert by is not None
    versions = dict(assessment.facts.values_list("fact__key", "version"))
    values = dict(assessment.facts.values_list("fact__key", "value"))
    changes = [
        FactChange(key, value, versions[key])
        for key, value in facts.items()
        if values[key] != value
    ]
    assert record_facts(assessment, changes, by).complete
    while waiting := list(
        assessment.judgements.filter(state="applies", answer="").select_related("question")
    ):
        changes_of_answers = [
            AnswerChange(
                j.question.code,
                j.row,
                (answers or {}).get(f"{j.question.code}/{j.row}".rstrip("/"), rest),
                j.version,
                evidence=note,
            )
            for j in waiting
        ]
        assert record_answers(assessment, changes_of_answers, by).complete
    if complete:
        complete_assessment(assessment, by)


def make_compared(
    inspection: Inspection,
    reference: str = "ANY-001",
    *,
    first: Mapping[str, str] | None = None,
    second: Mapping[str, str] | None = None,
    first_facts: Mapping[str, str] = FACTS,
    second_facts: Mapping[str, str] = FACTS,
    assessor: str = "inspector",
    second_assessor: str = "practice-assessor",
) -> SecondMarking:
    """Return a case that the member `assessor` and another have judged, now to be settled.

    `first` and `second` are their answers, as for `judge`; all others are sufficient.
    """
    case = make_case(
        inspection,
        reference,
        assessor=assessor,
        facts=first_facts,
        answers=first,
        rest="sufficient",
    )
    case.judgements.exclude(answer="").update(evidence=FIRST_NOTE)
    picked = pick(inspection, reference, second_assessor)
    judge(picked.second, second_facts, second, note=SECOND_NOTE)
    assert begin_comparison(picked)
    return reload(picked)


def reload(second_marking: SecondMarking) -> SecondMarking:
    """Return a second marking as it is stored, with all that a page knows of it."""
    lead = member_of(second_marking.case.inspection, "lead")
    found = find_second_marking(lead, second_marking.case.reference)
    assert found is not None
    return found


def compared(second_marking: SecondMarking) -> Comparison:
    """Return the two markings side by side, as they are stored."""
    return compare(reload(second_marking))


def choose(
    second_marking: SecondMarking, by: str, reason: str = "It is in the plan.", **choices: str
) -> Settled:
    """Settle differences as the member `by`; in their names `_` stands for `.`, `__` for a row.

    `q1_1_01="sufficient"`, `q2_1_02__a="insufficient"`, `custody="no"`.
    """
    member = member_of(second_marking.case.inspection, by)
    comparison = compared(second_marking)
    wanted = []
    for name, value in choices.items():
        key: tuple[str, ...] = (name,)
        if name.startswith("q") and name[1].isdigit():
            code, _, row = name[1:].partition("__")
            key = (code.replace("_", "."), row)
        difference = comparison.find(key)
        seen = difference.settlement.pk if difference and difference.settlement else 0
        wanted.append(Choice(key, value, seen))
    return settle(reload(second_marking), wanted, reason, member)


def settle_as_lead(second_marking: SecondMarking, difference: Difference, value: str) -> Settled:
    """Settle one difference, as it stands, as the lead inspector."""
    seen = difference.settlement.pk if difference.settlement else 0
    lead = member_of(second_marking.case.inspection, "lead")
    return settle(reload(second_marking), [Choice(difference.key, value, seen)], "So.", lead)


def answers_of(assessment: Assessment) -> dict[str, str]:
    """Return the answers to what is asked, by code and row."""
    rows = assessment.judgements.filter(state="applies").order_by("question__position", "row")
    return {
        f"{j.question.code}/{j.row}".rstrip("/"): j.answer for j in rows.select_related("question")
    }


def facts_of(assessment: Assessment) -> dict[str, str]:
    """Return the recorded facts by key."""
    definition = load_definition(assessment.inspection.programme)
    recorded = dict(assessment.facts.values_list("fact__key", "value"))
    return {key: recorded[key] for key in definition.facts_by_key}
