"""The page on which the lead inspector sees every chart of the scorecard, with its numbers."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from inspections.access import get_lead
from scoring.answer_table import read_answer_table
from scoring.charts.scorecard import draw_questions, draw_scores
from scoring.room_pages import describe_page
from scoring.scored import score_table


@login_required
@require_safe
def charts(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the scores as bars with their intervals, and by question how the answers divide."""
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    scored = score_table(inspection, read_answer_table(inspection))
    return render(
        request,
        "scoring/charts.html",
        {
            **describe_page(member, "Charts", "scoring:charts"),
            "slug": slug,
            "cases": scored.cases,
            "complete": scored.complete,
            "scores": draw_scores(scored),
            "criteria": draw_questions(scored),
            "pdf_url": reverse("reports:scorecard_pdf", args=[slug]),
        },
    )
