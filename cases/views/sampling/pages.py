"""What the pages of the sample share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.signing_in import signed_in
from cases.models import Caseload, SampleDraw
from cases.sampling.storing import find_caseload, find_draw
from cases.views.pages import breadcrumbs_of
from inspections.access import get_organiser
from inspections.models import Inspection, TeamMember
from inspections.presentation import describe_role
from inspections.problems import Problem

SHOWN_PROBLEMS = 100


def get_inspection(request: HttpRequest, slug: str) -> tuple[Inspection, dict[str, Any]]:
    """Return the inspection that the person may set up, and what every page of its sample shows."""
    inspection, member = get_organiser(signed_in(request), slug)
    return inspection, _describe_page(inspection, member)


def get_draw(inspection: Inspection) -> tuple[Caseload | None, SampleDraw | None]:
    """Return the caseload of an inspection and its draw, where there are any, in one query."""
    caseload = find_caseload(inspection)
    draw = find_draw(caseload)
    if caseload is not None:
        caseload.inspection = inspection
    return caseload, draw


def crumbs_of_sample(inspection: Inspection) -> list[dict[str, str]]:
    """Return the way down to the page of the sample."""
    return [
        *breadcrumbs_of(inspection),
        {"label": "Sample", "url": reverse("cases:sample", args=[inspection.slug])},
    ]


def describe_problems(problems: Sequence[Problem]) -> dict[str, Any]:
    """Return the first faults of a file, and how many more there are."""
    return {
        "problems": problems[:SHOWN_PROBLEMS],
        "problem_count": len(problems),
        "more_problems": max(0, len(problems) - SHOWN_PROBLEMS),
    }


def _describe_page(inspection: Inspection, member: TeamMember | None) -> dict[str, Any]:
    described: dict[str, Any] = {
        "inspection": inspection,
        "caption": str(inspection),
        "sample_url": reverse("cases:sample", args=[inspection.slug]),
        "leads": member is not None and member.leads,
    }
    if member is not None:
        described["user_role"] = describe_role(member)
    return described
