"""What is published, for those who may read it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from reports.access import get_readable, list_readable
from reports.content import ReportContent
from reports.models import Publication, PublishedDocument
from reports.rendering import render_web
from reports.views.responses import answer_pdf


@login_required
@require_safe
def list_published(request: HttpRequest) -> HttpResponse:
    """List the published reports that the person may read."""
    return render(
        request,
        "reports/published.html",
        {"title": "Published reports", "publications": list_readable(signed_in(request))},
    )


@login_required
@require_safe
def show_issue(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one issue of a report: what it is, and how to get it."""
    publication = get_readable(signed_in(request), slug, number)
    return render(
        request,
        "reports/issue.html",
        {
            "title": f"Report on {publication.inspection.area.name}",
            "caption": publication.inspection.programme.title,
            "breadcrumbs": [_published_crumb()],
            "publication": publication,
        },
    )


@login_required
@require_safe
def read_issue(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show an issue as a page, from what was frozen with it."""
    publication = get_readable(signed_in(request), slug, number)
    content = ReportContent.from_document(publication.content)
    return render(
        request,
        "reports/read.html",
        {
            "title": f"Report on {content.area}",
            "caption": content.programme.title,
            "breadcrumbs": [_published_crumb(), _issue_crumb(publication)],
            "report": render_web(content, draft=False),
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


def _issue_crumb(publication: Publication) -> dict[str, str]:
    return {
        "label": f"{publication.inspection.area.name}, issue {publication.number}",
        "url": reverse("reports:issue", args=[publication.inspection.slug, publication.number]),
    }
