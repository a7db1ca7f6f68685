"""What tests of the pages of case alerts share."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client
from django.utils import timezone
from django.utils.timezone import localtime

from cases.alerts import raise_alert, record_action, record_service_told
from cases.models import Assessment, CaseAlert
from tests.casting import (
    member_of,
    user_of,
)
from tests.pages import Element, links_of

ALERTS = "/inspections/anyshire-2026/alerts/"
RAISE = "/inspections/anyshire-2026/cases/ANY-001/alert/"
CONCERN = "The child said that they are afraid to go home."


def client_of(assessment: Assessment, key: str) -> Client:
    client = Client()
    client.force_login(user_of(assessment.inspection, key))
    return client


def raise_one(assessment: Assessment, by: str = "inspector", concern: str = CONCERN) -> CaseAlert:
    member = member_of(assessment.inspection, by)
    return raise_alert(assessment.case, member, concern=concern, mutation=uuid4())


def page_of(alert: CaseAlert) -> str:
    return f"{ALERTS}{alert.pk}/"


def see_to(alert: CaseAlert) -> None:
    lead = member_of(alert.case.inspection, "lead")
    record_service_told(alert, lead, whom="Head of service", told_at=timezone.now())
    record_action(alert, lead, action="Telephoned.", done_at=timezone.now())


def when_told(alert: CaseAlert) -> str:
    alert.refresh_from_db()
    moment = localtime(alert.service_told_at)
    return f"{moment.day} {moment:%B %Y}, {moment:%H:%M}"


def errors_of(page: Element) -> list[tuple[str, str]]:
    return links_of(page, "//div[contains(@class, 'govuk-error-summary')]")
