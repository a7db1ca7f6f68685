"""The background work of cases: ids in, one function called."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.urls import reverse

from accounts.kinds import is_administrator
from cases.alerts import ASK_FOR_LEAD, TELL_LEAD
from cases.models import CaseAlert, Reopening
from cases.moderation import TELL_REOPENED
from cases.telling import ask_for_lead, tell_lead, tell_reopened
from inspections.models import Inspection, TeamMember
from jobs.registry import Kind


def may_see_alert(user: AbstractBaseUser, alert_id: str) -> bool:
    """Whether `user` raised the alert or leads its inspection."""
    leads = Q(
        case__inspection__team__user=user.pk,
        case__inspection__team__role=TeamMember.Role.LEAD_INSPECTOR,
    )
    return CaseAlert.objects.filter(leads | Q(raised_by__user=user.pk), pk=int(alert_id)).exists()


def find_alert_page(alert_id: str) -> str:
    """Return the address of the alert's page; empty if it is gone."""
    alerts = CaseAlert.objects.filter(pk=int(alert_id))
    slug = alerts.values_list("case__inspection__slug", flat=True).first()
    return reverse("cases:alert", args=[slug, alert_id]) if slug else ""


def may_see_reopening(user: AbstractBaseUser, reopening_id: str) -> bool:
    """Whether `user` opened the case again, or judges it."""
    own = Q(reopened_by__user=user.pk) | Q(assessment__assessor__user=user.pk)
    return Reopening.objects.filter(own, pk=int(reopening_id)).exists()


def find_list_of_cases(reopening_id: str) -> str:
    """Return the address of the list on which the case stands; empty if it is gone."""
    reopenings = Reopening.objects.filter(pk=int(reopening_id))
    slug = reopenings.values_list("assessment__inspection__slug", flat=True).first()
    return reverse("cases:list", args=[slug]) if slug else ""


def find_team_page(inspection_id: str) -> str:
    """Return the address of the page of the inspection's team; empty if it is gone."""
    inspections = Inspection.objects.filter(pk=int(inspection_id))
    slug = inspections.values_list("slug", flat=True).first()
    return reverse("inspections:team", args=[slug]) if slug else ""


KINDS = (
    Kind(
        TELL_LEAD,
        title="Telling the lead inspector of an alert",
        handler=lambda subject, report: tell_lead(int(subject)),
        may_see=may_see_alert,
        page=find_alert_page,
    ),
    Kind(
        ASK_FOR_LEAD,
        title="Asking administrators to appoint a lead inspector",
        handler=lambda subject, report: ask_for_lead(int(subject)),
        may_see=is_administrator,
        page=find_team_page,
    ),
    Kind(
        TELL_REOPENED,
        title="Telling an assessor that a case was opened again",
        handler=lambda subject, report: tell_reopened(int(subject)),
        may_see=may_see_reopening,
        page=find_list_of_cases,
    ),
)
