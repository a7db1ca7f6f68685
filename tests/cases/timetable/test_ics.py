"""Calendar files, read back by a library as a calendar would."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from cases.models import Case, Interview
from cases.timetable.ics import write_calendar
from inspections.models import Area, Inspection, TeamMember

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
INSPECTION = Inspection(
    slug="anyshire-2026", fieldwork_start="2026-01-12", area=Area(name="Anyshire")
)
LONG_ROOM = "Besprechungsraum für Gespräche; Haus A, 2. Stock – am Ende des Flurs " * 2


def make_interview(
    reference: str = "ANY-001",
    day: date = date(2026, 1, 12),
    place: str = "Room 1",
    sequence: int = 3,
) -> Interview:
    return Interview(
        case=Case(reference=reference),
        day=day,
        start=time(9, 15),
        end=time(10, 30),
        place=place,
        case_manager="cm-01",
        sequence=sequence,
    )


def write(*interviews: Interview, name: str = "Inspector 1") -> bytes:
    return write_calendar(INSPECTION, TeamMember(name=name), interviews, NOW)


def events_of(written: bytes) -> list[Any]:
    """Return the events that a calendar reads."""
    return list(Calendar.from_ical(written).walk("VEVENT"))


def test_says_when_where_and_which_case_and_nothing_else() -> None:
    read = Calendar.from_ical(write(make_interview()))
    assert {name: str(value) for name, value in read.items() if name != "VERSION"} == {
        "PRODID": "-//Case inspection//Interviews//EN",
        "METHOD": "PUBLISH",
        "X-WR-CALNAME": "Interviews of Inspector 1: Anyshire 2026",
    }
    (event,) = events_of(write(make_interview()))
    assert set(event) == {
        "UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "LOCATION", "CLASS",
    }  # fmt: skip
    assert (event["SUMMARY"], event["LOCATION"], event["CLASS"]) == (
        "Interview: case ANY-001",
        "Room 1",
        "PRIVATE",
    )
    assert (event["SEQUENCE"], event["DTSTAMP"].dt) == (3, NOW)
    assert b"cm-01" not in write(make_interview())


@pytest.mark.parametrize(
    ("day", "hour"), [(date(2026, 1, 12), 9), (date(2026, 7, 13), 8), (date(2026, 3, 29), 8)]
)
def test_times_are_those_of_london_in_winter_and_summer(day: date, hour: int) -> None:
    (event,) = events_of(write(make_interview(day=day)))
    start = event["DTSTART"].dt
    assert start == datetime(day.year, day.month, day.day, hour, 15, tzinfo=UTC)
    assert start.astimezone(ZoneInfo("Europe/London")).time() == time(9, 15)
    assert (event["DTEND"].dt - start).seconds == 75 * 60
    stamped = write(make_interview(day=day)).decode()
    assert re.search(rf"DTSTART:{day:%Y%m%d}T0{hour}1500Z\r\n", stamped)


def test_lines_are_folded_ended_and_escaped_as_the_standard_asks() -> None:
    written = write(make_interview(place=LONG_ROOM), name="One, two; three\\\nX-EVIL:1")
    lines = written.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()  # no fold falls into the middle of a character
    assert not any(line.startswith(b"X-EVIL") for line in lines)
    unfolded = written.replace(b"\r\n ", b"").decode()
    assert r"LOCATION:Besprechungsraum für Gespräche\; Haus A\, 2. Stock" in unfolded
    (event,) = events_of(written)
    assert event["LOCATION"] == LONG_ROOM


def test_a_moved_interview_keeps_its_identity_and_rises_in_sequence() -> None:
    first = make_interview()
    moved = make_interview(day=date(2026, 1, 13), place="Room 2", sequence=7)
    uids = []
    for interview in (first, moved, make_interview("ANY-002")):
        (event,) = events_of(write(interview))
        uids.append((str(event["UID"]), int(event["SEQUENCE"])))
    assert uids[0][0] == uids[1][0] != uids[2][0]
    assert (uids[0][1], uids[1][1]) == (3, 7)
    assert "ANY" not in uids[0][0]
