"""Telling the lead inspector of an alert by e-mail, and how far that has come; and an assessor
that a case of theirs was opened again.

The e-mail carries nothing of the case, not even its reference: it is not written down anywhere
that an e-mail may come to lie. Where nobody leads who can be told, administrators are asked to
appoint somebody, who is told as soon as they lead and can sign in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cases.alerts import ASK_FOR_LEAD, TELL_LEAD, list_addresses
from cases.models import CaseAlert, Reopening
from cases.moderation import find_address
from inspections.models import Inspection, TeamMember
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
    WorkError where the alert is gone, or there is nobody to send it to: then administrators are
    asked to appoint somebody.
    """
    alert = CaseAlert.objects.select_related("case__inspection__area").filter(pk=alert_id).first()
    if alert is None:
        raise WorkError("This alert is no longer there.")
    if alert.told_lead_at is not None:
        return
    inspection = alert.case.inspection
    addresses = list_addresses(inspection)
    if not addresses:
        enqueue(ASK_FOR_LEAD, str(inspection.pk))
        raise WorkError(NOBODY)
    path = reverse("cases:alert", args=[inspection.slug, alert.pk])
    _send(f"A case alert was raised: {inspection}", "alert", inspection, path, addresses)
    CaseAlert.objects.filter(pk=alert.pk, told_lead_at__isnull=True).update(
        told_lead_at=timezone.now()
    )


def ask_for_lead(inspection_id: int) -> None:
    """Tell the administrators that an alert waits for a lead inspector, if it still does.

    For a worker. Raises WorkError where there is nobody to send it to.
    """
    inspection = Inspection.objects.select_related("area").filter(pk=inspection_id).first()
    waits = _list_untold(Q(case__inspection=inspection_id)).exists()
    if inspection is None or not waits or list_addresses(inspection):
        return
    administrators = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    addresses = [email for email in administrators.values_list("email", flat=True) if email]
    if not addresses:
        raise WorkError("There is no administrator with an email address here.")
    path = reverse("inspections:team", args=[inspection.slug])
    subject = f"An alert waits for a lead inspector: {inspection}"
    _send(subject, "no_lead", inspection, path, addresses)


def tell_reopened(reopening_id: int) -> None:
    """Tell whoever judges a case that it was opened again, unless it is completed. For a worker.

    Raises WorkError where there is nobody who can be told.
    """
    found = Reopening.objects.select_related(
        "assessment__assessor__user", "assessment__inspection__area"
    )
    reopening = found.filter(pk=reopening_id, completed_again_at__isnull=True).first()
    if reopening is None:
        return
    address = find_address(reopening)
    if not address:
        raise WorkError("Whoever judges this case has no email address here.")
    inspection = reopening.assessment.inspection
    path = reverse("cases:list", args=[inspection.slug])
    _send(f"A case was opened again: {inspection}", "reopened", inspection, path, [address])


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


@receiver(post_save, sender=TeamMember)
def tell_appointed(instance: TeamMember, **_: Any) -> None:
    """Have whoever leads an inspection from now on told of the alerts that nobody was told of."""
    if instance.leads and instance.user_id is not None:
        _tell_waiting(Q(case__inspection=instance.inspection_id))


@receiver(post_save, sender=User)
def tell_returned(
    instance: User, created: bool, update_fields: Collection[str] | None, **_: Any
) -> None:
    """Have a lead inspector who can be told again told of the alerts that nobody was told of."""
    turned = update_fields is None or not {"is_active", "email"}.isdisjoint(update_fields)
    if turned and instance.is_active and not created:
        team = TeamMember.objects.filter(user=instance, role=TeamMember.Role.LEAD_INSPECTOR)
        _tell_waiting(Q(case__inspection__in=team.values("inspection")))


def _tell_waiting(which: Q) -> None:
    for alert in _list_untold(which).select_related("case__inspection"):
        tell_again(alert)


def _list_untold(which: Q) -> QuerySet[CaseAlert]:
    return CaseAlert.objects.filter(which, closed_at__isnull=True, told_lead_at__isnull=True)


def _send(
    subject: str, template: str, inspection: Inspection, path: str, addresses: list[str]
) -> None:
    """Send an e-mail that leads to a page. Raises WorkError where it would be thrown away."""
    if settings.EMAIL_BACKEND == DUMMY:
        raise WorkError(NO_MAIL)
    context = {"inspection": inspection, "url": f"{settings.SITE_URL}{path}"}
    body = render_to_string(f"cases/emails/{template}.txt", context)
    EmailMessage(subject=subject, body=body, to=addresses).send()
