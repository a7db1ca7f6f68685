"""Giving cases to people by hand: what is stored, what is refused and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.allocation.allocating import AllocationChange, allocate, list_first_assessments
from cases.allocation.conflicts_of_interest import declare_conflict
from cases.allocation.obstacles import Obstacles
from cases.models import Assessment, Handover, Judgement, JudgementRevision
from cases.opening import NewCase, open_assessments
from cases.recording import FactChange, record_facts
from cases.second_marking.picking import cancel_second_marking
from inspections.models import Affiliation, Inspection, TeamMember
from inspections.setting_up.teams import Part, add_member, change_member
from tests.cases.allocation.casework import allocation_of, begin, make_cases
from tests.cases.sampling.caseloads import make_opened
from tests.cases.second_marking.pairs import pick
from tests.casting import (
    make_administrator,
    make_area,
    make_case,
    make_inspection,
    make_user,
    member_of,
    user_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def ask(assessment: Assessment, to: str, base: str, *, confirmed: bool = False) -> AllocationChange:
    return AllocationChange(assessment.pk, to, base, confirmed)


def refusals_of(inspection: Inspection, *changes: AllocationChange) -> list[str]:
    return [
        refusal.message
        for refusal in allocate(inspection, changes, user_of(inspection, "lead")).list_refusals()
    ]


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
        user_of(inspection, "lead"),
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
        inspection,
        [ask(withdrawn, "lead", "inspector"), ask(foreign, "lead", "inspector")],
        user_of(inspection, "lead"),
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
    assert allocate(inspection, [ask(case, "lead", "")], user_of(inspection, "lead")).complete
    outcome = allocate(inspection, [ask(case, "inspector", "")], user_of(inspection, "lead"))
    assert [conflict.message for conflict in outcome.conflicts] == [
        "Not saved: since you opened this page, the case was allocated to Lead inspector. Yours "
        "is kept here: save again to replace it."
    ]
    assert allocation_of(inspection) == {"ANY-001": "lead"}
    assert allocate(inspection, [ask(case, "lead", "")], user_of(inspection, "lead")).complete


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
    outcome = allocate(inspection, [ask(case, "lead", "inspector")], user_of(inspection, "lead"))
    assert [(r.message, r.unconfirmed) for r in outcome.refusals] == [
        (
            "Confirm that this case, which was begun, changes hands. Its answers stay, with their "
            "history, and whoever has it next also reads the private notes to the lead inspector; "
            "Inspector no longer sees it, and can no longer send what is still on their device.",
            True,
        )
    ]
    assert allocate(
        inspection, [ask(case, "lead", "inspector", confirmed=True)], user_of(inspection, "lead")
    ).complete
    assert allocation_of(inspection) == {"ANY-001": "lead"}
    revision = JudgementRevision.objects.get()
    assert (revision.changed_by, revision.answer) == (
        member_of(inspection, "inspector"),
        "sufficient",
    )
    assert Judgement.objects.filter(assessment=case, answer="sufficient").count() == 1


def test_who_handed_a_case_over_is_kept(inspection: Inspection) -> None:
    case, lead = make_case(inspection), user_of(inspection, "lead")
    allocate(inspection, [ask(case, "lead", "inspector", confirmed=True)], lead)
    allocate(inspection, [ask(case, "", "lead", confirmed=True)], user_of(inspection, "support"))
    assert [(str(h), h.handed_by) for h in Handover.objects.filter(assessment=case)] == [
        ("Inspector to Lead inspector", lead),
        ("Lead inspector to nobody", user_of(inspection, "support")),
    ]
    with pytest.raises(TypeError):
        case.handovers.earliest("pk").save()


@pytest.mark.parametrize("who", ["lead", "support"])
def test_a_begun_case_that_is_judged_twice_stays_where_it_is(
    inspection: Inspection, who: str
) -> None:
    """Whoever else allocates may be its first assessor, who is not to learn that it was picked."""
    case = make_case(inspection, rest="sufficient")
    marking = pick(inspection)
    change, by = ask(case, "local-assessor", "inspector", confirmed=True), user_of(inspection, who)
    (refused,) = allocate(inspection, [change], by).refusals
    assert refused.message == (
        "The case is begun, and was picked for second marking, so it stays with whoever judges "
        "it. Call the second marking off first."
        if who == "lead"
        else "Only the lead inspector can say whether this case may change hands now."
    )
    assert allocation_of(inspection) == {"ANY-001": "inspector"}
    cancel_second_marking(marking, member_of(inspection, "lead"), "Ill.")
    assert allocate(inspection, [change], by).complete


def test_a_conflict_of_interest_goes_where_the_account_goes(inspection: Inspection) -> None:
    """So does having been given the case for second marking."""
    case, other = make_case(inspection, assessor=None), make_case(inspection, "ANY-002")
    inspector, user = member_of(inspection, "inspector"), user_of(inspection, "inspector")
    declare_conflict(inspector, inspector, reference="ANY-001")
    second = member_of(inspection, "practice-assessor")
    assessor = second.user
    assert assessor is not None
    marking = pick(inspection, "ANY-002")
    cancel_second_marking(marking, member_of(inspection, "lead"), "Ill.")
    by = make_administrator()
    for member in (inspector, second):
        change_member(member, replace(part_of(member), user=None), by=by)
    new = add_member(inspection, Part("inspector", "Again", None, user), by=by)
    newer = add_member(inspection, Part("inspector", "Once more", None, assessor), by=by)
    obstacles = Obstacles(inspection)
    assert obstacles.find(new, case.case) == "Again has a conflict of interest with this case."
    assert obstacles.find(newer, case.case) == ""
    assert obstacles.find(newer, other.case) == (
        "Once more was given this case for second marking, so cannot be the first."
    )


def part_of(member: TeamMember) -> Part:
    return Part(member.role, member.name, member.home_area, member.user)
