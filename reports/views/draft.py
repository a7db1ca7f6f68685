"""The lead inspector's pages: the state of the report, its draft, and publishing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signing_in import signed_in
from inspections.access import get_lead
from inspections.models import Inspection, TeamMember
from reports.gathering import gather_content
from reports.models import Preview
from reports.previews import find_preview_job, request_preview
from reports.publication import (
    NotPublishableError,
    discard_pending,
    find_pending,
    find_rendering_job,
    list_issued,
    list_obstacles,
    publish,
    retry_rendering,
)
from reports.rendering import render_web
from reports.views.responses import answer_pdf


@login_required
@require_safe
def show_report(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how far the report is: its draft, what keeps it from print, and its issues."""
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    pending = find_pending(inspection)
    return render(
        request,
        "reports/report.html",
        {
            "title": "Report",
            "caption": str(inspection),
            "breadcrumbs": _breadcrumbs(inspection),
            "inspection": inspection,
            "obstacles": list_obstacles(inspection, gather_content(inspection)),
            "pending": pending,
            "pending_job": find_rendering_job(pending) if pending else None,
            "preview": Preview.objects.filter(inspection=inspection).defer("pdf").first(),
            "preview_job": find_preview_job(inspection),
            "issues": list_issued(inspection),
        },
    )


@login_required
@require_safe
def show_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the draft as a page, as its judgements and text stand at this moment."""
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    gathered = gather_content(inspection)
    return render(
        request,
        "reports/draft.html",
        {
            "title": f"Draft report on {inspection.area.name}",
            "caption": inspection.programme.short_title,
            "breadcrumbs": [*_breadcrumbs(inspection), _report_crumb(inspection)],
            "faults": gathered.faults,
            "report": render_web(gathered.content, draft=True),
        },
    )


@login_required
@require_POST
def prepare_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the draft rendered as a PDF in the background."""
    member = get_lead(signed_in(request), slug)
    request_preview(member.inspection)
    return _back(member)


@login_required
@require_safe
def download_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the draft PDF that was rendered last."""
    member = get_lead(signed_in(request), slug)
    preview = Preview.objects.filter(inspection=member.inspection).first()
    if preview is None:
        raise Http404
    return answer_pdf(preview.pdf, f"{slug}-draft.pdf")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish_report(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask whether to publish, saying what that freezes; then do it."""
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    if request.method == "POST":
        try:
            publication = publish(inspection, member)
        except NotPublishableError as error:
            return _render_confirmation(request, inspection, list(error.reasons), status=409)
        messages.success(request, f"Issue {publication.number} is frozen and being prepared.")
        return _back(member)
    if find_pending(inspection) is not None:
        return _back(member)
    return _render_confirmation(request, inspection, None)


@login_required
@require_POST
def retry_issue(request: HttpRequest, slug: str) -> HttpResponse:
    """Have an issue whose rendering failed rendered again, from what was frozen."""
    member = get_lead(signed_in(request), slug)
    pending = find_pending(member.inspection)
    if pending is not None:
        retry_rendering(pending, member)
    return _back(member)


@login_required
@require_POST
def discard_issue(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back an issue whose rendering failed."""
    member = get_lead(signed_in(request), slug)
    pending = find_pending(member.inspection)
    if pending is not None:
        try:
            discard_pending(pending, member)
        except NotPublishableError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"Issue {pending.number} was taken back.")
    return _back(member)


def _render_confirmation(
    request: HttpRequest, inspection: Inspection, reasons: list[str] | None, status: int = 200
) -> HttpResponse:
    gathered = gather_content(inspection)
    obstacles = list_obstacles(inspection, gathered) if reasons is None else reasons
    context: dict[str, Any] = {
        "title": "Publish the report",
        "caption": str(inspection),
        "breadcrumbs": [*_breadcrumbs(inspection), _report_crumb(inspection)],
        "inspection": inspection,
        "content": gathered.content,
        "obstacles": obstacles,
        "has_errors": reasons is not None,
    }
    return render(request, "reports/publish.html", context, status=status)


def _breadcrumbs(inspection: Inspection) -> list[dict[str, str]]:
    return [
        {"label": "Inspections", "url": reverse("inspections:home")},
        {"label": str(inspection), "url": reverse("inspections:detail", args=[inspection.slug])},
    ]


def _report_crumb(inspection: Inspection) -> dict[str, str]:
    return {"label": "Report", "url": reverse("reports:report", args=[inspection.slug])}


def _back(member: TeamMember) -> HttpResponse:
    return redirect("reports:report", slug=member.inspection.slug)
