"""Two versions of a text beside each other: which words are gone, and which are new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_PAIRS = 20_000
"""Texts with more pairs of equal words than this are compared as wholes: a page of ordinary prose
has a tenth of it."""

_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")
_AROUND = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words; `changed` where the other version has it not."""

    text: str
    changed: bool


def compare_words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return both texts in pieces, which put together again are the texts."""
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if not before or not after or _count_pairs(before, after) > MOST_PAIRS:
        return tuple(_cut([old], True)), tuple(_cut([new], True))
    left: list[Piece] = []
    right: list[Piece] = []
    matcher = SequenceMatcher(str.isspace, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        left.extend(_cut(before[i1:i2], tag != "equal"))
        right.extend(_cut(after[j1:j2], tag != "equal"))
    return tuple(left), tuple(right)


def _count_pairs(before: list[str], after: list[str]) -> int:
    """Return how many pairs of equal words there are: comparing takes as long."""
    counted = Counter(token for token in before if not token.isspace())
    return sum(counted[token] for token in after)


def _cut(tokens: list[str], changed: bool) -> Iterator[Piece]:
    """Yield the piece; the space around a changed one is not marked, unless it is all there is."""
    text = "".join(tokens)
    if not changed or text.isspace():
        parts = [(text, changed)]
    else:
        before, words, after = _AROUND.fullmatch(text).groups()  # type: ignore[union-attr]
        parts = [(before, False), (words, True), (after, False)]
    for part, marked in parts:
        if part:
            yield Piece(part, marked)
