"""The timetable of an inspection for who arranges it: its frame, planning, and in print."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signing_in import signed_in
from cases.forms.timetable import FrameForm, PlanForm
from cases.models import Interview
from cases.timetable.listing import Board, explain_waiting
from cases.timetable.slots import is_late, is_unmarked, propose_frame, slot_of
from cases.timetable.storing import (
    ChangedMeanwhileError,
    PlanOutcome,
    Scope,
    plan_interviews,
    save_frame,
)
from cases.views.pages import breadcrumbs_of, count, tell
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_organiser
from inspections.models import Inspection, TeamMember

CHANGED = (
    "Somebody changed the timetable after you opened this page, so nothing was stored. Below is "
    "how it is now."
)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_timetable(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all interviews and what is still to be arranged; plan what is asked for."""
    inspection, member = get_organiser(signed_in(request), slug)
    now = timezone.localtime()
    board = Board(inspection)
    form = PlanForm(board.revision, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                outcome = plan_interviews(
                    inspection,
                    Scope(form.cleaned_data["scope"]),
                    revision=form.cleaned_data["revision"],
                )
            except ChangedMeanwhileError:
                tell(request, [CHANGED], quietly=True)
                board, status = Board(inspection), 409
                form = PlanForm(board.revision)
            else:
                tell(request, _describe_plan(outcome))
                return redirect("cases:timetable", slug)
    return render(
        request,
        "cases/timetable/timetable.html",
        {
            **describe_page(inspection, "Timetable"),
            "leads": member is not None and member.leads,
            "form": form,
            "frame": board.frame,
            "can_plan": bool(board.frame.slots and board.frame.places and board.assessments),
            "has_cases": bool(board.assessments or board.unallocated),
            "unallocated": board.unallocated,
            "waiting": explain_waiting(board, now),
            "capacity": board.capacity,
            "demand": board.demand,
            "days": _group_by_day(board),
            "held": sum(1 for interview in board.shown if interview.held_at),
            "total": len(board.shown),
            "late": (late := sum(is_late(interview, now) for interview in board.shown)),
            "unmarked": sum(is_unmarked(interview, now) for interview in board.shown) - late,
            "assessors": list_assessors(board),
            "has_own": any(interview.assessor == member for interview in board.shown),
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def edit_frame(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the days, times and rooms of the interviews."""
    inspection, _ = get_organiser(signed_in(request), slug)
    board = Board(inspection)
    frame = board.frame if board.timetable else propose_frame(inspection)
    sent = request.POST if request.method == "POST" else take_unsent(request)
    form = FrameForm(frame, board.revision, sent)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                outside = save_frame(
                    inspection,
                    form.read_frame(),
                    revision=form.cleaned_data["revision"],
                    take_off=form.cleaned_data["take_off"],
                )
            except ChangedMeanwhileError:
                form.keep_after_change(Board(inspection).revision)
                status = 409
            else:
                if not outside:
                    tell(request, ["Saved the days, times and rooms."])
                    return redirect("cases:timetable", slug)
                form.ask_to_take_off(outside)
    return render(
        request,
        "cases/timetable/frame.html",
        {
            **describe_page(inspection, "Days, times and rooms", "Timetable"),
            "form": form,
            "is_new": board.timetable is None,
        },
        status=status,
    )


@login_required
@require_safe
def print_timetable(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the timetable as it is printed: by day, or with `?by=assessor` by assessor."""
    inspection, _ = get_organiser(signed_in(request), slug)
    board = Board(inspection)
    by_assessor = request.GET.get("by") == "assessor"
    return render(
        request,
        "cases/timetable/print.html",
        {
            **describe_page(
                inspection,
                "Timetable by assessor" if by_assessor else "Timetable by day",
                "Timetable",
            ),
            "by_assessor": by_assessor,
            "grids": [] if by_assessor else _make_grids(board),
            "lists": _list_by_assessor(board) if by_assessor else [],
            "printed_at": timezone.localtime(),
        },
    )


def describe_page(inspection: Inspection, title: str, parent: str = "") -> dict[str, Any]:
    """Return what every page of the timetable has in its context."""
    crumbs = breadcrumbs_of(inspection)
    if parent:
        crumbs.append({"label": parent, "url": reverse("cases:timetable", args=[inspection.slug])})
    return {
        "title": title,
        "caption": str(inspection),
        "breadcrumbs": crumbs,
        "inspection": inspection,
    }


def list_assessors(board: Board) -> list[TeamMember]:
    """Return who has interviews, in the order of the team."""
    there = {interview.assessor_id: interview.assessor for interview in board.shown}
    return sorted(there.values(), key=lambda member: (member.position, member.key))


def describe_interview(interview: Interview, board: Board | None = None) -> dict[str, Any]:
    """Return an interview with its state in words, and what no longer fits about it."""
    now = timezone.localtime()
    state, colour = "Planned", ""
    if interview.held_at is not None:
        state, colour = "Held", "green"
    elif is_late(interview, now):
        state, colour = "Late", "red"
    elif is_unmarked(interview, now):
        state = "Not yet marked as held"
    return {
        "interview": interview,
        "state": state,
        "colour": colour,
        "faults": board.find_faults(interview) if board else [],
    }


def _describe_plan(outcome: PlanOutcome) -> list[str]:
    sentences = [f"{count(outcome.placed, 'interview')} placed."]
    if outcome.left:
        sentences.append(
            f"{count(len(outcome.left), 'case')} could not be placed: see why under “Still to be "
            "arranged”."
        )
    return sentences


def _group_by_day(board: Board) -> list[dict[str, Any]]:
    days: dict[date, list[Interview]] = defaultdict(list)
    for interview in board.shown:
        days[interview.day].append(interview)
    return [
        {"day": day, "interviews": [describe_interview(i, board) for i in interviews]}
        for day, interviews in sorted(days.items())
    ]


def _make_grids(board: Board) -> list[dict[str, Any]]:
    """Return a table for each day: its times down, rooms across, the same rooms every day."""
    days: dict[date, list[Interview]] = defaultdict(list)
    for interview in board.shown:
        days[interview.day].append(interview)
    places = _order_places(board, board.shown)
    grids = []
    for day, interviews in sorted(days.items()):
        slots = sorted({slot_of(interview) for interview in interviews})
        at = {(slot_of(interview), interview.place): interview for interview in interviews}
        rows = [
            {"slot": slot, "cells": [at.get((slot, place)) for place in places]} for slot in slots
        ]
        grids.append({"day": day, "places": places, "rows": rows})
    return grids


def _order_places(board: Board, interviews: Sequence[Interview]) -> list[str]:
    used = {interview.place for interview in interviews}
    known = [place for place in board.frame.places if place in used]
    return [*known, *sorted(used.difference(known))]


def _list_by_assessor(board: Board) -> list[dict[str, Any]]:
    return [
        {
            "assessor": assessor,
            "interviews": [i for i in board.shown if i.assessor_id == assessor.pk],
        }
        for assessor in list_assessors(board)
    ]
