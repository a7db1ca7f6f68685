"""What was published of each area under a programme: our own issues, and results brought in.

Two queries, whatever the number of areas. Of a frozen scorecard only the headlines are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from inspections.dates import is_before, is_same, last_day
from reports.models import AreaResult, Publication

PUBLISHED = KeyTransform("published", KeyTransform("dates", "content"))
"""The date that a frozen report bears: ISO text, or null."""


@dataclass(frozen=True, slots=True)
class Result:
    """The headline scores that were published of an area.

    `published` is ISO text, a day or a month; `percents` are whole numbers by theme, None where a
    theme was not scored. `imported` if it was brought in from a file, and is no issue of ours.
    """

    area_id: int
    area: str
    slug: str
    region: str
    published: str
    percents: Mapping[str, int | None]
    imported: bool

    @property
    def last_day(self) -> date:
        """The day by which it was published: a month alone counts from its last day."""
        return last_day(self.published)


def read_results(programme: str) -> list[Result]:
    """Return every result published under any version of the programme with this slug.

    An inspection's is that of its latest issue, at the date that its report bears or, if it bears
    none, of its first issue. An area may have several, at different dates.
    """
    return [*_read_issues(programme), *_read_imported(programme)]


def select_others(
    results: Iterable[Result], by: date, *, own_area: int, region: str = ""
) -> list[Result]:
    """Return the latest result of each other area that was published by a day, by name of the area.

    `region` leaves only the areas of that region. An area is in the region of its latest result.
    """
    found: dict[int, list[Result]] = {}
    for result in results:
        if result.area_id != own_area and result.last_day <= by:
            found.setdefault(result.area_id, []).append(result)
    latest = [choose_latest(of_area) for of_area in found.values()]
    wanted = [r for r in latest if not region or is_same_region(r.region, region)]
    return sorted(wanted, key=lambda result: result.area.casefold())


def choose_latest(results: Iterable[Result]) -> Result:
    """Return the latest of an area's results; at the same date an issue of ours before an import.

    Two dates are the same as finely as both are known: a day is within its month, and what is known
    by the day comes before what is known by the month. Raises ValueError where there are none.
    """
    by_source: dict[bool, Result] = {}
    for result in sorted(results, key=lambda r: (r.last_day, len(r.published))):
        former = by_source.get(result.imported)
        if former is None or not _is_rougher(result.published, former.published):
            by_source[result.imported] = result
    if not by_source:
        raise ValueError("There is no result.")
    issued, imported = by_source.get(False), by_source.get(True)
    if issued is None or imported is None:
        return next(iter(by_source.values()))
    return imported if is_before(issued.published, imported.published) else issued


def _is_rougher(published: str, other: str) -> bool:
    """Whether a date is the same as another, but known by its month alone."""
    return len(published) < len(other) and is_same(published, other)


def is_same_region(region: str, other: str) -> bool:
    """Whether two regions are one, whatever their capitals and spaces."""
    return fold(region) == fold(other)


def fold(text: str) -> str:
    """Return `text` in small letters, its spaces single."""
    return " ".join(text.casefold().split())


def _read_issues(programme: str) -> list[Result]:
    """Fold the issues of each inspection, oldest first: the first's moment, the last's scores."""
    rows = (
        Publication.objects.filter(document__isnull=False, inspection__programme__slug=programme)
        .order_by("published_at", "number")
        .values_list(
            "inspection_id",
            "published_at",
            "inspection__area_id",
            "inspection__area__name",
            "inspection__area__slug",
            "inspection__region",
            PUBLISHED,
            KeyTransform("headlines", "scorecard"),
        )
    )
    first: dict[int, datetime] = {}
    latest: dict[int, Result] = {}
    for inspection, moment, area_id, area, slug, region, published, headlines in rows:
        first.setdefault(inspection, moment)
        latest[inspection] = Result(
            area_id=area_id,
            area=area,
            slug=slug,
            region=region,
            published=published or timezone.localdate(first[inspection]).isoformat(),
            percents=read_percents(headlines),
            imported=False,
        )
    return list(latest.values())


def _read_imported(programme: str) -> list[Result]:
    rows = (
        AreaResult.objects.filter(programme=programme)
        .order_by()
        .values_list(
            "area_id",
            F("area__name"),
            F("area__slug"),
            "region",
            "publication_date",
            "scores",
        )
    )
    return [
        Result(area_id, area, slug, region, published, scores, imported=True)
        for area_id, area, slug, region, published, scores in rows
    ]


def read_percents(scores: Mapping[str, Mapping[str, Any]]) -> dict[str, int | None]:
    """Return the printed percentages of a part of a frozen scorecard, by its keys."""
    return {key: score["percent"] for key, score in scores.items()}
