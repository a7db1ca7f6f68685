"""Inspections: making one, changing what is not yet published, and deleting one begun in error."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from inspections.access import hold_people
from inspections.models import Area, Inspection, Programme
from inspections.problems import Problem, RefusedError
from inspections.setting_up.slugs import find_free_slug

TRIES = 5
PUBLISHED = (
    "A report of this inspection is published, so what it says of the inspection stands. The team "
    "can still be changed."
)
PROGRAMME_USES = {
    "cases": "The programme cannot change any more: cases are being judged under it.",
    "uploaded_caseload": "The programme cannot change any more: a caseload was uploaded under it. "
    "An inspection without cases can be deleted and set up again.",
    "good_practice": "The programme cannot change any more: good practice was noted under it.",
    "narratives": "The programme cannot change any more: a text of the report was written under "
    "it.",
}
"""What is made under a programme, by the name that an inspection knows it by, and so keeps it."""


class ChangedMeanwhileError(Exception):
    """The details are no longer as the person saw them; nothing was stored."""

    def __init__(self, current: Inspection) -> None:
        self.current = current
        super().__init__(str(current))


@dataclass(frozen=True)
class Details:
    """What an administrator says of an inspection. Dates are ISO text, checked by the form."""

    area: Area
    programme: Programme
    region: str
    country: str
    service_title: str
    service_name: str
    manager_title: str
    chief_inspector: str
    fieldwork_start: str
    fieldwork_end: str
    publication_date: str
    isbn: str
    caseload: int | None
    urgent_telephone: str


def create_inspection(details: Details) -> Inspection:
    """Return a new inspection without team or cases; its address is made of area and year."""
    wanted = f"{details.area.slug[:90]}-{details.fieldwork_start[:4]}"
    for _ in range(TRIES):
        taken = set(Inspection.objects.values_list("slug", flat=True))
        slug = find_free_slug(wanted, taken, 100)
        try:
            with transaction.atomic():
                return Inspection.objects.create(slug=slug, **_columns(details))
        except IntegrityError:
            continue  # somebody made one for the same area and year at the same moment
    raise _refusal("The inspection could not be made. Try again.")


@transaction.atomic
def change_inspection(inspection: Inspection, details: Details, *, seen: str) -> None:
    """Change what is said of `inspection`; its address stays.

    `seen` is the digest of the details that the person saw (`digest_details`). Raises
    ChangedMeanwhileError where they are others now, and not those that the person wants. Raises
    RefusedError once a report of it is published, where the programme would change under what was
    made by it, and where somebody of the team belongs to a new area.
    """
    held = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if is_published(held):
        raise _refusal(PUBLISHED)
    if _columns(details) == _columns(held):
        return
    if seen != digest_details(held):
        raise ChangedMeanwhileError(held)
    if details.programme != held.programme and (reason := find_programme_use(held)):
        raise _refusal(reason)
    if details.area != held.area:
        _check_new_area(held, details.area)
    for column, value in _columns(details).items():
        setattr(inspection, column, value)
    inspection.save(update_fields=list(_columns(details)))


def digest_details(inspection: Inspection) -> str:
    """Return a short text that is another one once the details of `inspection` are others."""
    values = {
        name: value.pk if isinstance(value, Area | Programme) else value
        for name, value in _columns(inspection).items()
    }
    return sha256(json.dumps(values).encode()).hexdigest()[:16]


def find_programme_use(inspection: Inspection) -> str:
    """Return why the programme of `inspection` cannot change; empty where it can."""
    for made, reason in PROGRAMME_USES.items():
        if Inspection.objects.filter(pk=inspection.pk, **{f"{made}__isnull": False}).exists():
            return reason
    return ""


@transaction.atomic
def delete_inspection(inspection: Inspection) -> None:
    """Delete an inspection that has no cases yet, with its team.

    Raises RefusedError where it has cases, or something else was written in it.
    """
    held = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if has_cases(held):
        raise _refusal("This inspection has cases, so it cannot be deleted.")
    try:
        with transaction.atomic():
            held.delete()
    except ProtectedError:
        raise _refusal(
            "People have recorded something in this inspection already, so it cannot be deleted."
        ) from None


def is_published(inspection: Inspection) -> bool:
    """Whether an issue of its report is frozen."""
    return inspection.publications.exists()


def has_cases(inspection: Inspection) -> bool:
    """Whether it has cases."""
    return inspection.cases.exists()


def _columns(described: Details | Inspection) -> dict[str, object]:
    return {field.name: getattr(described, field.name) for field in fields(Details)}


def _check_new_area(inspection: Inspection, area: Area) -> None:
    """Nobody of the team may belong to the area that is inspected."""
    team = list(inspection.team.select_related("user"))
    hold_people(*(member.user for member in team if member.user is not None))
    at_home = [
        member.name
        for member in team
        if member.home_area_id == area.pk
        or (member.user is not None and member.user.affiliations.filter(area=area).exists())
    ]
    if at_home:
        raise _refusal(
            f"The area cannot be {area.name}: {' and '.join(at_home)} of the team "
            f"{'belong' if len(at_home) > 1 else 'belongs'} there."
        )


def _refusal(message: str) -> RefusedError:
    return RefusedError([Problem("inspection", None, message)])
