"""Pages of an assessment that can no longer be written to: they are read, and say why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cases.forms import FactsForm, TopicForm
from cases.forms.items import Item, Judgements, list_items
from cases.forms.versions import ANSWER_LABELS, describe_recorded
from cases.models import Assessment, Judgement, RecordedFact
from cases.recording import AnswerChange, describe_closed
from cases.topics import Topic
from cases.views.pages import breadcrumbs_in_case, url_of_case
from inspections.catalogue import load_definition

NOTHING_TAKEN = "Nothing of what you sent was saved."


def show_closed_topic(
    request: HttpRequest,
    assessment: Assessment,
    topic: Topic,
    judgements: Judgements,
    pager: dict[str, Any],
    sent: TopicForm | None = None,
    why: str = "",
) -> HttpResponse:
    """Show the judgements of a topic, and what was sent for them in vain: nothing typed is lost.

    `why` is the reason, where it is not that the assessment is closed.
    """
    why = why or describe_closed(assessment)
    definition = load_definition(assessment.inspection.programme)
    items = list_items(definition, topic, judgements)
    lost = _list_lost_answers(sent) if sent else []
    return render(
        request,
        "cases/topic_closed.html",
        {
            "title": topic.title,
            "caption": f"Case {assessment.case.reference}: {topic.criterion.number} "
            f"{topic.criterion.title}",
            "breadcrumbs": breadcrumbs_in_case(assessment),
            "why": why,
            "questions": _group_items([item for item in items if _is_told(item.judgement)]),
            "lost": lost,
            "problems": _describe_loss(why, sent),
            "has_errors": sent is not None,
            "pager": pager,
            "case_url": url_of_case(assessment),
        },
        status=409 if sent else 200,
    )


def show_closed_facts(
    request: HttpRequest,
    assessment: Assessment,
    recorded: dict[str, RecordedFact],
    sent: FactsForm | None = None,
    why: str = "",
) -> HttpResponse:
    """Show the facts of a case, and what was sent for them in vain, as for a topic."""
    why = why or describe_closed(assessment)
    definition = load_definition(assessment.inspection.programme)
    changes = sent.list_changes() if sent else []
    labels = definition.facts_by_key
    return render(
        request,
        "cases/facts_closed.html",
        {
            "title": "Facts and screening",
            "caption": f"{assessment.inspection}: case {assessment.case.reference}",
            "breadcrumbs": breadcrumbs_in_case(assessment),
            "why": why,
            "facts": [
                {
                    "key": fact.label,
                    "value": fact.label_of(recorded[fact.key].value) or "Not recorded",
                    "by": describe_recorded(recorded[fact.key]),
                }
                for fact in definition.facts
            ],
            "lost": [
                {"key": labels[c.key].label, "value": labels[c.key].label_of(c.value) or "Cleared"}
                for c in changes
            ],
            "problems": _describe_loss(why, sent),
            "has_errors": sent is not None,
            "case_url": url_of_case(assessment),
        },
        status=409 if sent else 200,
    )


def _describe_loss(why: str, sent: Any) -> list[dict[str, str]]:
    return [{"text": f"{NOTHING_TAKEN} {why}", "href": "#lost"}] if sent else []


def _is_told(judgement: Judgement) -> bool:
    return judgement.state == Judgement.State.APPLIES or bool(judgement.answer)


def _group_items(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Return the questions with their judgements: one, or one for each row of a grid."""
    grouped: dict[str, dict[str, Any]] = {}
    for item in items:
        group = grouped.setdefault(item.question.code, {"question": item.question, "items": []})
        group["items"].append(_describe(item, item.judgement))
    return list(grouped.values())


def _describe(item: Item, values: Judgement | AnswerChange) -> dict[str, Any]:
    """Return an answer as it is read, whether it is recorded or was only sent."""
    return {
        "item": item,
        "answer": ANSWER_LABELS.get(values.answer) or "Not answered",
        "reasons": item.reason_labels(values.reasons),
        "evidence": values.evidence,
        "flagged": values.flagged,
        "note": values.note_to_lead,
        "set_aside": not item.applies,
    }


def _list_lost_answers(sent: TopicForm) -> list[dict[str, Any]]:
    changes = ((item, sent.find_change(item.prefix)) for item in sent.items)
    return [_describe(item, change) for item, change in changes if change is not None]
