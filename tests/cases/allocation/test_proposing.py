"""Balancing an inspection's cases: what the proposal heeds, and that what is seen is stored."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.allocation.allocating import AllocationChange, allocate
from cases.allocation.availability import save_availabilities
from cases.allocation.conflicts_of_interest import declare_conflict
from cases.allocation.proposing import Proposal, Scope, Wishes, accept, propose
from cases.models import Assessment
from inspections.models import Inspection, TeamMember
from tests.cases.allocation.casework import allocation_of, begin, make_cases, make_many
from tests.casting import make_area, make_inspection, member_of, user_of

pytestmark = pytest.mark.django_db

SEED = Wishes("1")


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def loads_of(proposal: Proposal) -> dict[str, int]:
    return proposal.result.count_loads(proposal.assessors)


def test_shares_out_what_nobody_has_and_stores_it_once_accepted(inspection: Inspection) -> None:
    make_many(inspection, 10)
    proposal = propose(inspection, SEED)
    assert sorted(loads_of(proposal).values()) == [2, 2, 3, 3]
    assert allocation_of(inspection) == dict.fromkeys(proposal.result.allocation, "")
    stored, taken_off = accept(inspection, SEED, proposal.digest, user_of(inspection, "lead"))
    assert (stored.result, taken_off) == (proposal.result, [])
    assert allocation_of(inspection) == proposal.result.allocation


def test_leaves_alone_what_is_allocated_unless_asked_to_share_out_all(
    inspection: Inspection,
) -> None:
    begun, *_ = make_many(inspection, 8, "inspector")
    begin(begun)
    assert propose(inspection, SEED).changed == []
    proposal = propose(inspection, Wishes("1", Scope.ANEW))
    assert loads_of(proposal) == dict.fromkeys(
        ("lead", "inspector", "practice-assessor", "local-assessor"), 2
    )
    assert proposal.result.allocation["ANY-001"] == "inspector"


def test_a_case_that_is_being_compared_stays(inspection: Inspection) -> None:
    make_many(inspection, 4, "inspector")
    Assessment.objects.update(closed=Assessment.Closed.SECOND_MARKING)
    assert propose(inspection, Wishes("1", Scope.ANEW)).changed == []


def test_a_withdrawn_case_is_not_given_out(inspection: Inspection) -> None:
    withdrawn, _ = make_many(inspection, 2)
    withdrawn.case.withdrawn = True
    withdrawn.case.save()
    assert list(propose(inspection, SEED).result.allocation) == ["ANY-002"]


def test_heeds_own_area_conflicts_days_and_limits(inspection: Inspection) -> None:
    make_many(inspection, 12)
    TeamMember.objects.filter(key="local-assessor").update(home_area=make_area("Anyshire"))
    inspector = member_of(inspection, "inspector")
    declare_conflict(inspector, inspector, case_manager="cm-01")
    there_half_the_time = [f"2026-01-{day}" for day in (12, 13, 14, 15, 16)]
    save_availabilities(
        inspection,
        {
            member_of(inspection, "lead").pk: ([], 0),
            member_of(inspection, "practice-assessor").pk: (there_half_the_time, None),
        },
    )
    proposal = propose(inspection, SEED)
    assert loads_of(proposal) == {"lead": 0, "inspector": 8, "practice-assessor": 4}
    allocation = proposal.result.allocation
    assert {allocation[f"ANY-00{n}"] for n in (1, 2, 3)} == {"practice-assessor"}


def test_lists_a_case_that_nobody_can_take_with_the_reason(inspection: Inspection) -> None:
    make_cases(inspection, ("ANY-001", "", "cm-01"), ("ANY-002", "", "cm-02"))
    for key in ("lead", "inspector"):
        member = member_of(inspection, key)
        declare_conflict(member, member, reference="ANY-001")
    every_day = [f"2026-01-{day}" for day in range(12, 24)]
    save_availabilities(
        inspection,
        {
            member_of(inspection, "practice-assessor").pk: (every_day, None),
            member_of(inspection, "local-assessor").pk: ([], 0),
        },
    )
    proposal = propose(inspection, SEED)
    assert proposal.reasons == {
        "ANY-001": "Kept from it by a conflict of interest: Lead inspector, Inspector. Not there "
        "on any day: Practice assessor. Given as many cases as they take: Local assessor."
    }
    assert list(proposal.result.allocation) == ["ANY-002"]


def test_lists_all_cases_where_nobody_can_judge(inspection: Inspection) -> None:
    make_many(inspection, 2)
    inspection.team.update(role=TeamMember.Role.SUPPORT_STAFF)
    assert propose(inspection, SEED).reasons == dict.fromkeys(
        ("ANY-001", "ANY-002"), "There is nobody who can be given cases."
    )


def test_nothing_is_stored_where_something_changed_since_it_was_shown(
    inspection: Inspection,
) -> None:
    first, *_ = make_many(inspection, 6)
    shown = propose(inspection, SEED)
    other = next(key for key in loads_of(shown) if key != shown.result.allocation["ANY-001"])
    assert allocate(
        inspection, [AllocationChange(first.pk, other, "")], user_of(inspection, "lead")
    ).complete
    before = allocation_of(inspection)
    proposal, stored = accept(inspection, SEED, shown.digest, user_of(inspection, "lead"))
    assert stored is None
    assert allocation_of(inspection) == before
    assert accept(inspection, SEED, proposal.digest, user_of(inspection, "lead"))[1] == []


@pytest.mark.parametrize("cases", [1, 40])
def test_takes_as_many_queries_for_many_cases(
    inspection: Inspection, django_assert_num_queries: DjangoAssertNumQueries, cases: int
) -> None:
    """Cases; team, areas, conflicts and others' markings; days, limits, second markings."""
    make_many(inspection, cases)
    propose(inspection, SEED)
    with django_assert_num_queries(8):
        propose(inspection, SEED)
