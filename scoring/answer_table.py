"""All judgements of record of an inspection as one table: cases down, places across.

What the lead inspector's room asks of the scores, it asks of this table, which takes three
queries however many cases there are. A place is a question, or one row of a grid. Counts are whole
numbers throughout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cached_property
from operator import itemgetter
from typing import Any

import numpy as np
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    Q,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from cases.models import Assessment, Judgement, RecordedFact
from inspections.catalogue import fact_ids, load_definition, question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection
from scoring.arithmetic import Tally
from scoring.fetching import fetch_rows
from scoring.names import Place, ScoreName, list_places

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Standing(IntEnum):
    """What a judgement is to a score."""

    NOT_ASKED = 0
    SUFFICIENT = 1
    INSUFFICIENT = 2
    NOT_APPLICABLE = 3
    UNANSWERED = 4
    UNDECIDED = 5


STANDING = Case(
    When(state=Judgement.State.NOT_ASKED, then=Value(Standing.NOT_ASKED)),
    When(state=Judgement.State.UNDECIDED, then=Value(Standing.UNDECIDED)),
    When(answer=Judgement.Answer.SUFFICIENT, then=Value(Standing.SUFFICIENT)),
    When(answer=Judgement.Answer.INSUFFICIENT, then=Value(Standing.INSUFFICIENT)),
    When(answer=Judgement.Answer.NOT_APPLICABLE, then=Value(Standing.NOT_APPLICABLE)),
    default=Value(Standing.UNANSWERED),
    output_field=SmallIntegerField(),
)

SET_ASIDE = ExpressionWrapper(
    Q(state=Judgement.State.NOT_ASKED) & Q(answer__gt=""), output_field=BooleanField()
)
BARE = ExpressionWrapper(Q(evidence=""), output_field=BooleanField())

GIVEN_BY = Coalesce("changed_by_id", 0)
KINDS = (np.int8, np.bool_, np.bool_, np.bool_, np.int64, np.int64)
"""What is read of each judgement: its standing, three marks, who gave the answer, its version."""


@dataclass(frozen=True, slots=True)
class CaseOfRecord:
    """A case, and what its assessment of record is; `assessor` is a name, empty for nobody."""

    assessment_id: int
    reference: str
    case_manager: str
    assessor_id: int | None
    assessor: str
    kind: str
    completed_at: datetime | None
    facts_missing: int

    @property
    def is_agreed(self) -> bool:
        """Whether two people judged it and agreed: what counts is then no one assessor's."""
        return self.kind == Assessment.Kind.AGREED

    @property
    def judged_by(self) -> str:
        """Whose judgements count, in words."""
        if self.is_agreed:
            return "Agreed after second marking"
        return self.assessor or "Not allocated"


@dataclass(frozen=True)
class CaseCounts:
    """By case and score: how many judgements are sufficient, relevant, and still open."""

    names: tuple[ScoreName, ...]
    sufficient: Counts
    relevant: Counts
    open: Counts

    def pool(self, cases: Flags | None = None) -> list[Tally]:
        """Return each score's tally over all cases, or over those that `cases` marks."""
        chosen = slice(None) if cases is None else cases
        columns = (self.sufficient, self.relevant, self.open)
        sums = (column[chosen].sum(axis=0).tolist() for column in columns)
        return [Tally(*counts) for counts in zip(*sums, strict=True)]


@dataclass(frozen=True)
class AnswerTable:
    """The judgements of record; every array has a row for each case and a column for each place.

    `standing` holds the `Standing` of each judgement, `flagged` those to be come back to, `bare`
    those without written evidence, `given_by` the id of the member who gave the answer, 0 for none.
    `facts` holds by key the value recorded for each case, empty where it is not.
    """

    definition: ProgrammeDefinition
    cases: tuple[CaseOfRecord, ...]
    places: tuple[Place, ...]
    standing: NDArray[np.int8]
    flagged: Flags
    bare: Flags
    set_aside: Flags
    given_by: Counts
    version: Counts
    facts: dict[str, list[str]]

    @cached_property
    def column_of(self) -> dict[Place, int]:
        """The column of each place."""
        return {place: column for column, place in enumerate(self.places)}

    @cached_property
    def _columns(self) -> dict[ScoreName, list[int]]:
        """The columns of each score that was asked for: each is, many times."""
        return {}

    def columns_of(self, name: ScoreName) -> list[int]:
        """Return the columns of the places that count in a score, in order."""
        if name not in self._columns:
            places = list_places(self.definition, name)
            self._columns[name] = [self.column_of[place] for place in places]
        return self._columns[name]

    def mark(self, standing: Standing) -> Flags:
        """Return which judgements stand so."""
        return np.equal(self.standing, standing)

    def mark_open(self) -> Flags:
        """Return which judgements may count yet: unanswered, or not known to apply."""
        return np.greater_equal(self.standing, Standing.UNANSWERED)

    def mark_cases(self, fact: str, value: str) -> Flags:
        """Return in which cases the fact has the value; the empty one is not recorded."""
        return np.array([each == value for each in self.facts[fact]], dtype=np.bool_)

    def count(self, names: Sequence[ScoreName]) -> CaseCounts:
        """Return the counts of each case for each of the scores."""
        marks = (self.mark(Standing.SUFFICIENT), self.mark(Standing.INSUFFICIENT), self.mark_open())
        sufficient, insufficient, still = self.add_up(np.stack(marks), names)
        return CaseCounts(tuple(names), sufficient, sufficient + insufficient, still)

    def add_up(self, marks: NDArray[Any], names: Sequence[ScoreName]) -> Counts:
        """Return, for each of the scores, how many of its places are marked.

        The last dimension of `marks` is of places, and of what is returned, of scores.
        """
        if not names:
            return np.zeros((*marks.shape[:-1], 0), np.int64)
        # One column more, in which nothing is marked: a score without places adds up that alone.
        nothing = len(self.places)
        columns = [[*self.columns_of(name), nothing] for name in names]
        starts = np.cumsum([0, *map(len, columns[:-1])])
        padded = np.zeros((*marks.shape[:-1], nothing + 1), np.int32)
        padded[..., :-1] = marks
        return np.add.reduceat(padded[..., np.concatenate(columns)], starts, -1, np.int64)


def read_answer_table(inspection: Inspection) -> AnswerTable:
    """Return the judgements of record of an inspection, in three queries.

    `inspection.programme` is at hand. Cases stand in their order, places in the programme's.
    """
    definition = load_definition(inspection.programme)
    cases = _read_cases(inspection)
    row_of = {case.assessment_id: row for row, case in enumerate(cases)}
    places = [(c, row) for c, q in definition.questions.items() for row in definition.rows_of(q)]
    ids = question_ids(inspection.programme)
    column_of = {(ids[code], row): column for column, (code, row) in enumerate(places)}
    # By assessment: which of a case's is of record may change between two queries.
    cells = fetch_rows(
        Judgement.objects.filter(assessment__in=list(row_of)).values_list(
            "assessment_id",
            "question_id",
            "row",
            STANDING,
            "flagged",
            BARE,
            SET_ASIDE,
            GIVEN_BY,
            "version",
        )
    )
    start_of = {pk: row * len(places) for pk, row in row_of.items()}
    at = np.fromiter(map(start_of.__getitem__, map(itemgetter(0), cells)), np.intp, len(cells))
    at += np.fromiter(map(column_of.__getitem__, map(itemgetter(1, 2), cells)), np.intp, len(cells))
    arrays: list[NDArray[Any]] = []
    for field, kind in enumerate(KINDS, 3):
        array: NDArray[Any] = np.zeros(len(cases) * len(places), kind)
        array[at] = np.fromiter(map(itemgetter(field), cells), kind, len(cells))
        arrays.append(array.reshape(len(cases), len(places)))
    standing, flagged, bare, set_aside, given_by, version = arrays
    return AnswerTable(
        definition=definition,
        cases=cases,
        places=tuple(places),
        standing=standing,
        flagged=flagged,
        bare=bare,
        set_aside=set_aside,
        given_by=given_by,
        version=version,
        facts=_read_facts(inspection, definition, row_of),
    )


def _read_cases(inspection: Inspection) -> tuple[CaseOfRecord, ...]:
    rows = (
        Assessment.objects.filter(inspection=inspection, of_record=True)
        .order_by("case__position", "case__reference")
        .values_list(
            "pk",
            "case__reference",
            "case__case_manager",
            "assessor_id",
            "assessor__name",
            "kind",
            "completed_at",
            "facts_missing",
        )
    )
    return tuple(
        CaseOfRecord(pk, reference, manager, assessor_id, assessor or "", kind, completed, missing)
        for pk, reference, manager, assessor_id, assessor, kind, completed, missing in rows
    )


def _read_facts(
    inspection: Inspection, definition: ProgrammeDefinition, row_of: dict[int, int]
) -> dict[str, list[str]]:
    facts = {key: [""] * len(row_of) for key in definition.facts_by_key}
    keys = {pk: key for key, pk in fact_ids(inspection.programme).items()}
    recorded = RecordedFact.objects.filter(assessment__in=list(row_of))
    for assessment, fact, value in fetch_rows(
        recorded.values_list("assessment_id", "fact_id", "value")
    ):
        facts[keys[fact]][row_of[assessment]] = value
    return facts
