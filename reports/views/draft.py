"""The lead inspector's pages: the state of the report, its draft, and publishing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signing_in import signed_in
from cases.alerts import count_open_alerts
from cases.allocation.conflicts_of_interest import list_undecided
from cases.second_marking.listing import list_unsettled
from inspections.access import get_lead
from inspections.catalogue import load_definition
from inspections.models import Inspection, TeamMember
from inspections.presentation import describe_role
from jobs.models import Job
from reports.draft_links import DraftLinks
from reports.gathering import gather_content
from reports.models import Language, Publication
from reports.previews import find_preview, find_preview_job, request_preview
from reports.publication import (
    NotPublishableError,
    discard_pending,
    find_pending,
    find_rendering_job,
    list_issued,
    list_obstacles,
    list_reasons_to_withhold,
    publish,
    retry_rendering,
)
from reports.rendering import render_web
from reports.views.responses import answer_pdf
from scoring.signing.reading import find_lock


@login_required
@require_safe
def show_report(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how far the report is: its draft, what keeps it from print, and its issues."""
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    gathered = gather_content(inspection)
    obstacles = list_obstacles(inspection, gathered)
    pending = find_pending(inspection)
    pending_job = find_rendering_job(pending) if pending else None
    withheld = list_reasons_to_withhold(pending) if pending else []
    issues = list(_list_issues(inspection))
    context = _describe_page(member, "Report") | {
        "state": _describe_state(pending, pending_job, withheld, issues, obstacles),
        "cases": gathered.content.cases,
        "complete": gathered.scorecard.complete,
        "faults": gathered.faults,
        "lack": gathered.lack,
        "obstacles": obstacles,
        "open_alerts": count_open_alerts(inspection) if obstacles else 0,
        "unsettled": list_unsettled(inspection) if obstacles else [],
        "undecided": list_undecided(inspection) if obstacles else [],
        "pending": pending,
        "pending_job": pending_job,
        "withheld": withheld,
        "preview": find_preview(inspection),
        "preview_job": find_preview_job(inspection),
        "issues": issues,
    }
    return render(request, "reports/report.html", context)


@login_required
@require_safe
def show_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the draft as a page, as its judgements and text stand at this moment."""
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    links = DraftLinks(slug, load_definition(inspection.programme))
    gathered = gather_content(inspection, link=links.mark)
    context = _describe_page(member, f"Draft report on {inspection.area.name}", below=True) | {
        "caption": inspection.programme.short_title,
        "now": timezone.now(),
        "faults": gathered.faults,
        "report": render_web(gathered.content, draft=True, links=links),
    }
    return render(request, "reports/draft.html", context)


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
    preview = find_preview(member.inspection)
    if preview is None:
        raise Http404
    return answer_pdf(preview.pdf, f"{slug}-draft.pdf")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish_report(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask whether to publish, saying what that freezes; then do it.

    The question names the number of the issue. An answer to an earlier question, or the same
    answer sent twice, publishes nothing more.
    """
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    if find_pending(inspection) is not None:
        return _back(member)
    latest = _list_issues(inspection).first()
    number = latest.number + 1 if latest else 1
    if request.method != "POST":
        return _ask(request, member, number)
    if request.POST.get("issue") != str(number):
        messages.info(request, "Nothing was published: the question you answered was out of date.")
        return _back(member)
    try:
        publication = publish(inspection, member)
    except NotPublishableError as error:
        if find_pending(inspection) is not None:
            return _back(member)
        return _ask(request, member, number, refused_for=error.reasons)
    messages.success(request, f"Issue {publication.number} is frozen and being prepared.")
    return _back(member)


@login_required
@require_POST
def retry_issue(request: HttpRequest, slug: str) -> HttpResponse:
    """Have an issue whose rendering failed rendered again, from what was frozen."""
    member = get_lead(signed_in(request), slug)
    pending = find_pending(member.inspection)
    if pending is not None:
        try:
            retry_rendering(pending, member)
        except NotPublishableError as error:
            messages.error(request, f"Issue {pending.number} is withheld. {error}")
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


def _ask(
    request: HttpRequest, member: TeamMember, number: int, refused_for: tuple[str, ...] = ()
) -> HttpResponse:
    """Ask whether to publish issue `number`; or say why it was just refused."""
    inspection = member.inspection
    gathered = gather_content(inspection)
    obstacles = refused_for or list_obstacles(inspection, gathered)
    context = _describe_page(member, "Publish the report", below=True) | {
        "number": number,
        "content": gathered.content,
        "unwritten": gathered.content.list_unwritten(),
        "faults": gathered.faults,
        "lack": gathered.lack,
        "complete": gathered.scorecard.complete,
        "obstacles": obstacles,
        "open_alerts": count_open_alerts(inspection) if obstacles else 0,
        "unsettled": list_unsettled(inspection) if obstacles else [],
        "undecided": list_undecided(inspection) if obstacles else [],
        "lock": find_lock(inspection) if inspection.locked_at else None,
        "has_errors": bool(refused_for),
    }
    return render(request, "reports/publish.html", context, status=409 if refused_for else 200)


def _describe_state(
    pending: Publication | None,
    job: Job | None,
    withheld: list[str],
    issues: list[Publication],
    obstacles: list[str],
) -> dict[str, str]:
    """Return how far the report is: `tag` and its `colour`, and the same in a sentence."""
    if pending is not None:
        if job is not None and job.is_live:
            return _state("In preparation", "blue", f"Issue {pending.number} is being prepared.")
        if withheld:
            return _state("Withheld", "red", f"Issue {pending.number} is not issued.")
        return _state("Failed", "red", f"Issue {pending.number} could not be prepared.")
    if issues:
        return _state("Published", "green", f"Issue {issues[0].number} can be downloaded.")
    if obstacles:
        missing = "Something is still missing before it can be published."
        return _state("Not ready", "yellow", missing)
    return _state("Ready", "teal", "Nothing keeps the report from being published.")


def _state(tag: str, colour: str, sentence: str) -> dict[str, str]:
    return {"tag": tag, "colour": colour, "sentence": sentence}


def _describe_page(member: TeamMember, title: str, *, below: bool = False) -> dict[str, Any]:
    """Return what every page of the report needs; `below` is for those under the report's own."""
    inspection = member.inspection
    slug = inspection.slug
    crumbs = [
        {"label": "Inspections", "url": reverse("inspections:home")},
        {"label": str(inspection), "url": reverse("inspections:detail", args=[slug])},
        {"label": "Report", "url": reverse("reports:report", args=[slug])},
    ]
    return {
        "title": title,
        "caption": str(inspection),
        "breadcrumbs": crumbs if below else crumbs[:-1],
        "user_role": describe_role(member),
        "inspection": inspection,
    }


def _list_issues(inspection: Inspection) -> QuerySet[Publication]:
    return list_issued(inspection).filter(language=Language.ENGLISH)


def _back(member: TeamMember) -> HttpResponse:
    return redirect("reports:report", slug=member.inspection.slug)
