"""One interview, arranged by hand; and an assessor's own interviews, also for their calendar."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signing_in import signed_in
from cases.forms.timetable import ArrangeForm, PlaceForm, SwapForm, make_arrange_forms
from cases.models import Assessment, Interview
from cases.timetable.ics import write_calendar
from cases.timetable.listing import Board, list_interviews
from cases.timetable.storing import (
    ChangedMeanwhileError,
    NotPlacedError,
    mark_held,
    place_interview,
    remove_interview,
    swap_interviews,
)
from cases.views.pages import breadcrumbs_of, tell
from cases.views.timetable import describe_interview, describe_page
from inspections.access import get_membership, get_organiser
from inspections.models import Inspection, TeamMember
from inspections.presentation import describe_role


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def arrange_interview(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Place, move, exchange or take off the interview about one case.

    What cannot be done is kept on the page, with what is in the way.
    """
    inspection, member = get_organiser(signed_in(request), slug)
    board = Board(inspection)
    forms = make_arrange_forms(board, reference, request.POST)
    status = 200
    if request.method == "POST":
        pressed, status = request.POST.get("do", ""), 422
        if pressed not in forms:
            raise Http404
        if forms[pressed].is_valid():
            try:
                told = _arrange(inspection, reference, forms[pressed])
            except Interview.DoesNotExist:
                raise Http404 from None
            except ChangedMeanwhileError:
                board, status = Board(inspection), 409
                forms = make_arrange_forms(board, reference, request.POST)
                if pressed in forms:
                    forms[pressed].keep_after_change(board.interviews.get(reference))
            except NotPlacedError as error:
                forms[pressed].show_clashes(error.clashes)
            else:
                tell(request, [told])
                return redirect("cases:timetable", slug)
    interview = board.interviews.get(reference)
    assessment = board.assessments.get(reference)
    if (interview is None and assessment is None) or (interview and interview.case.withdrawn):
        raise Http404
    return render(
        request,
        "cases/timetable/interview.html",
        {
            **describe_page(inspection, f"Interview about {reference}", "Timetable"),
            "leads": member is not None and member.leads,
            "reference": reference,
            "about": interview or assessment,
            "shown": describe_interview(interview, board) if interview else None,
            "place_form": forms.get(PlaceForm.name),
            "swap_form": forms.get(SwapForm.name),
            "remove_form": forms.get("remove"),
            "has_errors": any(form.errors for form in forms.values()),
            "frame": board.frame,
        },
        status=status,
    )


@login_required
@require_POST
def record_held(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Record that an interview was held, or with `held=no` that it was not after all."""
    member = get_membership(signed_in(request), slug)
    interview = _list_own(member, leads=member.leads).filter(case__reference=reference).first()
    if interview is None:
        raise Http404
    held = request.POST.get("held") != "no"
    mark_held(interview, held=held)
    tell(request, [f"The interview about {reference} {'was' if held else 'was not'} held."])
    if member.leads and interview.assessor_id != member.pk:
        return redirect("cases:timetable", slug)
    return redirect("cases:own_timetable", slug)


@login_required
@require_safe
def own_timetable(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an assessor their own interviews: today's first, then those to come, then the past."""
    member = get_membership(signed_in(request), slug)
    now = timezone.localtime()
    groups: dict[str, list[dict[str, Any]]] = {"Today": [], "To come": [], "Past": []}
    has_it_still = Assessment.objects.filter(case=OuterRef("case"), assessor=member)
    for interview in _list_own(member).annotate(has_case=Exists(has_it_still)):
        day = interview.day
        name = "Today" if day == now.date() else "To come" if day > now.date() else "Past"
        groups[name].append(describe_interview(interview))
    return render(
        request,
        "cases/timetable/own.html",
        {
            "title": "My timetable",
            "caption": str(member.inspection),
            "breadcrumbs": breadcrumbs_of(member.inspection),
            "user_role": describe_role(member),
            "inspection": member.inspection,
            "member": member,
            "groups": [
                {"title": title, "id": title.lower().replace(" ", "-"), "interviews": interviews}
                for title, interviews in groups.items()
                if interviews
            ],
        },
    )


@login_required
@require_safe
def calendar(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Return a member's interviews as a calendar file, to themselves and the lead inspector.

    Once the last is taken off the file is empty, so that a calendar that follows it drops it too.
    """
    member = get_membership(signed_in(request), slug)
    inspection = member.inspection
    assessor = inspection.team.filter(key=key).first()
    if assessor is None or not (member.leads or assessor.pk == member.pk):
        raise Http404
    interviews = list(list_interviews(inspection).filter(assessor=assessor))
    if not (interviews or assessor.assesses):
        raise Http404
    response = HttpResponse(
        write_calendar(inspection, assessor, interviews, timezone.now()),
        content_type="text/calendar; charset=utf-8",
    )
    name = f"interviews-{inspection.slug}-{assessor.key}.ics"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _arrange(inspection: Inspection, reference: str, form: ArrangeForm) -> str:
    """Do what a valid form asks for, and return in a sentence what that was."""
    sequence = form.cleaned_data["sequence"]
    if isinstance(form, PlaceForm):
        place = form.cleaned_data["room"]
        place_interview(inspection, reference, form.read_slot(), place, sequence=sequence)
        return f"The interview about {reference} is placed."
    if isinstance(form, SwapForm):
        other = form.cleaned_data["other"]
        swap_interviews(inspection, reference, other, sequence=sequence)
        return f"The interviews about {reference} and {other} changed places."
    remove_interview(inspection, reference, sequence=sequence)
    return f"The interview about {reference} is taken off the timetable."


def _list_own(member: TeamMember, *, leads: bool = False) -> QuerySet[Interview]:
    interviews = list_interviews(member.inspection)
    return interviews if leads else interviews.filter(assessor=member)
