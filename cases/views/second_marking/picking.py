"""The list of second markings, picking cases for it, starting a comparison and calling one off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signing_in import signed_in
from cases.forms.second_marking import DrawForm, PickForm, ReasonForm
from cases.locking import LockedError
from cases.models import Assessment, SecondMarking
from cases.second_marking.choosing import SecondAssessors, balance, gather_second_assessors
from cases.second_marking.comparing import begin_comparison
from cases.second_marking.drawing import draw_cases, make_seed
from cases.second_marking.listing import (
    Stage,
    describe_second_markings,
    find_second_marking,
    list_second_markings,
)
from cases.second_marking.picking import (
    Draw,
    Pick,
    cancel_second_marking,
    list_pickable,
    pick_cases,
)
from cases.views.pages import breadcrumbs_of, count
from cases.views.second_marking.describing import describe_row, name_assessor
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_lead, get_membership
from inspections.models import TeamMember
from inspections.presentation import describe_role
from inspections.problems import RefusedError


@login_required
@require_safe
def second_marking_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the second markings that the person may know of, and how far each is."""
    member = get_membership(signed_in(request), slug)
    second_markings = list(list_second_markings(member))
    for second_marking in second_markings:
        second_marking.first.inspection = member.inspection
    listed = describe_second_markings(second_markings)
    return render(
        request,
        "cases/second_marking/list.html",
        {
            "title": "Second marking",
            "caption": str(member.inspection),
            "breadcrumbs": breadcrumbs_of(member.inspection),
            "user_role": describe_role(member),
            "member": member,
            "inspection": member.inspection,
            "rows": [describe_row(each, member) for each in listed],
            "settled": sum(1 for each in listed if each.stage == Stage.SETTLED),
            "live": sum(1 for each in listed if each.stage != Stage.CANCELLED),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def pick_for_second_marking(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the lead inspector pick cases, by hand or drawn at random, and a second assessor each.

    A draw only ticks cases on the page; they are picked when the page is sent.
    """
    member = get_lead(signed_in(request), slug)
    pickable = list(list_pickable(member.inspection))
    assessors = gather_second_assessors(member.inspection)
    draw_form = DrawForm(request.GET if "number" in request.GET else None)
    if draw_form.is_valid() and not draw_form.cleaned_data["seed"] and request.method != "POST":
        return redirect(_seed_address(request))
    sent = request.POST if request.method == "POST" else take_unsent(request)
    draw, faulty = _draw(draw_form, pickable) if draw_form.is_valid() else None, False
    if sent is not None:
        # What was seen, and not what the cases that can be picked now would give.
        draw, faulty = _read_draw(sent, slug)
    drawn = [a for a in pickable if draw and a.case.reference in draw.references]
    found = balance(assessors, [a.case for a in drawn])
    form = PickForm(
        pickable, assessors, sent, drawn={a.case_id: found.get(a.case_id) for a in drawn}
    )
    if faulty:
        form.add_error(None, "What was drawn could not be read. Draw again.")
    if request.method == "POST" and (picked := _pick(form, assessors, member, draw)):
        messages.success(request, _describe_picked(picked))
        return redirect("cases:second_markings", slug)
    return render(
        request,
        "cases/second_marking/pick.html",
        {
            "title": "Pick cases for second marking",
            "caption": str(member.inspection),
            "breadcrumbs": _breadcrumbs_of(member),
            "user_role": describe_role(member),
            "form": form,
            "draw_form": draw_form,
            "draw": draw,
            "signed_draw": _sign_draw(draw, slug) if draw else "",
            "has_errors": bool(draw_form.errors),
            "pick_url": request.get_full_path(),
            "list_url": reverse("cases:second_markings", args=[slug]),
        },
        status=422 if request.method == "POST" else 400 if draw_form.errors else 200,
    )


def _seed_address(request: HttpRequest) -> str:
    """Return the address of the page with a new seed in it, so that it shows one draw only."""
    query = request.GET.copy()
    query["seed"] = make_seed()
    return f"{request.path}?{query.urlencode()}#pick"


def _draw(form: DrawForm, pickable: list[Assessment]) -> Draw:
    """Draw as the form says."""
    number = form.count(len(pickable))
    seed = form.cleaned_data["seed"]
    drawn = draw_cases(pickable, number, seed)
    return Draw(seed, len(pickable), [a.case.reference for a in drawn])


def _sign_draw(draw: Draw, slug: str) -> str:
    """Return a draw as the form carries it, so that nobody can make one up."""
    drawn = [draw.seed, draw.total, list(draw.references)]
    return signing.dumps(drawn, salt=f"second-marking {slug}", compress=True)


def _read_draw(sent: QueryDict, slug: str) -> tuple[Draw | None, bool]:
    """Return the draw that a form carries, if it does, and whether it cannot be read."""
    signed = sent.get("draw", "")
    if not signed:
        return None, False
    try:
        return Draw(*signing.loads(signed, salt=f"second-marking {slug}")), False
    except signing.BadSignature:
        return None, True


def _pick(
    form: PickForm, assessors: SecondAssessors, member: TeamMember, draw: Draw | None
) -> list[SecondMarking]:
    """Pick what is ticked, finding a second assessor where none is chosen.

    Picks nothing where the form is not valid or is refused, and says why on it.
    """
    if not form.is_valid():
        return []
    chosen = form.find_chosen()
    ticked = form.list_ticked()
    found = balance(assessors, [a.case for a in ticked if a.case_id not in chosen], chosen)
    seconds = {**found, **chosen}
    try:
        picks = [Pick(assessment, seconds[assessment.case_id]) for assessment in ticked]
        return pick_cases(member.inspection, picks, member, draw=draw)
    except LockedError as error:
        form.add_error(None, str(error))
        return []
    except RefusedError as error:
        for problem in error.problems:
            form.refuse(problem.file, problem.message)
        return []


def _describe_picked(picked: list[SecondMarking]) -> str:
    references = ", ".join(each.case.reference for each in picked)
    return f"Picked {count(len(picked), 'case')} for second marking: {references}."


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def call_off(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Let the lead inspector call a second marking off, giving a reason."""
    member = get_lead(signed_in(request), slug)
    second_marking = _get_second_marking(member, reference)
    sent = request.POST if request.method == "POST" else take_unsent(request)
    form = ReasonForm(
        sent,
        label="Why is it called off?",
        help_text="It is shown to the second assessor.",
    )
    if request.method == "POST" and form.is_valid():
        try:
            cancel_second_marking(second_marking, member, form.cleaned_data["reason"])
        except RefusedError as error:
            form.add_error("reason", error.problems[0].message)
        else:
            messages.success(request, f"The second marking of {reference} is called off.")
            return redirect("cases:second_markings", slug)
    return render(
        request,
        "cases/second_marking/call_off.html",
        {
            "title": "Call off the second marking",
            "caption": f"{member.inspection}: case {reference}",
            "breadcrumbs": _breadcrumbs_of(member),
            "user_role": describe_role(member),
            "second_marking": second_marking,
            "names": [
                name_assessor(second_marking.first),
                name_assessor(second_marking.second),
            ],
            "form": form,
            "list_url": reverse("cases:second_markings", args=[slug]),
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_POST
def start_comparison(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Lay two completed markings side by side, should that not have happened by itself."""
    member = get_lead(signed_in(request), slug)
    second_marking = _get_second_marking(member, reference)
    try:
        if begin_comparison(second_marking):
            return redirect("cases:compare_markings", slug, reference)
    except LockedError as error:
        messages.warning(request, str(error))
    else:
        messages.warning(request, f"{reference} is not completed by both assessors yet.")
    return redirect("cases:second_markings", slug)


def _get_second_marking(member: TeamMember, reference: str) -> SecondMarking:
    second_marking = find_second_marking(member, reference)
    if second_marking is None:
        raise Http404
    return second_marking


def _breadcrumbs_of(member: TeamMember) -> list[dict[str, str]]:
    slug = member.inspection.slug
    return [
        *breadcrumbs_of(member.inspection),
        {"label": "Second marking", "url": reverse("cases:second_markings", args=[slug])},
    ]
