"""First and second markings once more, from raw rows: which answers were alike, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cases.models import SecondMarking
from tests.scoring.slow_reference import (
    NO,
    NOT_APPLICABLE,
    YES,
    Case,
    Place,
    Programme,
    read_cases,
)

ANSWERS = (YES, NO, NOT_APPLICABLE)


@dataclass(frozen=True)
class Pair:
    """A case that was judged twice: what was asked of either, and both answers, empty where not.

    `first_own` and `second_own` hold the places that the two answered themselves; `facts` are the
    screening judgements of both.
    """

    reference: str
    first: int | None
    second: int | None
    answers: list[tuple[Place, str, str]]
    first_own: set[Place]
    second_own: set[Place]
    facts: list[tuple[str, str, str]]


def read_pairs(inspection: Any, programme: Programme) -> list[Pair]:
    """Return the pairs that are compared: not called off, and of no withdrawn case."""
    rows = SecondMarking.objects.filter(case__inspection=inspection.pk).values(
        "first", "second", "agreed", "cancelled_at", "case__withdrawn"
    )
    pairs = []
    for row in rows:
        if row["agreed"] is None or row["cancelled_at"] or row["case__withdrawn"]:
            continue
        first, second = read_cases(programme, pk__in=[row["first"], row["second"]]).values()
        if first["assessment"] != row["first"]:
            first, second = second, first
        given = [
            (place, *(s if s in ANSWERS else "" for s in (stands, second["standing"][place])))
            for place, stands in first["standing"].items()
        ]
        first_own, second_own = _list_own(first), _list_own(second)
        pairs.append(
            Pair(
                first["reference"],
                first["assessor_id"],
                second["assessor_id"],
                [(place, one, other) for place, one, other in given if one or other],
                first_own,
                second_own,
                [
                    (key, first["facts"].get(key, ""), second["facts"].get(key, ""))
                    for key, fact in programme.facts.items()
                    if fact["group"] == "screening"
                ],
            )
        )
    return pairs


def _list_own(case: Case) -> set[Place]:
    answers = case["answers"].items()
    return {place for place, row in answers if row["changed_by"] == case["assessor_id"]}


def count_alike(answers: Iterable[tuple[Any, str, str]]) -> tuple[int, int, int]:
    """Return how many pairs there are, how many are alike, and how many were asked of one only."""
    listed = list(answers)
    both = [(one, other) for _, one, other in listed if one and other]
    alike = sum(one == other for one, other in both)
    one_sided = sum(bool(one) != bool(other) for _, one, other in listed)
    return len(both), alike, one_sided


def coefficients(
    answers: Sequence[tuple[Any, str, str]], categories: Sequence[str]
) -> tuple[Fraction | None, Fraction | None]:
    """Return Cohen's kappa and Gwet's AC1; None where chance alone would have made them agree."""
    both = [(one, other) for _, one, other in answers if one and other]
    if not both:
        return None, None
    total = len(both)
    firsts, seconds = Counter(one for one, _ in both), Counter(other for _, other in both)
    observed = Fraction(sum(one == other for one, other in both), total)
    by_kappa = Fraction(sum(firsts[c] * seconds[c] for c in categories), total * total)
    means = [Fraction(firsts[c] + seconds[c], 2 * total) for c in categories]
    by_ac1 = Fraction(sum(mean * (1 - mean) for mean in means), len(categories) - 1)
    return (
        None if by_kappa == 1 else (observed - by_kappa) / (1 - by_kappa),
        None if by_ac1 == 1 else (observed - by_ac1) / (1 - by_ac1),
    )
