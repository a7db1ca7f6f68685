"""The page on which the lead inspector breaks scores down by what is recorded of cases."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.signing_in import signed_in
from cases.views.pages import tell
from inspections.access import get_lead
from inspections.models import Inspection
from scoring.answer_table import AnswerTable, read_answer_table
from scoring.breakdowns.counting import cross_divisions, divide_cases, score_division, suggest_gaps
from scoring.breakdowns.forms import BreakdownForm, SmallestGroupForm
from scoring.breakdowns.presentation import (
    describe_crossing,
    describe_gaps,
    describe_groups,
    describe_overview,
    draw_groups,
)
from scoring.room_pages import describe_page
from scoring.statistics.intervals import FEW_CASES
from scoring.tracing.presentation import label_of, subtitle_of

FIELDS = ("score", "fact", "second")
PAGE = "scoring:breakdown"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def breakdown(request: HttpRequest, slug: str) -> HttpResponse:
    """Show scores by the groups of a fact, two facts crossed, and the gaps that stand out.

    `?score=NAME&fact=KEY&second=KEY`, names as in a figure; unknown ones are answered 400, with
    messages at the form. A post sets how small a group may be that others see: 422 if it cannot.
    """
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    url = reverse(PAGE, args=[slug])
    query = request.GET.urlencode()
    given = {"smallest_group": inspection.smallest_group}
    smallest = SmallestGroupForm(
        request.POST if request.method == "POST" else None, initial=given, action=f"?{query}"
    )
    if request.method == "POST" and smallest.is_valid():
        set_smallest_group(inspection, smallest.cleaned_data["smallest_group"])
        tell(request, [f"Groups of fewer than {inspection.smallest_group} cases are now hidden."])
        return redirect(f"{url}?{query}" if query else url)
    table = read_answer_table(inspection)
    asked = any(key in request.GET for key in FIELDS)
    form = BreakdownForm(table.definition, request.GET if asked else None)
    shown = _break_down(inspection, table, form) if form.is_valid() else {}
    return render(
        request,
        "scoring/breakdown.html",
        {
            **describe_page(member, "Breakdowns", PAGE),
            "definition": table.definition,
            "cases": len(table.cases),
            "few_cases": FEW_CASES,
            "smallest": inspection.smallest_group,
            "form": form,
            "smallest_form": smallest,
            "has_errors": bool(form.errors or smallest.errors),
            "gaps": describe_gaps(slug, table, suggest_gaps(inspection, table)),
            **shown,
        },
        status=400 if form.errors else 422 if smallest.errors else 200,
    )


def set_smallest_group(inspection: Inspection, cases: int) -> None:
    """Store how many cases a group must have to be seen outside the team, from now on."""
    inspection.smallest_group = cases
    inspection.save(update_fields=["smallest_group"])


def _break_down(inspection: Inspection, table: AnswerTable, form: BreakdownForm) -> dict[str, Any]:
    """Return what the template shows of the choices in a form that is valid."""
    chosen = form.cleaned_data
    if not chosen["fact"]:
        return {}
    division = divide_cases(table, chosen["fact"])
    if (name := form.name) is None:
        return {
            "overview": describe_overview(inspection.slug, table, division),
            "division": division,
            "columns": [
                ("All cases", len(table.cases)),
                *zip(
                    (choice.value_label for choice in division.groups),
                    division.marks.sum(axis=0).tolist(),
                    strict=True,
                ),
            ],
        }
    title = label_of(table.definition, name)
    lines = describe_groups(
        inspection.slug, name, *score_division(inspection, table, name, division)
    )
    shown = {
        "division": division,
        "subject": title,
        "subtitle": subtitle_of(table.definition, name),
        "lines": lines,
        "chart": draw_groups(
            f"{title} by: {division.label}",
            lines,
            [band.floor for band in table.definition.bands if band.floor] if name.is_banded else [],
        ),
    }
    if chosen["second"]:
        across = divide_cases(table, chosen["second"])
        crossed = cross_divisions(inspection, table, name, division, across)
        shown["across"] = across
        shown["crossing"] = describe_crossing(inspection.slug, name, division, across, crossed)
    return shown
