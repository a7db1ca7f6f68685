"""The list of cases, and the task list of one case."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from cases.access import get_assessment, list_assessments
from cases.models import Assessment
from cases.progress import Progress, count_by_topic, count_facts, describe_topic, with_progress
from cases.topics import Topic, list_topics
from cases.views.pages import breadcrumbs_of, url_of_topic
from inspections.access import get_membership
from inspections.catalogue import load_definition


@login_required
@require_safe
def case_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the cases allocated to the person, or all of them to the lead inspector."""
    member = get_membership(signed_in(request), slug)
    assessments = list(with_progress(list_assessments(member)))
    for assessment in assessments:
        assessment.inspection = member.inspection
    total = sum((_progress_of(assessment) for assessment in assessments), Progress())
    return render(
        request,
        "cases/list.html",
        {
            "title": "Cases" if member.leads else "Your cases",
            "caption": str(member.inspection),
            "breadcrumbs": breadcrumbs_of(member.inspection),
            "member": member,
            "cases": [_describe_case(assessment) for assessment in assessments],
            "finished": sum(1 for a in assessments if _status_of(a)[0] == "Completed"),
            "progress": total,
        },
    )


@login_required
@require_safe
def case_detail(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Show the facts and topics of a case as a task list with its progress."""
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    recorded, facts = count_facts(assessment)
    progress = count_by_topic(assessment)
    return render(
        request,
        "cases/detail.html",
        {
            "title": f"Case {assessment.case.reference}",
            "caption": str(member.inspection),
            "breadcrumbs": breadcrumbs_of(member.inspection, assessment),
            "assessment": assessment,
            "facts_task": [_describe_facts(assessment, recorded, facts)],
            "sections": _list_sections(assessment, progress),
            "progress": sum(progress.values(), Progress()),
        },
    )


def _progress_of(assessment: Any) -> Progress:
    return Progress(assessment.asked, assessment.answered, assessment.undecided)


def _status_of(assessment: Any) -> tuple[str, str]:
    progress = _progress_of(assessment)
    if progress.complete and not assessment.facts_missing:
        return "Completed", ""
    facts = load_definition(assessment.inspection.programme).deciding_facts
    if progress.answered or assessment.facts_missing < len(facts):
        return "In progress", "teal"
    return "Not started", "blue"


def _describe_case(assessment: Any) -> dict[str, Any]:
    status, colour = _status_of(assessment)
    return {
        "reference": assessment.case.reference,
        "url": reverse(
            "cases:detail", args=[assessment.inspection.slug, assessment.case.reference]
        ),
        "assessor": assessment.assessor.name if assessment.assessor else "Not allocated",
        "progress": _progress_of(assessment),
        "status": status,
        "colour": colour,
    }


def _describe_facts(assessment: Assessment, recorded: int, facts: int) -> dict[str, str]:
    status, colour = f"{recorded} of {facts} recorded", "teal"
    if recorded == facts:
        status, colour = "Completed", ""
    elif not recorded:
        status, colour = "Not started", "blue"
    return {
        "title": "Facts of the case and your screening judgements",
        "hint": "They decide which questions apply, so record them first.",
        "url": reverse("cases:facts", args=[assessment.inspection.slug, assessment.case.reference]),
        "status": status,
        "colour": colour,
    }


def _list_sections(
    assessment: Assessment, progress: dict[tuple[str, str], Progress]
) -> list[dict[str, Any]]:
    definition = load_definition(assessment.inspection.programme)
    topics = list_topics(definition)
    return [
        {
            "section": section,
            "criteria": [
                {
                    "criterion": criterion,
                    "progress": sum(
                        (progress[t.key] for t in topics if t.criterion == criterion), Progress()
                    ),
                    "tasks": [
                        _describe_task(assessment, topic, progress[topic.key])
                        for topic in topics
                        if topic.criterion == criterion
                    ],
                }
                for criterion in section.criteria
            ],
        }
        for section in definition.sections
    ]


def _describe_task(assessment: Assessment, topic: Topic, progress: Progress) -> dict[str, str]:
    status, colour = describe_topic(progress)
    waits = progress.undecided and not progress.asked
    return {
        "title": topic.title,
        "hint": "Waits for facts, or for answers to other topics." if waits else "",
        "url": url_of_topic(assessment, topic) if progress.asked else "",
        "status": status,
        "colour": colour,
    }
