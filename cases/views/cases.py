"""The list of cases, and the task list of one case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from cases.access import get_assessment, list_assessments
from cases.alerts import list_alerts
from cases.allocation.obstacles import Conflicts
from cases.models import Assessment
from cases.moderation import describe_not_reopenable, find_reopening, with_reopened
from cases.progress import (
    STATUS_COLOURS,
    Progress,
    Status,
    Survey,
    count_facts,
    describe_topic,
    progress_of,
    status_of,
    survey_assessment,
    with_progress,
)
from cases.recording import describe_closed
from cases.timetable.listing import find_coming_interviews
from cases.topics import Topic, find_topic_of, list_topics, place_of
from cases.views.pages import (
    addresses_of,
    breadcrumbs_of,
    describe_completed,
    describe_undecided,
    url_of_case,
    url_of_part,
    url_of_topic,
)
from inspections.access import get_membership
from inspections.catalogue import load_definition

NOBODY = "nobody"
"""Stands for the assessor of cases that nobody has yet."""

TOGETHER = "together"
"""Stands for the two who settled a case after second marking."""


@login_required
@require_safe
def case_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the cases allocated to the person, or all of them to the lead inspector.

    `status` and `assessor` in the address show some of them; a value that is none shows all.
    """
    member = get_membership(signed_in(request), slug)
    assessments: list[Any] = list(with_reopened(with_progress(list_assessments(member))))
    for assessment in assessments:
        assessment.inspection = member.inspection
    today = localdate()
    coming = find_coming_interviews(member.inspection, today)
    conflicts = Conflicts(member.inspection)
    described = [
        _describe_case(assessment)
        | {
            "coming": coming.get(assessment.case_id),
            "has_conflict": bool(conflicts.await_decision(assessment)),
            "reopened": assessment.reopened,
        }
        for assessment in assessments
    ]
    filters = [
        choice.choose(request.GET) for choice in _make_filters(described, by_assessor=member.leads)
    ]
    shown = [case for case in described if all(choice.lets_through(case) for choice in filters)]
    return render(
        request,
        "cases/list.html",
        {
            "title": "Cases" if member.leads else "Your cases",
            "caption": str(member.inspection),
            "breadcrumbs": breadcrumbs_of(member.inspection),
            "inspection": member.inspection,
            "member": member,
            "cases": shown,
            "today": today,
            "all": len(described),
            "filters": filters,
            "is_filtered": any(choice.value for choice in filters),
            "completed": sum(1 for case in described if case["status"] == Status.COMPLETED),
            "progress": sum((case["progress"] for case in described), Progress()),
        },
    )


@login_required
@require_safe
def case_detail(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Show the facts and topics of a case as a task list with its progress."""
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    recorded, facts = count_facts(assessment)
    survey = survey_assessment(assessment)
    status = status_of(assessment, survey.progress)
    return render(
        request,
        "cases/detail.html",
        {
            "title": f"Case {assessment.case.reference}",
            "caption": str(member.inspection),
            "breadcrumbs": breadcrumbs_of(member.inspection, assessment),
            "inspection": member.inspection,
            "assessment": assessment,
            "status": status,
            "is_ready": status == Status.READY,
            "colour": STATUS_COLOURS[status],
            "closed": describe_closed(assessment),
            "undecided": describe_undecided(assessment, member),
            "reopening": find_reopening(assessment),
            "may_reopen": member.leads and not describe_not_reopenable(assessment),
            "told": describe_completed(assessment)
            if assessment.completed_at and "completed" in request.GET
            else "",
            "alerts": list_alerts(member).filter(case=assessment.case, closed_at__isnull=True),
            "facts_task": _describe_facts(assessment, recorded, facts),
            "facts": {"recorded": recorded, "all": facts},
            "sections": _list_sections(assessment, survey),
            "progress": survey.progress,
            "flagged": _link_flagged(assessment, survey),
            "set_aside": len(survey.set_aside),
            "urls": {
                page: url_of_part(assessment, page)
                for page in ("next", "review", "history", "reopen")
            },
            "offline": addresses_of(assessment),
        },
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """A way to see some of the cases: options are values with their words, `value` is chosen."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str = ""

    def choose(self, sent: Mapping[str, str]) -> Filter:
        """Return the filter with what was asked for, if that is one of its options."""
        wanted = sent.get(self.name, "")
        known = wanted in [value for value, _ in self.options]
        return replace(self, value=wanted if known else "")

    def lets_through(self, case: Mapping[str, Any]) -> bool:
        """Whether `case` is among what is asked for."""
        return self.value in ("", case[self.name])


def _make_filters(cases: Sequence[Mapping[str, Any]], *, by_assessor: bool) -> list[Filter]:
    filters = [Filter("status", "Status", tuple(Status.choices))]
    if by_assessor:
        names = {case["assessor"]: case["assessor_name"] for case in cases}
        options = sorted(names.items(), key=lambda option: option[1])
        filters.append(Filter("assessor", "Assessor", tuple(options)))
    return filters


def _describe_case(assessment: Any) -> dict[str, Any]:
    progress = progress_of(assessment)
    status = status_of(assessment, progress)
    key, name = _name_assessor(assessment)
    return {
        "reference": assessment.case.reference,
        "url": url_of_case(assessment),
        "assessor": key,
        "assessor_name": name,
        "kind": assessment.get_kind_display() if assessment.kind != assessment.Kind.FIRST else "",
        "closed": bool(describe_closed(assessment)),
        "progress": progress,
        "flagged": assessment.flagged,
        "facts_missing": assessment.facts_missing,
        "status": status.value,
        "status_label": status.label,
        "colour": STATUS_COLOURS[status],
        "completed_at": assessment.completed_at,
    }


def _name_assessor(assessment: Assessment) -> tuple[str, str]:
    """Return key and name of whose case it is; a settled second marking is two people's."""
    if assessment.kind == Assessment.Kind.AGREED:
        return TOGETHER, "Two assessors"
    if assessment.assessor is None:
        return NOBODY, "Not allocated"
    return assessment.assessor.key, assessment.assessor.name


def _describe_facts(assessment: Assessment, recorded: int, facts: int) -> dict[str, str]:
    status, colour = f"{recorded} of {facts} recorded", "teal"
    if recorded == facts:
        status, colour = "Completed", ""
    elif not recorded:
        status, colour = "Not started", "blue"
    return {
        "title": "Facts of the case and your screening judgements",
        "hint": "They decide which questions apply, so record them first.",
        "url": url_of_part(assessment, "facts"),
        "status": status,
        "colour": colour,
    }


def _list_sections(assessment: Assessment, survey: Survey) -> list[dict[str, Any]]:
    definition = load_definition(assessment.inspection.programme)
    topics = list_topics(definition)
    return [
        {
            "section": section,
            "criteria": [
                {
                    "criterion": criterion,
                    "progress": sum(
                        (survey.by_topic[t.key] for t in topics if t.criterion == criterion),
                        Progress(),
                    ),
                    "tasks": [
                        _describe_task(assessment, topic, survey.by_topic[topic.key])
                        for topic in topics
                        if topic.criterion == criterion
                    ],
                }
                for criterion in section.criteria
            ],
        }
        for section in definition.sections
    ]


def _describe_task(assessment: Assessment, topic: Topic, progress: Progress) -> dict[str, Any]:
    """Return a topic as a task. Each is a link: on a device that is offline it may yet be asked."""
    status, colour = describe_topic(progress)
    return {
        "id": topic.place,
        "title": topic.title,
        "url": url_of_topic(assessment, topic),
        "asked": progress.asked,
        "status": status,
        "colour": colour,
    }


def _link_flagged(assessment: Assessment, survey: Survey) -> list[dict[str, str]]:
    definition = load_definition(assessment.inspection.programme)
    links = []
    for place in survey.flagged:
        question = definition.questions[place.code]
        row = definition.row_labels(question).get(place.row, "")
        url = url_of_topic(assessment, find_topic_of(definition, place.code))
        links.append(
            {
                "code": f"{place.code} {row}".strip(),
                "text": question.text,
                "url": f"{url}#{place_of(place.code, place.row)}",
            }
        )
    return links
