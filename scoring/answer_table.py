"""All judgements of record of an inspection as one table: cases down, places across.

What the lead inspector's room asks of the scores, it asks of this table, which takes three
queries however many cases there are. A place is a question, or one row of a grid. Counts are whole
numbers throughout; matrices of them are multiplied as floating-point numbers, which are exact far
beyond any count and much quicker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cached_property
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
from numpy.typing import NDArray

from cases.models import Assessment, Judgement, RecordedFact
from inspections.catalogue import fact_ids, load_definition, question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection
from scoring.arithmetic import Tally
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

BARE = ExpressionWrapper(Q(evidence=""), output_field=BooleanField())


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
    given_by: Counts
    facts: dict[str, list[str]]

    @cached_property
    def column_of(self) -> dict[Place, int]:
        """The column of each place."""
        return {place: column for column, place in enumerate(self.places)}

    def columns_of(self, name: ScoreName) -> list[int]:
        """Return the columns of the places that count in a score, in order."""
        return [self.column_of[place] for place in list_places(self.definition, name)]

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
        counting = np.zeros((len(self.places), len(names)))
        for column, name in enumerate(names):
            counting[self.columns_of(name), column] = 1

        def add_up(marked: Flags) -> Counts:
            return (marked.astype(np.float64) @ counting).astype(np.int64)

        sufficient = add_up(self.mark(Standing.SUFFICIENT))
        insufficient = add_up(self.mark(Standing.INSUFFICIENT))
        return CaseCounts(
            names=tuple(names),
            sufficient=sufficient,
            relevant=sufficient + insufficient,
            open=add_up(self.mark_open()),
        )


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
    cells: list[tuple[Any, ...]] = list(
        Judgement.objects.filter(
            assessment__inspection=inspection, assessment__of_record=True
        ).values_list(
            "assessment_id",
            "question_id",
            "row",
            STANDING,
            "flagged",
            BARE,
            "changed_by_id",
        )
    )
    shape = (len(cases), len(places))
    standing, given_by = np.zeros(shape, np.int8), np.zeros(shape, np.int64)
    flagged, bare = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    if cells:
        assessments, questions, rows, stands, flags, empties, givers = zip(*cells, strict=True)
        at = (
            [row_of[pk] for pk in assessments],
            [column_of[place] for place in zip(questions, rows, strict=True)],
        )
        standing[at], flagged[at], bare[at] = stands, flags, empties
        given_by[at] = [giver or 0 for giver in givers]
    return AnswerTable(
        definition=definition,
        cases=cases,
        places=tuple(places),
        standing=standing,
        flagged=flagged,
        bare=bare,
        given_by=given_by,
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
    recorded = RecordedFact.objects.filter(
        assessment__inspection=inspection, assessment__of_record=True
    )
    for assessment, fact, value in recorded.values_list("assessment_id", "fact_id", "value"):
        facts[keys[fact]][row_of[assessment]] = value
    return facts
