"""The days, times and rooms of an inspection, and what the clock says of its interviews."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from cases.models import Interview, Timetable
from cases.timetable.bookings import Frame, Slot
from inspections.models import Inspection

MOST_DAYS = 31
LONGEST_PERIOD = timedelta(days=60)

USUAL_TIMES = (
    (time(9, 15), time(10, 30)),
    (time(10, 45), time(12, 0)),
    (time(13, 0), time(14, 15)),
    (time(14, 30), time(15, 45)),
)
"""Proposed to who has not set any: an hour with a case manager, and time for notes."""


def frame_of(timetable: Timetable | None) -> Frame:
    """Return the frame as it is stored; an empty one where there is none yet."""
    if timetable is None:
        return Frame()
    return Frame(
        tuple(date.fromisoformat(day) for day in timetable.days),
        tuple(
            (time.fromisoformat(start), time.fromisoformat(end)) for start, end in timetable.times
        ),
        tuple(timetable.places),
    )


def propose_frame(inspection: Inspection) -> Frame:
    """Return what to start from: the working days of the fieldwork, and the usual times."""
    return Frame(days=tuple(list_working_days(inspection)), times=USUAL_TIMES)


def list_working_days(inspection: Inspection) -> list[date]:
    """Return Mondays to Fridays of the fieldwork; none where only its month is known."""
    try:
        first = date.fromisoformat(inspection.fieldwork_start)
        last = date.fromisoformat(inspection.fieldwork_end)
    except ValueError:
        return []
    if not first <= last <= first + LONGEST_PERIOD:
        return []
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5][:MOST_DAYS]


def slot_of(interview: Interview) -> Slot:
    """Return when an interview is."""
    return Slot(interview.day, interview.start, interview.end)


def is_late(interview: Interview, now: datetime) -> bool:
    """Whether an interview that was planned ahead has passed and nobody said that it was held.

    `now` is the clock's time where the inspection is: `django.utils.timezone.localtime()`.
    """
    return is_unmarked(interview, now) and not was_placed_afterwards(interview)


def is_unmarked(interview: Interview, now: datetime) -> bool:
    """Whether the time of an interview has passed and nobody said that it was held."""
    ended = datetime.combine(interview.day, interview.end)
    return interview.held_at is None and ended <= now.replace(tzinfo=None)


def was_placed_afterwards(interview: Interview) -> bool:
    """Whether an interview was entered after its day, as where what was is written down."""
    return interview.placed_on is not None and interview.day < interview.placed_on
