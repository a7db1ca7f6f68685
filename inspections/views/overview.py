"""The start page, and the overview of an inspection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.signing_in import signed_in
from inspections.access import (
    find_inspection,
    list_all_inspections,
    list_managed_areas,
    list_memberships,
)
from inspections.models import Inspection, TeamMember
from inspections.presentation import describe_date, describe_period, describe_role
from inspections.steps import list_steps


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List the inspections in which the person plays a part; an administrator sees all of them.

    The manager of a youth offending team, who plays a part in none, goes on to what is published.
    """
    user = signed_in(request)
    memberships = list(list_memberships(user))
    if not memberships and not user.is_staff and list_managed_areas(user).exists():
        return redirect("reports:published")
    return render(
        request,
        "inspections/home.html",
        {
            "title": "Inspections",
            "parts": _describe_parts(memberships),
            "inspections": _describe_stages(user) if user.is_staff else [],
            "tasks": _list_tasks() if user.is_staff else [],
        },
    )


@login_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what is inspected, when, by whom, and where to go on from here."""
    user = signed_in(request)
    inspection, member = find_inspection(user, slug)
    context: dict[str, Any] = {
        "title": inspection.area.name,
        "caption": inspection.programme.short_title,
        "breadcrumbs": [{"label": "Inspections", "url": reverse("inspections:home")}],
        "part": describe_role(member) if member else "",
        "groups": _list_steps(user, inspection, member),
        "facts": _describe_inspection(inspection),
        "team": [
            {
                "name": other.name,
                "role": describe_role(other),
                "home": other.home_area.name if other.home_area else "",
            }
            for other in inspection.team.select_related("home_area")
        ],
    }
    if member:
        context["user_role"] = describe_role(member)
    if member and member.leads:
        context["open_alerts"] = _count_open_alerts(inspection)
        context["alerts_url"] = reverse("cases:alerts", args=[slug])
    return render(request, "inspections/detail.html", context)


def _count_open_alerts(inspection: Inspection) -> int:
    """What the lead inspector must not overlook, wherever they go on to."""
    return inspection.cases.filter(alerts__isnull=False, alerts__closed_at=None).count()


def _describe_parts(memberships: Sequence[TeamMember]) -> list[dict[str, object]]:
    """Return the parts; those that lead with the number of alerts that are open, in one query."""
    led = [member.inspection_id for member in memberships if member.leads]
    counted = Count("cases__alerts", filter=Q(cases__alerts__closed_at=None))
    inspections = Inspection.objects.filter(pk__in=led).annotate(open_alerts=counted)
    open_alerts = dict(inspections.values_list("pk", "open_alerts")) if led else {}
    return [_describe_part(each, open_alerts.get(each.inspection_id, 0)) for each in memberships]


def _describe_part(member: TeamMember, open_alerts: int) -> dict[str, object]:
    inspection = member.inspection
    return {
        "open_alerts": open_alerts if member.leads else 0,
        "alerts_url": reverse("cases:alerts", args=[inspection.slug]),
        "title": inspection.area.name,
        "url": _url_of(inspection),
        "programme": inspection.programme.short_title,
        "fieldwork": describe_period(inspection.fieldwork_start, inspection.fieldwork_end),
        "role": describe_role(member),
    }


def _list_tasks() -> list[dict[str, str]]:
    """Return what an administrator sets up that belongs to no one inspection."""
    return [
        {"title": title, "url": reverse(page), "hint": hint}
        for title, page, hint in (
            ("People", "inspections:people", "Invite people, and look after their accounts."),
            ("Areas", "inspections:areas", "The places, and who belongs to them."),
            ("Programmes", "inspections:programmes", "See versions, and upload a new one."),
        )
    ]


def _describe_stages(user: User) -> list[dict[str, str]]:
    """What an administrator may know: how far each inspection is, and nothing that it found."""
    inspections = list_all_inspections(user).annotate(
        case_count=Count("cases", filter=Q(cases__withdrawn=False), distinct=True),
        issue=Max("publications__number", filter=Q(publications__document__isnull=False)),
    )
    return [
        {
            "title": inspection.area.name,
            "url": _url_of(inspection),
            "programme": inspection.programme.short_title,
            "fieldwork": describe_period(inspection.fieldwork_start, inspection.fieldwork_end),
            "cases": str(inspection.case_count),
            "stage": _name_stage(inspection.case_count, inspection.issue),
        }
        for inspection in inspections
    ]


def _name_stage(cases: int, issue: int | None) -> str:
    if issue:
        return f"Published, issue {issue}"
    return "Fieldwork" if cases else "Being set up"


def _describe_inspection(inspection: Inspection) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"key": "Service", "value": f"{inspection.service_name} ({inspection.service_title})"},
        {"key": "Region", "value": f"{inspection.region}, {inspection.get_country_display()}"},
        {"key": "Programme", "value": inspection.programme.title},
        {
            "key": "Fieldwork",
            "value": describe_period(inspection.fieldwork_start, inspection.fieldwork_end),
        },
    ]
    if inspection.caseload is not None:
        rows.append({"key": "Caseload", "value": f"{inspection.caseload} cases"})
    if inspection.urgent_telephone:
        rows.append({"key": "For urgent concerns", "value": inspection.urgent_telephone})
    if inspection.publication_date:
        rows.append({"key": "Publication due", "value": describe_date(inspection.publication_date)})
    return rows


def _list_steps(
    user: User, inspection: Inspection, member: TeamMember | None
) -> list[dict[str, object]]:
    """Return the groups of pages to which the person may go on, each with its heading."""
    return [
        {
            "title": group,
            "id": f"steps-{slugify(group)}",
            "steps": [
                {
                    "title": step.title,
                    "url": reverse(step.page, args=[inspection.slug]),
                    "hint": step.hint,
                }
                for step in steps
            ],
        }
        for group, steps in list_steps(user, member).items()
    ]


def _url_of(inspection: Inspection) -> str:
    return reverse("inspections:detail", args=[inspection.slug])
