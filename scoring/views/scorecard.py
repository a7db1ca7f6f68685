"""The scorecard as a page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from inspections.access import get_lead
from scoring.answer_table import read_answer_table
from scoring.presentation import ScorecardPage, describe_state
from scoring.room_pages import describe_page
from scoring.scored import score_table
from scoring.tracing.missing import list_missing, list_waiting
from scoring.tracing.presentation import describe_missing


@login_required
@require_safe
def scorecard(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the lead inspector every score of an inspection, down to the rows of grid questions.

    Each opens into what is behind it. While something is missing it says what, and with whom.
    """
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    table = read_answer_table(inspection)
    scored = score_table(inspection, table)
    page = ScorecardPage(slug, scored)
    waiting = list_waiting(inspection)
    return render(
        request,
        "scoring/scorecard.html",
        {
            **describe_page(member, "Scorecard", "scoring:scorecard"),
            "scored": scored,
            "definition": table.definition,
            "final": scored.complete and not waiting,
            "state": describe_state(scored, len(waiting)),
            "missing": describe_missing(slug, list_missing(table)),
            "waiting": waiting,
            "second_markings_url": reverse("cases:second_markings", args=[slug]),
            "headlines": page.list_headlines(),
            "sections": page.list_sections(),
            "summary": page.list_summary(),
            "chart": page.draw_chart(),
        },
    )
