"""Whether a service's own reference of a case may tell who it is: a name, or a date of birth.

A code and a name cannot always be told apart. What stands in most references of a caseload, such
as the service's short name, is no person's; beyond that few letters are needed for a code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from cases.sampling.dates import is_compact_day, looks_like_date

LONGEST = 30
LONGEST_WORD = 4
"""Letters in a row that may be a code; more are a name, unless most references have them."""
FEW, MANY = 3, 10
"""Fewer references than `FEW` may be those of siblings; fewer than `MANY` must all share a word."""

_ALLOWED = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./_:-]*")
_LETTERS = re.compile(r"[^\W\d_]+")
_NUMBERS = re.compile(r"\d+", re.ASCII)

NAME = "The reference looks like a name: give a number or code that names nobody."
DATE = "The reference has a date in it, perhaps of birth: give a number that names nobody."
DATES = "Most references are dates, perhaps of birth: give numbers that name nobody."


def check_reference(text: str, shared: Collection[str] = ()) -> str:
    """Return what is wrong with a reference, or the empty string.

    `shared` holds the words that are no name (`find_shared_words`). A number of six digits may be a
    date by chance: `find_dated` looks for these among all references.
    """
    if not text:
        return "The case has no reference."
    if len(text) > LONGEST:
        return f"The reference is longer than {LONGEST} characters."
    if looks_like_date(text) or (not _NUMBERS.fullmatch(text) and _has_day(text, 8)):
        return DATE
    words = [word for word in _list_words(text) if word not in shared]
    if len(words) > 1 or any(len(word) > LONGEST_WORD for word in words):
        return NAME
    if not any(character.isdigit() for character in text):
        return NAME
    if not _ALLOWED.fullmatch(text):
        return f"The reference “{text}” has a mark that is not allowed: use letters and digits."
    return ""


def find_shared_words(references: Sequence[str]) -> frozenset[str]:
    """Return the words, in small letters, that more than half of many references have.

    Not all need to: one line that is wrong is not to make all the others so.
    """
    if len(references) < FEW:
        return frozenset()
    needed = len(references) if len(references) < MANY else len(references) // 2 + 1
    counts = Counter(word for text in references for word in set(_list_words(text)))
    return frozenset(word for word, number in counts.items() if number >= needed)


def find_dated(references: Sequence[str]) -> frozenset[str]:
    """Return the references in which six digits between other characters are a day of birth.

    Of numbers that are counted up some are days by chance, so nearly all references of the same
    make must have one.
    """
    makes: dict[str, list[str]] = {}
    for text in references:
        numbers = _NUMBERS.findall(text)
        if numbers != [text] and any(len(number) == 6 for number in numbers):
            makes.setdefault(_LETTERS.sub("A", _NUMBERS.sub("0", text)), []).append(text)
    dated: set[str] = set()
    for group in makes.values():
        found = {text for text in group if _has_day(text, 6)}
        if len(found) * 4 > len(set(group)) * 3:
            dated |= found
    return frozenset(dated)


def are_dates(references: Sequence[str]) -> bool:
    """Whether most references are days without marks between: a single number is so by chance."""
    days = sum(bool(_NUMBERS.fullmatch(text)) and is_compact_day(text) for text in references)
    return days * 2 > len(references)


def _list_words(text: str) -> list[str]:
    return [word.casefold() for word in _LETTERS.findall(text) if len(word) > 1]


def _has_day(text: str, digits: int) -> bool:
    return any(
        len(number) == digits and is_compact_day(number) for number in _NUMBERS.findall(text)
    )
