"""Open case alerts keep a report from being published, also one raised at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases.alerts import close_alert, raise_alert, record_service_told
from cases.models import Case, CaseAlert
from inspections.models import Inspection
from reports.models import Publication
from reports.publication import NotPublishableError, publish
from tests.casting import make_case, make_inspection, member_of
from tests.jobs.databases import opened_to_others
from tests.pages import links_of, read_page, texts_of
from tests.reports.stages import REPORT, lead_of, make_ready

STILL_OPEN = "Case alerts that are still open: {}."


def raise_one(inspection: Inspection) -> CaseAlert:
    case = Case.objects.filter(inspection=inspection).earliest("position")
    return raise_alert(
        case, member_of(inspection, "inspector"), concern="Afraid to go home.", mutation=uuid4()
    )


@pytest.mark.django_db
def test_a_report_waits_until_every_alert_is_closed() -> None:
    inspection = make_ready()
    lead = member_of(inspection, "lead")
    alerts = [raise_one(inspection), raise_one(inspection)]
    raise_one(make_ready("Elsewhere"))
    for left, alert in ((2, alerts[0]), (1, alerts[1])):
        with pytest.raises(NotPublishableError) as error:
            publish(inspection, lead)
        assert error.value.reasons == (STILL_OPEN.format(left),)
        record_service_told(alert, lead, whom="Head of service", told_at=timezone.now())
        with pytest.raises(NotPublishableError):
            publish(inspection, lead)
        close_alert(alert, lead)
    assert publish(inspection, lead).number == 1


@pytest.mark.django_db
def test_the_report_page_says_so_and_leads_to_the_alerts() -> None:
    inspection = make_ready()
    raise_one(inspection)
    for path in (REPORT, f"{REPORT}publish/"):
        page = read_page(lead_of(inspection).get(path))
        assert STILL_OPEN.format(1) in texts_of(page, "//main//ul/li")
        assert (
            "See the open case alerts",
            "/inspections/anyshire-2026/alerts/",
        ) in links_of(page, "//main")


@pytest.fixture
def inspection(transactional_db: None, tmp_path: Path) -> Iterator[Inspection]:
    """A complete inspection in a database that other threads can open."""
    with opened_to_others(tmp_path):
        inspection = make_inspection()
        make_case(inspection, "ANY-001", rest="sufficient")
        make_case(inspection, "ANY-002", rest="sufficient")
        yield inspection


def test_an_alert_that_is_being_raised_is_not_overlooked(inspection: Inspection) -> None:
    lead = member_of(inspection, "lead")

    def publish_meanwhile() -> Publication | tuple[str, ...]:
        try:
            return publish(inspection, lead)
        except NotPublishableError as error:
            return error.reasons
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            raise_one(inspection)
            future = pool.submit(publish_meanwhile)
            with pytest.raises(TimeoutError):
                future.result(timeout=0.5)
        assert future.result(timeout=30) == (STILL_OPEN.format(1),)
    assert Publication.objects.count() == 0


def test_an_alert_raised_during_publication_is_kept_and_comes_after_it(
    inspection: Inspection,
) -> None:
    lead = member_of(inspection, "lead")

    def raise_meanwhile() -> CaseAlert:
        try:
            return raise_one(inspection)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            publication = publish(inspection, lead)
            future = pool.submit(raise_meanwhile)
            with pytest.raises(TimeoutError):
                future.result(timeout=0.5)
        alert = future.result(timeout=30)
    assert alert.raised_at > publication.published_at
    assert CaseAlert.objects.get().closed_at is None
