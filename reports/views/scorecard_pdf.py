"""The lead inspector's page of the scorecard as PDF, for the team."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.signing_in import signed_in
from inspections.access import get_lead
from reports.models import Preview
from reports.previews import find_preview, find_preview_job, request_preview
from reports.views.responses import answer_pdf
from scoring.room_pages import describe_page

SCORECARD = Preview.Document.SCORECARD
CHARTS = "scoring:charts"


@login_required
@require_safe
def show_scorecard_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the scorecard PDF that was prepared last, and how far the next one is."""
    member = get_lead(signed_in(request), slug)
    trail = [{"label": "Charts", "url": reverse(CHARTS, args=[slug])}]
    context = describe_page(member, "Scorecard as PDF", CHARTS, trail) | {
        "inspection": member.inspection,
        "preview": find_preview(member.inspection, SCORECARD),
        "preview_job": find_preview_job(member.inspection, SCORECARD),
    }
    return render(request, "reports/scorecard_pdf.html", context)


@login_required
@require_POST
def prepare_scorecard_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the scorecard rendered as a PDF in the background."""
    member = get_lead(signed_in(request), slug)
    request_preview(member.inspection, SCORECARD)
    return redirect("reports:scorecard_pdf", slug=slug)


@login_required
@require_safe
def download_scorecard_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the scorecard PDF that was rendered last."""
    member = get_lead(signed_in(request), slug)
    preview = find_preview(member.inspection, SCORECARD)
    if preview is None:
        raise Http404
    return answer_pdf(preview.pdf, f"{slug}-scorecard.pdf")
