"""Signing off: the page on which criteria are signed, and the scorecard is locked and unlocked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signing_in import signed_in
from cases.forms.second_marking import ReasonForm
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_lead
from inspections.catalogue import load_definition
from inspections.models import TeamMember
from inspections.problems import RefusedError
from scoring.exporting import FORMATS
from scoring.names import ScoreName
from scoring.room_pages import describe_page, url_of_score
from scoring.signing.reading import (
    CriterionStanding,
    SignOff,
    find_lock,
    join_numbers,
    list_deeds,
    read_sign_off,
)
from scoring.signing.signatures import (
    NOT_LOCKED,
    lock_scorecard,
    sign_criterion,
    unlock_scorecard,
    withdraw_signature,
)

PAGE = "scoring:sign_off"


@login_required
@require_safe
def sign_off(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the lead inspector every criterion with its score, and whether it is signed."""
    return _show(request, get_lead(signed_in(request), slug))


@login_required
@require_POST
def sign(request: HttpRequest, slug: str, criterion: str) -> HttpResponse:
    """Sign a criterion as it was on the page, which says so by its `digest`."""
    member = get_lead(signed_in(request), slug)
    _check_known(member, criterion)
    try:
        signed = sign_criterion(
            member.inspection, criterion, request.POST.get("digest", ""), member
        )
    except RefusedError as error:
        return _show_refused(request, slug, error, anchor_of(criterion))
    if signed.lock is not None:
        messages.success(request, "That was the last signature. The scorecard is locked.")
        return redirect(PAGE, slug)
    messages.success(request, f"You have signed {criterion}.")
    return redirect(PAGE, slug)


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def withdraw(request: HttpRequest, slug: str, criterion: str) -> HttpResponse:
    """Ask why a signature is withdrawn, and withdraw it."""
    member = get_lead(signed_in(request), slug)
    _check_known(member, criterion)
    form = ReasonForm(
        request.POST if request.method == "POST" else take_unsent(request),
        label="Why do you withdraw it?",
        help_text="It is kept, and shown on the page of sign-off.",
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                withdraw_signature(
                    member.inspection, criterion, form.cleaned_data["reason"], member
                )
            except RefusedError as error:
                form.add_error(None, error.problems[0].message)
                status = 409
            else:
                messages.success(request, f"Your signature of {criterion} is withdrawn.")
                return redirect(PAGE, slug)
    return _ask_why(request, member, form, f"Withdraw the signature of {criterion}", status)


@login_required
@require_POST
def lock(request: HttpRequest, slug: str) -> HttpResponse:
    """Lock the scorecard, once all is signed and nothing is open."""
    member = get_lead(signed_in(request), slug)
    try:
        lock_scorecard(member.inspection, member)
    except RefusedError as error:
        return _show_refused(request, slug, error, "matters")
    messages.success(request, "The scorecard is locked.")
    return redirect(PAGE, slug)


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def unlock(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask why the scorecard is unlocked, and unlock it."""
    member = get_lead(signed_in(request), slug)
    form = ReasonForm(
        request.POST if request.method == "POST" else take_unsent(request),
        label="Why do you unlock it?",
        help_text="It is kept, and shown on the page of sign-off.",
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                unlock_scorecard(member.inspection, form.cleaned_data["reason"], member)
            except RefusedError as error:
                form.add_error(None, error.problems[0].message)
                status = 409
            else:
                messages.success(request, "The scorecard is unlocked.")
                return redirect(PAGE, slug)
    elif find_lock(member.inspection) is None:
        messages.warning(request, NOT_LOCKED)
        return redirect(PAGE, slug)
    return _ask_why(request, member, form, "Unlock the scorecard", status, unlocks=True)


def anchor_of(criterion: str) -> str:
    """Return the place of a criterion on the page: `criterion-1-1`."""
    return f"criterion-{criterion.replace('.', '-')}"


def _check_known(member: TeamMember, criterion: str) -> None:
    if criterion not in load_definition(member.inspection.programme).criteria:
        raise Http404


def _show_refused(
    request: HttpRequest, slug: str, error: RefusedError, anchor: str
) -> HttpResponse:
    """Show the page as it stands now, read anew, and why nothing was done."""
    problems = [{"text": problem.message, "href": f"#{anchor}"} for problem in error.problems]
    return _show(request, get_lead(signed_in(request), slug), problems, status=409)


def _show(
    request: HttpRequest,
    member: TeamMember,
    problems: Sequence[dict[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    inspection = member.inspection
    definition = load_definition(inspection.programme)
    standing = read_sign_off(inspection)
    return render(
        request,
        "scoring/sign_off.html",
        {
            **describe_page(member, "Sign-off", PAGE),
            "inspection": inspection,
            "definition": definition,
            "sign_off": standing,
            "criteria": [_describe(standing, each, inspection.slug) for each in standing.criteria],
            "signed": len(standing.criteria) - len(standing.unsigned),
            "lapsed": join_numbers(each for each in standing.criteria if each.has_lapsed),
            "deeds": list_deeds(inspection),
            "facts": definition.facts,
            "formats": FORMATS,
            "urls": {
                "lock": reverse("scoring:lock", args=[inspection.slug]),
                "unlock": reverse("scoring:unlock", args=[inspection.slug]),
                "report": reverse("reports:report", args=[inspection.slug]),
            },
            "problems": list(problems),
            "has_errors": bool(problems),
        },
        status=status,
    )


def _describe(standing: SignOff, criterion: CriterionStanding, slug: str) -> dict[str, Any]:
    names = [slug, criterion.number]
    return {
        "standing": criterion,
        "anchor": anchor_of(criterion.number),
        "url": url_of_score(slug, ScoreName("criterion", criterion.number)),
        "matters": _describe_matters(criterion),
        "would_lock": standing.would_lock(criterion.number),
        "sign_url": reverse("scoring:sign_criterion", args=names),
        "withdraw_url": reverse("scoring:withdraw_signature", args=names),
    }


def _describe_matters(criterion: CriterionStanding) -> list[str]:
    counted = (
        (criterion.open, "answer open", "answers open"),
        (criterion.disputed, "difference not settled", "differences not settled"),
        (criterion.flagged, "flagged, to come back to", "flagged, to come back to"),
    )
    return [f"{number:,} {one if number == 1 else many}" for number, one, many in counted if number]


def _ask_why(
    request: HttpRequest,
    member: TeamMember,
    form: ReasonForm,
    title: str,
    status: int,
    *,
    unlocks: bool = False,
) -> HttpResponse:
    url = reverse(PAGE, args=[member.inspection.slug])
    trail = [{"label": "Sign-off", "url": url}]
    return render(
        request,
        "scoring/sign_off_reason.html",
        {
            **describe_page(member, title, PAGE, trail),
            "form": form,
            "unlocks": unlocks,
            "back_to": url,
        },
        status=status,
    )
