"""What becomes of interviews when cases change hands."""

from __future__ import annotations

import pytest

from cases.allocation.allocating import AllocationChange, allocate
from cases.allocation.availability import save_availabilities
from cases.allocation.conflicts_of_interest import declare_conflict
from cases.models import Assessment, Interview
from cases.timetable.storing import mark_held
from inspections.models import Inspection
from tests.cases.allocation.casework import make_cases
from tests.cases.timetable.arranging import DAYS, make_frame, place, timetable_of
from tests.casting import make_inspection, member_of, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    """ANY-001 of the inspector in the first slot, ANY-002 of the lead in the first and second."""
    inspection = make_inspection()
    make_cases(inspection, ("ANY-001", "inspector", "cm-01"), ("ANY-002", "lead", "cm-02"))
    make_frame(inspection)
    return inspection


def reallocate(inspection: Inspection, **to: str) -> list[str]:
    """Give cases to others, by `any_001="lead"`; return whose interview was taken off."""
    changes = []
    for name, key in to.items():
        assessment = Assessment.objects.select_related("assessor").get(
            case__reference=name.upper().replace("_", "-")
        )
        assert assessment.assessor is not None
        changes.append(AllocationChange(assessment.pk, key, assessment.assessor.key))
    outcome = allocate(inspection, changes, user_of(inspection, "lead"))
    assert outcome.complete
    return outcome.taken_off


def test_the_interview_passes_to_the_new_assessor(inspection: Inspection) -> None:
    before = place(inspection, "ANY-001", 0)
    assert reallocate(inspection, any_001="lead") == []
    assert timetable_of(inspection) == {"ANY-001": (0, "Room 1", "lead")}
    assert Interview.objects.get().sequence > before.sequence


def test_it_is_taken_off_where_the_new_assessor_is_busy(inspection: Inspection) -> None:
    place(inspection, "ANY-001", 0)
    place(inspection, "ANY-002", 0, "Room 2")
    assert reallocate(inspection, any_001="lead") == ["ANY-001"]
    assert timetable_of(inspection) == {"ANY-002": (0, "Room 2", "lead")}


def test_it_is_taken_off_where_the_new_assessor_is_not_there(inspection: Inspection) -> None:
    place(inspection, "ANY-001", 0)
    lead = member_of(inspection, "lead")
    save_availabilities(inspection, {lead.pk: ([DAYS[0].isoformat()], None)})
    assert reallocate(inspection, any_001="lead") == ["ANY-001"]
    assert timetable_of(inspection) == {}


def test_two_who_exchange_cases_at_one_time_keep_both_interviews(inspection: Inspection) -> None:
    place(inspection, "ANY-001", 0)
    place(inspection, "ANY-002", 0, "Room 2")
    assert reallocate(inspection, any_001="lead", any_002="inspector") == []
    assert timetable_of(inspection) == {
        "ANY-001": (0, "Room 1", "lead"),
        "ANY-002": (0, "Room 2", "inspector"),
    }


def test_it_is_taken_off_where_nobody_has_the_case(inspection: Inspection) -> None:
    place(inspection, "ANY-001", 0)
    assert reallocate(inspection, any_001="") == ["ANY-001"]
    assert timetable_of(inspection) == {}


def test_it_is_taken_off_with_a_case_that_a_conflict_of_interest_takes_away(
    inspection: Inspection,
) -> None:
    place(inspection, "ANY-001", 0)
    inspector = member_of(inspection, "inspector")
    declare_conflict(inspector, inspector, reference="ANY-001")
    assert timetable_of(inspection) == {}


def test_one_that_was_held_stays_with_who_held_it(inspection: Inspection) -> None:
    mark_held(place(inspection, "ANY-001", 0), held=True)
    assert reallocate(inspection, any_001="lead") == []
    assert timetable_of(inspection) == {"ANY-001": (0, "Room 1", "inspector")}
