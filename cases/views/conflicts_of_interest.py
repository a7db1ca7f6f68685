"""Conflicts of interest: declaring them, and what the lead inspector does about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.signing_in import signed_in
from cases.allocation.conflicts_of_interest import (
    Declared,
    declare_conflict,
    lift_conflict,
    list_open_decisions,
)
from cases.allocation.obstacles import Conflicts
from cases.forms.conflicts_of_interest import ConflictForm, LiftForm
from cases.forms.texts import year_of
from cases.models import Assessment, ConflictOfInterest
from cases.views.pages import breadcrumbs_of, tell
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_lead, get_membership
from inspections.models import TeamMember
from inspections.presentation import describe_role


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def declare(request: HttpRequest, slug: str) -> HttpResponse:
    """List conflicts of interest and declare them: an assessor their own, the lead any member's.

    An assessor is told the same whether or not there is a case of that reference.
    """
    member = get_membership(signed_in(request), slug)
    members = _list_members(member)
    sent = request.POST if request.method == "POST" else take_unsent(request)
    form = ConflictForm(members, sent, year=year_of(member.inspection))
    if request.method == "POST" and form.is_valid():
        declared = declare_conflict(
            form.find_member(), member, note=form.cleaned_data["note"], **form.name_subject()
        )
        tell(request, _describe(declared, member))
        return redirect("cases:conflicts_of_interest", slug)
    return render(
        request,
        "cases/allocation/conflicts.html",
        {
            "title": "Conflicts of interest" if member.leads else "Your conflicts of interest",
            "caption": str(member.inspection),
            "breadcrumbs": breadcrumbs_of(member.inspection),
            "user_role": describe_role(member),
            "member": member,
            "inspection": member.inspection,
            "form": form,
            "conflicts": _list_conflicts(member),
            "decisions": _list_decisions(member),
        },
        status=422 if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def lift(request: HttpRequest, slug: str, conflict_id: int) -> HttpResponse:
    """Ask the lead inspector why a conflict of interest is to be lifted, and lift it."""
    member = get_lead(signed_in(request), slug)
    conflict = (
        ConflictOfInterest.objects.filter(
            pk=conflict_id, member__inspection=member.inspection, lifted_at__isnull=True
        )
        .select_related("member", "declared_by")
        .first()
    )
    if conflict is None:
        raise Http404
    sent = request.POST if request.method == "POST" else take_unsent(request)
    form = LiftForm(sent, year=year_of(member.inspection))
    if request.method == "POST" and form.is_valid():
        lift_conflict(conflict, member, form.cleaned_data["reason"])
        tell(request, ["The conflict of interest is lifted."])
        return redirect("cases:conflicts_of_interest", slug)
    return render(
        request,
        "cases/allocation/lift.html",
        {
            "title": "Lift a conflict of interest",
            "caption": str(member.inspection),
            "breadcrumbs": [
                *breadcrumbs_of(member.inspection),
                {
                    "label": "Conflicts of interest",
                    "url": reverse("cases:conflicts_of_interest", args=[slug]),
                },
            ],
            "user_role": describe_role(member),
            "inspection": member.inspection,
            "conflict": conflict,
            "kept": _list_kept(conflict, Conflicts(member.inspection)),
            "form": form,
        },
        status=422 if request.method == "POST" else 200,
    )


def _list_members(member: TeamMember) -> Sequence[TeamMember]:
    if not member.leads:
        return [member]
    return [other for other in member.inspection.team.all() if other.assesses]


def _list_conflicts(member: TeamMember) -> list[dict[str, Any]]:
    """Return what the person may see; the lead inspector is told which fit no case that there is.

    An assessor must not be told that, and it would show a slip of the pen to nobody.
    """
    conflicts = ConflictOfInterest.objects.filter(member__inspection=member.inspection)
    known: set[str] = set()
    if member.leads:
        cases = member.inspection.cases.values_list("reference", "case_manager")
        known = {name.casefold() for names in cases for name in names}
    else:
        conflicts = conflicts.filter(member=member)
    ordered = conflicts.select_related("member", "declared_by", "lifted_by").order_by(
        F("lifted_at").asc(nulls_first=True), "member__position", "declared_at", "pk"
    )
    return [
        {
            "conflict": conflict,
            "fits_none": member.leads
            and (conflict.reference or conflict.case_manager).casefold() not in known,
        }
        for conflict in ordered
    ]


def _list_decisions(member: TeamMember) -> list[dict[str, Any]]:
    """Return the cases about which the lead inspector must decide, and where.

    An assessor is told of their own: until that is decided, the case is still theirs.
    """
    slug = member.inspection.slug
    conflicts = Conflicts(member.inspection)
    return [
        {
            "assessment": assessment,
            "second": assessment.kind == Assessment.Kind.SECOND,
            "url": reverse("cases:second_markings", args=[slug])
            if assessment.kind == Assessment.Kind.SECOND
            else f"{reverse('cases:allocation', args=[slug])}#case-{assessment.case.reference}",
            "lift_url": reverse(
                "cases:lift_conflict", args=[slug, conflicts.await_decision(assessment)[0]]
            ),
        }
        for assessment in list_open_decisions(conflicts)
        if member.leads or assessment.assessor_id == member.pk
    ]


def _list_kept(conflict: ConflictOfInterest, conflicts: Conflicts) -> list[str]:
    """Return the references of the cases that its member judges in spite of a conflict."""
    return [
        assessment.case.reference
        for assessment in list_open_decisions(conflicts)
        if conflict.pk in conflicts.await_decision(assessment)
    ]


def _describe(declared: Declared, by: TeamMember) -> list[str]:
    """Return what a declaration did; of cases, only those that the member had are named."""
    subject = declared.conflict.reference or declared.conflict.case_manager
    whose = "Your" if declared.conflict.member_id == by.pk else f"{declared.conflict.member.name}’s"
    sentences = [
        f"{whose} conflict of interest with {subject} is recorded."
        if declared.new
        else f"{whose} conflict of interest with {subject} had been recorded before."
    ]
    who = "you" if declared.conflict.member_id == by.pk else declared.conflict.member.name
    if declared.taken:
        sentences.append(f"No longer allocated to {who}: {', '.join(declared.taken)}.")
    if declared.to_decide:
        sentences.append(
            f"Begun already, so the lead inspector decides: {', '.join(declared.to_decide)}."
        )
    if whose == "Your" and not by.leads and not (declared.taken or declared.to_decide):
        # The same of every reference: so it tells nobody which there are.
        sentences.append(
            f"It fits no case of yours. Check that {subject} is typed as it should be: you are not "
            "told whether there is such a case."
        )
    return sentences
