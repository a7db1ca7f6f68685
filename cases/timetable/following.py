"""What becomes of interviews when their case changes hands or leaves the sample."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F

from cases.models import Assessment, Interview, Timetable
from cases.timetable.listing import Board
from cases.timetable.slots import slot_of
from inspections.models import Inspection


def follow_allocation(inspection: Inspection, cases: Collection[int]) -> list[str]:
    """Let the interviews of `cases` pass to whoever judges these now.

    Where the new assessor is not there then, or in another interview, or there is none, it is taken
    off; the references of those cases are returned. An interview that was held stays as it was.
    Needs a transaction in which the inspection is held.
    """
    moving = Interview.objects.filter(case__in=cases, held_at__isnull=True)
    if not moving.exists():
        return []
    assessors = {
        assessment.case_id: assessment.assessor
        for assessment in Assessment.objects.filter(
            case__in=cases, kind=Assessment.Kind.FIRST
        ).select_related("assessor")
    }
    board = Board(inspection)
    moved = [
        interview
        for interview in board.interviews.values()
        if interview.case_id in assessors
        and interview.held_at is None
        and interview.assessor_id != getattr(assessors[interview.case_id], "pk", None)
    ]
    for interview in moved:
        del board.interviews[interview.case.reference]
    kept, taken_off = [], []
    for interview in moved:
        assessor = assessors[interview.case_id]
        if assessor is not None:
            interview.assessor = assessor
        if assessor is None or board.find_clashes(interview, slot_of(interview)).slot:
            taken_off.append(interview.case.reference)
            continue
        board.interviews[interview.case.reference] = interview
        kept.append(interview)
    rearrange(inspection, moved, kept)
    return taken_off


def rearrange(
    inspection: Inspection, before: Sequence[Interview], after: Sequence[Interview]
) -> None:
    """Store the interviews `after` in place of those `before`, as the timetable's next revision.

    They are written anew, since on their way two of them may want the same person or room. Needs a
    transaction in which the inspection is held.
    """
    Timetable.objects.filter(inspection=inspection).update(revision=F("revision") + 1)
    revision = Timetable.objects.values_list("revision", flat=True).get(inspection=inspection)
    Interview.objects.filter(pk__in=[interview.pk for interview in before]).delete()
    for interview in after:
        interview.pk = None
        interview.sequence = revision
    Interview.objects.bulk_create(after)


def take_off_withdrawn(inspection: Inspection) -> bool:
    """Take off the interviews that were not held of cases that were withdrawn since.

    Returns whether there were any: the timetable is then at its next revision. Needs a transaction
    in which the inspection is held.
    """
    withdrawn = list(
        Interview.objects.filter(inspection=inspection, case__withdrawn=True, held_at__isnull=True)
    )
    if withdrawn:
        rearrange(inspection, withdrawn, [])
    return bool(withdrawn)
