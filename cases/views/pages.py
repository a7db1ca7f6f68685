"""What the pages of a case share: where they stand, and telling what a save has done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from cases.models import Assessment
from cases.recording import Outcome
from cases.topics import Topic
from inspections.models import Inspection


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


def tell_outcome(request: HttpRequest, outcome: Outcome) -> None:
    """Say what a save stored, and which questions it opened, set aside or brought back."""
    if outcome.saved:
        messages.success(request, f"Saved {count(len(outcome.saved), 'change')}.")
    if outcome.opened:
        messages.info(request, f"{count(len(outcome.opened), 'further question')} to answer now.")
    if outcome.set_aside:
        messages.info(
            request,
            f"{count(len(outcome.set_aside), 'answer')} set aside, because the questions no longer "
            "apply. They come back if the questions apply again.",
        )
    if outcome.restored:
        messages.info(request, f"{count(len(outcome.restored), 'answer')} brought back.")


def count(number: int, noun: str) -> str:
    """Return `number` with `noun`, in the plural where it is not one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
