"""When assessors are there, and how many cases they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from cases.allocation.holding import hold_inspection
from cases.models import Availability, Timetable
from cases.timetable.slots import frame_of, list_working_days
from inspections.models import Inspection


def list_fieldwork_days(inspection: Inspection) -> Sequence[date]:
    """Return the days of the timetable, or else the working days of the fieldwork, if known."""
    timetable = Timetable.objects.filter(inspection=inspection).first()
    return frame_of(timetable).days or list_working_days(inspection)


def find_availabilities(inspection: Inspection) -> dict[int, Availability]:
    """Return what is known of members' days and limits, by their id, in one query."""
    rows = Availability.objects.filter(member__inspection=inspection)
    return {availability.member_id: availability for availability in rows}


@transaction.atomic
def save_availabilities(
    inspection: Inspection, given: Mapping[int, tuple[Sequence[str], int | None]]
) -> None:
    """Store, by the id of a member, the days on which they are not there and their most cases."""
    hold_inspection(inspection)
    Availability.objects.bulk_create(
        (
            Availability(member_id=member, days_off=list(off), most_cases=most)
            for member, (off, most) in given.items()
        ),
        update_conflicts=True,
        unique_fields=["member"],
        update_fields=["days_off", "most_cases"],
    )
