"""A frame as people type it in: days, times and rooms, one on each line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from itertools import pairwise
from typing import TypeVar

from cases.timetable.bookings import Times
from cases.timetable.slots import MOST_DAYS

MOST_TIMES = 12
MOST_PLACES = 40
LONGEST_PLACE = 100
SHOWN = 40
"""Characters of a wrong line that a message repeats."""

Value = TypeVar("Value")

_DAY_FORMATS = ("%d %B %Y", "%d %b %Y", "%d/%m/%Y", "%Y-%m-%d")
_WEEKDAY = re.compile("(?:mon|tues|wednes|thurs|fri|satur|sun)day,? +", re.IGNORECASE)
_TIMES = re.compile(r"(\d\d?)[:.](\d\d) *(?:to|-|–) *(\d\d?)[:.](\d\d)", re.ASCII)


def read_days(text: str) -> tuple[list[date], list[str]]:
    """Return the days named in `text`, in order and once each; and what is wrong with it.

    A day is written `12 January 2026`, with or without its weekday, `12/1/2026` or `2026-01-12`.
    """
    days, problems = _read_lines(text, _read_day, MOST_DAYS, "days")
    return sorted(set(days)), problems


def read_times(text: str) -> tuple[list[Times], list[str]]:
    """Return the slots of a day named in `text`, in order; and what is wrong with it.

    A slot is written `09:15 to 10:30`. Slots must not overlap.
    """
    times, problems = _read_lines(text, _read_times, MOST_TIMES, "times")
    times.sort()
    for earlier, later in pairwise(times):
        if later[0] < earlier[1]:
            problems.append(f"{_say(earlier)} and {_say(later)} overlap.")
    return times, problems


def read_places(text: str) -> tuple[list[str], list[str]]:
    """Return the rooms named in `text`, as they are ordered there; and what is wrong with it."""
    places, problems = _read_lines(text, _read_place, MOST_PLACES, "rooms")
    seen: set[str] = set()
    for place in places:
        if place.casefold() in seen:
            problems.append(f"“{place}” is named twice.")
        seen.add(place.casefold())
    return places, problems


def write_days(days: Iterable[date]) -> str:
    """Return days as they are typed in."""
    return "\n".join(f"{day:%A} {day.day} {day:%B} {day.year}" for day in days)


def write_times(times: Iterable[Times]) -> str:
    """Return slots of a day as they are typed in."""
    return "\n".join(map(_say, times))


def _read_lines(
    text: str, read: Callable[[str], Value], most: int, what: str
) -> tuple[list[Value], list[str]]:
    """Read every line that is not blank; `read` raises ValueError with what is wrong."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(lines) > most:
        return [], [f"Enter {most} {what} at the most: there are {len(lines)} lines."]
    values, problems = [], []
    for line in lines:
        try:
            values.append(read(line))
        except ValueError as error:
            problems.append(str(error))
    return values, problems


def _read_day(line: str) -> date:
    plain = _WEEKDAY.sub("", line, count=1)
    for form in _DAY_FORMATS:
        try:
            day = datetime.strptime(plain, form).date()
        except ValueError:
            continue
        if not 2000 <= day.year <= 2100:
            break
        if plain != line and not line.lower().startswith(f"{day:%A}".lower()):
            raise ValueError(f"“{line[:SHOWN]}” is a {day:%A}.")
        return day
    raise ValueError(f"“{line[:SHOWN]}” is not a day. Write it like 12 January 2026.")


def _read_times(line: str) -> Times:
    if found := _TIMES.fullmatch(line):
        hour, minute, until_hour, until_minute = map(int, found.groups())
        try:
            start, end = time(hour, minute), time(until_hour, until_minute)
        except ValueError:
            pass
        else:
            if start < end:
                return start, end
            raise ValueError(f"“{line[:SHOWN]}” ends before it starts.")
    raise ValueError(f"“{line[:SHOWN]}” is not a time. Write it like 09:15 to 10:30.")


def _read_place(line: str) -> str:
    if len(line) > LONGEST_PLACE:
        raise ValueError(
            f"The name of a room can have {LONGEST_PLACE} characters: “{line[:SHOWN]}…” has "
            f"{len(line)}."
        )
    return line


def _say(times: Times) -> str:
    start, end = times
    return f"{start:%H:%M} to {end:%H:%M}"
