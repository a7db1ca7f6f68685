"""Good practice: noting an example, one's own list, and the lead inspector's choice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signing_in import signed_in
from cases.access import get_assessment
from cases.checking import NOTE_LIMIT
from cases.forms.practice import PracticeForm
from cases.forms.texts import year_of
from cases.identifying import RULES
from cases.models import Case, GoodPractice
from cases.practice import (
    change_practice,
    choose_practice,
    list_practice,
    note_practice,
    remove_practice,
)
from cases.views.pages import breadcrumbs_of, count
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_lead, get_membership
from inspections.catalogue import load_definition
from inspections.models import TeamMember
from inspections.presentation import describe_role
from inspections.problems import RefusedError

GONE = "no longer a criterion of this programme"


@login_required
@require_safe
def practice_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List examples by criterion: all of them to the lead inspector, to others their own.

    `?chosen` leaves those that the lead inspector has chosen, to be copied into the report.
    """
    member = get_membership(signed_in(request), slug)
    examples = list(list_practice(member))
    chosen = [example for example in examples if example.chosen_at is not None]
    only_chosen = member.leads and "chosen" in request.GET
    return render(
        request,
        "cases/practice/list.html",
        {
            "title": "Good practice" if member.leads else "Good practice that you noted",
            "caption": str(member.inspection),
            "breadcrumbs": breadcrumbs_of(member.inspection),
            "user_role": describe_role(member),
            "member": member,
            "inspection": member.inspection,
            "only_chosen": only_chosen,
            "summary": f"{count(len(examples), 'example')}, {len(chosen)} chosen for the report.",
            "has_chosen": bool(chosen),
            "criteria": _group(member, chosen if only_chosen else examples),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def note_example(request: HttpRequest, slug: str, reference: str = "") -> HttpResponse:
    """Ask for an example of good practice, met in a case or in none, and note it."""
    member = get_membership(signed_in(request), slug)
    case = get_assessment(member, reference).case if reference else None
    form = PracticeForm(
        load_definition(member.inspection.programme),
        request.POST if request.method == "POST" else take_unsent(request),
        year=year_of(member.inspection),
        initial={"criterion": request.GET.get("criterion", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            example = note_practice(
                case,
                member,
                criterion=form.cleaned_data["criterion"],
                text=form.cleaned_data["text"],
                mutation=form.read_mutation(),
            )
        except RefusedError as error:
            form.add_error("text", error.problems[0].message)
        else:
            if example.removed_at is None:
                messages.success(request, "The example is noted. The lead inspector can see it.")
            else:
                messages.info(request, "You removed this example before, so it is not noted again.")
            return redirect("cases:practice", slug)
    return _render_form(request, member, form, case)


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def edit_example(request: HttpRequest, slug: str, example_id: int) -> HttpResponse:
    """Change an example of one's own, or remove it; not once it is chosen."""
    member = get_membership(signed_in(request), slug)
    example = list_practice(member).filter(pk=example_id, noted_by=member).first()
    if example is None:
        raise Http404
    if example.chosen_at is not None:
        raise PermissionDenied(
            "The lead inspector has chosen this example for the report, so it stays as it is."
        )
    example.inspection = member.inspection
    sent = request.POST if request.method == "POST" else take_unsent(request)
    form = PracticeForm(
        load_definition(member.inspection.programme),
        sent,
        year=year_of(member.inspection),
        initial={"criterion": example.criterion, "text": example.text},
    )
    valid = form.is_valid()
    try:
        if request.method == "POST" and "remove" in request.POST:
            remove_practice(example, member)
            messages.success(request, "The example is removed.")
            return redirect("cases:practice", slug)
        if request.method == "POST" and valid:
            criterion, text = form.cleaned_data["criterion"], form.cleaned_data["text"]
            change_practice(example, member, criterion=criterion, text=text)
            messages.success(request, "The example is changed.")
            return redirect("cases:practice", slug)
    except RefusedError as error:
        form.add_error("text", error.problems[0].message)
    return _render_form(request, member, form, example.case, example)


@login_required
@require_POST
def choose_example(request: HttpRequest, slug: str, example_id: int) -> HttpResponse:
    """Choose an example for the report, or no longer."""
    member = get_lead(signed_in(request), slug)
    example = list_practice(member).filter(pk=example_id).first()
    if example is None:
        raise Http404
    choose_practice(example, member, chosen=request.POST.get("chosen") == "yes")
    only_chosen = "?chosen" if "chosen" in request.GET else ""
    return redirect(f"{reverse('cases:practice', args=[slug])}{only_chosen}#example-{example_id}")


def _group(member: TeamMember, examples: list[GoodPractice]) -> list[dict[str, Any]]:
    """Return the examples under their criteria, in the programme's order.

    Those of a criterion that another version of the programme had come last.
    """
    criteria = load_definition(member.inspection.programme).criteria
    titles = {number: criterion.title for number, criterion in criteria.items()}
    by_number: dict[str, list[GoodPractice]] = {number: [] for number in titles}
    for example in examples:
        by_number.setdefault(example.criterion, []).append(example)
    return [
        {"number": number, "title": titles.get(number, GONE), "examples": found}
        for number, found in by_number.items()
        if found
    ]


def _render_form(
    request: HttpRequest,
    member: TeamMember,
    form: PracticeForm,
    case: Case | None,
    example: GoodPractice | None = None,
) -> HttpResponse:
    slug = member.inspection.slug
    practice_url = reverse("cases:practice", args=[slug])
    crumbs = [*breadcrumbs_of(member.inspection), {"label": "Good practice", "url": practice_url}]
    return render(
        request,
        "cases/practice/form.html",
        {
            "title": "Change an example of good practice" if example else "Note good practice",
            "caption": f"{member.inspection}: case {case}" if case else str(member.inspection),
            "breadcrumbs": crumbs,
            "user_role": describe_role(member),
            "slug": slug,
            "reference": case.reference if case else "",
            "example": example,
            "form": form,
            "note_limit": NOTE_LIMIT,
            "note_rules": RULES,
            "back_to": reverse("cases:detail", args=[slug, case.reference])
            if case and not example
            else practice_url,
        },
        status=422 if request.method == "POST" else 200,
    )
