"""What is behind a score: every judgement accounted for, by case and by question.

All of it is counted from one table of answers, so that the parts add up to the score that they
are parts of. A judgement that does not count is left out for exactly one reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from operator import attrgetter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from inspections.definition import ProgrammeDefinition
from scoring.answer_table import AnswerTable, CaseOfRecord, Flags, Standing
from scoring.arithmetic import Score, Tally, score_tally
from scoring.names import Place, ScoreName, list_places, title_of

Order = Literal["case", "insufficient"]


@dataclass(frozen=True, slots=True)
class Account:
    """How some judgements stand to a score, counted.

    `set_aside` are those among `not_asked` that had been answered before. `first_markings` are
    those that count as the first marking has them while a second one is not settled; they are
    among the others too.
    """

    sufficient: int = 0
    insufficient: int = 0
    not_applicable: int = 0
    not_asked: int = 0
    unanswered: int = 0
    undecided: int = 0
    set_aside: int = 0
    first_markings: int = 0

    @property
    def relevant(self) -> int:
        """Those that count."""
        return self.sufficient + self.insufficient

    @property
    def open(self) -> int:
        """Those that may count yet."""
        return self.unanswered + self.undecided

    @property
    def left_out(self) -> int:
        """Those that do not count, or not yet."""
        return self.not_applicable + self.not_asked + self.open

    @property
    def all(self) -> int:
        """All of them."""
        return self.relevant + self.left_out

    @property
    def tally(self) -> Tally:
        """What a score is made of."""
        return Tally(self.sufficient, self.relevant, self.open)


@dataclass(frozen=True, slots=True)
class TracedCase:
    """What a case gives to a score; `standing` is that of its one judgement, if there is but one.

    `awaits_settlement`: it was judged twice, and its first marking counts meanwhile.
    """

    case: CaseOfRecord
    account: Account
    standing: Standing | None
    awaits_settlement: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A question that a score is made of, or a row of a question's grid, and what it gives."""

    name: ScoreName
    title: str
    account: Account
    score: Score


@dataclass(frozen=True, slots=True)
class PartGroup:
    """The parts of a score that stand under one criterion, and what they give together."""

    criterion: str
    title: str
    account: Account
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Trace:
    """A score with all that is behind it; `groups` are empty for a question without rows."""

    name: ScoreName
    account: Account
    score: Score
    cases: tuple[TracedCase, ...]
    groups: tuple[PartGroup, ...]

    @property
    def waiting(self) -> list[str]:
        """The references of the cases whose first marking counts meanwhile."""
        return [traced.case.reference for traced in self.cases if traced.awaits_settlement]

    @property
    def parts(self) -> list[Part]:
        """All of its parts in order."""
        return [part for group in self.groups for part in group.parts]


def trace_score(
    table: AnswerTable,
    name: ScoreName,
    *,
    unsettled: Collection[str] = (),
    chosen: Flags | None = None,
) -> Trace:
    """Return what is behind a score, of all cases or of those that `chosen` marks.

    `unsettled` holds the references of the cases whose second marking is not settled.
    """
    definition = table.definition
    columns = table.columns_of(name)
    marked = np.ones(len(table.cases), np.bool_) if chosen is None else chosen
    waiting = np.array([case.reference in set(unsettled) for case in table.cases], np.bool_)
    counter = _Counter(table, waiting, marked)
    by_case = counter.count_by_case(columns)
    account = counter.count(columns)
    single = columns[0] if len(columns) == 1 else None
    rows = [row for row, is_chosen in enumerate(marked) if is_chosen]
    return Trace(
        name=name,
        account=account,
        score=score_tally(account.tally, definition.bands if name.is_banded else ()),
        cases=tuple(
            TracedCase(
                case=table.cases[row],
                account=each,
                standing=None if single is None else Standing(int(table.standing[row, single])),
                awaits_settlement=bool(waiting[row]),
            )
            for row, each in zip(rows, by_case, strict=True)
        ),
        groups=_make_groups(definition, name, lambda part: counter.count(table.columns_of(part))),
    )


read_counts = attrgetter(*(field.name for field in fields(Account)))
"""Return all counts of an account, in order; the standard library's way takes ten times as long."""


def add_up(accounts: Iterable[Account]) -> Account:
    """Return the account of all judgements that `accounts` are of."""
    return Account(*map(sum, zip(*map(read_counts, accounts), strict=True)))


def sort_cases(cases: Sequence[TracedCase], order: Order) -> list[TracedCase]:
    """Return `cases` in their own order, or those with most insufficient answers first.

    Among equals then those with fewer sufficient ones, and those of which nothing counts last.
    """
    if order == "case":
        return list(cases)
    return sorted(
        cases,
        key=lambda traced: (
            -traced.account.insufficient,
            not traced.account.relevant,
            traced.account.sufficient,
        ),
    )


@dataclass(frozen=True)
class _Counter:
    """Counts judgements of the cases that `marked` marks."""

    table: AnswerTable
    waiting: Flags
    marked: Flags

    def count(self, columns: Sequence[int]) -> Account:
        """Return the account of all judgements in these columns of the table."""
        return Account(*self._by_place[:, columns].sum(axis=1).tolist())

    def count_by_case(self, columns: Sequence[int]) -> list[Account]:
        """Return the account of each case."""
        return [Account(*counts) for counts in self._marks[..., columns].sum(axis=2).T.tolist()]

    @cached_property
    def _marks(self) -> Flags:
        """Which judgements are in each field of an `Account`: fields, cases and places."""
        table = self.table
        relevant = table.mark(Standing.SUFFICIENT) | table.mark(Standing.INSUFFICIENT)
        first_markings = relevant & self.waiting[:, np.newaxis]
        marks = np.stack([*map(table.mark, FIELDS), table.set_aside, first_markings])
        return marks[:, self.marked]

    @cached_property
    def _by_place(self) -> NDArray[np.int64]:
        return np.asarray(self._marks.sum(axis=1))


FIELDS = (
    Standing.SUFFICIENT,
    Standing.INSUFFICIENT,
    Standing.NOT_APPLICABLE,
    Standing.NOT_ASKED,
    Standing.UNANSWERED,
    Standing.UNDECIDED,
)
"""The fields of an `Account` in their order, as standings."""


def list_parts(definition: ProgrammeDefinition, name: ScoreName) -> list[ScoreName]:
    """Return what a score is made of: its questions, or the rows of a question's grid."""
    places: list[Place] = list_places(definition, name)
    if name.kind != "question":
        codes = dict.fromkeys(code for code, _ in places)
        return [ScoreName("question", code) for code in codes]
    if name.row or places == [(name.key, "")]:
        return []
    return [ScoreName("question", code, row) for code, row in places]


def _make_groups(
    definition: ProgrammeDefinition, name: ScoreName, count: Callable[[ScoreName], Account]
) -> tuple[PartGroup, ...]:
    by_criterion: dict[str, list[Part]] = {}
    for part in list_parts(definition, name):
        account = count(part)
        by_criterion.setdefault(definition.criterion_of[part.key], []).append(
            Part(part, title_of(definition, part), account, score_tally(account.tally))
        )
    return tuple(
        PartGroup(
            criterion=number,
            title=definition.criteria[number].title,
            account=add_up(part.account for part in parts),
            parts=tuple(parts),
        )
        for number, parts in by_criterion.items()
    )
