"""Scores that are near another band, and the least settled judgements that could take them there.

Exact: `scoring.near.boundaries` says how many changes it takes, and here is counted which of the
judgements that could be changed are disputed, flagged or without evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from scoring.answer_table import AnswerTable, CaseOfRecord, Flags, Standing
from scoring.arithmetic import Score, find_band, score_tally
from scoring.names import Place, ScoreName, list_score_names
from scoring.near.boundaries import find_nearest_bands
from scoring.near.unsettled import Unsettled

Direction = Literal["up", "down"]
CHANGED = {"up": Standing.INSUFFICIENT, "down": Standing.SUFFICIENT}
"""The answers that are changed to take a score up, or down."""

Enough = Literal["disputed", "flagged", "bare", ""]
"""Which of the least settled judgements it takes to move a score: the disputed ones alone, these
and the flagged ones, all of them; empty where there are not enough."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """How many of some judgements are least settled; one may be so in more ways than one.

    `spoken_for` are those that are disputed or flagged, `any` those that are one of the three.
    """

    disputed: int
    flagged: int
    bare: int
    spoken_for: int
    any: int


Candidates = tuple[int, Doubts]
"""How many judgements could be changed, and how many of them are least settled."""


@dataclass(frozen=True, slots=True)
class Move:
    """What takes a score out of its band one way: so many changes, of `candidates` judgements."""

    direction: Direction
    changes: int
    band: str
    candidates: int
    doubts: Doubts

    @property
    def enough(self) -> Enough:
        """Which of the least settled judgements would do it."""
        if self.doubts.disputed >= self.changes:
            return "disputed"
        if self.doubts.spoken_for >= self.changes:
            return "flagged"
        return "bare" if self.doubts.any >= self.changes else ""


@dataclass(frozen=True, slots=True)
class NearScore:
    """A banded score, where it stands so far, and what takes it into other bands."""

    name: ScoreName
    score: Score
    band: str | None
    up: Move | None
    down: Move | None

    @property
    def nearest(self) -> Move | None:
        """The move that takes fewer changes; of two that take as many, the one down."""
        moves = [move for move in (self.down, self.up) if move]
        return min(moves, key=lambda move: move.changes, default=None)

    def find_move(self, direction: str) -> Move | None:
        """Return the move that way, or the nearest one where `direction` is no direction."""
        return {"up": self.up, "down": self.down}.get(direction, self.nearest)


@dataclass(frozen=True, slots=True)
class DoubtsOfQuestion:
    """A question of a score, and how many of its judgements are least settled."""

    name: ScoreName
    doubts: Doubts


@dataclass(frozen=True, slots=True)
class DoubtsOfCase:
    """A case, and how many of its judgements are least settled."""

    case: CaseOfRecord
    doubts: Doubts


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A judgement that is least settled, and why."""

    case: CaseOfRecord
    place: Place
    disputed: bool
    flagged: bool
    bare: bool


@dataclass(frozen=True, slots=True)
class Holders:
    """Where the least settled judgements are that could move a score: most of them first."""

    questions: list[DoubtsOfQuestion]
    cases: list[DoubtsOfCase]
    judgements: list[Doubtful]


def list_near(table: AnswerTable, unsettled: Unsettled) -> list[NearScore]:
    """Return the scores that have a band, the one nearest to another band first."""
    names = [name for name in list_score_names(table.definition) if name.is_banded]
    far = float("inf")
    return sorted(
        _find_near(table, unsettled, names),
        key=lambda each: each.nearest.changes if each.nearest else far,
    )


def find_near(table: AnswerTable, unsettled: Unsettled, name: ScoreName) -> NearScore:
    """Return how near a score is to other bands; of one without bands, that it cannot move."""
    return _find_near(table, unsettled, [name])[0]


def _find_near(
    table: AnswerTable, unsettled: Unsettled, names: Sequence[ScoreName]
) -> list[NearScore]:
    found = []
    ups = _count_candidates(table, unsettled, names, "up")
    downs = _count_candidates(table, unsettled, names, "down")
    for name, tally, up, down in zip(names, table.count(names).pool(), ups, downs, strict=True):
        bands = table.definition.bands if name.is_banded else ()
        line = find_nearest_bands(tally, bands)
        score = score_tally(tally, bands)
        found.append(
            NearScore(
                name=name,
                score=score,
                band=find_band(score.percent, bands),
                up=_make_move("up", line.up, line.up_band, up),
                down=_make_move("down", line.down, line.down_band, down),
            )
        )
    return found


def _make_move(
    direction: Direction, changes: int | None, band: str | None, candidates: Candidates
) -> Move | None:
    if changes is None or band is None:
        return None
    return Move(direction, changes, band, *candidates)


def _count_candidates(
    table: AnswerTable, unsettled: Unsettled, names: Sequence[ScoreName], direction: Direction
) -> list[Candidates]:
    """Return for each score how many of its judgements could be changed so, and their doubts."""
    marked = table.mark(CHANGED[direction])
    counts = table.add_up((_mark_doubts(unsettled, marked)).sum(axis=1), names)
    every = table.add_up(marked.sum(axis=0), names).tolist()
    return [(each, Doubts(*doubts)) for each, doubts in zip(every, counts.T.tolist(), strict=True)]


def find_holders(
    table: AnswerTable, unsettled: Unsettled, name: ScoreName, direction: Direction
) -> Holders:
    """Return the least settled judgements of a score that could be changed to move it so.

    Disputed ones stand first, then flagged ones, then those without evidence, each by case.
    """
    marked = _mark_candidates(table, name, direction)
    doubts = _mark_doubts(unsettled, marked)
    asked = [
        ScoreName("question", code)
        for code in dict.fromkeys(c for c, _ in _places_of(table, marked))
    ]
    by_question = table.add_up(doubts.sum(axis=1), asked).T.tolist()
    questions = [
        DoubtsOfQuestion(question, Doubts(*counts))
        for question, counts in zip(asked, by_question, strict=True)
    ]
    cases = [
        DoubtsOfCase(case, Doubts(*counts))
        for case, counts in zip(table.cases, doubts.sum(axis=2).T.tolist(), strict=True)
    ]
    judgements = [
        Doubtful(
            case=table.cases[row],
            place=table.places[column],
            disputed=bool(unsettled.disputed[row, column]),
            flagged=bool(unsettled.flagged[row, column]),
            bare=bool(unsettled.bare[row, column]),
        )
        for row, column in np.argwhere(marked & unsettled.any).tolist()
    ]
    return Holders(
        questions=sorted((q for q in questions if q.doubts.any), key=lambda q: _rank(q.doubts)),
        cases=sorted((c for c in cases if c.doubts.any), key=lambda c: _rank(c.doubts)),
        judgements=sorted(judgements, key=lambda each: (not each.disputed, not each.flagged)),
    )


def _rank(doubts: Doubts) -> tuple[int, int, int]:
    """Most disputed first; among equals most flagged, then most of any kind."""
    return -doubts.disputed, -doubts.spoken_for, -doubts.any


def _mark_candidates(table: AnswerTable, name: ScoreName, direction: Direction) -> Flags:
    """Return which judgements of a score could be changed so."""
    columns = table.columns_of(name)
    kept = np.zeros_like(table.flagged)
    kept[:, columns] = table.mark(CHANGED[direction])[:, columns]
    return kept


def _places_of(table: AnswerTable, marked: Flags) -> list[Place]:
    return [table.places[column] for column in np.flatnonzero(marked.any(axis=0)).tolist()]


def _mark_doubts(unsettled: Unsettled, marked: Flags) -> Flags:
    """Return which of some judgements are least settled, once for each field of `Doubts`."""
    disputed, flagged = unsettled.disputed, unsettled.flagged
    kinds = (disputed, flagged, unsettled.bare, disputed | flagged, unsettled.any)
    return np.stack(kinds) & marked
