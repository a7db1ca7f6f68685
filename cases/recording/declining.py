"""Keeping, in the history, what somebody gave up for another's answer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from cases.models import Assessment, DeclinedChange, Judgement, RecordedFact
from cases.recording.answers import tidy_change
from cases.recording.changes import AnswerChange, FactChange
from inspections.catalogue import fact_ids, load_definition, question_ids
from inspections.models import TeamMember


@transaction.atomic
def decline_answer(assessment: Assessment, change: AnswerChange, by: TeamMember) -> None:
    """Keep `change`, which its author does not want stored after all. Safe to do twice."""
    programme = assessment.inspection.programme
    change = tidy_change(load_definition(programme), change)
    judgement = Judgement.objects.get(
        assessment=assessment, question=question_ids(programme)[change.code], row=change.row
    )
    _keep(change, by, version=judgement.version, judgement=judgement)


@transaction.atomic
def decline_fact(assessment: Assessment, change: FactChange, by: TeamMember) -> None:
    """Keep `change`, which its author does not want recorded after all. Safe to do twice."""
    fact = RecordedFact.objects.get(
        assessment=assessment, fact=fact_ids(assessment.inspection.programme)[change.key]
    )
    _keep(change, by, version=fact.version, recorded_fact=fact)


def _keep(
    change: AnswerChange | FactChange,
    by: TeamMember,
    *,
    version: int,
    judgement: Judgement | None = None,
    recorded_fact: RecordedFact | None = None,
) -> None:
    if change.mutation and DeclinedChange.objects.filter(mutation=change.mutation).exists():
        return
    DeclinedChange.objects.create(
        judgement=judgement,
        recorded_fact=recorded_fact,
        version=version,
        values=change.values,
        changed_by=by,
        changed_at=timezone.now(),
        mutation=change.mutation,
    )
