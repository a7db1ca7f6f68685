"""Comparing two markings of a case side by side, and settling where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signing_in import signed_in
from cases.forms.second_marking import OneSidedForm, SettleForm
from cases.second_marking.differences import (
    Comparison,
    Difference,
    Standing,
    compare,
)
from cases.second_marking.listing import find_second_marking
from cases.second_marking.settling import (
    ChangedMeanwhileError,
    Settled,
    agree,
    may_settle_again,
    settle,
)
from cases.views.pages import breadcrumbs_of, count
from cases.views.second_marking.describing import (
    address_of,
    address_of_difference,
    anchor_of,
    describe_difference,
    list_earlier,
    list_hints,
    name_assessor,
)
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_membership
from inspections.models import TeamMember
from inspections.presentation import describe_role
from inspections.problems import RefusedError

GROUPS = {
    Standing.OPEN: "open",
    Standing.PROPOSED: "open",
    Standing.WAITING: "waiting",
    Standing.SETTLED: "settled",
    Standing.FALLEN_AWAY: "gone",
}
"""Under which heading of the page a difference stands."""


@login_required
@require_safe
def compare_markings(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Show both markings of a case side by side, differences first and what is alike folded."""
    member = get_membership(signed_in(request), slug)
    comparison = _get_comparison(member, reference)
    again = may_settle_again(comparison.second_marking, member)
    groups: dict[str, list[Any]] = {"open": [], "waiting": [], "settled": [], "gone": []}
    for difference in comparison.differences:
        groups[GROUPS[difference.standing]].append(
            describe_difference(comparison, difference, member, again=again)
        )
    return render(
        request,
        "cases/second_marking/compare.html",
        {
            "title": "Compare the two markings",
            **_describe_page(comparison, member),
            "again": again,
            "groups": groups,
            "alike": comparison.alike,
            "alike_facts": comparison.alike_facts,
            "total": len(comparison.differences) - len(groups["gone"]),
            "one_sided": len(comparison.one_sided),
            "one_sided_url": address_of(comparison.second_marking, "settle_one_sided"),
            "next_url": _find_next(comparison, member),
        },
    )


def settle_fact(request: HttpRequest, slug: str, reference: str, key: str) -> HttpResponse:
    """Settle a fact on which the two differ."""
    return _settle(request, slug, reference, (key,))


def settle_answer(
    request: HttpRequest, slug: str, reference: str, code: str, row: str = ""
) -> HttpResponse:
    """Settle a question, or a row of a grid, on which the two differ."""
    return _settle(request, slug, reference, (code, row))


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def _settle(request: HttpRequest, slug: str, reference: str, key: tuple[str, ...]) -> HttpResponse:
    """Show a difference, and settle or propose what is sent, or agree with what is proposed.

    What cannot be stored stays on the page, beside what somebody else has done meanwhile.
    """
    member = get_membership(signed_in(request), slug)
    comparison = _get_comparison(member, reference)
    difference = _find(comparison, key)
    if request.method != "POST":
        form = _make_form(comparison, difference, take_unsent(request))
        return _render_settling(request, comparison, difference, form, member)
    form = _make_form(comparison, difference, request.POST)
    status, problems = 422, []
    try:
        if settled := _send(request, form, comparison, member):
            return _go_on(request, comparison, member, settled, anchor_of(difference))
    except RefusedError as error:
        status = 409 if isinstance(error, ChangedMeanwhileError) else 422
        problems = list_problems(error)
    comparison = _get_comparison(member, reference)
    difference = _find(comparison, key)
    if problems:
        # Made anew, as by somebody who has now seen what the page shows.
        seen = None if "agree" in request.POST else form.show_seen(difference)
        form = _make_form(comparison, difference, seen)
    return _render_settling(request, comparison, difference, form, member, status, problems)


def _send(
    request: HttpRequest, form: SettleForm, comparison: Comparison, member: TeamMember
) -> Settled | None:
    """Settle as the button that was pressed says; None where the form is not filled in."""
    pair = comparison.second_marking
    if proposal := request.POST.get("agree"):
        return agree(pair, _read_id(proposal), member)
    if not form.is_valid():
        return None
    return settle(pair, [form.read_choice()], form.cleaned_data["reason"], member)


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def settle_one_sided(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Settle, all at once, questions that only one of the two was asked, as that one answered."""
    member = get_membership(signed_in(request), slug)
    comparison = _get_comparison(member, reference)
    if not comparison.one_sided and request.method != "POST":
        return redirect("cases:compare_markings", slug, reference)
    sent = request.POST if request.method == "POST" else take_unsent(request)
    form = OneSidedForm(comparison.one_sided, sent)
    status, problems = 200, []
    if request.method == "POST":
        status = 422
        try:
            if form.is_valid():
                reason = form.cleaned_data["reason"]
                choices = form.read_choices()
                settled = settle(comparison.second_marking, choices, reason, member)
                return _go_on(request, comparison, member, settled)
        except RefusedError as error:
            status = 409 if isinstance(error, ChangedMeanwhileError) else 422
            problems = list_problems(error)
    return render(
        request,
        "cases/second_marking/one_sided.html",
        {
            "title": "Questions that only one of you was asked",
            **_describe_page(comparison, member),
            "form": form,
            "problems": problems,
            "has_errors": bool(problems),
            "compare_url": address_of(comparison.second_marking, "compare_markings"),
        },
        status=status,
    )


def _get_comparison(member: TeamMember, reference: str) -> Comparison:
    """Return the comparison of a case. Raises Http404 where there is none that `member` may see."""
    second_marking = find_second_marking(member, reference)
    if second_marking is None or second_marking.agreed is None:
        raise Http404
    return compare(second_marking)


def _find(comparison: Comparison, key: tuple[str, ...]) -> Difference:
    difference = comparison.find(key)
    if difference is None:
        raise Http404
    return difference


def _make_form(comparison: Comparison, difference: Difference, data: Any) -> SettleForm:
    return SettleForm(
        difference,
        list_hints(comparison, difference),
        data,
        label="Why?",
        help_text="Say what in the record decides it. It is kept with the answer.",
    )


def list_problems(error: RefusedError) -> list[dict[str, str]]:
    """Return why something was refused, as lines of an error summary."""
    return [{"text": str(problem)} for problem in error.problems]


def _read_id(text: str) -> int:
    """Return the number in `text`; 0, which nothing has, where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _go_on(
    request: HttpRequest,
    comparison: Comparison,
    member: TeamMember,
    settled: Settled,
    anchor: str = "",
) -> HttpResponse:
    """Say what became of it, and go to the next difference if asked to, else to the comparison."""
    messages.success(request, " ".join(_describe_settled(settled)))
    pair = comparison.second_marking
    url = address_of(pair, "compare_markings")
    if settled.finished:
        return redirect(url)
    if request.POST.get("next") == "difference":
        comparison = _get_comparison(member, pair.case.reference)
        return redirect(_find_next(comparison, member, anchor) or url)
    return redirect(f"{url}#{anchor}" if anchor else url)


def _describe_settled(settled: Settled) -> list[str]:
    sentences = []
    if settled.settled:
        sentences.append(f"Settled: {', '.join(settled.settled)}.")
    if settled.proposed:
        sentences.append(
            f"Proposed: {', '.join(settled.proposed)}. It is settled when the other assessor, or "
            "the lead inspector, agrees."
        )
    if settled.opened:
        sentences.append(f"{count(len(settled.opened), 'further question')} can now be settled.")
    if settled.finished:
        sentences.append("Nothing is left to settle. The settled answers now count.")
    return sentences


def _find_next(comparison: Comparison, member: TeamMember, after: str = "") -> str:
    """Return the address of a difference that waits for `member`; empty if none does.

    It is the next one `after` a difference, by its anchor, and else the first.
    """
    places = {anchor_of(each): place for place, each in enumerate(comparison.differences)}
    waiting = comparison.list_for(member)
    later = [each for each in waiting if places[anchor_of(each)] > places.get(after, -1)]
    found = next(iter(later or waiting), None)
    return address_of_difference(comparison.second_marking, found) if found else ""


def _render_settling(
    request: HttpRequest,
    comparison: Comparison,
    difference: Difference,
    form: SettleForm,
    member: TeamMember,
    status: int = 200,
    problems: Sequence[Mapping[str, str]] = (),
) -> HttpResponse:
    return render(
        request,
        "cases/second_marking/settle.html",
        {
            "title": f"Settle {difference.code or 'a fact'}",
            **_describe_page(comparison, member),
            "difference": difference,
            "card": describe_difference(
                comparison,
                difference,
                member,
                again=may_settle_again(comparison.second_marking, member),
            ),
            "earlier": list_earlier(comparison, difference),
            "form": form,
            "problems": list(problems),
            "has_errors": bool(problems),
            "compare_url": f"{address_of(comparison.second_marking, 'compare_markings')}"
            f"#{anchor_of(difference)}",
        },
        status=status,
    )


def _describe_page(comparison: Comparison, member: TeamMember) -> dict[str, Any]:
    """Return what all pages of a comparison show around their content."""
    pair, inspection = comparison.second_marking, member.inspection
    return {
        "caption": f"{inspection}: case {pair.case.reference}",
        "breadcrumbs": [
            *breadcrumbs_of(inspection),
            {
                "label": "Second marking",
                "url": reverse("cases:second_markings", args=[inspection.slug]),
            },
        ],
        "user_role": describe_role(member),
        "member": member,
        "pair": pair,
        "names": [name_assessor(pair.first), name_assessor(pair.second)],
    }
