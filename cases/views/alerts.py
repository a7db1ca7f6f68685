"""Case alerts: raising one, the list of them, and what is done about each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signing_in import signed_in
from cases.access import get_assessment
from cases.alerts import (
    close_alert,
    list_addresses,
    list_alerts,
    raise_alert,
    record_action,
    record_service_told,
)
from cases.checking import NOTE_LIMIT
from cases.forms.alerts import ActionForm, ConcernForm, MomentForm, ToldForm
from cases.forms.texts import year_of
from cases.identifying import RULES
from cases.models import CaseAlert
from cases.telling import Telling, find_telling, find_tellings, tell_again
from cases.views.pages import breadcrumbs_of, url_of_case
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_membership
from inspections.models import TeamMember
from inspections.presentation import describe_role
from inspections.problems import RefusedError

JUST_NOW = timedelta(minutes=2)
"""For how long the list of alerts says that one was raised, to whoever comes from raising it."""

FORMS: Mapping[str, type[MomentForm]] = {form.name: form for form in (ActionForm, ToldForm)}


@login_required
@require_safe
def alert_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the alerts of an inspection, open ones first; to an assessor, their own."""
    member = get_membership(signed_in(request), slug)
    alerts = list(list_alerts(member))
    tellings = find_tellings(alerts)
    raised = _find_just_raised(alerts, member) if "raised" in request.GET else None
    if raised is not None:
        messages.success(request, _say_raised(raised, tellings[raised.pk]))
    return render(
        request,
        "cases/alerts/list.html",
        {
            "title": "Case alerts" if member.leads else "Your case alerts",
            "caption": str(member.inspection),
            "breadcrumbs": breadcrumbs_of(member.inspection),
            "user_role": describe_role(member),
            "member": member,
            "telephone": member.inspection.urgent_telephone,
            "untold": _count_untold(alerts, tellings),
            "open_count": sum(1 for alert in alerts if alert.closed_at is None),
            "alerts": [
                {"alert": alert, "telling": tellings[alert.pk], "state": _describe_state(alert)}
                for alert in alerts
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def raise_case_alert(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Ask what the concern is, and raise the alert."""
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    sent = request.POST if request.method == "POST" else take_unsent(request)
    form = ConcernForm(sent, year=year_of(member.inspection))
    if request.method == "POST" and form.is_valid():
        try:
            alert = raise_alert(
                assessment.case,
                member,
                concern=form.cleaned_data["concern"],
                mutation=form.read_mutation(),
            )
        except RefusedError as error:
            form.add_error("concern", error.problems[0].message)
        else:
            messages.success(request, _say_raised(alert, find_telling(alert)))
            return redirect("cases:alert", slug, alert.pk)
    return render(
        request,
        "cases/alerts/raise.html",
        {
            "title": "Raise a case alert",
            "caption": f"{member.inspection}: case {reference}",
            "breadcrumbs": [
                *breadcrumbs_of(member.inspection, assessment),
                {"label": reference, "url": url_of_case(assessment)},
            ],
            "user_role": describe_role(member),
            "member": member,
            "telephone": member.inspection.urgent_telephone,
            "slug": slug,
            "reference": reference,
            "case_url": url_of_case(assessment),
            "can_be_told": member.leads or bool(list_addresses(member.inspection)),
            "form": form,
            "note_limit": NOTE_LIMIT,
            "note_rules": RULES,
        },
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def show_alert(request: HttpRequest, slug: str, alert_id: int) -> HttpResponse:
    """Show one alert: its progress to whoever raised it, and to the lead inspector its forms."""
    member = get_membership(signed_in(request), slug)
    alert = _get_alert(member, alert_id)
    if request.method != "POST":
        return _render_alert(request, member, alert, take_unsent(request))
    if not member.leads:
        raise PermissionDenied("Only the lead inspector records what is done about an alert.")
    forms = _make_forms(alert, request.POST)
    try:
        if request.POST.get("do") == "close":
            close_alert(alert, member)
            messages.success(request, "The alert is closed.")
            return redirect("cases:alert", slug, alert.pk)
        form = forms[request.POST.get("do", "")]
        if form.is_valid():
            messages.success(request, _record(alert, member, form))
            return redirect("cases:alert", slug, alert.pk)
    except KeyError:
        pass
    except RefusedError as error:
        messages.error(request, error.problems[0].message)
    return _render_alert(request, member, alert, request.POST, status=422)


@login_required
@require_POST
def send_alert(request: HttpRequest, slug: str, alert_id: int) -> HttpResponse:
    """Have the e-mail about an alert sent again, after it could not be."""
    member = get_membership(signed_in(request), slug)
    alert = _get_alert(member, alert_id)
    if tell_again(alert) is None and alert.told_lead_at is None:
        messages.error(
            request, f"There is still nobody to send it to. Telephone{_say_number(member)}."
        )
    return redirect("cases:alert", slug, alert.pk)


def _find_just_raised(alerts: list[CaseAlert], member: TeamMember) -> CaseAlert | None:
    """Return the newest alert of `member` if it was raised just now, as a device may have asked."""
    own = [alert for alert in alerts if alert.raised_by_id == member.pk]
    newest = max(own, key=lambda alert: alert.raised_at, default=None)
    since = timezone.now() - JUST_NOW
    return newest if newest is not None and newest.raised_at >= since else None


def _say_raised(alert: CaseAlert, telling: Telling) -> str:
    """Say that an alert is raised, and that the lead inspector hears of it only where they will."""
    if alert.raised_by.leads or telling not in (Telling.WAITING, Telling.TOLD):
        return "The alert is raised."
    return "The alert is raised. The lead inspector is told by email."


def _count_untold(alerts: list[CaseAlert], tellings: Mapping[int, Telling]) -> int:
    """Count the open alerts of which nobody will be told, unless somebody sees to it."""
    return sum(
        1
        for alert in alerts
        if alert.closed_at is None and tellings[alert.pk] in (Telling.FAILED, Telling.NOBODY)
    )


def _say_number(member: TeamMember) -> str:
    number = member.inspection.urgent_telephone
    return f": {number}" if number else ""


def _get_alert(member: TeamMember, alert_id: int) -> CaseAlert:
    alert = list_alerts(member).filter(pk=alert_id).first()
    if alert is None:
        raise Http404
    alert.case.inspection = member.inspection
    return alert


def _record(alert: CaseAlert, by: TeamMember, form: MomentForm) -> str:
    """Store what a sound form says, and return in words what that was."""
    moment = form.cleaned_data["moment"]
    if isinstance(form, ToldForm):
        record_service_told(alert, by, whom=form.cleaned_data["whom"], told_at=moment)
        return "It is recorded that the service was told."
    record_action(alert, by, action=form.cleaned_data["action"], done_at=moment)
    return "What was done is recorded."


def _make_forms(alert: CaseAlert, sent: QueryDict | None) -> dict[str, MomentForm]:
    """Return both forms, that which was sent with what it holds."""
    done = sent.get("do") if sent else None
    return {name: form(alert, sent if name == done else None) for name, form in FORMS.items()}


def _render_alert(
    request: HttpRequest,
    member: TeamMember,
    alert: CaseAlert,
    sent: QueryDict | None,
    status: int = 200,
) -> HttpResponse:
    slug = member.inspection.slug
    forms = _make_forms(alert, sent) if member.leads else {}
    return render(
        request,
        "cases/alerts/detail.html",
        {
            "title": f"Alert on case {alert.case.reference}",
            "caption": str(member.inspection),
            "breadcrumbs": [
                *breadcrumbs_of(member.inspection),
                {
                    "label": "Case alerts" if member.leads else "Your case alerts",
                    "url": reverse("cases:alerts", args=[slug]),
                },
            ],
            "user_role": describe_role(member),
            "member": member,
            "telephone": member.inspection.urgent_telephone,
            "inspection": member.inspection,
            "alert": alert,
            "state": _describe_state(alert),
            "telling": find_telling(alert),
            "actions": alert.actions.select_related("recorded_by"),
            "has_errors": any(form.errors for form in forms.values()),
            **{f"{name}_form": form for name, form in forms.items()},
        },
        status=status,
    )


def _describe_state(alert: CaseAlert) -> dict[str, str]:
    """Return the state of an alert in words, and the colour of its tag."""
    if alert.closed_at is not None:
        return {"text": "Closed", "colour": "grey"}
    if alert.service_told_at is not None:
        return {"text": "Open, service told", "colour": "yellow"}
    return {"text": "Open", "colour": "red"}
