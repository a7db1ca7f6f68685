"""Days as people type them, and their order."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.dates import is_before, parse_day
from inspections.presentation import describe_date


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("2026-01-12", "2026-01-12"),
        ("2026-1-2", "2026-01-02"),
        ("12 January 2026", "2026-01-12"),
        ("  12   january, 2026 ", "2026-01-12"),
        ("1 Sept 2026", "2026-09-01"),
        ("29 Feb 2028", "2028-02-29"),
        ("12/1/2026", "2026-01-12"),
        ("12.01.2026", "2026-01-12"),
        ("January 2026", "2026-01"),
        ("2026-01", "2026-01"),
        ("1/2026", "2026-01"),
    ],
)
def test_parse_day(typed: str, iso: str) -> None:
    assert parse_day(typed) == iso


@pytest.mark.parametrize(
    "typed",
    [
        "", "soon", "2026", "29 February 2026", "31/4/2026", "0/1/2026", "13/2026",
        "12 Janember 2026", "12 January 1989", "12 January 2101", "12/1/26", "2026-01-12T00:00",
        "12 January 99999", "\0", "12-1-2026", "12 January 2026 or so",
    ],
)  # fmt: skip
def test_parse_day_refuses_what_is_none(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_day(typed)


@settings(deadline=None, max_examples=40)
@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_is_read_as_it_is_shown(day: date) -> None:
    assert parse_day(describe_date(day.isoformat())) == day.isoformat()


@pytest.mark.parametrize(
    ("value", "other", "expected"),
    [
        ("2026-01-12", "2026-01-13", True),
        ("2026-01-12", "2026-01-12", False),
        ("2026-01-12", "2026-01", False),
        ("2026-01", "2026-01-12", False),
        ("2025-12", "2026-01-01", True),
        ("2026-02-01", "2026-01", False),
    ],
)
def test_is_before(value: str, other: str, expected: bool) -> None:
    assert is_before(value, other) is expected
