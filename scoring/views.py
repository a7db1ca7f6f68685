"""The scorecard as a page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from cases.second_marking.listing import list_unsettled
from inspections.access import get_lead
from inspections.catalogue import load_definition
from inspections.presentation import describe_role
from scoring.forms import BreakdownForm
from scoring.presentation import (
    break_down,
    describe_state,
    draw_chart,
    list_headlines,
    list_sections,
    list_summary,
)
from scoring.scorecard import score_groups, score_inspection


@login_required
@require_safe
def scorecard(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the lead inspector every score of an inspection, down to the rows of grid questions.

    With `?by=FACT` also for each recorded value of that fact; an unknown fact is answered 400,
    with the same page and a message at the form.
    """
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    definition = load_definition(inspection.programme)
    card = score_inspection(inspection)
    form = BreakdownForm(definition, request.GET if "by" in request.GET else None)
    breakdown = None
    if form.is_valid() and (key := form.cleaned_data["by"]):
        groups = score_groups(inspection, key)
        breakdown = break_down(card, groups, definition.facts_by_key[key], definition)
    return render(
        request,
        "scoring/scorecard.html",
        {
            "title": "Scorecard",
            "caption": str(inspection),
            "breadcrumbs": [
                {"label": "Inspections", "url": reverse("inspections:home")},
                {
                    "label": str(inspection),
                    "url": reverse("inspections:detail", args=[inspection.slug]),
                },
            ],
            "user_role": describe_role(member),
            "card": card,
            "definition": definition,
            "state": describe_state(card),
            "cases_url": reverse("cases:list", args=[inspection.slug]),
            "unsettled": list_unsettled(inspection),
            "second_markings_url": reverse("cases:second_markings", args=[inspection.slug]),
            "headlines": list_headlines(card, definition),
            "sections": list_sections(card, definition),
            "summary": list_summary(card, definition),
            "chart": draw_chart(card, definition),
            "form": form,
            "breakdown": breakdown,
        },
        status=400 if form.errors else 200,
    )
