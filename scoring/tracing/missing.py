"""What is missing before scores are complete, and with whom: answers, and second markings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cases.models import SecondMarking
from inspections.models import Inspection
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
    """What is missing with one assessor, or in the cases of none: `assessor` says which."""

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
            assessor = (case.assessor_id is None, case.judged_by, case.assessor_id or 0)
            work.setdefault(assessor, []).append(missing)
    return [MissingWork(key[1], tuple(work[key])) for key in sorted(work)]


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A case whose second marking is not settled; `words` say how far it is, and with whom."""

    reference: str
    words: str


def list_waiting(inspection: Inspection) -> list[WaitingCase]:
    """Return the cases that are judged twice and not yet settled, in case order, in one query."""
    unsettled = (
        SecondMarking.objects.filter(
            case__inspection=inspection,
            case__withdrawn=False,
            cancelled_at__isnull=True,
            settled_at__isnull=True,
        )
        .select_related("case", "first__assessor", "second__assessor")
        .order_by("case__position", "case__reference")
    )
    return [WaitingCase(each.case.reference, _describe_stage(each)) for each in unsettled]


def _describe_stage(marking: SecondMarking) -> str:
    pair = (marking.first, marking.second)
    at_work = [each for each in pair if each.completed_at is None]
    names = [each.assessor.name if each.assessor else "nobody yet" for each in at_work or pair]
    if marking.agreed_id:
        return f"to be settled by {' and '.join(names)}, or by you"
    if not at_work:
        return "completed by both, for you to compare"
    return f"not completed yet by {' and '.join(names)}"
