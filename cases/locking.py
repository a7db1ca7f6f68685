"""Locking the judgements of an inspection once its scorecard is signed: then none can be changed.

Whoever changes something that a score rests on holds either the assessment, which then says that
it is closed, or the inspection, and asks here first. Order of holding, for everybody: the
inspection, then assessments by their id.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cases.models import Assessment
from inspections.models import Inspection
from inspections.problems import Problem, RefusedError

Closed = Assessment.Closed

LOCKED = (
    "The scores are signed off and the scorecard is locked, so nothing that they rest on can be "
    "changed. If something is wrong, the lead inspector can unlock it."
)


class LockedError(RefusedError):
    """The scorecard of the inspection is locked."""

    def __init__(self) -> None:
        super().__init__([Problem("Locked", None, LOCKED)])

    def __str__(self) -> str:
        return LOCKED


def hold_judgements(inspection: Inspection) -> Inspection:
    """Keep everybody from judging, opening or replacing a case until the transaction ends.

    Returns the inspection as it stands then, its programme and area at hand.
    """
    # Not its key: an assessment that is updated twice in a transaction has PostgreSQL look at the
    # keys that it names once more as that ends, so whoever writes would wait for us, and we for it.
    held = Inspection.objects.select_for_update(of=("self",), no_key=True)
    held = held.select_related("programme", "area")
    inspection = held.get(pk=inspection.pk)
    assessments = Assessment.objects.select_for_update().filter(inspection=inspection)
    list(assessments.order_by("pk").values("pk"))
    return inspection


def hold_unlocked(inspection: Inspection) -> None:
    """Do as `allocation.holding.hold_inspection`, and raise LockedError where it is locked."""
    held = Inspection.objects.select_for_update(no_key=True).filter(pk=inspection.pk)
    if any(locked_at is not None for locked_at in held.values_list("locked_at", flat=True)):
        raise LockedError


def is_locked(inspection: Inspection) -> bool:
    """Whether the scorecard is locked at this moment, in one query."""
    return Inspection.objects.filter(pk=inspection.pk, locked_at__isnull=False).exists()


@transaction.atomic
def lock_judgements(inspection: Inspection) -> datetime:
    """Close every assessment that is open, and let none be opened; return when. Safe to do twice.

    A save that is under way ends first, and is then in what is locked.
    """
    held = hold_judgements(inspection)
    locked_at = held.locked_at or timezone.now()
    held.locked_at = inspection.locked_at = locked_at
    held.save(update_fields=["locked_at"])
    Assessment.objects.filter(inspection=held, closed=Closed.NO).update(closed=Closed.LOCKED)
    return locked_at


@transaction.atomic
def unlock_judgements(inspection: Inspection) -> None:
    """Open exactly the assessments that locking closed. Safe to do twice."""
    held = hold_judgements(inspection)
    held.locked_at = inspection.locked_at = None
    held.save(update_fields=["locked_at"])
    Assessment.objects.filter(inspection=held, closed=Closed.LOCKED).update(closed=Closed.NO)
