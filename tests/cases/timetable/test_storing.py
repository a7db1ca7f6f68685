"""Changing a timetable: the frame, a plan, and interviews one by one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError
from django.utils import timezone

from cases.allocation.availability import save_availabilities
from cases.models import Assessment, Interview, Timetable
from cases.timetable.bookings import Frame
from cases.timetable.listing import Board, explain_waiting
from cases.timetable.slots import USUAL_TIMES, is_late, is_unmarked
from cases.timetable.storing import (
    ChangedMeanwhileError,
    NotPlacedError,
    Scope,
    mark_held,
    place_interview,
    plan_interviews,
    remove_interview,
    save_frame,
    swap_interviews,
)
from inspections.models import Inspection
from tests.cases.allocation.casework import make_cases, make_many
from tests.cases.timetable.arranging import (
    DAYS,
    PLACES,
    make_frame,
    place,
    slot_at,
    timetable_of,
)
from tests.casting import make_inspection, member_of

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def inspection() -> Inspection:
    """Two rooms, two days with four times each; two cases of the inspector, one of the lead."""
    inspection = make_inspection()
    make_cases(
        inspection,
        ("ANY-001", "inspector", "cm-01"),
        ("ANY-002", "inspector", "cm-02"),
        ("ANY-003", "lead", "cm-01"),
    )
    make_frame(inspection)
    return inspection


def revision_of(inspection: Inspection) -> int:
    return Timetable.objects.get(inspection=inspection).revision


def waiting_of(inspection: Inspection) -> list[tuple[str, str]]:
    waiting = explain_waiting(Board(inspection), datetime(2026, 1, 1))
    return [(item.assessment.case.reference, item.reason) for item in waiting]


class TestFrame:
    def test_is_stored_as_it_is_read_again(self, inspection: Inspection) -> None:
        assert Board(inspection).frame == Frame(DAYS, USUAL_TIMES, PLACES)

    def test_keeps_interviews_that_lie_outside_it_until_that_is_confirmed(
        self, inspection: Inspection
    ) -> None:
        for number, reference in ((0, "ANY-001"), (4, "ANY-002"), (5, "ANY-003")):
            place(inspection, reference, number)
        mark_held(Interview.objects.get(case__reference="ANY-003"), held=True)
        one_day = Frame(DAYS[:1], USUAL_TIMES, PLACES)
        revision = revision_of(inspection)
        outside = save_frame(inspection, one_day, revision=revision, take_off=False)
        assert [interview.case.reference for interview in outside] == ["ANY-002"]
        assert Board(inspection).frame == Frame(DAYS, USUAL_TIMES, PLACES)
        assert save_frame(inspection, one_day, revision=revision, take_off=True) == []
        assert set(timetable_of(inspection)) == {"ANY-001", "ANY-003"}
        assert Board(inspection).frame == one_day

    def test_is_not_stored_over_a_change_that_was_not_seen(self, inspection: Inspection) -> None:
        revision = revision_of(inspection)
        place(inspection, "ANY-001", 0)
        with pytest.raises(ChangedMeanwhileError):
            save_frame(inspection, Frame(), revision=revision, take_off=True)
        assert Board(inspection).frame.places == PLACES

    def test_a_case_that_was_withdrawn_leaves_it_as_a_change(self, inspection: Inspection) -> None:
        place(inspection, "ANY-001", 0)
        seen = revision_of(inspection)
        inspection.cases.filter(reference="ANY-001").update(withdrawn=True)
        assert save_frame(inspection, Frame(DAYS), revision=seen, take_off=False) == []
        assert timetable_of(inspection) == {}
        assert revision_of(inspection) > seen


class TestPlanning:
    def test_places_all_cases_that_somebody_has(self, inspection: Inspection) -> None:
        make_cases(inspection, ("ANY-004", "", "cm-04"))
        outcome = plan_interviews(inspection, Scope.REST, revision=revision_of(inspection))
        assert (outcome.placed, outcome.left) == (3, {})
        assert set(timetable_of(inspection)) == {"ANY-001", "ANY-002", "ANY-003"}
        assert Board(inspection).unallocated == ["ANY-004"]

    def test_leaves_where_it_is_what_was_placed(self, inspection: Inspection) -> None:
        place(inspection, "ANY-002", 7, "Room 2")
        plan_interviews(inspection, Scope.REST, revision=revision_of(inspection))
        assert timetable_of(inspection)["ANY-002"] == (7, "Room 2", "inspector")

    def test_plans_all_anew_but_what_was_held(self, inspection: Inspection) -> None:
        held = place(inspection, "ANY-001", 6, "Room 2")
        mark_held(held, held=True)
        place(inspection, "ANY-002", 7, "Room 2")
        outcome = plan_interviews(inspection, Scope.ANEW, revision=revision_of(inspection))
        assert outcome.placed == 2
        found = timetable_of(inspection)
        assert found["ANY-001"] == (6, "Room 2", "inspector")
        assert found["ANY-002"] == (0, "Room 1", "inspector")

    def test_takes_two_spellings_of_a_code_for_one_case_manager(self) -> None:
        inspection = make_inspection("Othershire")
        make_cases(inspection, ("OTH-001", "inspector", "CM01"), ("OTH-002", "lead", "cm01"))
        make_frame(inspection, days=DAYS[:1], times=USUAL_TIMES[:1])
        outcome = plan_interviews(inspection, Scope.REST, revision=revision_of(inspection))
        assert (outcome.placed, len(outcome.left)) == (1, 1)
        planned = Interview.objects.get(inspection=inspection)
        Interview.objects.filter(pk=planned.pk).update(case_manager="CM01")
        other = {"OTH-001", "OTH-002"} - {planned.case.reference}
        with pytest.raises(NotPlacedError, match=r"^Case manager (CM01|cm01) is"):
            place_interview(inspection, other.pop(), slot_at(0), "Room 2", sequence=None)

    def test_the_database_sees_two_spellings_of_a_code_as_one(self) -> None:
        inspection = make_inspection("Othershire")
        make_cases(inspection, ("OTH-001", "inspector", "CM01"), ("OTH-002", "lead", "cm01"))
        make_frame(inspection)
        first = place(inspection, "OTH-001", 0)
        second = place(inspection, "OTH-002", 1, "Room 2")
        second.start, second.end = first.start, first.end
        with pytest.raises(IntegrityError):
            second.save()

    def test_says_who_has_no_time_left(self, inspection: Inspection) -> None:
        make_frame(inspection, days=DAYS[:1], times=USUAL_TIMES[:1])
        outcome = plan_interviews(inspection, Scope.REST, revision=revision_of(inspection))
        assert outcome.left == {"ANY-001": "Inspector has no time left."}
        assert set(timetable_of(inspection)) == {"ANY-002", "ANY-003"}

    def test_heeds_days_on_which_somebody_is_not_there(self, inspection: Inspection) -> None:
        inspector = member_of(inspection, "inspector")
        save_availabilities(inspection, {inspector.pk: (["2026-01-12"], None)})
        plan_interviews(inspection, Scope.REST, revision=revision_of(inspection))
        found = timetable_of(inspection)
        assert min(found["ANY-001"][0], found["ANY-002"][0]) >= 4

    def test_uses_no_time_that_has_passed_unless_all_have(self, inspection: Inspection) -> None:
        board = Board(inspection)
        tuesday = datetime(2026, 1, 13, 10, 0, tzinfo=LONDON)
        assert board.list_open_slots(tuesday) == [slot_at(5), slot_at(6), slot_at(7)]
        assert board.list_open_slots(datetime(2026, 1, 14, tzinfo=LONDON)) == board.frame.slots

    def test_does_nothing_on_a_timetable_that_was_changed_meanwhile(
        self, inspection: Inspection
    ) -> None:
        revision = revision_of(inspection)
        place(inspection, "ANY-001", 3)
        with pytest.raises(ChangedMeanwhileError):
            plan_interviews(inspection, Scope.ANEW, revision=revision)
        assert timetable_of(inspection) == {"ANY-001": (3, "Room 1", "inspector")}

    def test_plans_no_interview_about_a_withdrawn_or_compared_case(
        self, inspection: Inspection
    ) -> None:
        for reference in ("ANY-001", "ANY-003"):
            place(inspection, reference, int(reference[-1]))
        assessment = Assessment.objects.get(case__reference="ANY-001")
        assessment.case.withdrawn = True
        assessment.case.save()
        Assessment.objects.filter(case__reference="ANY-002").update(closed="second_marking")
        plan_interviews(inspection, Scope.REST, revision=revision_of(inspection))
        assert set(timetable_of(inspection)) == {"ANY-003"}


class TestByHand:
    def test_places_moves_and_removes(self, inspection: Inspection) -> None:
        first = place(inspection, "ANY-001", 0)
        place_interview(inspection, "ANY-001", slot_at(5), "Room 2", sequence=first.sequence)
        assert timetable_of(inspection) == {"ANY-001": (5, "Room 2", "inspector")}
        moved = Interview.objects.get()
        assert moved.sequence > first.sequence
        remove_interview(inspection, "ANY-001", sequence=moved.sequence)
        assert timetable_of(inspection) == {}
        again = place(inspection, "ANY-001", 0)
        assert again.sequence > moved.sequence

    @pytest.mark.parametrize(
        ("reference", "number", "room", "slot", "place_told"),
        [
            ("ANY-002", 0, "Room 2", ("Inspector is interviewing about ANY-001 then.",), ()),
            (
                "ANY-003",
                0,
                "Room 2",
                ("Case manager cm-01 is being interviewed about ANY-001 then.",),
                (),
            ),
            (
                "ANY-004",
                0,
                "Room 1",
                (),
                ("Room 1 is taken then, for the interview about ANY-001.",),
            ),
            ("ANY-004", 4, "Room 1", ("Lead inspector is not there on that day.",), ()),
        ],
    )
    def test_says_what_is_in_the_way(
        self,
        inspection: Inspection,
        reference: str,
        number: int,
        room: str,
        slot: tuple[str, ...],
        place_told: tuple[str, ...],
    ) -> None:
        make_cases(inspection, ("ANY-004", "lead", "cm-04"))
        lead = member_of(inspection, "lead")
        save_availabilities(inspection, {lead.pk: ([DAYS[1].isoformat()], None)})
        place(inspection, "ANY-001", 0)
        with pytest.raises(NotPlacedError) as refused:
            place_interview(inspection, reference, slot_at(number), room, sequence=None)
        assert (refused.value.clashes.slot, refused.value.clashes.place) == (slot, place_told)
        assert set(timetable_of(inspection)) == {"ANY-001"}

    def test_times_that_only_overlap_are_in_the_way_too(self, inspection: Inspection) -> None:
        place(inspection, "ANY-001", 0)
        make_frame_with_overlap = ((time(9, 0), time(9, 30)), *USUAL_TIMES[1:])
        revision = revision_of(inspection)
        Interview.objects.update(held_at=timezone.now())
        frame = Frame(DAYS, make_frame_with_overlap, PLACES)
        assert save_frame(inspection, frame, revision=revision, take_off=False) == []
        with pytest.raises(NotPlacedError, match="Inspector is interviewing about ANY-001 then"):
            place_interview(inspection, "ANY-002", frame.slots[0], "Room 2", sequence=None)

    def test_two_change_places(self, inspection: Inspection) -> None:
        first = place(inspection, "ANY-001", 0)
        place(inspection, "ANY-002", 5, "Room 2")
        swap_interviews(inspection, "ANY-001", "ANY-002", sequence=first.sequence)
        assert timetable_of(inspection) == {
            "ANY-001": (5, "Room 2", "inspector"),
            "ANY-002": (0, "Room 1", "inspector"),
        }

    def test_two_do_not_change_places_where_one_of_them_could_not_be(
        self, inspection: Inspection
    ) -> None:
        first = place(inspection, "ANY-001", 0)
        place(inspection, "ANY-002", 1)
        place(inspection, "ANY-003", 1, "Room 2")
        with pytest.raises(NotPlacedError, match="cm-01 is being interviewed about ANY-003"):
            swap_interviews(inspection, "ANY-001", "ANY-002", sequence=first.sequence)
        assert timetable_of(inspection)["ANY-001"] == (0, "Room 1", "inspector")

    def test_what_was_held_stays(self, inspection: Inspection) -> None:
        interview = place(inspection, "ANY-001", 0)
        place(inspection, "ANY-002", 1)
        mark_held(interview, held=True)
        held = "The interview about ANY-001 was held, so it stays where it was."
        seen = interview.sequence
        with pytest.raises(NotPlacedError, match=held):
            place_interview(inspection, "ANY-001", slot_at(3), "Room 1", sequence=seen)
        with pytest.raises(NotPlacedError, match=held):
            remove_interview(inspection, "ANY-001", sequence=seen)
        with pytest.raises(NotPlacedError, match=held):
            swap_interviews(inspection, "ANY-001", "ANY-002", sequence=seen)
        mark_held(interview, held=False)
        remove_interview(inspection, "ANY-001", sequence=seen)
        assert set(timetable_of(inspection)) == {"ANY-002"}

    def test_a_change_on_what_is_no_longer_so_is_refused(self, inspection: Inspection) -> None:
        seen = place(inspection, "ANY-001", 0).sequence
        place_interview(inspection, "ANY-001", slot_at(1), "Room 1", sequence=seen)
        with pytest.raises(ChangedMeanwhileError):
            place_interview(inspection, "ANY-001", slot_at(2), "Room 1", sequence=seen)
        with pytest.raises(ChangedMeanwhileError):
            place_interview(inspection, "ANY-001", slot_at(2), "Room 1", sequence=None)
        with pytest.raises(ChangedMeanwhileError):
            remove_interview(inspection, "ANY-001", sequence=seen)
        assert timetable_of(inspection)["ANY-001"][0] == 1

    def test_a_case_that_needs_no_interview_gets_none(self, inspection: Inspection) -> None:
        make_cases(inspection, ("ANY-004", "", ""))
        for reference in ("ANY-004", "ANY-099"):
            with pytest.raises(Interview.DoesNotExist):
                place_interview(inspection, reference, slot_at(0), "Room 1", sequence=None)


def place_ahead(inspection: Inspection) -> Interview:
    """Return an interview that was placed two days ahead."""
    interview = place(inspection, "ANY-001", 0)
    Interview.objects.update(placed_on=DAYS[0] - timedelta(days=2))
    interview.refresh_from_db()
    return interview


@pytest.mark.parametrize(("days", "is_too_late"), [(0, True), (1, False)])
def test_what_was_written_down_after_its_day_is_not_late(
    inspection: Inspection, days: int, is_too_late: bool
) -> None:
    interview = place(inspection, "ANY-001", 0)
    assert interview.placed_on == timezone.localdate()
    Interview.objects.update(placed_on=DAYS[0] + timedelta(days=days))
    interview.refresh_from_db()
    after = datetime(2026, 1, 20, 9, 0, tzinfo=LONDON)
    assert (is_late(interview, after), is_unmarked(interview, after)) == (is_too_late, True)


def test_an_interview_is_late_from_its_end_until_it_was_held(inspection: Inspection) -> None:
    interview = place_ahead(inspection)  # 09:15 to 10:30
    before = datetime(2026, 1, 12, 10, 29, tzinfo=LONDON)
    after = datetime(2026, 1, 12, 10, 30, tzinfo=LONDON)
    assert (is_late(interview, before), is_late(interview, after)) == (False, True)
    mark_held(interview, held=True)
    interview.refresh_from_db()
    assert is_late(interview, after) is False


def test_lateness_goes_by_the_clock_of_the_place_in_summer_too(inspection: Inspection) -> None:
    interview = place_ahead(inspection)
    Interview.objects.update(day="2026-07-13")
    interview.refresh_from_db()
    half_past_ten = datetime(2026, 7, 13, 9, 30, tzinfo=ZoneInfo("UTC")).astimezone(LONDON)
    assert is_late(interview, half_past_ten) is True


def test_waiting_cases_say_why(inspection: Inspection) -> None:
    assert waiting_of(inspection) == [("ANY-001", ""), ("ANY-002", ""), ("ANY-003", "")]
    inspector = member_of(inspection, "inspector")
    every_day = [day.isoformat() for day in DAYS]
    save_availabilities(inspection, {inspector.pk: (every_day, None)})
    assert waiting_of(inspection) == [
        ("ANY-001", "Inspector is not there on any of the days left."),
        ("ANY-002", "Inspector is not there on any of the days left."),
        ("ANY-003", ""),
    ]


def test_a_whole_inspection_is_planned_and_stored(inspection: Inspection) -> None:
    other = make_inspection("Othershire")
    make_many(other, 16, "lead")
    make_frame(other, days=(*DAYS, *(day.replace(day=day.day + 2) for day in DAYS)))
    outcome = plan_interviews(other, Scope.REST, revision=revision_of(other))
    assert (outcome.placed, outcome.left) == (16, {})
    assert Interview.objects.filter(inspection=other).count() == 16
