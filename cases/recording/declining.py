"""Keeping, in the history, what somebody gave up for another's answer."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from cases.checking import make_storable
from cases.models import Assessment, DeclinedChange, Judgement, RecordedFact
from cases.recording.answers import tidy_change
from cases.recording.changes import USED_ELSEWHERE, AnswerChange, FactChange
from inspections.catalogue import fact_ids, load_definition, question_ids
from inspections.models import TeamMember
from inspections.problems import Problem, RefusedError


@transaction.atomic
def decline_answer(assessment: Assessment, change: AnswerChange, by: TeamMember) -> Judgement:
    """Keep `change`, which its author does not want stored after all, and return what stands.

    It need not be valid: a character that cannot be stored is replaced. Safe to do twice. Raises
    RefusedError where its mutation names another change.
    """
    programme = assessment.inspection.programme
    change = _make_storable(tidy_change(load_definition(programme), change))
    judgement = Judgement.objects.select_related("changed_by").get(
        assessment=assessment, question=question_ids(programme)[change.code], row=change.row
    )
    _keep(assessment, change, by, judgement)
    return judgement


@transaction.atomic
def decline_fact(assessment: Assessment, change: FactChange, by: TeamMember) -> RecordedFact:
    """Keep `change`, which its author does not want recorded after all, and return what stands.

    Safe to do twice. Raises RefusedError where its value is none of the fact's, or its mutation
    names another change.
    """
    programme = assessment.inspection.programme
    definition = load_definition(programme).facts_by_key[change.key]
    if change.value and change.value not in definition.values:
        raise _refusal(assessment, f"Choose one of the answers for “{definition.label}”.")
    fact = RecordedFact.objects.select_related("changed_by").get(
        assessment=assessment, fact=fact_ids(programme)[change.key]
    )
    _keep(assessment, change, by, fact)
    return fact


def _keep(
    assessment: Assessment,
    change: AnswerChange | FactChange,
    by: TeamMember,
    current: Judgement | RecordedFact,
) -> None:
    subject = "judgement" if isinstance(current, Judgement) else "recorded_fact"
    declined, _ = DeclinedChange.objects.get_or_create(
        mutation=change.mutation or uuid4(),
        defaults={
            subject: current,
            "version": current.version,
            "values": change.values,
            "changed_by": by,
            "changed_at": timezone.now(),
        },
    )
    if getattr(declined, f"{subject}_id") != current.pk:
        raise _refusal(assessment, USED_ELSEWHERE)


def _make_storable(change: AnswerChange) -> AnswerChange:
    return replace(
        change,
        reasons=tuple(make_storable(reason) for reason in change.reasons),
        evidence=make_storable(change.evidence),
        note_to_lead=make_storable(change.note_to_lead),
    )


def _refusal(assessment: Assessment, message: str) -> RefusedError:
    return RefusedError([Problem(str(assessment.case), None, message)])
