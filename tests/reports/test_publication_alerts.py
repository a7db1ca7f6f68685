"""Open case alerts and undecided conflicts of interest keep a report from being issued."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cases.alerts import close_alert, raise_alert, record_action, record_service_told
from cases.allocation.conflicts_of_interest import declare_conflict, lift_conflict
from cases.models import Case, CaseAlert
from inspections.models import Inspection
from jobs.models import Job
from jobs.registry import WorkError
from reports.models import Publication, PublishedDocument
from reports.publication import (
    NotPublishableError,
    find_pending,
    issue,
    list_issued,
    publish,
    render_publication,
    retry_rendering,
)
from tests.casting import make_case, make_inspection, member_of
from tests.jobs.databases import opened_to_others
from tests.pages import links_of, read_page, texts_of
from tests.reports.stages import REPORT, lead_of, make_pending, make_ready

STILL_OPEN = "Case alerts that are still open: {}."
WITHHELD = f"This issue was withheld when it was last tried. {STILL_OPEN.format(1)}"
PENDING = "//section[@aria-labelledby='pending']"


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
        record_action(alert, lead, action="Telephoned.", done_at=timezone.now())
        close_alert(alert, lead)
    assert publish(inspection, lead).number == 1


@pytest.mark.django_db
def test_a_report_waits_until_every_conflict_of_interest_is_decided_about() -> None:
    inspection = make_ready()
    lead, inspector = (member_of(inspection, key) for key in ("lead", "inspector"))
    conflict = declare_conflict(inspector, inspector, reference="CASE-002").conflict
    with pytest.raises(NotPublishableError) as error:
        publish(inspection, lead)
    assert error.value.reasons == (
        "Cases judged by somebody who has a conflict of interest with them, not yet decided by the "
        "lead inspector: 1.",
    )
    page = read_page(lead_of(inspection).get(REPORT))
    conflicts = "/inspections/anyshire-2026/conflicts-of-interest/"
    assert ("Decide about the conflicts of interest", conflicts) in links_of(page, "//main")
    lift_conflict(conflict, lead, "They only met once.")
    assert publish(inspection, lead).number == 1


def close(alert: CaseAlert) -> None:
    lead = member_of(alert.case.inspection, "lead")
    record_service_told(alert, lead, whom="Head of service", told_at=timezone.now())
    record_action(alert, lead, action="Telephoned.", done_at=timezone.now())
    close_alert(alert, lead)


def ignore_progress(percent: int, step: str) -> None:
    pass


@pytest.mark.django_db
def test_an_issue_that_failed_is_not_rendered_again_while_one_is_open() -> None:
    inspection = make_ready()
    publication = make_pending(inspection, "failed", error="No room.")
    alert, browser = raise_one(inspection), lead_of(inspection)
    with pytest.raises(NotPublishableError) as error:
        retry_rendering(publication, member_of(inspection, "lead"))
    assert error.value.reasons == (STILL_OPEN.format(1),)
    page = read_page(browser.post(f"{REPORT}retry/", follow=True))
    banner = "//*[contains(@class, 'govuk-notification-banner__content')]"
    assert texts_of(page, banner) == [f"Issue 1 is withheld. {STILL_OPEN.format(1)}"]
    assert Job.objects.filter(kind="render_publication").count() == 1
    assert texts_of(page, f"{PENDING}//li") == [STILL_OPEN.format(1)]
    assert links_of(page, PENDING) == [
        ("See the open case alerts", "/inspections/anyshire-2026/alerts/")
    ]
    assert texts_of(page, f"{PENDING}//button") == ["Take it back"]
    close(alert)
    page = read_page(browser.get(REPORT))
    assert texts_of(page, f"{PENDING}//button") == ["Try again", "Take it back"]
    browser.post(f"{REPORT}retry/")
    assert Job.objects.filter(kind="render_publication", status="queued").count() == 1


@pytest.mark.django_db
def test_an_alert_raised_before_or_during_rendering_withholds_the_issue() -> None:
    inspection = make_ready()
    publication = make_pending(inspection)
    alert = raise_one(inspection)
    with pytest.raises(WorkError) as refused:
        render_publication(publication.pk, ignore_progress)
    assert str(refused.value) == WITHHELD
    close(alert)
    raised: list[CaseAlert] = []

    def raise_meanwhile(percent: int, step: str) -> None:
        if not raised:
            raised.append(raise_one(inspection))

    with pytest.raises(WorkError) as refused:
        render_publication(publication.pk, raise_meanwhile)
    assert str(refused.value) == WITHHELD
    assert (find_pending(inspection), list(list_issued(inspection))) == (publication, [])
    close(raised[0])
    render_publication(publication.pk, ignore_progress)
    assert list(list_issued(inspection)) == [publication]


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


@pytest.mark.parametrize("withdrawn", [False, True])
def test_an_alert_that_is_being_raised_is_seen_before_the_issue(
    inspection: Inspection, withdrawn: bool
) -> None:
    """Also one that the lead inspector raises on a case that has no assessment of record."""
    lead = member_of(inspection, "lead")
    case = Case.objects.get(reference="ANY-002")
    if withdrawn:
        Case.objects.filter(pk=case.pk).update(withdrawn=True)
        case.assessments.update(of_record=False, closed="withdrawn")
    publication = publish(inspection, lead)
    document = PublishedDocument(
        publication=publication, html="<p>", pdf=b"%PDF-", sha256="0", rendered_at=timezone.now()
    )

    def issue_meanwhile() -> str:
        try:
            issue(publication, document)
        except WorkError as error:
            return str(error)
        finally:
            connection.close()
        return "issued"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            raise_alert(case, lead, concern="Afraid to go home.", mutation=uuid4())
            future = pool.submit(issue_meanwhile)
            with pytest.raises(TimeoutError):
                future.result(timeout=0.5)
        assert future.result(timeout=30) == WITHHELD
    assert not PublishedDocument.objects.exists()
