"""Book numbers of printed reports."""

from __future__ import annotations

import re


def check_isbn(isbn: str) -> bool:
    """Whether `isbn` is an ISBN of thirteen digits, hyphens and spaces aside, that adds up."""
    digits = isbn.replace("-", "").replace(" ", "")
    if not re.fullmatch("97[89][0-9]{10}", digits):
        return False
    return sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits)) % 10 == 0
