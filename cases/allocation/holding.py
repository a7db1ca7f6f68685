"""Letting one person at a time change who judges what, and when."""

from __future__ import annotations

from inspections.models import Inspection


def hold_inspection(inspection: Inspection) -> None:
    """Let nobody else change who judges what, and when, until the transaction ends.

    Allocations, conflicts of interest and interviews bear on one another, so they are changed one
    at a time. People go on judging meanwhile. Needs a transaction.
    """
    held = Inspection.objects.select_for_update(no_key=True).filter(pk=inspection.pk)
    list(held.values_list("pk"))
