"""Saying that an assessment is done."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from cases.models import Assessment
from cases.recording.holding import CLOSED, hold, is_open
from inspections.models import TeamMember
from inspections.problems import Problem, RefusedError


@transaction.atomic
def complete_assessment(assessment: Assessment, by: TeamMember) -> None:
    """Record that `by` says the assessment is done; it may still be changed. Safe to do twice.

    Raises RefusedError while something in it is open, or it is closed.
    """
    hold(assessment)
    if assessment.closed:
        _refuse(assessment, CLOSED[Assessment.Closed(assessment.closed)])
    if is_open(assessment):
        _refuse(assessment, "Something in this case is still to be recorded or answered.")
    if assessment.completed_at is None:
        assessment.completed_at, assessment.completed_by = timezone.now(), by
        assessment.save(update_fields=["completed_at", "completed_by"])


def _refuse(assessment: Assessment, message: str) -> None:
    raise RefusedError([Problem(str(assessment.case), None, message)])
