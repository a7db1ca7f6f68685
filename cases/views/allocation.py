"""The allocation of cases: by hand, balanced, and when assessors are there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.signing_in import signed_in
from cases.allocation.allocating import (
    AllocationOutcome,
    allocate,
    list_first_assessments,
)
from cases.allocation.availability import (
    find_availabilities,
    list_fieldwork_days,
    save_availabilities,
)
from cases.allocation.conflicts_of_interest import list_open_decisions
from cases.allocation.loads import list_loads
from cases.allocation.obstacles import Obstacles
from cases.allocation.proposing import Proposal, accept, propose
from cases.forms.allocation import AllocationForm, AvailabilityForm, BalanceForm
from cases.models import Assessment
from cases.views.pages import breadcrumbs_of, count, tell
from cases.views.unsent import keep_unsent, take_unsent
from frontend.fields import summarise_errors
from inspections.access import get_organiser
from inspections.catalogue import load_definition
from inspections.models import Inspection
from inspections.presentation import describe_role


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def allocate_cases(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who judges each case and how much each assessor has, and store what is changed.

    Each case is stored by itself; one that cannot change hands is kept on the page with the reason.
    """
    inspection, member = get_organiser(signed_in(request), slug)
    outcome = AllocationOutcome()
    if request.method == "POST":
        form = _make_form(inspection, request.POST)
        valid = form.is_valid()
        outcome = allocate(inspection, form.read_changes(), signed_in(request))
        if valid and outcome.complete and not form.count_lost():
            tell(request, describe_allocation(outcome))
            return redirect("cases:allocation", slug)
    assessments = list_first_assessments(inspection)
    obstacles = Obstacles(inspection)
    if request.method == "POST":
        form = AllocationForm(assessments, obstacles, request.POST)
        form.is_valid()
        form.show_outcome(outcome)
        tell(request, [*describe_allocation(outcome), *_describe_lost(form)], quietly=True)
    else:
        form = AllocationForm(assessments, obstacles, take_unsent(request))
    return render(
        request,
        "cases/allocation/allocation.html",
        {
            **_describe_page(inspection, "Allocation"),
            "leads": member is not None and member.leads,
            "form": form,
            "rows": _describe_rows(inspection, form),
            "waiting": sum(1 for assessment in assessments if assessment.assessor_id is None),
            "loads": list_loads(obstacles, assessments),
            "decisions": [
                assessment
                for assessment in list_open_decisions(obstacles.conflicts)
                if assessment.kind == Assessment.Kind.FIRST
            ],
        },
        status=_find_status(request, outcome),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def balance_cases(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a balanced allocation would be, and store it once it is accepted.

    What is accepted must still be what was shown: otherwise it is shown anew, and nothing stored.
    """
    inspection, _ = get_organiser(signed_in(request), slug)
    form = BalanceForm(request.POST if request.method == "POST" else request.GET or None)
    proposal, status = None, 200
    if form.is_bound and not form.is_valid():
        status = 422 if request.method == "POST" else 400
    elif request.method == "POST":
        proposal, taken_off = accept(
            inspection, form.read_wishes(), request.POST.get("digest", ""), signed_in(request)
        )
        if taken_off is not None:
            tell(request, ["The allocation is stored.", *_describe_taken_off(taken_off)])
            return redirect("cases:allocation", slug)
        status = 409
    elif form.is_bound:
        proposal = propose(inspection, form.read_wishes())
    return render(
        request,
        "cases/allocation/balance.html",
        {
            **_describe_page(inspection, "Balance the allocation", "Allocation"),
            "form": form,
            "proposal": proposal,
            "outdated": status == 409,
            "rows": _describe_changes(inspection, proposal) if proposal else [],
            "loads": _compare_loads(inspection, proposal) if proposal else [],
            "strata": _list_strata(inspection, proposal) if proposal else [],
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def edit_availability(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask on which days each assessor is there, and how many cases they take."""
    inspection, _ = get_organiser(signed_in(request), slug)
    sent = request.POST if request.method == "POST" else take_unsent(request)
    forms = _make_availability_forms(inspection, sent)
    if request.method == "POST" and not any(form.errors for form in forms):
        save_availabilities(
            inspection,
            {form.member.pk: (form.days_off, form.cleaned_data["most_cases"]) for form in forms},
        )
        tell(request, ["Saved when assessors are there."])
        return redirect("cases:allocation", slug)
    return render(
        request,
        "cases/allocation/availability.html",
        {
            **_describe_page(inspection, "Days and limits of assessors", "Allocation"),
            "forms": forms,
            "errors": (errors := summarise_errors(*forms)),
            "has_errors": bool(errors),
            "days": list_fieldwork_days(inspection),
        },
        status=422 if request.method == "POST" else 200,
    )


def describe_allocation(outcome: AllocationOutcome) -> list[str]:
    """Return in sentences what a save changed."""
    if not outcome.stored:
        return []
    return [
        f"Saved {count(len(outcome.stored), 'change')}.",
        *_describe_taken_off(outcome.taken_off),
    ]


def _describe_taken_off(references: Sequence[str]) -> list[str]:
    if not references:
        return []
    interviews = "The interview" if len(references) == 1 else "The interviews"
    return [
        f"{interviews} about {', '.join(references)} had to be taken off the timetable, since the "
        "new assessor is not free then. Plan the timetable again."
    ]


def _describe_lost(form: AllocationForm) -> list[str]:
    lost = form.count_lost()
    if not lost:
        return []
    return [
        f"{count(lost, 'change')} of yours came too late: the case was withdrawn meanwhile, or is "
        "being compared with its second marking."
    ]


def _find_status(request: HttpRequest, outcome: AllocationOutcome) -> int:
    if request.method != "POST":
        return 200
    return 409 if outcome.conflicts else 422


def _make_form(inspection: Inspection, data: QueryDict | None) -> AllocationForm:
    return AllocationForm(list_first_assessments(inspection), Obstacles(inspection), data)


def _make_availability_forms(
    inspection: Inspection, data: QueryDict | None
) -> list[AvailabilityForm]:
    days = list_fieldwork_days(inspection)
    known = find_availabilities(inspection)
    return [
        AvailabilityForm(
            member,
            days,
            known[member.pk].days_off if member.pk in known else (),
            known[member.pk].most_cases if member.pk in known else None,
            data,
        )
        for member in Obstacles(inspection).assessors
    ]


def _describe_page(inspection: Inspection, title: str, parent: str = "") -> dict[str, Any]:
    crumbs = breadcrumbs_of(inspection)
    if parent:
        crumbs.append({"label": parent, "url": reverse("cases:allocation", args=[inspection.slug])})
    return {
        "title": title,
        "caption": str(inspection),
        "breadcrumbs": crumbs,
        "inspection": inspection,
        "stratum_label": _name_stratum(inspection),
    }


def _name_stratum(inspection: Inspection) -> str:
    definition = load_definition(inspection.programme)
    if definition.sampling is None:
        return ""
    return definition.facts_by_key[definition.sampling.strata].label


def _label_stratum(inspection: Inspection, assessment: Any) -> str:
    definition = load_definition(inspection.programme)
    if not assessment.stratum or definition.sampling is None:
        return ""
    return definition.facts_by_key[definition.sampling.strata].label_of(assessment.stratum)


def _describe_rows(inspection: Inspection, form: AllocationForm) -> list[dict[str, Any]]:
    return [
        {"row": row, "stratum": _label_stratum(inspection, row.assessment)}
        for row in form.list_rows()
    ]


def _describe_changes(inspection: Inspection, proposal: Proposal) -> list[dict[str, Any]]:
    return [
        {
            "case": assessment.case,
            "stratum": _label_stratum(inspection, assessment),
            "now": assessment.assessor.name if assessment.assessor else "Nobody",
            "then": proposal.team[proposal.result.allocation[assessment.case.reference]].name,
        }
        for assessment in proposal.changed
    ]


def _list_strata(inspection: Inspection, proposal: Proposal) -> list[str]:
    definition = load_definition(inspection.programme)
    if definition.sampling is None:
        return []
    there = {assessment.stratum for assessment in proposal.assessments}  # type: ignore[attr-defined]
    fact = definition.facts_by_key[definition.sampling.strata]
    return [fact.label_of(value) for value in fact.values if value in there]


def _compare_loads(inspection: Inspection, proposal: Proposal) -> list[dict[str, Any]]:
    """Return for each assessor how many cases they have and would have, of each stratum too."""
    then = Counter(proposal.result.allocation.values())
    mixture = Counter(
        (proposal.result.allocation.get(a.case.reference), _label_stratum(inspection, a))
        for a in proposal.assessments
    )
    strata = _list_strata(inspection, proposal)
    return [
        {
            "load": load,
            "role": describe_role(load.member),
            "then": then[load.member.key],
            "mixture": [mixture[load.member.key, stratum] for stratum in strata],
        }
        for load in proposal.loads
        if not load.barred or then[load.member.key]
    ]
