"""Judgements that are least settled: disputed in second marking, flagged, or without evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.agreement.markings import Markings
from scoring.answer_table import AnswerTable, Flags


@dataclass(frozen=True)
class Unsettled:
    """Which judgements of record are least settled, and why; shaped as the table of answers.

    `disputed`: two people judged the case, and did not both give this answer, settled since or
    not. `flagged`: to be come back to. `bare`: nothing is written in evidence of it.
    """

    disputed: Flags
    flagged: Flags
    bare: Flags

    @property
    def any(self) -> Flags:
        """Those that are one of the three at least."""
        return self.disputed | self.flagged | self.bare


def find_unsettled(table: AnswerTable, markings: Markings) -> Unsettled:
    """Return the least settled judgements of a table of answers, in no query."""
    return Unsettled(
        disputed=_find_disputed(table, markings), flagged=table.flagged, bare=table.bare
    )


def _find_disputed(table: AnswerTable, markings: Markings) -> Flags:
    """Mark what two people were not both asked and answered alike, once both lie side by side."""
    disputed = np.zeros(table.standing.shape, np.bool_)
    row_of = {case.assessment_id: row for row, case in enumerate(table.cases)}
    for pair in markings.compared:
        row = row_of.get(pair.agreed_id or 0, row_of.get(pair.first_id))
        for place, first, second in markings.pair_up(pair):
            if row is not None and first.answer != second.answer:
                disputed[row, table.column_of[place]] = True
    return disputed
