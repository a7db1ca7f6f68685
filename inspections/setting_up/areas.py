"""Areas: making and renaming them, each once whatever capitals and signs its name is written in."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.utils.text import slugify

from inspections.models import Area
from inspections.problems import Problem, RefusedError
from inspections.setting_up.slugs import find_free_slug


def search_areas(words: str = "") -> QuerySet[Area]:
    """Return the areas whose name holds every one of `words`, by name.

    Each with `people_count`, the people who belong to it, and `inspection_count`.
    """
    areas = Area.objects.annotate(
        people_count=Count("affiliations", distinct=True),
        inspection_count=Count("inspections", distinct=True),
    ).order_by("name")
    for word in words.split():
        areas = areas.filter(name__icontains=word)
    return areas


@transaction.atomic
def create_area(name: str) -> Area:
    """Return a new area. Raises RefusedError where there is one of that name, or none can be."""
    _check_name(name)
    slug = find_free_slug(slugify(name), set(Area.objects.values_list("slug", flat=True)), 100)
    try:
        with transaction.atomic():
            return Area.objects.create(name=name, slug=slug)
    except IntegrityError:
        raise _refusal(name, f"There is an area called {name} already.") from None


@transaction.atomic
def rename_area(area: Area, name: str) -> None:
    """Change the name of `area`; its address stays, and so does what is published of it.

    Raises RefusedError as `create_area` does.
    """
    _check_name(name, area)
    old, area.name = area.name, name
    try:
        with transaction.atomic():
            area.save(update_fields=["name"])
    except IntegrityError:
        area.name = old
        raise _refusal(name, f"There is an area called {name} already.") from None


def find_area(name: str) -> Area | None:
    """Return the area of this name, whatever the capitals and signs in it."""
    wanted = slugify(name)
    return next((area for area in Area.objects.all() if slugify(area.name) == wanted), None)


def _check_name(name: str, area: Area | None = None) -> None:
    if not slugify(name):
        raise _refusal(name, "The name must have a letter or digit of the Latin alphabet.")
    same = find_area(name)
    if same is not None and same != area:
        raise _refusal(name, f"There is an area called {same.name} already.")


def _refusal(name: str, message: str) -> RefusedError:
    return RefusedError([Problem(name, None, message)])
