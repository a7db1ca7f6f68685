"""The pages on which the lead inspector sees assessors beside each other, to help moderation."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from inspections.access import get_lead
from inspections.catalogue import load_definition
from inspections.models import Inspection, TeamMember
from scoring.agreement.coefficients import FEWEST_PAIRS
from scoring.agreement.tables import measure_agreement
from scoring.answer_table import read_answer_table
from scoring.assessors.comparing import (
    GivenAnswers,
    compare_assessors,
    compare_by_criterion,
    find_given_answers,
)
from scoring.assessors.forms import ComparableForm
from scoring.assessors.presentation import (
    describe_agreement,
    describe_chance,
    describe_whole,
    list_assessor_lines,
    list_criterion_lines,
)
from scoring.assessors.standardising import FEWEST_ANSWERS, FEWEST_CASES
from scoring.room_pages import describe_page

PAGE = "scoring:assessors"


@login_required
@require_safe
def assessors(request: HttpRequest, slug: str) -> HttpResponse:
    """Show each assessor's share of sufficient answers beside the others' on comparable cases.

    `?fact=KEY` takes cases with the same value of that fact for comparable; an unknown one is
    answered 400, with a message at the form and the comparison over all cases.
    """
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    form, fact = _read_form(request, inspection)
    given = find_given_answers(read_answer_table(inspection))
    compared = compare_assessors(given, list_team(inspection), fact)
    measured = measure_agreement(inspection)
    return render(
        request,
        "scoring/assessors.html",
        {
            **describe_page(member, "Assessors", PAGE),
            **_describe_comparison(inspection, given, form, fact),
            "lines": list_assessor_lines(
                compared,
                measured.assessors,
                slug,
                f"?{urlencode({'fact': fact})}" * bool(fact),
            ),
            "chance": describe_chance(each.result for each in compared),
        },
        status=400 if form.errors else 200,
    )


@login_required
@require_safe
def assessor(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show one assessor's share beside the others', criterion by criterion; `?fact=KEY` as above.

    404 for whoever judges no case of the inspection.
    """
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    shown = next((each for each in list_team(inspection) if each.key == key), None)
    if shown is None:
        raise Http404
    form, fact = _read_form(request, inspection)
    given = find_given_answers(read_answer_table(inspection))
    if not (given.assessor_of == shown.pk).any():
        raise Http404
    criteria = compare_by_criterion(given, shown, fact)
    titles = {
        number: criterion.title for number, criterion in given.table.definition.criteria.items()
    }
    trail = [{"label": "Assessors", "url": reverse(PAGE, args=[slug])}]
    return render(
        request,
        "scoring/assessor.html",
        {
            **describe_page(member, f"{shown.name}, beside the others", PAGE, trail),
            **_describe_comparison(inspection, given, form, fact),
            "shown": shown,
            "whole": describe_whole(given.compare(shown.pk, fact)),
            "lines": list_criterion_lines(criteria, slug, titles, shown.pk),
            "chance": describe_chance(each.result for each in criteria),
            "agreement": describe_agreement(measure_agreement(inspection).assessors, shown.pk),
        },
        status=400 if form.errors else 200,
    )


def list_team(inspection: Inspection) -> list[TeamMember]:
    """Return the team in its order."""
    return list(TeamMember.objects.filter(inspection=inspection))


def _read_form(request: HttpRequest, inspection: Inspection) -> tuple[ComparableForm, str]:
    definition = load_definition(inspection.programme)
    form = ComparableForm(definition, request.GET if "fact" in request.GET else None)
    return form, form.cleaned_data["fact"] if form.is_valid() else ""


def _describe_comparison(
    inspection: Inspection, given: GivenAnswers, form: ComparableForm, fact: str
) -> dict[str, Any]:
    """Return what both pages say of the comparison itself."""
    facts = given.table.definition.facts_by_key
    return {
        "form": form,
        "fact": facts[fact].label if fact else "",
        "scored": given.table.definition.scored,
        "nobodys": given.count_nobodys(),
        "fewest_answers": FEWEST_ANSWERS,
        "fewest_cases": FEWEST_CASES,
        "fewest_pairs": FEWEST_PAIRS,
        "agreement_url": reverse("scoring:agreement", args=[inspection.slug]),
        "second_markings_url": reverse("cases:second_markings", args=[inspection.slug]),
    }
