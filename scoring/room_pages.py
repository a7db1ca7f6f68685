"""What the pages of the lead inspector's room share: who may open them, and the way between them.

Some pages of the room are other apps', known here by the names of their addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from inspections.models import TeamMember
from inspections.presentation import describe_role
from scoring.names import ScoreName

ROOM: tuple[tuple[str, str], ...] = (
    ("Scorecard", "scoring:scorecard"),
    ("Near the line", "scoring:near"),
    ("Breakdowns", "scoring:breakdown"),
    ("Charts", "scoring:charts"),
    ("Assessors", "scoring:assessors"),
    ("Agreement", "scoring:agreement"),
    ("Comparison", "reports:comparison"),
    ("Sign-off", "scoring:sign_off"),
)
"""The pages of the room in the order of the work: what each is called, and its address's name."""


def describe_page(
    member: TeamMember, title: str, page: str, trail: Sequence[dict[str, str]] = ()
) -> dict[str, Any]:
    """Return what a page of the room shows around its content, for its template.

    `page` is the address's name of the page of the room that it is, or belongs to; `trail` are
    crumbs, each a label and a url, between that page and this one.
    """
    inspection = member.inspection
    return {
        "title": title,
        "caption": str(inspection),
        "breadcrumbs": [
            {"label": "Inspections", "url": reverse("inspections:home")},
            {
                "label": str(inspection),
                "url": reverse("inspections:detail", args=[inspection.slug]),
            },
            *trail,
        ],
        "user_role": describe_role(member),
        "locked_at": inspection.locked_at,
        "sign_off_url": reverse("scoring:sign_off", args=[inspection.slug]),
        "room": [
            {"label": label, "url": reverse(name, args=[inspection.slug]), "current": name == page}
            for label, name in ROOM
        ],
    }


def url_of_score(slug: str, name: ScoreName) -> str:
    """Return the address of the page that opens a score of the inspection `slug`."""
    if name.row:
        return reverse("scoring:row_score", args=[slug, name.key, name.row])
    return reverse("scoring:score", args=[slug, name.kind, name.key])
