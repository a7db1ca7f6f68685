"""Holding an assessment while it is written to, and refusing to write to one that is closed."""

from __future__ import annotations

from cases.locking import LOCKED
from cases.models import Assessment

CLOSED = {
    Assessment.Closed.SECOND_MARKING: "This case is being compared with its second marking, so "
    "its answers can no longer be changed here.",
    Assessment.Closed.WITHDRAWN: "This case was withdrawn from the sample, so its answers can no "
    "longer be changed.",
    Assessment.Closed.CANCELLED: "The second marking of this case was called off. What you "
    "recorded is kept, and can no longer be changed.",
    Assessment.Closed.LOCKED: LOCKED,
}

SETTLED = (
    "This case was judged by two assessors and what differed was settled, each with a reason. What "
    "was agreed is the assessment of record, and can no longer be changed here."
)

HELD = ("completed_at", "closed", "facts_missing")
"""What of an assessment a save rests on, so that it is read after the assessment is held."""


def hold(assessment: Assessment) -> Assessment:
    """Keep others from writing to `assessment` until the transaction ends, and read it anew.

    So each save sees all that the one before it did. Needs a transaction.
    """
    fresh = Assessment.objects.select_for_update().only(*HELD).get(pk=assessment.pk)
    for name in HELD:
        setattr(assessment, name, getattr(fresh, name))
    return assessment


def describe_closed(assessment: Assessment) -> str:
    """Return why nothing can be written to `assessment`; the empty string where it is open.

    An agreed one is written to only while it is settled, which is before it is of record.
    """
    if assessment.closed:
        return CLOSED[Assessment.Closed(assessment.closed)]
    return SETTLED if assessment.kind == Assessment.Kind.AGREED and assessment.of_record else ""
