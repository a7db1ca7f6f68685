"""Scores of an inspection with their 95% intervals, all from one table of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspections.models import Inspection
from scoring.answer_table import AnswerTable, Flags
from scoring.arithmetic import Score, score_tally
from scoring.names import ScoreName, list_score_names
from scoring.statistics.intervals import (
    Interval,
    estimate_ratios,
    find_limits,
    keep_shares,
    list_intervals,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A score, and how firm it is; `interval` is None where no interval can be given."""

    name: ScoreName
    score: Score
    interval: Interval | None


@dataclass(frozen=True)
class ScoredTable:
    """All scores of an inspection by name, the rows of grids included."""

    table: AnswerTable
    scores: dict[ScoreName, Scored]

    @property
    def cases(self) -> int:
        """How many cases are scored."""
        return len(self.table.cases)

    @property
    def open(self) -> int:
        """How many answers may yet come, rows of grids counted singly, in whatever score."""
        return int(self.table.mark_open().sum())

    @property
    def complete(self) -> bool:
        """Whether no score can change any more unless an answer or a fact is changed."""
        return bool(self.cases) and not (
            self.open or any(case.facts_missing for case in self.table.cases)
        )


def score_table(inspection: Inspection, table: AnswerTable) -> ScoredTable:
    """Return all scores that a table of answers holds, in no query."""
    names = list_score_names(table.definition, rows=True)
    return ScoredTable(table, {each.name: each for each in score_names(inspection, table, names)})


def score_names(
    inspection: Inspection,
    table: AnswerTable,
    names: Sequence[ScoreName],
    chosen: Flags | None = None,
) -> list[Scored]:
    """Return some scores in the order of `names`, of all cases or of those that `chosen` marks."""
    counts = table.count(names)
    rows = slice(None) if chosen is None else chosen
    ratios = estimate_ratios(counts.sufficient[rows], counts.relevant[rows])
    still = counts.open[rows].sum(axis=0)
    limits = find_limits(ratios, keep_shares(still, len(table.cases), inspection.caseload))
    (intervals,) = list_intervals(ratios, *limits)
    return [
        Scored(name, score_tally(tally, table.definition.bands if name.is_banded else ()), interval)
        for name, tally, interval in zip(names, counts.pool(chosen), intervals, strict=True)
    ]
