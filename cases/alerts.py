"""Case alerts: raising one, telling the lead inspector, and recording what was done about it.

Nothing about an alert is ever changed or removed: a correction is a further entry.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from cases.checking import check_note
from cases.models import AlertAction, Assessment, Case, CaseAlert
from inspections.models import Inspection, TeamMember
from inspections.problems import Problem, RefusedError
from jobs.queue import enqueue

TELL_LEAD = "tell_lead_of_alert"
"""The kind of job that sends the e-mail; its subject is the alert's id."""

ASK_FOR_LEAD = "ask_for_lead"
"""The kind of job that tells administrators that nobody leads; its subject is the inspection's id.
"""

EARLIEST = timedelta(days=31)
"""How long before an alert was raised something that was done about it may lie."""

ROLE_LIMIT = 200
"""Characters that the role of whoever was told may have."""


@transaction.atomic
def raise_alert(case: Case, by: TeamMember, *, concern: str, mutation: UUID) -> CaseAlert:
    """Raise an alert on `case` and have the lead inspector told of it; return it.

    `mutation` names it as a device sent it: the same one again returns the alert that it raised
    then. Raises RefusedError, with words for the person, where `concern` is empty, too long or
    cannot be stored, the case is not theirs, or the mutation raised another alert.

    An assessment of the case is held, as publishing holds them all: so no report is published
    between the look for open alerts and this one.
    """
    concern = tidy_text(concern)
    if fault := check_text("concern", concern, "Say what your concern is."):
        raise _refusal(case, fault)
    _hold_case(case, by)
    alert, created = CaseAlert.objects.get_or_create(
        mutation=mutation,
        defaults={
            "case": case,
            "concern": concern,
            "raised_by": by,
            "raised_at": (now := timezone.now()),
            "told_lead_at": now if by.leads else None,
        },
    )
    if (alert.case_id, alert.raised_by_id) != (case.pk, by.pk):
        raise _refusal(case, "This alert was raised before, on another case or by another person.")
    if created and not by.leads:
        if list_addresses(by.inspection):
            enqueue(TELL_LEAD, str(alert.pk))
        else:
            enqueue(ASK_FOR_LEAD, str(by.inspection_id))
    return alert


def list_alerts(member: TeamMember) -> QuerySet[CaseAlert]:
    """Return the alerts that `member` may see: all to the lead inspector, else those they raised.

    Open ones come first, before others those of which the service is not yet told.
    """
    alerts = (
        CaseAlert.objects.filter(case__inspection=member.inspection)
        .select_related("case", "raised_by", "service_told_recorded_by", "closed_by")
        .order_by(
            F("closed_at").desc(nulls_first=True),
            F("service_told_at").desc(nulls_first=True),
            "-raised_at",
            "-pk",
        )
    )
    return alerts if member.leads else alerts.filter(raised_by=member)


def count_open_alerts(inspection: Inspection) -> int:
    """Return how many alerts of the inspection are not closed, withdrawn cases included."""
    return CaseAlert.objects.filter(case__inspection=inspection, closed_at__isnull=True).count()


def list_addresses(inspection: Inspection) -> list[str]:
    """Return the e-mail addresses of those who lead the inspection and can sign in."""
    leads = inspection.team.filter(role=TeamMember.Role.LEAD_INSPECTOR, user__is_active=True)
    return [address for address in leads.values_list("user__email", flat=True) if address]


@transaction.atomic
def record_action(
    alert: CaseAlert, by: TeamMember, *, action: str, done_at: datetime
) -> AlertAction:
    """Record something that was done about `alert`, closed or not; the same again is kept once.

    The alert is held, so that the same sent twice at one moment is kept once too. Raises
    RefusedError where it says nothing, cannot be stored, or `done_at` cannot be right.
    """
    action = tidy_text(action)
    if fault := check_text("account of what was done", action, "Say what was done."):
        raise _refusal(alert.case, fault)
    _refuse_moment(alert, done_at)
    given = {"alert": _hold(alert), "done_at": done_at, "action": action, "recorded_by": by}
    # Not get_or_create: the same may be there twice, kept before alerts were held.
    return AlertAction.objects.filter(**given).first() or AlertAction.objects.create(
        **given, recorded_at=timezone.now()
    )


@transaction.atomic
def record_service_told(
    alert: CaseAlert, by: TeamMember, *, whom: str, told_at: datetime
) -> CaseAlert:
    """Record that the service was told of `alert`: when, and whom by their role; return it anew.

    Who recorded that, and when, is kept with it.

    Raises RefusedError where that was recorded before, or is not valid.
    """
    whom = " ".join(whom.split())
    fault = check_text("role", whom, "Say whom you told, by their role.", limit=ROLE_LIMIT)
    if fault:
        raise _refusal(alert.case, fault)
    _refuse_moment(alert, told_at)
    alert = _hold(alert)
    if alert.service_told_at is not None:
        raise _refusal(
            alert.case,
            "It is recorded already that the service was told. Record a correction as something "
            "that was done.",
        )
    alert.service_told_at, alert.service_told_whom = told_at, whom
    alert.service_told_recorded_by, alert.service_told_recorded_at = by, timezone.now()
    alert.save(
        update_fields=[
            "service_told_at",
            "service_told_whom",
            "service_told_recorded_by",
            "service_told_recorded_at",
        ]
    )
    return alert


@transaction.atomic
def close_alert(alert: CaseAlert, by: TeamMember) -> CaseAlert:
    """Close `alert`, since nothing more need be done; return it anew. Safe to do twice.

    Raises RefusedError while the service was not told of it, or nothing else is recorded as done.
    """
    alert = _hold(alert)
    if alert.service_told_at is None:
        raise _refusal(alert.case, "Record that the service was told before you close the alert.")
    if alert.closed_at is None:
        if not alert.actions.exists():
            raise _refusal(alert.case, "Record what was done before you close the alert.")
        alert.closed_at, alert.closed_by = timezone.now(), by
        alert.save(update_fields=["closed_at", "closed_by"])
    return alert


def tidy_text(text: str) -> str:
    """Return `text` as it is kept: line ends as one character, no space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def check_text(name: str, text: str, if_empty: str, *, limit: int | None = None) -> str:
    """Return what is wrong with a text that must not be empty, or the empty string.

    `name` is what the message calls it, `limit` a number of characters below that of a note.
    """
    if not text:
        return if_empty
    if limit is not None and len(text) > limit:
        return f"The {name} must be {limit:,} characters or fewer."
    return check_note(name, text)


def check_moment(alert: CaseAlert, moment: datetime) -> str:
    """Return why something cannot have been done about `alert` at `moment`, or the empty string."""
    if moment > timezone.now() + timedelta(minutes=1):
        return "This is in the future. Give the day and time when it was done."
    if moment < alert.raised_at - EARLIEST:
        return "This is more than a month before the alert was raised. Check the date."
    return ""


def _hold_case(case: Case, by: TeamMember) -> None:
    """Hold the assessment that `by` writes to, which a caller may hold already: and no other.

    A withdrawn case has none of record; the lead inspector may raise an alert on it all the same,
    and holds one that is closed.
    """
    owned = Q() if by.leads else Q(assessor=by)
    held = (
        Assessment.objects.select_for_update()
        .filter(owned, case=case)
        .order_by("-of_record", "pk")
        .only("pk")
        .first()
    )
    inside = case.inspection_id == by.inspection_id and by.assesses
    if not inside or (held is None and not by.leads):
        raise _refusal(case, "This is not one of your cases.")


def _hold(alert: CaseAlert) -> CaseAlert:
    return CaseAlert.objects.select_for_update(of=("self",)).select_related("case").get(pk=alert.pk)


def _refuse_moment(alert: CaseAlert, moment: datetime) -> None:
    if fault := check_moment(alert, moment):
        raise _refusal(alert.case, fault)


def _refusal(case: Case, message: str) -> RefusedError:
    return RefusedError([Problem(str(case), None, message)])
