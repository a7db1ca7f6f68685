"""Dates and roles in the words that pages use."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format

from inspections.models import TeamMember


def describe_date(text: str) -> str:
    """Return an ISO date or month in words: `12 January 2026`, `January 2026`.

    The empty string stays empty. Raises ValueError where `text` is no such date.
    """
    if not text:
        return ""
    if len(text) == len("YYYY-MM"):
        return date_format(date.fromisoformat(f"{text}-01"), "F Y")
    return date_format(date.fromisoformat(text), "j F Y")


def describe_period(start: str, end: str) -> str:
    """Return a period in words, without saying twice what both ends share.

    `2026-01-12` and `2026-01-23` are `12 to 23 January 2026`. Raises as `describe_date` does.
    """
    first, last = describe_date(start).split(), describe_date(end).split()
    if first == last or not last:
        return " ".join(first)
    shared = last.copy()
    while first and first[-1] == shared[-1]:
        first.pop()
        shared.pop()
    return f"{' '.join(first)} to {' '.join(last)}"


def describe_role(member: TeamMember) -> str:
    """Return a role as a page says it: `Lead inspector`."""
    return member.get_role_display().capitalize()
