"""Moderation: the lead inspector opens a completed case again, or settles a judgement in it.

Both are for assessments of record that are open for writing. What two assessors settled between
them is settled again from its second marking, where a reason is asked for too.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from cases.checking import check_note
from cases.models import Assessment, Judgement, Reopening
from cases.recording import AnswerChange, AnswersOutcome, describe_closed, hold, write_answers
from inspections.catalogue import question_ids
from inspections.models import Inspection, TeamMember
from inspections.problems import Problem, RefusedError
from jobs.queue import enqueue

TELL_REOPENED = "tell_reopened"

NOT_COMPLETED = "This case is not completed, so it is open already."
SETTLE_AGAIN = "Settle again, from its second marking, what should be otherwise."
ANSWER_MISSING = "Choose an answer."


@transaction.atomic
def reopen_case(assessment: Assessment, reason: str, by: TeamMember) -> Reopening:
    """Open a completed case again for `reason`, and have its assessor told by e-mail; return it.

    Nothing that is recorded changes, so the case counts in the scores meanwhile. Raises
    PermissionDenied unless `by` leads the inspection, and RefusedError where no reason is given,
    the case is not completed, or it is closed.
    """
    _check_leads(by, assessment)
    reason = _check_reason(assessment, reason, "Say why the case is opened again.")
    hold(assessment)
    if why := describe_not_reopenable(assessment):
        raise _refusal(assessment, why)
    assessment.completed_at = assessment.completed_by = None
    assessment.save(update_fields=["completed_at", "completed_by"])
    reopening = Reopening.objects.create(
        assessment=assessment, reason=reason, reopened_by=by, reopened_at=timezone.now()
    )
    if find_address(reopening):
        enqueue(TELL_REOPENED, str(reopening.pk))
    return reopening


def describe_not_reopenable(assessment: Assessment) -> str:
    """Return why a case cannot be opened again; the empty string where it can."""
    return describe_not_settleable(assessment) or ("" if assessment.completed_at else NOT_COMPLETED)


def describe_not_settleable(assessment: Assessment) -> str:
    """Return why the lead inspector cannot settle a judgement here; the empty string if they can.

    `assessment` is of record.
    """
    why = describe_closed(assessment)
    if why and assessment.closed != Assessment.Closed.LOCKED and is_double_marked(assessment):
        return f"{why} {SETTLE_AGAIN}"
    return why


def is_double_marked(assessment: Assessment) -> bool:
    """Whether the case is compared with its second marking, or what differed was settled."""
    closed = assessment.closed == Assessment.Closed.SECOND_MARKING
    return closed or assessment.kind == Assessment.Kind.AGREED


@transaction.atomic
def settle_judgement(
    assessment: Assessment,
    code: str,
    row: str,
    *,
    answer: str,
    reasons: Sequence[str],
    evidence: str,
    because: str,
    base_version: int,
    by: TeamMember,
) -> AnswersOutcome:
    """Have the lead inspector answer one judgement, and say why; return what became of it.

    It is written as any answer, so a change that somebody made since `base_version` is a conflict.
    It is theirs in the history, with `because`, even where the answer stands as it was. It is no
    longer flagged to be come back to; the private note stays. Raises PermissionDenied unless `by`
    leads the inspection, and RefusedError where no answer or reason is given, or the assessment is
    closed.
    """
    _check_leads(by, assessment)
    because = _check_reason(assessment, because, "Say why you settle it so.")
    if not answer:
        raise _refusal(assessment, ANSWER_MISSING)
    hold(assessment)
    if why := describe_not_settleable(assessment):
        raise _refusal(assessment, why)
    note = Judgement.objects.filter(
        assessment=assessment,
        question=question_ids(assessment.inspection.programme)[code],
        row=row,
    ).values_list("note_to_lead", flat=True)
    change = AnswerChange(
        code=code,
        row=row,
        answer=answer,
        base_version=base_version,
        reasons=tuple(reasons),
        evidence=evidence,
        note_to_lead=note.get(),
        because=because,
    )
    return write_answers(assessment, [change], by)


def list_reopened(inspection: Inspection) -> QuerySet[Reopening]:
    """Return the cases that were opened again and are not completed since, in case order."""
    return (
        Reopening.objects.filter(
            assessment__inspection=inspection,
            assessment__of_record=True,
            completed_again_at__isnull=True,
        )
        .select_related("assessment__case", "reopened_by")
        .order_by("assessment__case__position", "assessment__case__reference")
    )


def with_reopened(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Return `assessments` with `reopened`: opened again, and not completed since."""
    open_again = Reopening.objects.filter(
        assessment=OuterRef("pk"), completed_again_at__isnull=True
    )
    return assessments.annotate(reopened=Exists(open_again))


def find_reopening(assessment: Assessment) -> Reopening | None:
    """Return why the assessment was opened again, until it is completed again; in one query."""
    open_again = assessment.reopenings.filter(completed_again_at__isnull=True)
    return open_again.select_related("reopened_by").first()


def find_address(reopening: Reopening) -> str:
    """Return the e-mail address of whoever judges the case; empty where they cannot be told, or
    opened it themselves.
    """
    assessor = reopening.assessment.assessor
    if assessor is None or assessor.user is None or assessor.pk == reopening.reopened_by_id:
        return ""
    return assessor.user.email if assessor.user.is_active else ""


def _check_leads(member: TeamMember, assessment: Assessment) -> None:
    if not member.leads or member.inspection_id != assessment.inspection_id:
        raise PermissionDenied("Only the lead inspector of this inspection may do this.")


def _check_reason(assessment: Assessment, reason: str, if_empty: str) -> str:
    reason = reason.replace("\r\n", "\n").strip()
    if fault := check_note("reason", reason) or ("" if reason else if_empty):
        raise _refusal(assessment, fault)
    return reason


def _refusal(assessment: Assessment, message: str) -> RefusedError:
    return RefusedError([Problem(str(assessment.case), None, message)])
