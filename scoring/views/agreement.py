"""The pages on which the lead inspector sees how far first and second markings agree."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from inspections.access import get_lead
from inspections.catalogue import load_definition
from scoring.agreement.coefficients import FEWEST_PAIRS
from scoring.agreement.presentation import (
    describe_overall,
    describe_question,
    list_assessors,
    list_criteria,
    list_difference_lines,
    list_disputed,
    list_facts,
)
from scoring.agreement.tables import measure_agreement, measure_question
from scoring.room_pages import describe_page

PAGE = "scoring:agreement"


@login_required
@require_safe
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """Show agreement over all, by question, criterion and assessor, with the counts behind it."""
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    definition = load_definition(inspection.programme)
    measured = measure_agreement(inspection)
    disputed, undisputed = list_disputed(measured, definition, inspection)
    return render(
        request,
        "scoring/agreement.html",
        {
            **describe_page(member, "Agreement of first and second markings", PAGE),
            "second_markings_url": reverse("cases:second_markings", args=[slug]),
            "cases": measured.cases,
            "fewest": FEWEST_PAIRS,
            "overall": describe_overall(measured),
            "disputed": disputed,
            "undisputed": undisputed,
            "criteria": list_criteria(measured, definition),
            "facts": list_facts(measured, definition),
            "assessors": list_assessors(measured),
        },
    )


@login_required
@require_safe
def agreement_question(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Show the pairs of answers to one question, and the cases in which they differ."""
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    definition = load_definition(inspection.programme)
    question = definition.questions.get(code)
    if question is None:
        raise Http404
    counted, differences = measure_question(inspection, code)
    grid = definition.grids_by_key[question.grid].rows if question.grid else ()
    trail = [{"label": "Agreement", "url": reverse(PAGE, args=[slug])}]
    return render(
        request,
        "scoring/agreement_question.html",
        {
            **describe_page(member, f"Agreement on {code}", PAGE, trail),
            "fewest": FEWEST_PAIRS,
            "question": question,
            "line": describe_question(counted, code),
            "differences": list_difference_lines(
                differences, {row.key: row.label for row in grid}, inspection
            ),
        },
    )
