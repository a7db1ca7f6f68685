"""Days and months as ISO text: as people type them, and which comes first."""

from __future__ import annotations

import re
from calendar import month_abbr, month_name, monthrange
from datetime import date
from functools import lru_cache

YEARS = (1990, 2100)

_MONTHS = {
    name.lower(): number
    for names in (month_name, month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?")
_FIGURES = re.compile(r"(?:(?P<day>\d{1,2})[/.])?(?P<month>\d{1,2})[/.](?P<year>\d{4})")
_WORDS = re.compile(r"(?:(?P<day>\d{1,2}) )?(?P<month>[a-z]+) (?P<year>\d{4})")


def parse_day(text: str) -> str:
    """Return a day or a month, typed in one of the usual ways, as ISO text.

    `12 January 2026`, `12/1/2026` and `2026-01-12` are `2026-01-12`; `January 2026` is `2026-01`.
    Raises ValueError where `text` is no such day, or is not from 1990 to 2100.
    """
    words = " ".join(text.lower().replace(",", " ").split())
    found = _ISO.fullmatch(words) or _FIGURES.fullmatch(words) or _WORDS.fullmatch(words)
    if found is None:
        raise ValueError(f"{text!r} is no day")
    year, month = int(found["year"]), found["month"]
    number = int(month) if month.isdecimal() else _MONTHS.get(month, 0)
    day = date(year, number, int(found["day"] or 1))
    if not YEARS[0] <= year <= YEARS[1]:
        raise ValueError(f"{year} is out of range")
    return day.isoformat() if found["day"] else day.strftime("%Y-%m")


def is_before(value: str, other: str) -> bool:
    """Whether a day or month is before another, as finely as both allow.

    A day is not before the month that it is in.
    """
    length = min(len(value), len(other))
    return value[:length] < other[:length]


def is_same(value: str, other: str) -> bool:
    """Whether a day or month is the same as another, as finely as both allow."""
    return not is_before(value, other) and not is_before(other, value)


@lru_cache(maxsize=4096)
def last_day(value: str) -> date:
    """Return the day, or the last day of the month, that ISO text names.

    Raises ValueError where it names none.
    """
    if len(value) > len("YYYY-MM"):
        return date.fromisoformat(value)
    first = date.fromisoformat(f"{value}-01")
    return first.replace(day=monthrange(first.year, first.month)[1])
