"""The pages that open a score: what it is made of, its cases, and the judgements of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from cases.access import get_assessment
from cases.forms.versions import ANSWER_LABELS
from cases.models import Assessment
from cases.topics import Topic, list_topics, place_of
from cases.views.pages import url_of_part, url_of_topic
from inspections.access import get_lead
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition
from inspections.programme_words import describe_conditions
from scoring.answer_table import AnswerTable, read_answer_table
from scoring.names import ScoreName, UnknownScoreError, read_score_name
from scoring.room_pages import describe_page, url_of_score
from scoring.scored import score_names
from scoring.tracing.cases import JudgementInCase, trace_case
from scoring.tracing.choosing import Choice, UnknownGroupError, describe_choice, mark_chosen
from scoring.tracing.missing import list_missing, list_waiting
from scoring.tracing.presentation import (
    ANSWERS,
    describe_missing,
    label_of,
    list_case_lines,
    list_part_lines,
    list_reasons,
    subtitle_of,
    trail_to,
)
from scoring.tracing.scores import Order, sort_cases, trace_score

ORDERS: dict[Order, str] = {"case": "In case order", "insufficient": "Most insufficient first"}


@login_required
@require_safe
def score(request: HttpRequest, slug: str, kind: str, key: str, row: str = "") -> HttpResponse:
    """Show what a score is made of and what is left out, down to the cases, which add up to it.

    `?by=insufficient` puts the cases with most insufficient answers first. `?fact=KEY&value=V`,
    also more than once, narrows it to the cases of a group. Unknown names are answered 404.
    """
    member = get_lead(signed_in(request), slug)
    inspection = member.inspection
    definition = load_definition(inspection.programme)
    name = _find_name(definition, kind, key, row)
    table = read_answer_table(inspection)
    choices = _read_choices(request.GET, table)
    chosen = mark_chosen(table, choices) if choices else None
    order: Order = "insufficient" if request.GET.get("by") == "insufficient" else "case"
    waiting = list_waiting(inspection)
    trace = trace_score(table, name, unsettled=[each.reference for each in waiting], chosen=chosen)
    (of_all,) = score_names(inspection, table, [name])
    (scored,) = score_names(inspection, table, [name], chosen) if choices else (of_all,)
    missing = list_missing(table, table.columns_of(name), chosen)
    return render(
        request,
        "scoring/score.html",
        {
            **describe_page(
                member,
                label_of(definition, name),
                "scoring:scorecard",
                trail_to(slug, definition, name),
            ),
            "subtitle": subtitle_of(definition, name),
            "url": url_of_score(slug, name),
            "question": _describe_question(definition, name),
            "banded": name.is_banded,
            "trace": trace,
            "choices": choices,
            "of_all": of_all,
            "of_all_cases": len(table.cases),
            "single": len(table.columns_of(name)) == 1,
            "breakdown_url": reverse("scoring:breakdown", args=[slug])
            + f"?{urlencode({'score': str(name)})}"
            if definition.scored
            else "",
            "near_url": "" if choices else _find_near_url(slug, name, definition),
            "interval": scored.interval,
            "reasons": list_reasons(trace.account),
            "missing": describe_missing(slug, missing),
            "waiting": [each for each in waiting if each.reference in trace.waiting],
            "second_markings_url": reverse("cases:second_markings", args=[slug]),
            "parts": list_part_lines(slug, trace, _query_of(choices)),
            "cases": list_case_lines(slug, trace, sort_cases(trace.cases, order)),
            "orders": [
                {
                    "label": label,
                    "url": _query_of(choices, by=each) + "#cases",
                    "current": each == order,
                }
                for each, label in ORDERS.items()
            ],
        },
    )


@login_required
@require_safe
def score_case(
    request: HttpRequest, slug: str, kind: str, key: str, reference: str, row: str = ""
) -> HttpResponse:
    """Show the judgements of a score in one case, each with its evidence and latest changes."""
    member = get_lead(signed_in(request), slug)
    definition = load_definition(member.inspection.programme)
    name = _find_name(definition, kind, key, row)
    assessment = get_assessment(member, reference)
    trace = trace_case(assessment, name)
    topics = {q.code: topic for topic in list_topics(definition) for q in topic.questions}
    crumb = {"label": label_of(definition, name), "url": url_of_score(slug, name)}
    return render(
        request,
        "scoring/score_case.html",
        {
            **describe_page(
                member,
                f"Case {reference}: {label_of(definition, name)}",
                "scoring:scorecard",
                [*trail_to(slug, definition, name), crumb],
            ),
            "trace": trace,
            "assessment": assessment,
            "counting": [
                _describe_judgement(request.path, assessment, each, topics)
                for each in trace.counting
            ],
            "left_out": [
                _describe_judgement(request.path, assessment, each, topics)
                for each in trace.left_out
            ],
            "case_url": reverse("cases:detail", args=[slug, reference]),
            "compare_url": reverse("cases:compare_markings", args=[slug, reference])
            if trace.second_marking and trace.second_marking.agreed_id
            else "",
        },
    )


def _find_name(definition: ProgrammeDefinition, kind: str, key: str, row: str) -> ScoreName:
    try:
        return read_score_name(definition, kind, key, row)
    except UnknownScoreError:
        raise Http404 from None


def _read_choices(sent: QueryDict, table: AnswerTable) -> list[Choice]:
    facts, values = sent.getlist("fact"), sent.getlist("value")
    if len(facts) != len(values):
        raise Http404
    try:
        return [describe_choice(table, *pair) for pair in zip(facts, values, strict=True)]
    except UnknownGroupError:
        raise Http404 from None


def _query_of(choices: list[Choice], *, by: str = "") -> str:
    """Return the query that shows a score for the same cases; empty where it needs none."""
    query = QueryDict(mutable=True)
    for choice in choices:
        query.appendlist("fact", choice.fact)
        query.appendlist("value", choice.value)
    if by:
        query["by"] = by
    return f"?{query.urlencode()}" if query else ""


def _find_near_url(slug: str, name: ScoreName, definition: ProgrammeDefinition) -> str:
    if not (name.is_banded and definition.bands):
        return ""
    return reverse("scoring:near_score", args=[slug, name.kind, name.key])


def _describe_question(definition: ProgrammeDefinition, name: ScoreName) -> dict[str, Any] | None:
    if name.kind != "question":
        return None
    question = definition.questions[name.key]
    return {
        "definition": question,
        "always": not question.applies_when,
        "asked": describe_conditions(question, definition).splitlines(),
        "key_for": [theme for theme in definition.themes if theme.key in question.key_for],
        "unscored": definition.scored and not question.scores,
    }


def _describe_judgement(
    page: str, assessment: Assessment, each: JudgementInCase, topics: Mapping[str, Topic]
) -> dict[str, Any]:
    code = each.question.code
    place = place_of(code, each.row)
    history = url_of_part(assessment, "history")
    return {
        "each": each,
        "place": place,
        "code": code,
        "answer": ANSWERS[each.standing],
        "changes": [
            {
                "at": change.changed_at,
                "by": change.changed_by.name if change.changed_by else "somebody",
                "answer": ANSWER_LABELS.get(change.answer) or "no answer",
                "because": change.because,
            }
            for change in each.changes
        ],
        "form_url": f"{url_of_topic(assessment, topics[code])}#{place}",
        "history_url": f"{history}?question={code}",
        "settle_url": _find_settle_url(assessment, each, back=f"{page}#{place}"),
    }


def _find_settle_url(assessment: Assessment, each: JudgementInCase, *, back: str) -> str:
    """Return where the lead inspector settles a judgement and then comes `back` from; empty where
    that is not done there: what was agreed is settled again where the two markings are compared.
    """
    if assessment.closed or assessment.kind == Assessment.Kind.AGREED:
        return ""
    names = [assessment.inspection.slug, assessment.case.reference, each.question.code]
    url = reverse("cases:settle_judgement", args=names)
    return f"{url}?{urlencode({'row': each.row, 'back': back})}"
