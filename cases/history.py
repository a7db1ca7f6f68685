"""The history of an assessment: every change, and every answer that was given up for another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, QuerySet, Value

from accounts.models import User
from cases.models import (
    Assessment,
    DeclinedChange,
    FactRevision,
    Handover,
    JudgementRevision,
    Reopening,
)
from inspections.models import TeamMember

PAGE = 50
"""Entries that are shown at a time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change, as it stood after it; `declined` says that it was given up, and never stood.

    `code` and `row` name a judgement, `fact` a fact; the other is empty. `values` are the columns
    that a person writes, and `because`, why the lead inspector settled it so. `handover` or
    `reopening` is there in place of them where the case changed hands, or was opened again.
    """

    at: datetime
    by: TeamMember | User | None
    version: int
    declined: bool
    code: str
    row: str
    fact: str
    values: Mapping[str, Any]
    handover: Handover | None = None
    reopening: Reopening | None = None


@dataclass(frozen=True, slots=True)
class History:
    """Some of the entries, newest first, from the one numbered `start`; `total` there are."""

    entries: Sequence[Entry]
    start: int
    total: int

    @property
    def earlier(self) -> int | None:
        """Where the entries before these begin; None where there are none."""
        return self.start + PAGE if self.start + PAGE < self.total else None

    @property
    def later(self) -> int | None:
        """Where the entries after these begin; None where there are none."""
        return max(self.start - PAGE, 0) if self.start else None


def read_history(
    assessment: Assessment, *, question: str = "", fact: str = "", start: int = 0
) -> History:
    """Return up to `PAGE` entries of an assessment, or of one question or fact of it.

    Who had the case, and when it was opened again, stands among those of the whole. Takes eight
    queries at most, whatever there is.
    """
    sources = _filter_sources(assessment, question, fact)
    keys = [_keys_of(kind, rows) for kind, rows in sources.items()]
    union = keys[0].union(*keys[1:], all=True)
    total = union.count()
    start = min(start, max(total - 1, 0))
    shown = list(union.order_by("-at", "-kind", "-row_id")[start : start + PAGE])
    found = {kind: _fetch(kind, rows, shown) for kind, rows in sources.items()}
    entries = [_describe(found[key["kind"]][key["row_id"]]) for key in shown]
    return History(entries, start, total)


Row = FactRevision | JudgementRevision | DeclinedChange | Handover | Reopening
Sources = Mapping[str, QuerySet[Any]]

MOMENTS: Mapping[Any, str] = {Handover: "handed_at", Reopening: "reopened_at"}
"""Columns that say when, where that is not `changed_at`."""

WRITERS = {"handover": "handed_by", "reopening": "reopened_by"}


def _filter_sources(assessment: Assessment, question: str, fact: str) -> Sources:
    answers = JudgementRevision.objects.filter(judgement__assessment=assessment)
    facts = FactRevision.objects.filter(recorded_fact__assessment=assessment)
    declined_answers = DeclinedChange.objects.filter(judgement__assessment=assessment)
    declined_facts = DeclinedChange.objects.filter(recorded_fact__assessment=assessment)
    if question:
        answers = answers.filter(judgement__question__code=question)
        declined_answers = declined_answers.filter(judgement__question__code=question)
    if fact:
        facts = facts.filter(recorded_fact__fact__key=fact)
        declined_facts = declined_facts.filter(recorded_fact__fact__key=fact)
    of_questions = {"answer": answers, "declined answer": declined_answers}
    of_facts = {"fact": facts, "declined fact": declined_facts}
    if question:
        return of_questions
    if fact:
        return of_facts
    handovers = Handover.objects.filter(assessment=assessment)
    reopenings = Reopening.objects.filter(assessment=assessment)
    return {**of_questions, **of_facts, "handover": handovers, "reopening": reopenings}


def _keys_of(kind: str, rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    return rows.order_by().values(
        at=F(MOMENTS.get(rows.model, "changed_at")),
        kind=Value(kind, output_field=CharField()),
        row_id=F("pk"),
    )


def _fetch(kind: str, rows: QuerySet[Any], shown: Sequence[Mapping[str, Any]]) -> dict[int, Any]:
    wanted = [key["row_id"] for key in shown if key["kind"] == kind]
    if not wanted:
        return {}
    if kind in WRITERS:
        return {row.pk: row for row in rows.filter(pk__in=wanted).select_related(WRITERS[kind])}
    owner = "recorded_fact__fact" if kind.endswith("fact") else "judgement__question"
    return {row.pk: row for row in rows.filter(pk__in=wanted).select_related("changed_by", owner)}


def _describe(row: Row) -> Entry:
    if isinstance(row, Handover):
        return Entry(row.handed_at, row.handed_by, 0, False, "", "", "", {}, handover=row)
    if isinstance(row, Reopening):
        return Entry(row.reopened_at, row.reopened_by, 0, False, "", "", "", {}, reopening=row)
    code = grid_row = fact = ""
    recorded = None if isinstance(row, JudgementRevision) else row.recorded_fact
    judgement = None if isinstance(row, FactRevision) else row.judgement
    if recorded is not None:
        fact = recorded.fact.key
    if judgement is not None:
        code, grid_row = judgement.question.code, judgement.row
    return Entry(
        at=row.changed_at,
        by=row.changed_by,
        version=row.version,
        declined=isinstance(row, DeclinedChange),
        code=code,
        row=grid_row,
        fact=fact,
        values=_values_of(row),
    )


def _values_of(row: FactRevision | JudgementRevision | DeclinedChange) -> Mapping[str, Any]:
    if isinstance(row, DeclinedChange):
        values: Mapping[str, Any] = row.values
        return values
    if isinstance(row, FactRevision):
        return {"value": row.value}
    columns = ("answer", "reasons", "evidence", "flagged", "note_to_lead", "because")
    return {column: getattr(row, column) for column in columns}
