"""What is missing before scores are final, and with whom: by assessor, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.answer_table import AnswerTable, CaseOfRecord, Flags, Standing


@dataclass(frozen=True, slots=True)
class MissingCase:
    """A case in which something is missing: how many answers, and facts that conditions ask for.

    `undecided` counts the questions of which it is not known whether they apply.
    """

    case: CaseOfRecord
    unanswered: int
    undecided: int

    @property
    def facts(self) -> int:
        """Facts that are not recorded and that a condition asks for, of whatever score."""
        return self.case.facts_missing


@dataclass(frozen=True, slots=True)
class MissingWork:
    """What is missing with one assessor; `assessor` is a name, empty where a case has none."""

    assessor: str
    cases: tuple[MissingCase, ...]

    @property
    def unanswered(self) -> int:
        """Answers that are missing in all cases together."""
        return sum(each.unanswered for each in self.cases)

    @property
    def undecided(self) -> int:
        """Questions that may yet apply, in all cases together."""
        return sum(each.undecided for each in self.cases)

    @property
    def facts(self) -> int:
        """Facts that are missing in all cases together."""
        return sum(each.facts for each in self.cases)


def list_missing(
    table: AnswerTable, columns: Sequence[int] | None = None, chosen: Flags | None = None
) -> list[MissingWork]:
    """Return what is missing by assessor, in the order of their names; unallocated cases last.

    Of one score where its `columns` of the table are given: then a case in which nothing is open
    is left out, whatever facts it lacks. Of the cases that `chosen` marks, or of all.
    """
    standing = table.standing if columns is None else table.standing[:, columns]
    unanswered = np.equal(standing, Standing.UNANSWERED).sum(axis=1).tolist()
    undecided = np.equal(standing, Standing.UNDECIDED).sum(axis=1).tolist()
    work: dict[tuple[bool, str, int], list[MissingCase]] = {}
    for row, case in enumerate(table.cases):
        missing = MissingCase(case, unanswered[row], undecided[row])
        is_open = bool(missing.unanswered or missing.undecided)
        if chosen is not None and not chosen[row]:
            continue
        if is_open or (columns is None and missing.facts):
            assessor = (case.assessor_id is None, case.assessor, case.assessor_id or 0)
            work.setdefault(assessor, []).append(missing)
    return [MissingWork(key[1], tuple(work[key])) for key in sorted(work)]
