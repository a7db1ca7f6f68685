"""The fieldwork board, which keeps itself up to date, and the notes to the lead inspector."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from accounts.signing_in import signed_in
from cases.board import Board, read_board
from cases.notes import Marked, list_marked, name_marking
from cases.progress import STATUS_COLOURS
from cases.topics import place_of
from cases.views.pages import breadcrumbs_of, count, url_of_case, url_of_part, url_of_topic
from inspections.access import get_lead
from inspections.models import TeamMember
from inspections.presentation import describe_role


class BoardRequest(HttpRequest):
    """A request that htmx may have made."""

    htmx: HtmxDetails


@require_safe
def show_board(request: BoardRequest, slug: str) -> HttpResponseBase:
    """Show how far the fieldwork is.

    htmx gets the board alone, nothing (204) where it would be what it has `seen` already, and the
    order to load the page anew where the person is no longer signed in.
    """
    if not request.user.is_authenticated:
        if request.htmx:
            return HttpResponseClientRefresh()
        return redirect_to_login(request.get_full_path())
    member = get_lead(signed_in(request), slug)
    board = read_board(member)
    html = render_to_string("cases/board/board.html", _describe(board, member))
    context = {
        "board": html,
        "digest": sha256(html.encode()).hexdigest()[:16],
        "news": _tell_news(board),
        "now": board.now,
    }
    if not request.htmx:
        context |= {
            "title": "Fieldwork board",
            "caption": str(member.inspection),
            "breadcrumbs": breadcrumbs_of(member.inspection),
            "user_role": describe_role(member),
        }
        return render(request, "cases/board/page.html", context)
    if request.GET.get("seen") == context["digest"]:
        return HttpResponse(status=204)
    return render(request, "cases/board/live.html", context)


@login_required
@require_safe
def show_notes(request: HttpRequest, slug: str) -> HttpResponse:
    """List the private notes to the lead inspector, and what assessors flagged to come back to."""
    member = get_lead(signed_in(request), slug)
    marked = list_marked(member)
    board = reverse("cases:board", args=[slug])
    return render(
        request,
        "cases/board/notes.html",
        {
            "title": "Notes and flags",
            "caption": str(member.inspection),
            "breadcrumbs": [
                *breadcrumbs_of(member.inspection),
                {"label": "Fieldwork board", "url": board},
            ],
            "user_role": describe_role(member),
            "notes": [_describe_marked(each) for each in marked if each.judgement.note_to_lead],
            "flags": [_describe_marked(each) for each in marked if each.flagged],
        },
    )


def _describe(board: Board, member: TeamMember) -> dict[str, Any]:
    """Return what the board's template shows. The moment is not in it: it would always differ."""
    slug = member.inspection.slug
    return {
        "board": board,
        "slug": slug,
        "today": board.now.date(),
        "statuses": [
            {"status": status, "label": status.label, "colour": STATUS_COLOURS[status], "cases": n}
            for status, n in board.statuses.items()
        ],
        "changed": [
            {
                "reference": changed.assessment.case.reference,
                "url": url_of_case(changed.assessment),
                "answers": changed.answers,
            }
            for changed in board.changed
        ],
    }


def _tell_news(board: Board) -> str:
    """Return what is read out when it changes: not every answer that is given."""
    return (
        f"{board.completed} of {count(board.cases, 'case')} completed, "
        f"{count(len(board.alerts), 'open alert')}, {count(len(board.late), 'late interview')}, "
        f"{count(len(board.disputes), 'dispute')}, {count(board.notes, 'note')} to you."
    )


def _describe_marked(marked: Marked) -> dict[str, Any]:
    judgement = marked.judgement
    place = place_of(marked.code, judgement.row)
    writer = judgement.changed_by or judgement.assessment.assessor
    return {
        "reference": judgement.assessment.case.reference,
        "marking": name_marking(judgement.assessment),
        "compare_url": url_of_part(judgement.assessment, "compare_markings")
        if marked.compared
        else "",
        "code": marked.code,
        "row_label": marked.row_label,
        "question": marked.question,
        "url": f"{url_of_topic(judgement.assessment, marked.topic)}#{place}",
        "note": judgement.note_to_lead,
        "answer": judgement.get_answer_display() if judgement.answer else "",
        "by": writer.name if writer else "",
        "when": date_format(judgement.changed_at, "j F Y") if judgement.changed_at else "",
    }
