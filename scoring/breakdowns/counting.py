"""Scores by what is recorded of cases: the groups of a fact, two facts crossed, and gaps.

All of it is computed from one table of answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection
from scoring.answer_table import AnswerTable, CaseCounts, Flags
from scoring.arithmetic import Score, Tally, choose_hidden, is_small, score_tally
from scoring.breakdowns.gaps import Gaps, find_gaps
from scoring.names import ScoreName
from scoring.statistics.groups import Difference, compare_groups
from scoring.statistics.intervals import (
    Interval,
    estimate_ratios,
    find_limits,
    keep_shares,
    list_intervals,
)
from scoring.tracing.choosing import (
    ASSESSOR,
    CASE_MANAGER,
    Choice,
    describe_choice,
    mark_chosen,
    name_assessors,
)


@dataclass(frozen=True)
class Division:
    """The cases of an inspection divided by what is recorded of them, into groups with cases.

    `marks` marks the cases of each group, cases down and groups across.
    """

    fact: str
    label: str
    groups: tuple[Choice, ...]
    marks: Flags


@dataclass(frozen=True, slots=True)
class GroupScore:
    """A score of a group of cases; `choice` is None of all cases.

    `relevant_cases` have anything relevant. `difference` is from all other cases, None where there
    is none to give. `hidden` is whether nobody outside the team may see it.
    """

    choice: Choice | None
    cases: int
    relevant_cases: int
    score: Score
    interval: Interval | None
    difference: Difference | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class CrossedScore:
    """A score of the cases that are in two groups at once."""

    cases: int
    score: Score
    interval: Interval | None
    hidden: bool


def list_facts(definition: ProgrammeDefinition) -> list[tuple[str, str]]:
    """Return by what cases can be divided: key and label of each fact, assessor, case manager."""
    return [
        *((fact.key, fact.label) for fact in definition.facts),
        (ASSESSOR, "Assessor"),
        (CASE_MANAGER, "Case manager"),
    ]


def divide_cases(table: AnswerTable, fact: str) -> Division:
    """Return the groups of cases by `fact`, in the order of its values; not recorded comes last.

    Raises KeyError if cases cannot be divided by it.
    """
    label = dict(list_facts(table.definition))[fact]
    groups = [describe_choice(table, fact, value) for value in _list_values(table, fact)]
    marks = [mark_chosen(table, [choice]) for choice in groups]
    filled = [place for place, members in enumerate(marks) if members.any()]
    return Division(
        fact=fact,
        label=label,
        groups=tuple(groups[place] for place in filled),
        marks=_stack([marks[place] for place in filled], table),
    )


def score_division(
    inspection: Inspection, table: AnswerTable, name: ScoreName, division: Division
) -> tuple[GroupScore, list[GroupScore]]:
    """Return a score of all cases, and of each group of a division, beside all other cases."""
    counts = table.count([name])
    every = np.ones((len(table.cases), 1), np.bool_)
    whole = _score_groups(inspection, table, counts, [None], every)[0]
    groups = _score_groups(inspection, table, counts, division.groups, division.marks)
    # Beside those that are small, those that would give one away: what leaves in a file hides both.
    sizes = {place: group.cases for place, group in enumerate(groups)}
    hidden = choose_hidden(sizes, inspection.smallest_group)
    return whole, [
        replace(group, hidden=group.hidden or place in hidden) for place, group in enumerate(groups)
    ]


def cross_divisions(
    inspection: Inspection,
    table: AnswerTable,
    name: ScoreName,
    down: Division,
    across: Division,
) -> list[list[CrossedScore]]:
    """Return a score of the cases that are in a group of `down` and one of `across`, row by row."""
    counts = table.count([name])
    return [
        [
            CrossedScore(each.cases, each.score, each.interval, each.hidden)
            for each in _score_groups(
                inspection,
                table,
                counts,
                across.groups,
                across.marks & members[:, np.newaxis],
                compared=False,
            )
        ]
        for members in down.marks.T
    ]


def pool_groups(
    table: AnswerTable, names: Sequence[ScoreName], division: Division
) -> list[list[Score]]:
    """Return of every score first that of all cases, then that of each group of a division."""
    counts = table.count(names)
    pooled = [counts.pool(), *(counts.pool(members) for members in division.marks.T)]
    return [
        [_score(table, name, tally) for tally in tallies]
        for name, tallies in zip(names, zip(*pooled, strict=True), strict=True)
    ]


def suggest_gaps(inspection: Inspection, table: AnswerTable) -> Gaps[Choice]:
    """Return the groups whose headline scores lie apart, of all values of the programme's facts.

    Looked at are headlines only, in the order of the programme: the more comparisons, the less
    stands out of them. Of a fact that is yes or no, yes is looked at. Who judges a case and who
    manages it are not.
    """
    definition = table.definition
    choices = [
        describe_choice(table, fact.key, value)
        for fact in definition.facts
        for value in (("yes",) if fact.type == "boolean" else fact.values)
    ]
    counts = table.count([ScoreName("headline", theme.key) for theme in definition.themes])
    return find_gaps(
        counts.sufficient,
        counts.relevant,
        _stack([mark_chosen(table, [choice]) for choice in choices], table),
        choices,
        inspection.smallest_group,
        _know_caseload(inspection, counts),
    )


def _score_groups(
    inspection: Inspection,
    table: AnswerTable,
    counts: CaseCounts,
    groups: Sequence[Choice | None],
    marks: Flags,
    *,
    compared: bool = True,
) -> list[GroupScore]:
    """Return the one score of `counts` for each group; none is compared if not `compared`."""
    if not groups:
        return []
    ratios = estimate_ratios(counts.sufficient, counts.relevant, marks)
    still = marks.T.astype(np.int64) @ counts.open
    limits = find_limits(ratios, keep_shares(still, len(table.cases), inspection.caseload))
    intervals = list_intervals(ratios, *limits)
    differences: Sequence[Sequence[Difference | None]] = [[None]] * len(groups)
    if compared:
        differences = compare_groups(
            counts.sufficient, counts.relevant, marks, _know_caseload(inspection, counts)
        )
    total = len(table.cases)
    smallest = inspection.smallest_group
    return [
        GroupScore(
            choice=choice,
            cases=(cases := int(members.sum())),
            relevant_cases=int(relevant[0]),
            score=_score(table, counts.names[0], counts.pool(members)[0]),
            interval=interval[0],
            difference=difference[0],
            hidden=is_small(cases, smallest) or is_small(total - cases, smallest),
        )
        for choice, members, relevant, interval, difference in zip(
            groups, marks.T, ratios.cases, intervals, differences, strict=True
        )
    ]


def _know_caseload(inspection: Inspection, counts: CaseCounts) -> int | None:
    """Return the size of the caseload; None while answers are open (`intervals.keep_shares`)."""
    return None if counts.open.any() else inspection.caseload


def _score(table: AnswerTable, name: ScoreName, tally: Tally) -> Score:
    return score_tally(tally, table.definition.bands if name.is_banded else ())


def _list_values(table: AnswerTable, fact: str) -> list[str]:
    if fact == ASSESSOR:
        names = name_assessors(table)
        return sorted(
            names, key=lambda value: (not value.isdigit(), not value, names[value], value)
        )
    if fact == CASE_MANAGER:
        return sorted({case.case_manager for case in table.cases}, key=lambda key: (not key, key))
    return [*table.definition.facts_by_key[fact].values, ""]


def _stack(marks: Sequence[Flags], table: AnswerTable) -> Flags:
    if not marks:
        return np.zeros((len(table.cases), 0), np.bool_)
    return np.stack(marks, axis=1)
