"""Writing what was taken: the rows as they stand now, and a revision of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import prefetch_related_objects

from cases.models import FactRevision, Judgement, JudgementRevision, RecordedFact
from cases.recording.changes import Outcome

Row = TypeVar("Row", Judgement, RecordedFact)
Revision = TypeVar("Revision", JudgementRevision, FactRevision)


def store_rows(
    rows: Sequence[Row],
    columns: Sequence[str],
    revisions: Sequence[Revision],
) -> None:
    """Store the `columns` of `rows` and their new `revisions`, one or more of each, in two queries.

    Whoever writes holds the assessment first, so each row's version is still the one that was
    read. Two revisions of one version cannot be stored, should anybody forget to.
    """
    manager = type(rows[0])._default_manager
    if len(revisions) == 1:
        (row,), (revision,) = rows, revisions
        values = {column: getattr(row, column) for column in columns}
        manager.filter(pk=row.pk).update(**values)
        revision.save(force_insert=True)
        return
    # The rows are there, so this updates them: ten times as quickly as `bulk_update` does.
    manager.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=columns)
    type(revisions[0])._default_manager.bulk_create(revisions)


def load_writers(outcome: Outcome) -> None:
    """Load who wrote what stands against the changes of a save: in one query, or in none."""
    standing = [current for _, current in outcome.unchanged]
    standing += [conflict.current for conflict in outcome.conflicts]
    prefetch_related_objects(standing, "changed_by")
