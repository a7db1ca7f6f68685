"""Groups of cases whose scores lie apart from those of all others, found by looking at them all.

Whoever looks at a hundred differences will find some by chance alone. So each p-value is corrected
for how many were looked at (S. Holm, A simple sequentially rejective multiple test procedure,
Scandinavian Journal of Statistics 6, 1979), which holds however the comparisons hang together. What
does not stand out even so may still be worth a look, and is said to be no more. Imports no Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from scoring.statistics.groups import Difference, compare_groups
from scoring.statistics.intervals import TAIL, Counts, Flags

Group = TypeVar("Group")


@dataclass(frozen=True, slots=True)
class Gap(Generic[Group]):
    """A group whose score differs; `score` is its column. `adjusted` is its corrected p-value."""

    group: Group
    score: int
    difference: Difference
    adjusted: float


@dataclass(frozen=True, slots=True)
class Gaps(Generic[Group]):
    """What stands out of `compared` differences, and what is worth a look, least probable first.

    `by_chance` is how many of `compared` would be found worth a look, or to stand out, if none of
    the groups differed.
    """

    compared: int
    by_chance: float
    standing_out: tuple[Gap[Group], ...]
    worth_a_look: tuple[Gap[Group], ...]


def find_gaps(
    sufficient: Counts,
    relevant: Counts,
    groups: Flags,
    names: Sequence[Group],
    smallest: int,
    caseload: int | None = None,
) -> Gaps[Group]:
    """Return the groups, called `names`, that differ from all other cases, score by score.

    Compared are those of which, and of whose others, at least `smallest` cases are relevant. Of
    groups that make the same comparison, being of the same cases or of all the others, the first
    counts. The arrays are as `scoring.statistics.groups.compare_groups` takes them.
    """
    kept = list_distinct(groups)
    compared = [
        (names[column], score, difference)
        for column, differences in zip(
            kept,
            compare_groups(sufficient, relevant, groups[:, kept], caseload),
            strict=True,
        )
        for score, difference in enumerate(differences)
        if difference and min(difference.cases, difference.others) >= smallest
    ]
    adjusted = adjust_for_many([difference.p_value for _, _, difference in compared])
    gaps = sorted(
        (Gap(*each, p_value) for each, p_value in zip(compared, adjusted, strict=True)),
        key=lambda gap: (gap.difference.p_value, -abs(gap.difference.points)),
    )
    return Gaps(
        compared=len(compared),
        by_chance=TAIL * len(compared),
        standing_out=tuple(gap for gap in gaps if gap.adjusted < TAIL),
        worth_a_look=tuple(gap for gap in gaps if gap.difference.p_value < TAIL <= gap.adjusted),
    )


def list_distinct(groups: Flags) -> list[int]:
    """Return the columns of the groups that are neither all cases, none, nor like one before."""
    seen: set[bytes] = set()
    distinct = []
    for column, members in enumerate(groups.T):
        if not members.any() or members.all():
            continue
        if members.tobytes() not in seen:
            distinct.append(column)
        seen |= {members.tobytes(), np.logical_not(members).tobytes()}
    return distinct


def adjust_for_many(p_values: Sequence[float]) -> list[float]:
    """Return p-values as Holm corrects them for their number, in their order.

    Of those below 0.05 after it, the probability that there is even one by chance is below 0.05.
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for before, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - before) * p_values[place]))
        adjusted[place] = highest
    return adjusted
