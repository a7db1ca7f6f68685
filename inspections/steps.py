"""Where a person may go on from the overview of an inspection, in the order of the work.

The pages themselves are other apps', known here by the names of their addresses. Whoever gets a
step here may open its page; the page decides that for itself once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto

from accounts.models import User
from inspections.models import TeamMember


class Who(Flag):
    """For whom a step is."""

    LEAD = auto()
    ASSESSOR = auto()
    ADMINISTRATOR = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """A page of an inspection; its address takes the inspection's slug alone."""

    group: str
    title: str
    page: str
    hint: str
    who: Who


SETTING_UP = "Setting up"
FIELDWORK = "Fieldwork"
RESULTS = "Results"

STEPS: tuple[Step, ...] = (
    Step(
        FIELDWORK,
        "Cases",
        "cases:list",
        "See all cases, who judges them and how far they are.",
        Who.LEAD,
    ),
    Step(
        FIELDWORK,
        "Cases",
        "cases:list",
        "Record and judge the cases that are allocated to you.",
        Who.ASSESSOR,
    ),
    Step(
        RESULTS,
        "Scorecard",
        "scoring:scorecard",
        "See every score, and the counts of answers it is made of.",
        Who.LEAD,
    ),
    Step(
        RESULTS,
        "Report",
        "reports:report",
        "Read the draft as it will be printed, and publish it.",
        Who.LEAD,
    ),
)


def list_steps(user: User, member: TeamMember | None) -> dict[str, list[Step]]:
    """Return the steps of `user`, who plays the part `member` or none, by their group."""
    who = Who(0)
    if member is not None and member.assesses:
        who |= Who.LEAD if member.leads else Who.ASSESSOR
    if user.is_staff:
        who |= Who.ADMINISTRATOR
    groups: dict[str, list[Step]] = {}
    for step in STEPS:
        if step.who & who:
            groups.setdefault(step.group, []).append(step)
    return groups
