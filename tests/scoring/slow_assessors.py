"""One assessor's answers beside those of the others, once more: answer by answer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from cases.models import Settlement
from tests.scoring.slow_intervals import t_of
from tests.scoring.slow_reference import NO, YES, Place, Raw

FEWEST = 5
"""Of fewer answers by others no share is taken, and of fewer cases no difference."""


@dataclass(frozen=True)
class Answer:
    """A scored answer that the assessor of a case gave themselves."""

    case: str
    by: int
    place: Place
    group: str
    yes: bool


def list_own_answers(inspection: Any, raw: Raw, fact: str) -> list[Answer]:
    """Return the answers that are somebody's own; `fact` says what group of cases each is of."""
    settled = {
        row["judgement"]
        for row in Settlement.objects.filter(settled_at__isnull=False).values("judgement")
    }
    return [
        Answer(
            case["reference"],
            case["assessor_id"],
            place,
            case["facts"].get(fact, "") if fact else "",
            standing == YES,
        )
        for case in raw.cases
        for place, standing in case["standing"].items()
        if standing in (YES, NO)
        and raw.programme.questions[place[0]]["scoring"] != "none"
        and case["assessor_id"] is not None
        and case["answers"][place]["changed_by"] == case["assessor_id"]
        and case["answers"][place]["pk"] not in settled
    ]


def compare(answers: Sequence[Answer], member: int) -> dict[str, Any]:
    """Return the figures of one assessor: what was compared, expected, and the difference."""
    own = [answer for answer in answers if answer.by == member]
    others: dict[Place, list[Answer]] = {}
    for answer in answers:
        if answer.by != member:
            others.setdefault(answer.place, []).append(answer)
    excess: dict[str, Fraction] = {}
    asked: dict[str, int] = {}
    pulls: dict[str, Fraction] = {}
    expected = by_chance = Fraction(0)
    sufficient = widened = 0
    compared: list[Answer] = []
    for answer in own:
        at_place = others.get(answer.place, [])
        alike = [other for other in at_place if other.group == answer.group]
        beside = alike if len(alike) >= FEWEST else at_place
        if len(beside) < FEWEST:
            continue
        widened += len(alike) < FEWEST
        compared.append(answer)
        share = Fraction(sum(other.yes for other in beside), len(beside))
        expected += share
        by_chance += share * (1 - share) / 2
        sufficient += answer.yes
        excess[answer.case] = excess.get(answer.case, Fraction(0)) + answer.yes - share
        asked[answer.case] = asked.get(answer.case, 0) + 1
        for other in beside:
            pull = (other.yes - share) / len(beside)
            pulls[other.case] = pulls.get(other.case, Fraction(0)) + pull
    places = {answer.place for answer in compared}
    theirs = {other.case for place in places for other in others[place]}
    return {
        "cases": len(asked),
        "other_cases": len(theirs),
        "answers": len(compared),
        "sufficient": sufficient,
        "expected": expected,
        "widened": widened,
        "unmatched": len(own) - len(compared),
        "difference": _estimate(
            excess, asked, [pulls.get(case, Fraction(0)) for case in theirs], by_chance
        )
        if min(len(asked), len(theirs)) >= FEWEST
        else None,
    }


def _estimate(
    excess: dict[str, Fraction],
    asked: dict[str, int],
    pulls: Sequence[Fraction],
    by_chance: Fraction,
) -> tuple[float, float, float]:
    """Return the difference in points and its 95% interval, both sides varying by case.

    The own side varies by half of what independent answers would, at the least: `by_chance`.
    """
    total = sum(asked.values())
    mean = sum(excess.values()) / total
    own = [excess[case] - mean * asked[case] for case in asked]
    spreads = [
        sum(r * r for r in residuals) * len(residuals) / Fraction(len(residuals) - 1)
        for residuals in (own, pulls)
    ]
    parts = [max(spreads[0], by_chance) / total**2, spreads[1] / total**2]
    variance = sum(parts)
    margin = 0.0
    if variance:
        degrees = (len(own) - 1, len(pulls) - 1)
        freedom = variance**2 / sum(v * v / d for v, d in zip(parts, degrees, strict=True))
        margin = t_of(float(freedom)) * math.sqrt(variance)
    return tuple(100 * (float(mean) + side * margin) for side in (0, -1, 1))  # type: ignore[return-value]
