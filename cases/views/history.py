"""The page that tells who recorded and answered what in a case, and when."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from cases.access import get_assessment
from cases.forms.versions import ANSWER_LABELS
from cases.history import PAGE, Entry, History, read_history
from cases.models import Assessment
from cases.topics import find_topic_of, place_of
from cases.views.pages import breadcrumbs_in_case, url_of_part, url_of_topic
from inspections.access import get_membership
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition

MOST_DIGITS = 9
"""Digits that the number of a change has at most; a longer one was not made by these pages."""


@login_required
@require_safe
def show_history(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Show the changes of a case, newest first; of one question or fact where one is named."""
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    definition = load_definition(member.inspection.programme)
    question = _known(request.GET.get("question", ""), definition.questions)
    fact = _known(request.GET.get("fact", ""), definition.facts_by_key)
    start = _read_start(request.GET.get("start", ""))
    history = read_history(assessment, question=question, fact=fact, start=start)
    return render(
        request,
        "cases/history.html",
        {
            "title": "History",
            "caption": f"{member.inspection}: case {assessment.case.reference}",
            "breadcrumbs": breadcrumbs_in_case(assessment),
            "about": _name_filter(definition, question, fact),
            "all_url": url_of_part(assessment, "history"),
            "entries": [_describe(assessment, definition, entry) for entry in history.entries],
            "range": _describe_range(history),
            "pager": _make_pager(request.GET, history),
        },
    )


def _known(name: str, names: Any) -> str:
    return name if name in names else ""


def _read_start(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def _name_filter(definition: ProgrammeDefinition, question: str, fact: str) -> str:
    if question:
        return f"{question} {definition.questions[question].text}"
    return definition.facts_by_key[fact].label if fact else ""


def _describe_range(history: History) -> str:
    if history.total <= PAGE:
        return ""
    last = history.start + len(history.entries)
    return f"Changes {history.start + 1:,} to {last:,} of {history.total:,}, newest first."


def _make_pager(sent: QueryDict, history: History) -> dict[str, dict[str, str] | None]:
    def link(label: str, start: int | None) -> dict[str, str] | None:
        if start is None:
            return None
        query = QueryDict(mutable=True)
        for name in ("question", "fact"):
            if name in sent:
                query[name] = sent.get(name, "")
        query["start"] = str(start)
        return {"label": label, "url": f"?{query.urlencode()}"}

    return {"previous": link("Newer", history.later), "next": link("Older", history.earlier)}


def _describe(
    assessment: Assessment, definition: ProgrammeDefinition, entry: Entry
) -> dict[str, Any]:
    if entry.handover:
        before, after = (name or "nobody" for name in (entry.handover.before, entry.handover.after))
        return {"entry": entry, "title": f"The case went from {before} to {after}"}
    if entry.reopening:
        return {"entry": entry, "title": "The case was opened again"}
    if entry.fact:
        fact = definition.facts_by_key[entry.fact]
        value = entry.values.get("value", "")
        return {
            "entry": entry,
            "title": fact.label,
            "url": f"{url_of_part(assessment, 'facts')}#{entry.fact}",
            "answer": fact.label_of(value) if value else "Cleared",
        }
    question = definition.questions[entry.code]
    row = definition.row_labels(question).get(entry.row, "")
    topic = find_topic_of(definition, entry.code)
    reasons = entry.values["reasons"]
    answer = entry.values["answer"]
    return {
        "entry": entry,
        "code": entry.code,
        "row": row,
        "title": question.text,
        "url": f"{url_of_topic(assessment, topic)}#{place_of(entry.code, entry.row)}",
        "answer": ANSWER_LABELS.get(answer, answer) or "No answer",
        "reasons": [reason.label for reason in question.reasons if reason.key in reasons],
    }
