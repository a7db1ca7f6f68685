"""What is published, for those who may read it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from inspections.presentation import describe_period
from reports.access import get_readable, list_readable
from reports.content import ReportContent
from reports.models import Publication, PublishedDocument
from reports.views.responses import answer_pdf


@login_required
@require_safe
def list_published(request: HttpRequest) -> HttpResponse:
    """List the published reports that the person may read, the newest issue of each first."""
    newest: dict[int, Publication] = {}
    for publication in list_readable(signed_in(request)):
        newest.setdefault(publication.inspection_id, publication)
    return render(
        request,
        "reports/published.html",
        {"title": "Published reports", "publications": list(newest.values())},
    )


@login_required
@require_safe
def show_issue(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one issue of a report, as it was frozen: what it is, and how to get it."""
    user = signed_in(request)
    publication = get_readable(user, slug, number)
    content = ReportContent.from_document(publication.content)
    others = list_readable(user).filter(inspection=publication.inspection_id)
    numbers = [other for other in others.values_list("number", flat=True) if other != number]
    size = PublishedDocument.objects.values_list(Length("pdf"), flat=True).get(
        publication=publication
    )
    return render(
        request,
        "reports/issue.html",
        {
            "title": f"Report on {content.area}",
            "caption": content.programme.title,
            "breadcrumbs": [_published_crumb()],
            "publication": publication,
            "content": content,
            "fieldwork": describe_period(
                content.dates.fieldwork_start, content.dates.fieldwork_end
            ),
            "download": f"Download the report (PDF, {filesizeformat(size)})",
            "newer": max((other for other in numbers if other > number), default=None),
            "earlier": sorted((other for other in numbers if other < number), reverse=True),
        },
    )


@login_required
@require_safe
def read_issue(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show an issue as a page: as it was rendered, and stored, with its PDF."""
    publication = get_readable(signed_in(request), slug, number)
    content = ReportContent.from_document(publication.content)
    web = PublishedDocument.objects.values_list("web", flat=True).get(publication=publication)
    return render(
        request,
        "reports/read.html",
        {
            "title": f"Report on {content.area}",
            "caption": content.programme.title,
            "breadcrumbs": [_published_crumb(), _issue_crumb(publication, content.area)],
            "publication": publication,
            "report": mark_safe(web),  # noqa: S308 (rendered by us)
        },
    )


@login_required
@require_safe
def download_issue(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Send the PDF of an issue: the very bytes whose hash was stored."""
    publication = get_readable(signed_in(request), slug, number)
    pdf = PublishedDocument.objects.values_list("pdf", flat=True).get(publication=publication)
    return answer_pdf(pdf, f"{slug}-issue-{number}.pdf")


def _published_crumb() -> dict[str, str]:
    return {"label": "Published reports", "url": reverse("reports:published")}


def _issue_crumb(publication: Publication, area: str) -> dict[str, str]:
    return {
        "label": f"{area}, issue {publication.number}",
        "url": reverse("reports:issue", args=[publication.inspection.slug, publication.number]),
    }
