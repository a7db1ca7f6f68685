"""What a report prints of other areas' scores: what its lead inspector chose, or was imported.

What is chosen is a date and a region. The figures are worked out when the report is gathered, and
frozen with its issue. Later issues repeat them, whatever has been brought in or published since,
until the choice is saved anew: a correction does not change what a report was compared with.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from inspections.dates import last_day
from inspections.definition import ProgrammeDefinition
from inspections.models import Area, Inspection, TeamMember
from inspections.presentation import describe_date
from reports.comparing.results import Result, read_results, select_others
from reports.comparing.standing import stand
from reports.content import Comparator, Comparators
from reports.models import ComparatorChoice, Publication


@transaction.atomic
def save_choice(
    inspection: Inspection, by: TeamMember, *, as_of: str, region: str, family: Iterable[Area]
) -> ComparatorChoice:
    """Have the report compare with results published by `as_of`, ISO text, in `region` or in all.

    Raises PermissionDenied unless `by` is the lead inspector of the inspection.
    """
    _hold(inspection, by)
    choice, _ = ComparatorChoice.objects.update_or_create(
        inspection=inspection,
        defaults={
            "as_of": as_of,
            "region": region,
            "chosen_by": by,
            "chosen_at": timezone.now(),
        },
    )
    choice.family.set(family)
    return choice


@transaction.atomic
def withdraw_choice(inspection: Inspection, by: TeamMember) -> None:
    """Have the report print what it was imported with, if anything. Raises as `save_choice`."""
    _hold(inspection, by)
    ComparatorChoice.objects.filter(inspection=inspection).delete()


def _hold(inspection: Inspection, by: TeamMember) -> None:
    """Let no issue be frozen meanwhile: whether it or the choice was first must not be in doubt."""
    if not by.leads or by.inspection_id != inspection.pk:
        raise PermissionDenied("Only the lead inspector may choose what the report compares with.")
    Inspection.objects.select_for_update().get(pk=inspection.pk)


def find_choice(inspection: Inspection) -> ComparatorChoice | None:
    """Return what was chosen for the report, and by whom; None if nothing was."""
    choices = ComparatorChoice.objects.select_related("chosen_by")
    return choices.filter(inspection=inspection).first()


def find_comparators(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    choice: ComparatorChoice | None,
) -> Comparators | None:
    """Return what the report prints; None if nothing was chosen or given, or no area is compared.

    One query where there is a choice whose figures were published, and three where not yet.
    """
    if choice is None:
        return _read_given(inspection, definition)
    return find_frozen(choice) or compute_comparators(
        inspection, definition, read_results(definition.slug), choice.as_of, choice.region
    )


def find_frozen(choice: ComparatorChoice) -> Comparators | None:
    """Return what the latest issue since the choice was saved prints; None if there is none."""
    frozen = (
        Publication.objects.filter(
            inspection_id=choice.inspection_id, published_at__gte=choice.chosen_at
        )
        .order_by("-published_at")
        .values_list(KeyTransform("comparators", "content"), flat=True)
        .first()
    )
    return Comparators.from_document(frozen) if frozen else None


def compute_comparators(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    results: Iterable[Result],
    as_of: str,
    region: str,
) -> Comparators | None:
    """Return lowest, highest and average of the other areas for each theme that any is scored for.

    None if no other area's result in `region` was published by `as_of`.
    """
    others = select_others(results, last_day(as_of), own_area=inspection.area_id, region=region)
    standings = [stand(theme.key, others) for theme in definition.themes]
    rows = tuple(
        Comparator(
            theme=standing.theme,
            lowest=standing.lowest,
            highest=standing.highest,
            average=standing.average,
            values=standing.values,
        )
        for standing in standings
        if standing.lowest is not None
        and standing.highest is not None
        and standing.average is not None
    )
    if not rows:
        return None
    areas = max(standing.areas for standing in standings)
    return Comparators(scope=describe_scope(areas, region), as_of=as_of, rows=rows)


def describe_scope(areas: int, region: str) -> str:
    """Return whom a report is compared with, as a title and after "beside those of"."""
    counted = "other area" if areas == 1 else "other areas"
    return f"{areas}\N{NO-BREAK SPACE}{counted}{_name_region(region)} inspected to date"


def describe_lack(choice: ComparatorChoice) -> str:
    """Return why the report cannot be printed with this choice: no other area is left."""
    return (
        f"No other area{_name_region(choice.region)} has a result that was published by "
        f"{describe_date(choice.as_of)}, which the headline scores could be compared with."
    )


def _name_region(region: str) -> str:
    if not region:
        return ""
    return f" of {region}" if region == "Wales" else f" of the {region} region"


def _read_given(inspection: Inspection, definition: ProgrammeDefinition) -> Comparators | None:
    """Return the comparators that the inspection was imported with."""
    given = inspection.comparators
    if not given:
        return None
    return Comparators(
        scope=given["scope"],
        as_of=given.get("as_of"),
        rows=tuple(
            Comparator(
                theme=theme.key,
                lowest=given[theme.key]["lowest"],
                highest=given[theme.key]["highest"],
                average=given[theme.key]["average"],
            )
            for theme in definition.themes
            if theme.key in given
        ),
    )
