"""Giving cases to people by hand: what is stored, what is refused and why."""

from __future__ import annotations

import pytest

from cases.allocation.allocating import AllocationChange, allocate, list_first_assessments
from cases.allocation.conflicts_of_interest import declare_conflict
from cases.models import Assessment, Judgement, JudgementRevision
from cases.opening import NewCase, open_assessments
from cases.recording import FactChange, record_facts
from inspections.models import Affiliation, Inspection, TeamMember
from tests.cases.allocation.casework import allocation_of, begin, make_cases
from tests.cases.sampling.caseloads import make_opened
from tests.casting import make_area, make_case, make_inspection, make_user, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def ask(assessment: Assessment, to: str, base: str, *, confirmed: bool = False) -> AllocationChange:
    return AllocationChange(assessment.pk, to, base, confirmed)


def refusals_of(inspection: Inspection, *changes: AllocationChange) -> list[str]:
    return [refusal.message for refusal in allocate(inspection, changes).list_refusals()]


def test_gives_takes_and_passes_on_cases(inspection: Inspection) -> None:
    first, second, third, fourth = make_cases(
        inspection,
        ("ANY-001", "", "cm-01"),
        ("ANY-002", "inspector", "cm-01"),
        ("ANY-003", "inspector", "cm-02"),
        ("ANY-004", "inspector", "cm-02"),
    )
    outcome = allocate(
        inspection,
        [
            ask(first, "inspector", ""),
            ask(second, "", "inspector"),
            ask(third, "local-assessor", "inspector"),
            ask(fourth, "inspector", "inspector"),
        ],
    )
    assert outcome.complete
    assert [a.case.reference for a in outcome.stored] == ["ANY-001", "ANY-002", "ANY-003"]
    assert allocation_of(inspection) == {
        "ANY-001": "inspector",
        "ANY-002": "",
        "ANY-003": "local-assessor",
        "ANY-004": "inspector",
    }


def test_a_refused_case_keeps_no_other_from_being_stored(inspection: Inspection) -> None:
    first, second = make_cases(inspection, ("ANY-001", "", ""), ("ANY-002", "", ""))
    assert refusals_of(inspection, ask(first, "support", ""), ask(second, "inspector", "")) == [
        "Support officer does not judge cases: their part is support staff."
    ]
    assert allocation_of(inspection) == {"ANY-001": "", "ANY-002": "inspector"}


def test_nobody_gets_a_case_of_their_own_area(inspection: Inspection) -> None:
    (case,) = make_cases(inspection, ("ANY-001", "", ""))
    belongs = "{} belongs to Anyshire, so cannot judge its cases."
    TeamMember.objects.filter(key="local-assessor").update(home_area=make_area("Anyshire"))
    Affiliation.objects.create(user=make_user("inspector"), area=make_area("Anyshire"))
    assert refusals_of(inspection, ask(case, "local-assessor", "")) == [
        belongs.format("Local assessor")
    ]
    assert refusals_of(inspection, ask(case, "inspector", "")) == [belongs.format("Inspector")]
    assert allocation_of(inspection) == {"ANY-001": ""}


def test_a_borrowed_assessor_needs_a_home_area(inspection: Inspection) -> None:
    (case,) = make_cases(inspection, ("ANY-001", "", ""))
    TeamMember.objects.filter(key="local-assessor").update(home_area=None)
    assert refusals_of(inspection, ask(case, "local-assessor", "")) == [
        "Local assessor has no home area recorded, so it may be Anyshire."
    ]


@pytest.mark.parametrize(
    "declared",
    [{"reference": "ANY-001"}, {"reference": "any-001"}, {"case_manager": "CM-01"}],
)
def test_a_conflict_of_interest_is_heeded(inspection: Inspection, declared: dict[str, str]) -> None:
    inspector = member_of(inspection, "inspector")
    declare_conflict(inspector, inspector, **declared)
    first, other = make_cases(inspection, ("ANY-001", "", "cm-01"), ("ANY-002", "", "cm-02"))
    assert refusals_of(inspection, ask(first, "inspector", ""), ask(other, "inspector", "")) == [
        "Inspector has a conflict of interest with this case."
    ]
    assert allocation_of(inspection) == {"ANY-001": "", "ANY-002": "inspector"}


def test_whoever_judges_second_cannot_be_the_first(inspection: Inspection) -> None:
    (first,) = make_cases(inspection, ("ANY-001", "inspector", ""))
    second = Assessment(
        case=first.case,
        inspection=inspection,
        assessor=member_of(inspection, "practice-assessor"),
        kind=Assessment.Kind.SECOND,
        of_record=False,
    )
    open_assessments([(second, NewCase("ANY-001"))])
    assert refusals_of(inspection, ask(first, "practice-assessor", "inspector")) == [
        "Practice assessor was given this case for second marking, so cannot be the first."
    ]
    assert [a.pk for a in list_first_assessments(inspection)] == [first.pk]


def test_a_case_that_is_being_compared_stays(inspection: Inspection) -> None:
    (case,) = make_cases(inspection, ("ANY-001", "inspector", ""))
    Assessment.objects.update(closed=Assessment.Closed.SECOND_MARKING)
    assert refusals_of(inspection, ask(case, "lead", "inspector", confirmed=True)) == [
        "The case is being compared with its second marking, so it stays where it is."
    ]


def test_a_withdrawn_case_and_one_of_another_inspection_are_left_alone(
    inspection: Inspection,
) -> None:
    (withdrawn,) = make_cases(inspection, ("ANY-001", "inspector", ""))
    withdrawn.case.withdrawn = True
    withdrawn.case.save()
    other = make_inspection("Othershire")
    (foreign,) = make_cases(other, ("OTH-001", "inspector", ""))
    outcome = allocate(
        inspection, [ask(withdrawn, "lead", "inspector"), ask(foreign, "lead", "inspector")]
    )
    assert outcome.stored == []
    assert allocation_of(other) == {"OTH-001": "inspector"}


def test_a_member_of_another_inspection_is_nobody_here(inspection: Inspection) -> None:
    (case,) = make_cases(inspection, ("ANY-001", "", ""))
    other = make_inspection("Othershire")
    member = TeamMember.objects.get(inspection=other, key="inspector")
    TeamMember.objects.filter(pk=member.pk).update(key="somebody-else")
    assert refusals_of(inspection, ask(case, "somebody-else", "")) == [
        "Choose somebody of the team."
    ]


def test_what_somebody_else_did_meanwhile_is_not_overwritten(inspection: Inspection) -> None:
    (case,) = make_cases(inspection, ("ANY-001", "", ""))
    assert allocate(inspection, [ask(case, "lead", "")]).complete
    outcome = allocate(inspection, [ask(case, "inspector", "")])
    assert [conflict.message for conflict in outcome.conflicts] == [
        "Not saved: since you opened this page, the case was allocated to Lead inspector. Yours "
        "is kept here: save again to replace it."
    ]
    assert allocation_of(inspection) == {"ANY-001": "lead"}
    assert allocate(inspection, [ask(case, "lead", "")]).complete


@pytest.mark.parametrize(
    ("imported", "change", "begun"),
    [
        ({"gender": "male", "custody": "no"}, None, False),
        ({"gender": "male", "risk_level": "high"}, None, True),
        ({"gender": "male"}, FactChange("gender", "female", 1), True),
        ({}, FactChange("risk_level", "high", 0), True),
        ({"risk_level": "high"}, FactChange("risk_level", "", 1), True),
    ],
)
def test_a_case_is_begun_once_its_assessor_did_something(
    inspection: Inspection, imported: dict[str, str], change: FactChange | None, begun: bool
) -> None:
    """What describes the case came with it; the screening is the assessor's own."""
    case = make_case(inspection, facts=imported)
    if change:
        assert record_facts(case, [change], member_of(inspection, "inspector")).complete
    assert [a.begun for a in list_first_assessments(inspection)] == [begun]  # type: ignore[attr-defined]


def test_a_drawn_case_is_begun_by_the_first_fact_that_somebody_records() -> None:
    inspection = make_opened()
    case = Assessment.objects.filter(inspection=inspection)[0]
    case.facts.filter(fact__key="looked_after").update(value="", version=0)
    assert record_facts(
        case, [FactChange("looked_after", "yes", 0)], member_of(inspection, "lead")
    ).complete
    begun = [a for a in list_first_assessments(inspection) if a.begun]  # type: ignore[attr-defined]
    assert begun == [case]


def test_a_case_that_was_begun_changes_hands_only_once_that_is_confirmed(
    inspection: Inspection,
) -> None:
    (case,) = make_cases(inspection, ("ANY-001", "inspector", ""))
    begin(case)
    outcome = allocate(inspection, [ask(case, "lead", "inspector")])
    assert [(r.message, r.unconfirmed) for r in outcome.refusals] == [
        (
            "Confirm that this case, which was begun, changes hands. Its answers stay, with their "
            "history, and whoever has it next also reads the private notes to the lead inspector; "
            "Inspector no longer sees it, and can no longer send what is still on their device.",
            True,
        )
    ]
    assert allocate(inspection, [ask(case, "lead", "inspector", confirmed=True)]).complete
    assert allocation_of(inspection) == {"ANY-001": "lead"}
    revision = JudgementRevision.objects.get()
    assert (revision.changed_by, revision.answer) == (
        member_of(inspection, "inspector"),
        "sufficient",
    )
    assert Judgement.objects.filter(assessment=case, answer="sufficient").count() == 1
