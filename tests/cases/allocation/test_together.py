"""Two people who change the same at once, each in a thread and a connection of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cases.allocation.allocating import AllocationChange, AllocationOutcome, allocate
from cases.allocation.conflicts_of_interest import Declared, declare_conflict
from cases.models import Interview
from cases.timetable.storing import ChangedMeanwhileError, NotPlacedError, place_interview
from inspections.models import Inspection
from tests.cases.allocation.casework import allocation_of, make_cases, make_many
from tests.cases.test_recording_together import run_together
from tests.cases.timetable.arranging import make_frame, slot_at
from tests.casting import make_inspection, member_of, user_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_of_two_who_allocate_one_case_the_second_is_told() -> None:
    inspection = make_inspection()
    (case,) = make_cases(inspection, ("ANY-001", "", ""))

    def give(to: str) -> Callable[[], AllocationOutcome]:
        return lambda: allocate(
            inspection, [AllocationChange(case.pk, to, "")], user_of(inspection, "lead")
        )

    outcomes = run_together([give("lead"), give("inspector")])
    assert sorted((len(o.stored), len(o.conflicts)) for o in outcomes) == [(0, 1), (1, 0)]
    winner = next(outcome.stored[0].assessor for outcome in outcomes if outcome.stored)
    assert winner is not None
    assert allocation_of(inspection) == {"ANY-001": winner.key}


def test_no_case_is_given_to_who_declares_a_conflict_at_the_same_moment() -> None:
    inspection = make_inspection()
    cases = make_many(inspection, 6)
    inspector = member_of(inspection, "inspector")

    def give() -> AllocationOutcome:
        changes = [AllocationChange(case.pk, "inspector", "") for case in cases]
        return allocate(inspection, changes, user_of(inspection, "lead"))

    def declare() -> Declared:
        return declare_conflict(inspector, inspector, case_manager="cm-01")

    run_together([give, declare])
    allocated = allocation_of(inspection)
    assert [allocated[f"ANY-00{n}"] for n in (1, 2, 3)] == ["", "", ""]
    assert [allocated[f"ANY-00{n}"] for n in (4, 5, 6)] == ["inspector"] * 3


def test_two_interviews_that_want_the_same_room_do_not_both_get_it() -> None:
    inspection: Inspection = make_inspection()
    make_frame(inspection)
    make_cases(inspection, ("ANY-001", "lead", "cm-01"), ("ANY-002", "inspector", "cm-02"))

    def place(reference: str) -> Callable[[], str]:
        def call() -> str:
            try:
                place_interview(inspection, reference, slot_at(0), "Room 1", sequence=None)
            except (NotPlacedError, ChangedMeanwhileError) as error:
                return type(error).__name__
            return "placed"

        return call

    assert sorted(run_together([place("ANY-001"), place("ANY-002")])) == [
        "NotPlacedError",
        "placed",
    ]
    assert Interview.objects.count() == 1
