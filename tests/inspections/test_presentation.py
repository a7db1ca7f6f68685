"""Dates as pages say them."""

from __future__ import annotations

import pytest

from inspections.presentation import describe_date, describe_period


@pytest.mark.parametrize(
    ("text", "words"),
    [("2026-01-02", "2 January 2026"), ("2026-01", "January 2026"), ("", "")],
)
def test_describe_date(text: str, words: str) -> None:
    assert describe_date(text) == words


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-02-30", "January"])
def test_describe_date_refuses_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"month|day|isoformat"):
        describe_date(text)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-01", "2026-01", "January 2026"),
        ("2026-01", "2026-03", "January to March 2026"),
        ("2025-12", "2026-01", "December 2025 to January 2026"),
        ("2026-01-12", "2026-01-23", "12 to 23 January 2026"),
        ("2026-01-12", "2026-02-12", "12 January to 12 February 2026"),
        ("2025-12-29", "2026-01-09", "29 December 2025 to 9 January 2026"),
        ("2026-01-12", "", "12 January 2026"),
        ("2026-01", "2026-03-06", "January to 6 March 2026"),
    ],
)
def test_describe_period(start: str, end: str, words: str) -> None:
    assert describe_period(start, end) == words
