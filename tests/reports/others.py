"""Other areas for comparisons: results brought in, and issues frozen with given scores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from inspections.models import Inspection
from reports.comparing.results import Result
from reports.models import AreaResult, Publication, PublishedDocument
from tests.casting import make_area, make_inspection

REGION = "East of England"


def result(
    area: str,
    published: str = "2026-01",
    *,
    imported: bool = True,
    region: str = REGION,
    **percents: Any,
) -> Result:
    """Return a result of `area`, whose id is the same for the same name."""
    number = sum(ord(letter) << i for i, letter in enumerate(area))
    slug = area.lower().replace(" ", "-")
    return Result(number, area, slug, region, published, percents, imported)


def make_result(
    area: str,
    published: str,
    safeguarding: int | None,
    risk_of_harm: int | None = 50,
    *,
    region: str = REGION,
    programme: str = "small",
) -> AreaResult:
    """Return a result that was brought in from a file."""
    return AreaResult.objects.create(
        area=make_area(area),
        programme=programme,
        region=region,
        publication_date=published,
        scores={"safeguarding": safeguarding, "risk_of_harm": risk_of_harm},
        imported_at=timezone.now(),
    )


def make_issue(
    inspection: Inspection,
    published: str | None,
    safeguarding: int | None,
    risk_of_harm: int | None = 50,
    *,
    criteria: Mapping[str, int | None] | None = None,
    frozen: datetime = datetime(2026, 2, 3, 23, 30, tzinfo=UTC),
    issued: bool = True,
) -> Publication:
    """Return the next issue of an inspection, frozen with these headline scores and little else."""
    headlines = {"safeguarding": safeguarding, "risk_of_harm": risk_of_harm}
    publication = Publication.objects.create(
        inspection=inspection,
        number=inspection.publications.count() + 1,
        programme_digest="0" * 64,
        scorecard={
            "headlines": {key: {"percent": percent} for key, percent in headlines.items()},
            "criteria": {key: {"percent": percent} for key, percent in (criteria or {}).items()},
        },
        content={"dates": {"published": published}, "comparators": None},
        bundle={},
        published_by=inspection.team.get(key="lead"),
        published_at=frozen,
    )
    if issued:
        PublishedDocument.objects.create(
            publication=publication, html="", pdf=b"%PDF-", sha256="0" * 64, rendered_at=frozen
        )
    return publication


def make_issued_area(
    area: str, published: str | None, safeguarding: int, **more: Any
) -> Publication:
    """Return the one issue of an inspection of `area`."""
    region = more.pop("region", REGION)
    return make_issue(make_inspection(area, region=region), published, safeguarding, **more)
