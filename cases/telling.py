"""Telling the lead inspector of an alert by e-mail, and how far that has come.

The e-mail carries nothing of the case, not even its reference: it is not written down anywhere
that an e-mail may come to lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from cases.alerts import TELL_LEAD, list_addresses
from cases.models import CaseAlert
from jobs.models import Job
from jobs.queue import enqueue
from jobs.registry import WorkError

NOBODY = "The lead inspector of this inspection has no email address here."
NO_MAIL = "No mail server is set up here, so nobody was told by email."
DUMMY = "django.core.mail.backends.dummy.EmailBackend"


class Telling(StrEnum):
    """How far the e-mail about an alert has come."""

    TOLD = "told"
    WAITING = "waiting"
    FAILED = "failed"
    NOBODY = "nobody"


def tell_lead(alert_id: int) -> None:
    """Send the e-mail about an alert to the lead inspector, unless it was sent. For a worker.

    One that is cut off after it was sent sends it again: twice is better than never. Raises
    WorkError where the alert is gone, or there is nobody to send it to.
    """
    alert = CaseAlert.objects.select_related("case__inspection__area").filter(pk=alert_id).first()
    if alert is None:
        raise WorkError("This alert is no longer there.")
    if alert.told_lead_at is not None:
        return
    inspection = alert.case.inspection
    addresses = list_addresses(inspection)
    if not addresses:
        raise WorkError(NOBODY)
    if settings.EMAIL_BACKEND == DUMMY:  # It would take the e-mail and throw it away.
        raise WorkError(NO_MAIL)
    path = reverse("cases:alert", args=[inspection.slug, alert.pk])
    context = {"inspection": inspection, "url": f"{settings.SITE_URL}{path}"}
    EmailMessage(
        subject=f"A case alert was raised: {inspection}",
        body=render_to_string("cases/emails/alert.txt", context),
        to=addresses,
    ).send()
    CaseAlert.objects.filter(pk=alert.pk, told_lead_at__isnull=True).update(
        told_lead_at=timezone.now()
    )


def find_telling(alert: CaseAlert) -> Telling:
    """Return how far the e-mail about `alert` has come."""
    return find_tellings([alert])[alert.pk]


def find_tellings(alerts: Sequence[CaseAlert]) -> dict[int, Telling]:
    """Return how far the e-mail about each of `alerts` has come, in one query or none."""
    untold = [str(alert.pk) for alert in alerts if alert.told_lead_at is None]
    jobs = Job.objects.filter(kind=TELL_LEAD, subject__in=untold).order_by("created_at", "pk")
    latest = {job.subject: job for job in jobs} if untold else {}
    return {alert.pk: _tell_apart(alert, latest.get(str(alert.pk))) for alert in alerts}


def _tell_apart(alert: CaseAlert, job: Job | None) -> Telling:
    if alert.told_lead_at is not None:
        return Telling.TOLD
    if job is None:
        return Telling.NOBODY
    return Telling.WAITING if job.is_live else Telling.FAILED


def tell_again(alert: CaseAlert) -> Job | None:
    """Have the e-mail about `alert` sent after all; None if it was sent, or nobody can get it."""
    if alert.told_lead_at is not None or not list_addresses(alert.case.inspection):
        return None
    return enqueue(TELL_LEAD, str(alert.pk))
