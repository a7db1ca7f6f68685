"""Inspections: making one, changing what is not yet published, and deleting one begun in error."""

from __future__ import annotations

from dataclasses import asdict, dataclass

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
HAS_CASES = "The programme cannot change any more: cases are being judged under it."


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
def change_inspection(inspection: Inspection, details: Details) -> None:
    """Change what is said of `inspection`; its address stays.

    Raises RefusedError once a report of it is published, where the programme would change under
    cases, and where somebody of the team belongs to a new area.
    """
    held = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if is_published(held):
        raise _refusal(PUBLISHED)
    if details.programme != held.programme and has_cases(held):
        raise _refusal(HAS_CASES)
    if details.area != held.area:
        _check_new_area(held, details.area)
    for column, value in _columns(details).items():
        setattr(inspection, column, value)
    inspection.save(update_fields=list(_columns(details)))


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


def _columns(details: Details) -> dict[str, object]:
    plain = asdict(details)
    return plain | {"area": details.area, "programme": details.programme}


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
