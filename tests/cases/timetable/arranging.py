"""A frame and its slots, and reading a timetable as it is stored."""

from __future__ import annotations

from datetime import date, time

from cases.models import Interview, Timetable
from cases.timetable.bookings import Frame, Slot
from cases.timetable.slots import USUAL_TIMES
from cases.timetable.storing import place_interview, save_frame
from inspections.models import Inspection

TIMETABLE = "/inspections/anyshire-2026/timetable/"
FRAME = f"{TIMETABLE}frame/"
PRINT = f"{TIMETABLE}print/"
OWN = f"{TIMETABLE}mine/"
INTERVIEW = f"{TIMETABLE}cases/ANY-001/"

DAYS = (date(2026, 1, 12), date(2026, 1, 13))
MONDAY, TUESDAY = (day.isoformat() for day in DAYS)
PLACES = ("Room 1", "Room 2")


def make_frame(
    inspection: Inspection,
    *,
    days: tuple[date, ...] = DAYS,
    times: tuple[tuple[time, time], ...] = USUAL_TIMES,
    places: tuple[str, ...] = PLACES,
) -> Frame:
    """Store a frame of two days with four times each, and two rooms, unless told otherwise."""
    frame = Frame(days, times, places)
    timetable = Timetable.objects.filter(inspection=inspection).first()
    revision = timetable.revision if timetable else 0
    assert save_frame(inspection, frame, revision=revision, take_off=False) == []
    return frame


def slot_at(number: int) -> Slot:
    """Return a slot of the usual frame: 0 to 3 are on its first day, 4 to 7 on its second."""
    return Frame(DAYS, USUAL_TIMES, PLACES).slots[number]


def place(inspection: Inspection, reference: str, number: int, room: str = "Room 1") -> Interview:
    """Place an interview that there is not yet, and return it."""
    place_interview(inspection, reference, slot_at(number), room, sequence=None)
    return Interview.objects.get(inspection=inspection, case__reference=reference)


def timetable_of(inspection: Inspection) -> dict[str, tuple[int, str, str]]:
    """Return by reference the slot's number, the room and the key of the assessor."""
    slots = Frame(DAYS, USUAL_TIMES, PLACES).slots
    return {
        interview.case.reference: (
            slots.index(Slot(interview.day, interview.start, interview.end)),
            interview.place,
            interview.assessor.key,
        )
        for interview in Interview.objects.filter(inspection=inspection).select_related(
            "case", "assessor"
        )
    }
