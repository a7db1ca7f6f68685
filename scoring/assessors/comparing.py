"""Each assessor's answers beside those of the others: what the page of assessors is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inspections.models import TeamMember
from scoring.answer_table import AnswerTable, Flags, Standing
from scoring.assessors.standardising import Standardised, standardise
from scoring.names import ScoreName


@dataclass(frozen=True)
class AssessorCompared:
    """An assessor, the cases of record that are theirs, and their answers beside the others'."""

    member: TeamMember
    allocated: int
    result: Standardised


@dataclass(frozen=True)
class CriterionCompared:
    """The same of one assessor, criterion by criterion."""

    name: ScoreName
    result: Standardised


@dataclass(frozen=True)
class GivenAnswers:
    """The scored, relevant answers that assessors gave themselves in cases of their own.

    A case that was judged twice and settled has no assessor any more. It is nobody's, as are what
    the lead inspector changed in somebody's case and what whoever had it before had answered:
    `scored` marks them and `own` does not. `assessor_of` holds the id of each case's assessor, 0
    for none.
    """

    table: AnswerTable
    scored: Flags
    own: Flags
    assessor_of: NDArray[np.int64]

    def count_nobodys(self) -> int:
        """Return how many scored, relevant answers are nobody's."""
        return int((self.scored & ~self.own).sum())

    def compare(self, member: int, fact: str, columns: list[int] | None = None) -> Standardised:
        """Return the answers of one member beside those of the others on comparable cases: those
        with the same value of `fact`, or all if that is empty; only of `columns` if given.
        """
        chosen = slice(None) if columns is None else columns
        own = self.own[:, chosen]
        theirs = (self.assessor_of == member)[:, np.newaxis]
        return standardise(
            self.table.mark(Standing.SUFFICIENT)[:, chosen],
            own & theirs,
            own & ~theirs,
            _number_strata(self.table, fact),
        )


def find_given_answers(table: AnswerTable) -> GivenAnswers:
    """Return who gave which scored answer of `table` themselves."""
    definition = table.definition
    counts = np.array([definition.questions[code].scores for code, _ in table.places], np.bool_)
    assessors = np.array([case.assessor_id or 0 for case in table.cases], np.int64)
    relevant = table.mark(Standing.SUFFICIENT) | table.mark(Standing.INSUFFICIENT)
    scored = relevant & counts
    own = scored & (table.given_by == assessors[:, np.newaxis]) & (assessors > 0)[:, np.newaxis]
    return GivenAnswers(table, scored, own, assessors)


def compare_assessors(
    given: GivenAnswers, team: Iterable[TeamMember], fact: str
) -> list[AssessorCompared]:
    """Return everybody of the team who has cases, in its order and in no other."""
    allocated = {int(key): int(n) for key, n in zip(*_count(given.assessor_of), strict=True)}
    return [
        AssessorCompared(member, allocated[member.pk], given.compare(member.pk, fact))
        for member in team
        if member.pk in allocated
    ]


def compare_by_criterion(
    given: GivenAnswers, member: TeamMember, fact: str
) -> list[CriterionCompared]:
    """Return one assessor's answers beside the others', criterion by criterion."""
    names = [ScoreName("criterion", number) for number in given.table.definition.criteria]
    return [
        CriterionCompared(name, given.compare(member.pk, fact, given.table.columns_of(name)))
        for name in names
    ]


def count_outside(results: Iterable[Standardised]) -> tuple[int, int]:
    """Return how many differences there are, and of how many the interval leaves out nought."""
    differences = [each.difference for each in results if each.difference is not None]
    return len(differences), sum(each.leaves_out_nought for each in differences)


def _count(ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.unique(ids, return_counts=True)


def _number_strata(table: AnswerTable, fact: str) -> NDArray[np.int64]:
    """Return the number of each case's group; those without a value are a group of their own."""
    if not fact:
        return np.zeros(len(table.cases), np.int64)
    numbers: Mapping[str, int] = {
        value: number for number, value in enumerate(sorted(set(table.facts[fact])))
    }
    return np.array([numbers[value] for value in table.facts[fact]], np.int64)
