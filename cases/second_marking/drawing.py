"""Drawing a random share of the cases for second marking, so that it can be drawn again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256

from cases.models import Assessment

SEED_LIMIT = 64
"""Characters that a seed may have."""


def make_seed() -> str:
    """Return a seed that nobody could have chosen: eight characters."""
    return secrets.token_hex(4)


def count_share(percent: int, total: int) -> int:
    """Return how many of `total` cases `percent` (1-100) is: rounded up, so never none."""
    return -(-percent * total // 100)


def draw_cases(pickable: Sequence[Assessment], number: int, seed: str) -> list[Assessment]:
    """Return `number` of `pickable`, drawn at random from `seed`, in the order given.

    Each assessor has some of theirs drawn, as many as is their share of the cases, as far as
    `number` goes. The same cases, number and seed give the same draw on any machine.
    """
    by_assessor: dict[int, list[Assessment]] = {}
    for assessment in sorted(pickable, key=lambda a: _hash(seed, a.case.reference)):
        by_assessor.setdefault(assessment.assessor_id or 0, []).append(assessment)
    # Assessors in an order of chance: where there are fewer places than people, chance decides.
    order = list(by_assessor)
    places = share_out({key: len(by_assessor[key]) for key in order}, number)
    drawn = {a.pk for key in order for a in by_assessor[key][: places[key]]}
    return [assessment for assessment in pickable if assessment.pk in drawn]


def share_out(sizes: Mapping[int, int], number: int) -> dict[int, int]:
    """Return how many of `number` places each group gets: one each first, the rest by size.

    No group gets more than its size. Where there are more groups than places, the first groups of
    `sizes` get one.
    """
    number = min(number, sum(sizes.values()))
    places = dict.fromkeys(sizes, 0)
    for _ in range(number):
        waiting = [key for key in sizes if places[key] < sizes[key]]
        # The one that is furthest behind its share gets the next place; nobody twice before all
        # have one.
        key = max(waiting, key=lambda k: (not places[k], Fraction(2 * sizes[k], 2 * places[k] + 1)))
        places[key] += 1
    return places


def _hash(seed: str, reference: str) -> str:
    """A place in an order of chance that does not change with the version of Python."""
    return sha256(f"{seed}\n{reference}".encode()).hexdigest()
