"""Assessors beside each other, as their pages show it: whole points, and words of caution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from django.urls import reverse

from scoring.agreement.coefficients import FEWEST_PAIRS, round_coefficient
from scoring.agreement.tables import AssessorCounted
from scoring.arithmetic import round_half_up
from scoring.assessors.comparing import AssessorCompared, CriterionCompared, count_outside
from scoring.assessors.standardising import Difference, Standardised
from scoring.room_pages import url_of_score
from scoring.tracing.choosing import ASSESSOR

CHANCE = 20
"""One 95% interval in so many leaves out what is true, by chance alone."""


@dataclass(frozen=True)
class SecondMarked:
    """An assessor's agreement with whoever else judged the same cases, in print."""

    cases: int
    pairs: int
    percent: str
    ac1: str
    few: bool


@dataclass(frozen=True)
class ComparedLine:
    """An assessor, or a criterion, in print; `difference` is empty where there is too little."""

    name: str
    code: str
    url: str
    cases: int
    answers: int
    sufficient: int
    share: str
    expected: str
    difference: str
    interval: str
    widened: int
    unmatched: int
    agreement: SecondMarked | None = None


def list_assessor_lines(
    compared: Iterable[AssessorCompared],
    agreement: Sequence[AssessorCounted],
    slug: str,
    query: str,
) -> list[ComparedLine]:
    """Return the assessors in the order given; `query` keeps the choice of comparable cases."""
    return [
        _line(
            each.member.name,
            each.result,
            url=reverse("scoring:assessor", args=[slug, each.member.key]) + query,
            agreement=describe_agreement(agreement, each.member.pk),
        )
        for each in compared
    ]


def list_criterion_lines(
    compared: Iterable[CriterionCompared], slug: str, titles: Mapping[str, str], who: int
) -> list[ComparedLine]:
    """Return the criteria of the assessor with the id `who`, each with the way to its cases."""
    return [
        _line(
            titles[each.name.key],
            each.result,
            code=each.name.key,
            url=f"{url_of_score(slug, each.name)}?fact={ASSESSOR}&value={who}",
        )
        for each in compared
    ]


def describe_whole(result: Standardised) -> ComparedLine:
    """Return all scored questions together."""
    return _line("All scored questions", result)


def describe_agreement(agreement: Iterable[AssessorCounted], member: int) -> SecondMarked | None:
    """Return the agreement of one member with others, None where nobody judged the same cases."""
    for counted in agreement:
        if counted.assessor is not None and counted.assessor.pk == member:
            table = counted.table
            return SecondMarked(
                cases=counted.cases,
                pairs=table.pairs,
                percent="–" if table.percent is None else f"{table.percent}%",
                ac1="Not defined" if table.ac1 is None else round_coefficient(table.ac1),
                few=table.pairs < FEWEST_PAIRS,
            )
    return None


def describe_chance(results: Iterable[Standardised]) -> str:
    """Return in words how many intervals leave out 0, and how many would by chance alone."""
    differences, outside = count_outside(results)
    if not differences:
        return ""
    tenths = floor(10 * differences / CHANCE + 0.5)
    expected = f"{tenths // 10}.{tenths % 10}"
    intervals = "1 interval" if differences == 1 else f"{differences} intervals"
    leave = "1 of them leaves" if outside == 1 else f"{outside or 'none'} of them leave"
    if differences == 1:
        leave = "it leaves" if outside else "it does not leave"
    return (
        f"There {'is' if differences == 1 else 'are'} {intervals} here, and {leave} out 0. If "
        f"everybody judged alike, one interval in {CHANCE} would do so by chance alone: about "
        f"{expected} of {differences}."
    )


def _line(
    name: str,
    result: Standardised,
    *,
    code: str = "",
    url: str = "",
    agreement: SecondMarked | None = None,
) -> ComparedLine:
    share = round_half_up(result.sufficient, result.answers)
    difference = result.difference
    return ComparedLine(
        name=name,
        code=code,
        url=url,
        cases=result.cases,
        answers=result.answers,
        sufficient=result.sufficient,
        share="–" if share is None else f"{share}%",
        expected=f"{_round(100 * result.expected / result.answers)}%" if result.answers else "–",
        difference=_print_points(difference.points) if difference else "",
        interval=_print_interval(difference) if difference else "",
        widened=result.widened,
        unmatched=result.unmatched,
        agreement=agreement,
    )


def _print_interval(difference: Difference) -> str:
    return f"{_print_points(difference.low)} to {_print_points(difference.high)}"


def _print_points(points: float) -> str:
    """Return whole points with their sign, a half rounded away from 0: +3, −4, 0."""
    whole = _round(abs(points))
    return "0" if not whole else f"{'−' if points < 0 else '+'}{whole}"


def _round(value: float) -> int:
    """Round half up; what floating point adds far behind the point decides nothing."""
    return floor(round(value, 9) + 0.5)
