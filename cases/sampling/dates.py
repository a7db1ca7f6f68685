"""Dates as caseloads give them: 31/03/2012 or 2012-03-31, with or without a time of day."""

from __future__ import annotations

import re
from datetime import date

FIRST_YEAR = 1990
"""No case that a sample is drawn from, nor the youth offending teams themselves, is as old."""

_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$", re.ASCII)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_BRITISH = re.compile(
    r"(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})", re.ASCII
)
_ANY_DATE = re.compile(
    r"(?<!\d)(\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})"
    r"|\d{1,2}[-/. ]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/. ]?(\d{4}|\d{2}))"
    r"(?!\d)",
    re.ASCII | re.IGNORECASE,
)
_FIRST_BIRTH, _LAST_BIRTH = 1980, 2040
"""Years in which young people of a caseload may be born, or their cases begin."""


def read_date(text: str) -> date:
    """Return the date that `text` is. Raises ValueError, with a message fit to be shown."""
    bare = _TIME.sub("", text)
    british = _BRITISH.fullmatch(bare)
    found = british or _ISO.fullmatch(bare)
    if found is None:
        raise ValueError(f"“{text[:40]}” is not a date: write it as 31/03/2012 or 2012-03-31.")
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    try:
        value = date(year, month, day)
    except ValueError:
        hint = " The day comes before the month." if british else ""
        raise ValueError(f"There is no day {bare}.{hint}") from None
    if year < FIRST_YEAR:
        raise ValueError(f"{bare} is before {FIRST_YEAR}.")
    return value


def looks_like_date(text: str) -> bool:
    """Whether there is a date in `text`, whichever way it is written."""
    return _ANY_DATE.search(text) is not None


def is_compact_day(digits: str) -> bool:
    """Whether six or eight digits are a day of these years: 12031998, 19980312, 120398, 980312."""
    if len(digits) == 8:
        orders = ((digits[4:], digits[2:4], digits[:2]), (digits[:4], digits[4:6], digits[6:]))
    elif len(digits) == 6:
        orders = ((digits[4:], digits[2:4], digits[:2]), (digits[:2], digits[2:4], digits[4:]))
    else:
        return False
    return any(_is_day(year, month, day) for year, month, day in orders)


def _is_day(year: str, month: str, day: str) -> bool:
    if len(year) == 2:
        year = f"{19 if int(year) >= _FIRST_BIRTH % 100 else 20}{year}"
    if not _FIRST_BIRTH <= int(year) <= _LAST_BIRTH:
        return False
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
