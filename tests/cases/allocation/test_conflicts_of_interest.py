"""Declaring and lifting conflicts of interest, and what becomes of the cases."""

from __future__ import annotations

import pytest

from cases.allocation.conflicts_of_interest import (
    declare_conflict,
    lift_conflict,
    list_open_decisions,
)
from cases.allocation.obstacles import Conflicts, Obstacles
from cases.models import Assessment, ConflictOfInterest
from inspections.models import Inspection, TeamMember
from tests.cases.allocation.casework import allocation_of, begin, make_cases
from tests.casting import make_inspection, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


@pytest.fixture
def inspector(inspection: Inspection) -> TeamMember:
    return member_of(inspection, "inspector")


def test_a_case_that_was_not_begun_is_taken_away(
    inspection: Inspection, inspector: TeamMember
) -> None:
    make_cases(inspection, ("ANY-001", "inspector", "cm-01"), ("ANY-002", "inspector", "cm-01"))
    declared = declare_conflict(inspector, inspector, reference="ANY-001", note="A neighbour.")
    assert (declared.new, declared.taken, declared.to_decide) == (True, ["ANY-001"], [])
    assert allocation_of(inspection) == {"ANY-001": "", "ANY-002": "inspector"}
    assert list(
        ConflictOfInterest.objects.values_list("reference", "case_manager", "note", "declared_by")
    ) == [("ANY-001", "", "A neighbour.", inspector.pk)]


def test_about_a_case_that_was_begun_the_lead_inspector_decides(
    inspection: Inspection, inspector: TeamMember
) -> None:
    begun, _ = make_cases(
        inspection, ("ANY-001", "inspector", "cm-01"), ("ANY-002", "lead", "cm-01")
    )
    begin(begun)
    declared = declare_conflict(inspector, member_of(inspection, "lead"), case_manager="cm-01")
    assert (declared.taken, declared.to_decide) == ([], ["ANY-001"])
    assert allocation_of(inspection) == {"ANY-001": "inspector", "ANY-002": "lead"}
    assert list_open_decisions(Conflicts(inspection)) == [begun]
    assert lift_conflict(declared.conflict, member_of(inspection, "lead"), "Not the same person.")
    assert list_open_decisions(Conflicts(inspection)) == []


def test_an_unknown_reference_is_stored_all_the_same(
    inspection: Inspection, inspector: TeamMember
) -> None:
    declared = declare_conflict(inspector, inspector, reference="ANY-099")
    assert (declared.new, declared.taken) == (True, [])
    (drawn_later,) = make_cases(inspection, ("ANY-099", "", ""))
    assert Obstacles(inspection).find(inspector, drawn_later.case) == (
        "Inspector has a conflict of interest with this case."
    )


def test_declaring_twice_is_declaring_once(inspection: Inspection, inspector: TeamMember) -> None:
    declare_conflict(inspector, inspector, reference="ANY-001")
    assert declare_conflict(inspector, inspector, reference="any-001").new is False
    assert declare_conflict(inspector, inspector, case_manager="ANY-001").new is True
    assert ConflictOfInterest.objects.count() == 2


def test_a_lifted_conflict_stays_on_record_and_may_be_declared_again(
    inspection: Inspection, inspector: TeamMember
) -> None:
    (case,) = make_cases(inspection, ("ANY-001", "", ""))
    lead = member_of(inspection, "lead")
    first = declare_conflict(inspector, inspector, reference="ANY-001").conflict
    assert lift_conflict(first, lead, "They only share a name.") is True
    assert lift_conflict(first, lead, "Once more.") is False
    first.refresh_from_db()
    assert (first.lifted_by, first.lifted_reason) == (lead, "They only share a name.")
    assert Obstacles(inspection).find(inspector, case.case) == ""
    assert declare_conflict(inspector, inspector, reference="ANY-001").new is True
    assert ConflictOfInterest.objects.count() == 2


def test_a_conflict_in_another_inspection_says_nothing_of_this(
    inspection: Inspection, inspector: TeamMember
) -> None:
    other = make_inspection("Othershire")
    elsewhere = member_of(other, "inspector")
    declare_conflict(elsewhere, elsewhere, reference="ANY-001")
    (case,) = make_cases(inspection, ("ANY-001", "", ""))
    assert Obstacles(inspection).find(inspector, case.case) == ""


def test_a_closed_case_is_not_taken_away(inspection: Inspection, inspector: TeamMember) -> None:
    make_cases(inspection, ("ANY-001", "inspector", ""))
    Assessment.objects.update(closed=Assessment.Closed.SECOND_MARKING)
    assert declare_conflict(inspector, inspector, reference="ANY-001").taken == []
    assert allocation_of(inspection) == {"ANY-001": "inspector"}
