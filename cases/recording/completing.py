"""Saying that an assessment is done."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from cases.allocation.obstacles import Conflicts
from cases.models import Assessment, Reopening
from cases.recording.holding import describe_closed, hold
from cases.recording.settling import is_open
from cases.review import review_assessment
from cases.second_marking.comparing import begin_when_stored
from inspections.models import TeamMember
from inspections.problems import Problem, RefusedError

STILL_OPEN = "Something in this case is still to be recorded or answered."
UNDECIDED = (
    "A conflict of interest with this case is declared for its assessor. It cannot be completed "
    "until the lead inspector has decided who judges it."
)
NOT_LOOKED = "Look at the points under “To look at”, and tick the box."


class NotLookedError(RefusedError):
    """There are points to look at, and nobody has said that they have."""


@transaction.atomic
def complete_assessment(assessment: Assessment, by: TeamMember, *, looked: bool = True) -> None:
    """Record that `by` says the assessment is done; it may still be changed. Safe to do twice.

    `looked`: they say that they have looked at the warnings of the review, if there are any. Where
    the case is judged twice and the other marking is done too, the two are then compared. Raises
    RefusedError while something in it is open, it is closed, or its assessor has a conflict of
    interest with the case that is not decided; and NotLookedError.
    """
    hold(assessment)
    if message := describe_closed(assessment) or (STILL_OPEN if is_open(assessment) else ""):
        raise RefusedError([Problem(str(assessment.case), None, message)])
    if assessment.completed_at is None:
        if Conflicts(assessment.inspection).await_decision(assessment):
            raise RefusedError([Problem(str(assessment.case), None, UNDECIDED)])
        if not looked:
            _refuse_warnings(assessment)
        assessment.completed_at, assessment.completed_by = timezone.now(), by
        assessment.save(update_fields=["completed_at", "completed_by"])
        reopened = Reopening.objects.filter(assessment=assessment, completed_again_at__isnull=True)
        reopened.update(completed_again_at=assessment.completed_at)
    begin_when_stored(assessment)


def _refuse_warnings(assessment: Assessment) -> None:
    if review_assessment(assessment).has_warnings:
        raise NotLookedError([Problem(str(assessment.case), None, NOT_LOOKED)])
