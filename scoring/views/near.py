"""The pages on scores near another band: what would move them, and where it is least settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from inspections.access import get_lead
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition
from scoring.agreement.markings import read_markings
from scoring.answer_table import read_answer_table
from scoring.names import ScoreName, UnknownScoreError, read_score_name, title_of
from scoring.near.listing import (
    Doubtful,
    DoubtsOfCase,
    DoubtsOfQuestion,
    Move,
    NearScore,
    find_holders,
    find_near,
    list_near,
)
from scoring.near.unsettled import find_unsettled
from scoring.room_pages import describe_page, url_of_score
from scoring.tracing.presentation import label_of, print_percent, url_of_case_in

PAGE = 50
"""Judgements that are listed at a time."""
MOST_DIGITS = 9
ENOUGH = {
    "disputed": "The disputed ones alone are enough to move it.",
    "flagged": "The disputed and flagged ones together are enough to move it.",
    "bare": "They are enough to move it only with those without evidence.",
    "": "They are not enough to move it.",
}


@login_required
@require_safe
def near(request: HttpRequest, slug: str) -> HttpResponse:
    """Show for each banded score how many changes take it into another band, nearest first."""
    member = get_lead(signed_in(request), slug)
    table = read_answer_table(member.inspection)
    scores = list_near(table, find_unsettled(table, read_markings(member.inspection)))
    return render(
        request,
        "scoring/near.html",
        {
            **describe_page(member, "Near the line", "scoring:near", _trail_to(slug)),
            "definition": table.definition,
            "lines": [_describe_score(slug, table.definition, each) for each in scores],
            "open": int(table.mark_open().sum()),
            "scored": any(each.score.relevant for each in scores),
        },
    )


@login_required
@require_safe
def near_score(request: HttpRequest, slug: str, kind: str, key: str) -> HttpResponse:
    """Show where the least settled judgements are that would move one score, up or down.

    `?to=up` or `?to=down` chooses which; without it the nearer one. A score that has no band is
    answered 404.
    """
    member = get_lead(signed_in(request), slug)
    name = _find_name(load_definition(member.inspection.programme), kind, key)
    table = read_answer_table(member.inspection)
    definition = table.definition
    unsettled = find_unsettled(table, read_markings(member.inspection))
    found = find_near(table, unsettled, name)
    move = found.find_move(request.GET.get("to", ""))
    context: dict[str, Any] = {
        **describe_page(
            member,
            f"Near the line: {label_of(definition, name)}",
            "scoring:near",
            [
                *_trail_to(slug),
                {"label": "Near the line", "url": reverse("scoring:near", args=[slug])},
            ],
        ),
        "line": _describe_score(slug, definition, found),
        "move": _describe_move(slug, name, move),
        "moves": [
            {**described, "current": each is move}
            for each in (found.up, found.down)
            if (described := _describe_move(slug, name, each))
        ],
    }
    if move is not None:
        holders = find_holders(table, unsettled, name, move.direction)
        shown = _read_start(request.GET.get("start", ""), len(holders.judgements))
        context |= {
            "questions": [_describe_question(slug, definition, q) for q in holders.questions],
            "cases": [_describe_case(slug, name, case) for case in holders.cases],
            "judgements": [
                _describe_judgement(slug, definition, each)
                for each in holders.judgements[shown : shown + PAGE]
            ],
            "range": _describe_range(shown, holders.judgements),
            "pager": _make_pager(move, shown, len(holders.judgements)),
        }
    return render(request, "scoring/near_score.html", context)


def _find_name(definition: ProgrammeDefinition, kind: str, key: str) -> ScoreName:
    try:
        name = read_score_name(definition, kind, key, "")
    except UnknownScoreError:
        raise Http404 from None
    if not (name.is_banded and definition.bands):
        raise Http404
    return name


def _trail_to(slug: str) -> list[dict[str, str]]:
    return [{"label": "Scorecard", "url": reverse("scoring:scorecard", args=[slug])}]


def _describe_score(slug: str, definition: ProgrammeDefinition, found: NearScore) -> dict[str, Any]:
    return {
        "label": label_of(definition, found.name),
        "url": url_of_score(slug, found.name),
        "standing": print_percent(found.score),
        "found": found,
        "up": _describe_move(slug, found.name, found.up),
        "down": _describe_move(slug, found.name, found.down),
    }


def _describe_move(slug: str, name: ScoreName, move: Move | None) -> dict[str, Any] | None:
    if move is None:
        return None
    url = reverse("scoring:near_score", args=[slug, name.kind, name.key])
    doubts = move.doubts
    counted = [
        (doubts.disputed, "disputed"),
        (doubts.flagged, "flagged"),
        (doubts.bare, "without evidence"),
    ]
    return {
        "move": move,
        "url": f"{url}?to={move.direction}",
        "turned": ("No", "Yes") if move.direction == "up" else ("Yes", "No"),
        "doubts": ", ".join(f"{count:,} {words}" for count, words in counted if count),
        "enough": _describe_enough(move),
    }


def _describe_enough(move: Move) -> str:
    """Return whether the least settled judgements are enough to move the score."""
    if not move.doubts.any:
        return ""
    only_bare = move.enough == "bare" and not move.doubts.spoken_for
    return "They are enough to move it." if only_bare else ENOUGH[move.enough]


def _describe_question(
    slug: str, definition: ProgrammeDefinition, each: DoubtsOfQuestion
) -> dict[str, Any]:
    return {
        "code": each.name.key,
        "title": title_of(definition, each.name),
        "url": url_of_score(slug, each.name),
        "doubts": each.doubts,
    }


def _describe_case(slug: str, name: ScoreName, each: DoubtsOfCase) -> dict[str, Any]:
    return {
        "title": each.case.reference,
        "assessor": each.case.judged_by,
        "url": url_of_case_in(slug, name, each.case.reference),
        "doubts": each.doubts,
    }


def _describe_judgement(
    slug: str, definition: ProgrammeDefinition, each: Doubtful
) -> dict[str, Any]:
    code, row = each.place
    name = ScoreName("question", code, row)
    why = [
        (each.disputed, "disputed in second marking"),
        (each.flagged, "flagged"),
        (each.bare, "no evidence written"),
    ]
    return {
        "reference": each.case.reference,
        "url": url_of_case_in(slug, name, each.case.reference),
        "code": code,
        "title": definition.questions[code].text,
        "row": title_of(definition, name) if row else "",
        "why": "; ".join(words for holds, words in why if holds).capitalize(),
    }


def _read_start(text: str, total: int) -> int:
    """Return where the page begins; a number that no page begins with is brought to one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    start = min(int(text), max(total - 1, 0)) if is_number else 0
    return start - start % PAGE


def _describe_range(start: int, judgements: Sequence[Doubtful]) -> str:
    if len(judgements) <= PAGE:
        return ""
    last = min(start + PAGE, len(judgements))
    return f"Judgements {start + 1:,} to {last:,} of {len(judgements):,}."


def _make_pager(move: Move, start: int, total: int) -> dict[str, dict[str, str] | None]:
    def link(label: str, to: int) -> dict[str, str] | None:
        if not 0 <= to < total:
            return None
        return {"label": label, "url": f"?to={move.direction}&start={to}#judgements"}

    return {"previous": link("Previous", start - PAGE), "next": link("Next", start + PAGE)}
