"""The lead inspector's comparison: with other areas, with the service's last inspection."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.signing_in import signed_in
from inspections.access import get_lead
from inspections.catalogue import load_definition
from inspections.models import Area, Inspection, TeamMember
from inspections.presentation import describe_date
from reports.comparing.choice import (
    describe_lack,
    find_choice,
    find_frozen,
    save_choice,
    withdraw_choice,
)
from reports.comparing.forms import ComparisonForm
from reports.comparing.presentation import (
    describe_changes,
    describe_comparison,
    list_options,
)
from reports.comparing.previous import find_previous
from reports.comparing.results import read_results
from reports.models import ComparatorChoice
from scoring.room_pages import describe_page
from scoring.scorecard import score_inspection

PAGE = "reports:comparison"
FIELDS = ("as_of", "region", "family")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the scores beside those of other areas, and use what is shown in the report.

    What to compare with is in the query, or else what the report uses. A faulty one is answered
    422, with a message at its place.
    """
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    definition = load_definition(inspection.programme)
    page: dict[str, Any] = describe_page(member, "Comparison", PAGE) | {
        "definition": definition,
        "inspection": inspection,
    }
    if not definition.scored:
        if request.method == "POST":
            raise Http404
        return render(request, "reports/comparison.html", page)
    if request.method == "POST" and "withdraw" in request.POST:
        withdraw_choice(inspection, member)
        messages.success(request, "The choice was withdrawn.")
        return redirect(PAGE, slug=slug)
    results = read_results(definition.slug)
    choice = find_choice(inspection)
    usual = _describe_usual(inspection, choice)
    regions, areas = list_options(results, inspection)
    if usual["region"] and usual["region"] not in regions:
        regions.append(usual["region"])
    if request.method == "POST":
        form = ComparisonForm(regions, areas, request.POST)
    elif any(name in request.GET for name in FIELDS):
        form = ComparisonForm(regions, areas, request.GET)
    else:
        usual["family"] = [area for area in usual["family"] if area in areas]
        form = ComparisonForm(regions, areas, usual, initial=usual)
    shown = None
    card = score_inspection(inspection)
    if form.is_valid():
        chosen = form.cleaned_data
        shown = describe_comparison(inspection, definition, card, results, **chosen)
        if request.method == "POST":
            if shown.areas:
                return _use(request, member, chosen)
            asked = ComparatorChoice(as_of=chosen["as_of"], region=chosen["region"])
            form.add_error("as_of", describe_lack(asked))
    previous = find_previous(inspection, definition, card)
    page |= {
        "form": form,
        "shown": shown,
        "chosen": form.cleaned_data if form.is_valid() else None,
        "choice": choice,
        "choice_as_of": describe_date(choice.as_of) if choice else "",
        "is_chosen": choice is not None and form.is_valid() and _is_same(form, usual),
        "family_summary": _describe_family(form, areas),
        "frozen": find_frozen(choice) if choice else None,
        "complete": card.complete,
        "previous": previous,
        "previous_published": describe_date(previous.published) if previous else "",
        "headlines": describe_changes(previous.headlines) if previous else [],
        "criteria": describe_changes(previous.criteria) if previous else [],
    }
    return render(request, "reports/comparison.html", page, status=422 if form.errors else 200)


def _describe_usual(inspection: Inspection, choice: ComparatorChoice | None) -> dict[str, Any]:
    """Return what is compared with unless something else is asked for."""
    if choice is not None:
        family = choice.family.order_by("name").values_list("slug", flat=True)
        return {"as_of": choice.as_of, "region": choice.region, "family": list(family)}
    today = timezone.localdate().isoformat()
    return {"as_of": inspection.publication_date or today, "region": "", "family": []}


def _is_same(form: ComparisonForm, usual: dict[str, Any]) -> bool:
    """Whether what is asked for is what the report uses."""
    asked = form.cleaned_data
    alike = all(asked[name] == usual[name] for name in ("as_of", "region"))
    return alike and set(asked["family"]) == set(usual["family"])


def _describe_family(form: ComparisonForm, areas: dict[str, tuple[str, str]]) -> str:
    """Return what the closed list of areas says: there may be well over a hundred in it."""
    chosen = [areas[slug][0] for slug in form["family"].value() or [] if slug in areas]
    return f"Family of comparators: {', '.join(chosen)}" if chosen else "Family of comparators"


def _use(request: HttpRequest, member: TeamMember, chosen: dict[str, Any]) -> HttpResponse:
    """Save what is shown as what the report compares with."""
    save_choice(
        member.inspection,
        member,
        as_of=chosen["as_of"],
        region=chosen["region"],
        family=Area.objects.filter(slug__in=chosen["family"]),
    )
    messages.success(
        request,
        "Saved. The report compares with results published by "
        f"{describe_date(chosen['as_of'])}, {chosen['region'] or 'all regions'}.",
    )
    return redirect(PAGE, slug=member.inspection.slug)
