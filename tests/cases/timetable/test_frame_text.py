"""Days, times and rooms as people type them in."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.timetable.frame_text import (
    read_days,
    read_places,
    read_times,
    write_days,
    write_times,
)
from cases.timetable.slots import list_working_days
from inspections.models import Inspection

MONDAY = date(2026, 1, 12)


@pytest.mark.parametrize(
    "line",
    [
        "12 January 2026",
        "Monday 12 January 2026",
        "monday, 12 jan 2026",
        "  12/01/2026 ",
        "12/1/2026",
        "2026-01-12",
    ],
)
def test_reads_a_day_however_it_is_written(line: str) -> None:
    assert read_days(f"\n{line}\r\n\r\n") == ([MONDAY], [])


def test_days_are_put_in_order_and_taken_once() -> None:
    assert read_days("13/1/2026\n12/1/2026\n13 January 2026") == (
        [MONDAY, date(2026, 1, 13)],
        [],
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("12 January", "“12 January” is not a day. Write it like 12 January 2026."),
        ("31/2/2026", "“31/2/2026” is not a day. Write it like 12 January 2026."),
        ("12/1/0026", "“12/1/0026” is not a day. Write it like 12 January 2026."),
        ("Tuesday 12 January 2026", "“Tuesday 12 January 2026” is a Monday."),
        ("x" * 50, f"“{'x' * 40}” is not a day. Write it like 12 January 2026."),
    ],
)
def test_says_which_line_is_no_day(line: str, problem: str) -> None:
    assert read_days(f"12/1/2026\n{line}") == ([MONDAY], [problem])


def test_takes_a_month_of_days_at_the_most() -> None:
    assert read_days("12/1/2026\n" * 32) == ([], ["Enter 31 days at the most: there are 32 lines."])


@pytest.mark.parametrize("line", ["09:15 to 10:30", "9.15-10.30", "09:15 – 10:30"])
def test_reads_times_however_they_are_written(line: str) -> None:
    assert read_times(line) == ([(time(9, 15), time(10, 30))], [])


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("9 to 10", ["“9 to 10” is not a time. Write it like 09:15 to 10:30."]),
        ("25:00 to 26:00", ["“25:00 to 26:00” is not a time. Write it like 09:15 to 10:30."]),
        ("10:30 to 09:15", ["“10:30 to 09:15” ends before it starts."]),
        ("10:00 to 11:00\n09:00 to 10:30", ["09:00 to 10:30 and 10:00 to 11:00 overlap."]),
        ("09:00 to 10:00\n10:00 to 11:00", []),
    ],
)
def test_says_what_is_wrong_with_times(text: str, problems: list[str]) -> None:
    assert read_times(text)[1] == problems


def test_reads_rooms() -> None:
    assert read_places("Room 1\n\n  The  annexe \n") == (["Room 1", "The annexe"], [])
    assert read_places("Room 1\nroom 1")[1] == ["“room 1” is named twice."]
    assert read_places("x" * 101)[1] == [
        f"The name of a room can have 100 characters: “{'x' * 40}…” has 101."
    ]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.dates(date(2000, 1, 1), date(2100, 12, 31)), max_size=31))
def test_days_are_read_as_they_were_written(days: list[date]) -> None:
    assert read_days(write_days(days)) == (sorted(set(days)), [])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1), max_size=9))
def test_every_line_is_read_or_told_to_be_wrong(lines: list[str]) -> None:
    for read in (read_times, read_places):
        values, problems = read("\n".join(lines))
        assert len(values) + len(problems) >= len(lines)
        assert all(problems)


def test_times_are_read_as_they_were_written() -> None:
    times = [(time(9, 0), time(9, 30)), (time(13, 5), time(14, 0))]
    assert read_times(write_times(times)) == (times, [])


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-01-09", "2026-01-13", ["2026-01-09", "2026-01-12", "2026-01-13"]),
        ("2026-01", "2026-01", []),
        ("2026-01-13", "2026-01-09", []),
        ("2026-01-01", "2026-12-31", []),
    ],
)
def test_working_days_of_the_fieldwork(start: str, end: str, days: list[str]) -> None:
    inspection = Inspection(fieldwork_start=start, fieldwork_end=end)
    assert [day.isoformat() for day in list_working_days(inspection)] == days
