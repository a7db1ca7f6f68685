"""What the pages of a case share: where they stand, and telling what a save has done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join

from cases.access import key_of
from cases.allocation.obstacles import Conflicts
from cases.models import Assessment
from cases.recording import Outcome, describe_closed
from cases.topics import Topic
from inspections.models import Inspection, TeamMember

KEY = "assessment-key"
"""The field in which a form says for which assessment of its case it was made."""


def breadcrumbs_of(
    inspection: Inspection, assessment: Assessment | None = None
) -> list[dict[str, str]]:
    """Return the way down to the list of cases, and to one case where one is given."""
    crumbs = [
        {"label": "Inspections", "url": reverse("inspections:home")},
        {"label": str(inspection), "url": reverse("inspections:detail", args=[inspection.slug])},
    ]
    if assessment is not None:
        crumbs.append({"label": "Cases", "url": reverse("cases:list", args=[inspection.slug])})
    return crumbs


def url_of_case(assessment: Assessment) -> str:
    """Return the address of the page of a case."""
    return reverse("cases:detail", args=[assessment.inspection.slug, assessment.case.reference])


def url_of_part(assessment: Assessment, page: str) -> str:
    """Return the address of another page of a case, such as `facts` or `review`."""
    names = [assessment.inspection.slug, assessment.case.reference]
    return reverse(f"cases:{page}", args=names)


def breadcrumbs_in_case(assessment: Assessment) -> list[dict[str, str]]:
    """Return the way down to a page of a case, the case's own page included."""
    case = {"label": str(assessment.case), "url": url_of_case(assessment)}
    return [*breadcrumbs_of(assessment.inspection, assessment), case]


def url_of_topic(assessment: Assessment, topic: Topic) -> str:
    """Return the address of a topic of a case."""
    return reverse(
        "cases:topic",
        args=[
            assessment.inspection.slug,
            assessment.case.reference,
            topic.criterion.number,
            topic.slug,
        ],
    )


def addresses_of(assessment: Assessment) -> dict[str, str]:
    """Return what a form of a case tells its scripts: where changes go and answers are, and of
    which assessment they are."""
    names = [assessment.inspection.slug, assessment.case.reference]
    return {
        "sync": reverse("cases:sync", args=names),
        "data": reverse("cases:data", args=names),
        "reference": assessment.case.reference,
        "assessment": key_of(assessment),
    }


def describe_undecided(assessment: Assessment, member: TeamMember) -> dict[str, Any] | None:
    """Return what a page tells `member` of a conflict of interest that waits for a decision.

    None where whoever judges the case has none, in one query. `own`: that is `member`.
    """
    if not Conflicts(assessment.inspection).await_decision(assessment):
        return None
    return {
        "own": assessment.assessor_id == member.pk,
        "decides": member.leads,
        "name": str(assessment.assessor),
        "url": reverse("cases:conflicts_of_interest", args=[assessment.inspection.slug]),
    }


def describe_completed(assessment: Assessment) -> str:
    """Return what became of a case: where it is judged twice, it may be closed to be compared."""
    return f"Case {assessment.case} is completed. " + (
        describe_closed(assessment) or "You can still change it."
    )


def describe_outcome(outcome: Outcome) -> list[str]:
    """Return in sentences what a save stored, and what it opened, set aside or brought back."""
    sentences = []
    if outcome.saved:
        sentences.append(f"Saved {count(len(outcome.saved), 'change')}.")
    if outcome.opened:
        sentences.append(
            _agree(
                len(outcome.opened), "further question now applies", "further questions now apply"
            )
        )
    if outcome.set_aside:
        sentences.append(
            _agree(
                len(outcome.set_aside),
                "answered question no longer applies. Its answer is kept, and comes back if the "
                "question applies again",
                "answered questions no longer apply. Their answers are kept, and come back if the "
                "questions apply again",
            )
        )
    if outcome.restored:
        sentences.append(
            _agree(
                len(outcome.restored),
                "question applies again, with the answer that it had",
                "questions apply again, with the answers that they had",
            )
        )
    return sentences


def tell(request: HttpRequest, sentences: Sequence[str], *, quietly: bool = False) -> None:
    """Show `sentences` in one banner of the next page; safe text keeps its markup.

    A banner of success takes the focus to itself. `quietly` leaves it where the page has a better
    place for it: an error summary, or the question that a button was pressed for.
    """
    if sentences:
        level = messages.INFO if quietly else messages.SUCCESS
        messages.add_message(request, level, format_html_join(" ", "{}", ((s,) for s in sentences)))


def count(number: int, noun: str) -> str:
    """Return `number` with `noun`, in the plural where it is not one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _agree(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}."
