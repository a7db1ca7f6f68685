"""Addresses made from names."""

from __future__ import annotations

from collections.abc import Container


def find_free_slug(wanted: str, taken: Container[str], limit: int) -> str:
    """Return `wanted`, or where that is taken, `wanted-2` and so on; `limit` characters at most."""
    slug = wanted[:limit].strip("-")
    number = 1
    while slug in taken:
        number += 1
        ending = f"-{number}"
        slug = wanted[: limit - len(ending)].strip("-") + ending
    return slug
