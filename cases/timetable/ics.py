"""An assessor's interviews as a calendar file (RFC 5545), for a laptop or telephone.

It says when and where, and the reference of the case: a calendar is read over shoulders, and
copied to servers that are not ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone
from icalendar import Calendar, Event, vText

from cases.models import Interview
from inspections.models import Inspection, TeamMember

PRODUCT = "-//Case inspection//Interviews//EN"


def write_calendar(
    inspection: Inspection, assessor: TeamMember, interviews: Iterable[Interview], now: datetime
) -> bytes:
    """Return the file that holds `interviews`, as made at the moment `now`.

    Times are written in UTC, which every calendar turns into the time of the place where it is
    shown. The identity of an interview is that of its case, however often it is moved, and its
    sequence rises with each move: so a calendar that reads a later file replaces what it had.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    # Without a type of its own it would not be escaped.
    calendar.add("x-wr-calname", vText(f"Interviews of {assessor.name}: {inspection}"))
    for interview in interviews:
        event = Event()
        event.add("uid", f"{uuid5(NAMESPACE_URL, f'{inspection.slug}/{interview.case.reference}')}")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", to_utc(interview.day, interview.start))
        event.add("dtend", to_utc(interview.day, interview.end))
        event.add("sequence", interview.sequence)
        event.add("summary", f"Interview: case {interview.case.reference}")
        event.add("location", interview.place)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def to_utc(day: date, at: time) -> datetime:
    """Return the moment of a clock's time at the inspection, in UTC."""
    return timezone.make_aware(
        datetime.combine(day, at), timezone.get_default_timezone()
    ).astimezone(UTC)
