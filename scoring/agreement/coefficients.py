"""How far two assessors agree: the arithmetic, in exact fractions. Imports no Django.

Sources: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological
Measurement 20 (1960), 37-46, for kappa; K. L. Gwet, Computing inter-rater reliability and its
variance in the presence of high agreement, British Journal of Mathematical and Statistical
Psychology 61 (2008), 29-48, for AC1. docs/SCORING.md works through examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from scoring.arithmetic import round_half_up

FEWEST_PAIRS = 10
"""Below so many pairs of answers a coefficient says little, and the reader is told so (ours)."""


@dataclass(frozen=True)
class CrossTable:
    """Pairs of answers counted: `counts[i][j]` is how often the first chose the i-th of
    `categories` and the second the j-th.

    `categories` are all those that could be chosen, whether anybody did or not: two at least.
    Raises ValueError where the counts are not of that shape, or negative.
    """

    categories: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        size = len(self.categories)
        if size < 2 or len(self.counts) != size or any(len(row) != size for row in self.counts):
            raise ValueError(f"Not a table of {size} by {size}: {self.counts}")
        if any(count < 0 for row in self.counts for count in row):
            raise ValueError(f"Counts cannot be negative: {self.counts}")

    @cached_property
    def pairs(self) -> int:
        """How many pairs of answers there are."""
        return sum(map(sum, self.counts))

    @cached_property
    def alike(self) -> int:
        """Pairs in which both chose the same."""
        return sum(row[place] for place, row in enumerate(self.counts))

    @property
    def unlike(self) -> int:
        """Pairs in which they chose differently."""
        return self.pairs - self.alike

    @property
    def percent(self) -> int | None:
        """Pairs alike as a whole percentage, a half rounded up; None where there are no pairs."""
        return round_half_up(self.alike, self.pairs)

    @property
    def kappa(self) -> Fraction | None:
        """Cohen's kappa: agreement beyond that of two people who keep to their own proportions.

        None where it is not defined: without pairs, or where both chose one and the same category
        throughout, so that there was nothing but agreement to be expected.
        """
        if not self.pairs:
            return None
        firsts = [sum(row) for row in self.counts]
        seconds = [sum(column) for column in zip(*self.counts, strict=True)]
        both = sum(first * second for first, second in zip(firsts, seconds, strict=True))
        return _correct_for_chance(self._observed, Fraction(both, self.pairs**2))

    @property
    def ac1(self) -> Fraction | None:
        """Gwet's AC1: the same, where chance is taken to be at work in hard cases only.

        It stays high where nearly all answers are the same, as kappa does not. None without pairs.
        """
        if not self.pairs:
            return None
        shares = [
            Fraction(sum(row) + sum(column), 2 * self.pairs)
            for row, column in zip(self.counts, zip(*self.counts, strict=True), strict=True)
        ]
        expected = sum((share * (1 - share) for share in shares), Fraction())
        return _correct_for_chance(self._observed, expected / (len(self.categories) - 1))

    @property
    def _observed(self) -> Fraction:
        return Fraction(self.alike, self.pairs)

    def turn(self) -> CrossTable:
        """Return the table with first and second exchanged."""
        return CrossTable(self.categories, tuple(zip(*self.counts, strict=True)))


def count_pairs(categories: Sequence[str], pairs: Mapping[tuple[str, str], int]) -> CrossTable:
    """Return the table of `pairs`, which holds counts by the first's and the second's answer."""
    return CrossTable(
        tuple(categories),
        tuple(tuple(pairs.get((row, column), 0) for column in categories) for row in categories),
    )


def pool_tables(categories: Sequence[str], tables: Iterable[CrossTable]) -> CrossTable:
    """Return the sum of `tables`: counts are pooled, coefficients never averaged.

    `categories` are those of all of them together.
    """
    pooled: dict[tuple[str, str], int] = {}
    for table in tables:
        for row, counts in zip(table.categories, table.counts, strict=True):
            for column, count in zip(table.categories, counts, strict=True):
                pooled[row, column] = pooled.get((row, column), 0) + count
    return count_pairs(categories, pooled)


def round_coefficient(value: Fraction) -> str:
    """Return a coefficient with two decimals, a half rounded away from zero: 5/8 is `0.63`.

    Done in whole numbers, so that no binary fraction decides.
    """
    hundredths = (200 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    sign = "−" if value < 0 and hundredths else ""
    return f"{sign}{hundredths // 100}.{hundredths % 100:02}"


def _correct_for_chance(observed: Fraction, expected: Fraction) -> Fraction | None:
    """Return how far `observed` agreement goes beyond what is `expected`, as a share of the rest.

    None where agreement was certain.
    """
    if expected == 1:
        return None
    return (observed - expected) / (1 - expected)
