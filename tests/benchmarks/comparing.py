"""Comparators of 158 areas out of their frozen scorecards, against reading those rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inspections.catalogue import load_definition
from inspections.models import Area, Inspection
from reports.bundle import build_bundle
from reports.comparing.choice import compute_comparators
from reports.comparing.results import read_results
from reports.gathering import gather_content
from reports.models import Publication, PublishedDocument
from tests.benchmarks.timing import Result, measure_ratio

AREAS = 158
DAY = date(2012, 5, 31)

READING = """
SELECT a.name, a.slug, i.region, p.published_at, p.content -> 'dates' -> 'published',
  p.scorecard -> 'headlines'
FROM reports_publication p
JOIN reports_publisheddocument d ON d.publication_id = p.id
JOIN inspections_inspection i ON i.id = p.inspection_id
JOIN inspections_area a ON a.id = i.area_id
"""


def measure(inspection: Inspection) -> Iterator[Result]:
    """Give the ratio, and the number of queries; leaves nothing in the database."""
    definition = load_definition(inspection.programme)

    def compare() -> Any:
        results = read_results(definition.slug)
        return compute_comparators(inspection, definition, results, DAY.isoformat(), "")

    def read() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(READING)
            rows: list[Any] = cursor.fetchall()
            return rows

    with transaction.atomic():
        _publish_others(inspection)
        compared = compare()
        assert [len(row.values) for row in compared.rows] == [AREAS] * 3
        assert len(read()) == AREAS
        yield Result(
            f"comparators over {AREAS} frozen scorecards, against reading their rows",
            measure_ratio(compare, read),
            2,
        )
        with CaptureQueriesContext(connection) as queries:
            compare()
        yield Result("queries to compare", len(queries), 2, "queries")
        transaction.set_rollback(True)


def _publish_others(inspection: Inspection) -> None:
    """Freeze the report of `inspection` once for each of as many other areas."""
    gathered = gather_content(inspection)
    lead = inspection.team.get(role="lead_inspector")
    frozen = {
        "programme_digest": inspection.programme.digest,
        "scorecard": gathered.scorecard.to_json(),
        "content": gathered.content.to_document(),
        "bundle": build_bundle(inspection),
        "published_by": lead,
        "published_at": timezone.now(),
    }
    kept = {
        field.attname: getattr(inspection, field.attname)
        for field in Inspection._meta.concrete_fields
        if field.name not in ("id", "slug", "area")
    }
    for number in range(AREAS):
        area = Area.objects.create(name=f"Area {number}", slug=f"area-{number}")
        other = Inspection.objects.create(**kept, slug=f"area-{number}", area=area)
        issue = Publication.objects.create(inspection=other, number=1, **frozen)
        PublishedDocument.objects.create(
            publication=issue,
            html="<p>" * 50_000,
            pdf=b"%PDF-" * 50_000,
            sha256="0" * 64,
            rendered_at=timezone.now(),
        )
