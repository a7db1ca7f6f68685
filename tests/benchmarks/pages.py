"""How many queries the largest topic pages take, from the request to the answer."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.access import give_part
from inspections.models import Inspection
from tests.benchmarks.timing import Result
from tests.benchmarks.topic_page import LARGEST_TOPICS, LIMIT, measure_topic_pages
from tests.casting import make_user


def measure(inspection: Inspection) -> Iterator[Result]:
    """Give the ratio of drawing each page's form, and the queries of its request."""
    for name, ratio in measure_topic_pages(inspection):
        yield Result(f"{name}, against as_div of the same form", ratio, LIMIT)
    lead = inspection.team.select_related("inspection__area").get(role="lead_inspector")
    user = make_user("benchmark")
    give_part(lead, user)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    for criterion, slug in LARGEST_TOPICS:
        url = reverse("cases:topic", args=[inspection.slug, "HRT-001", criterion, slug])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        assert response.status_code == 200, response.status_code
        yield Result(f"queries of the page {criterion} {slug}", len(queries), 12, "queries")
