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
        SETTING_UP,
        "Details",
        "inspections:edit",
        "Say what is inspected, by which programme, and when.",
        Who.ADMINISTRATOR,
    ),
    Step(
        SETTING_UP,
        "Team",
        "inspections:team",
        "Say who plays which part, and by which account.",
        Who.LEAD | Who.ADMINISTRATOR,
    ),
    Step(
        SETTING_UP,
        "Sample",
        "cases:sample",
        "Upload the caseload, draw a sample of it, open its cases and replace unsuitable ones.",
        Who.LEAD | Who.ADMINISTRATOR,
    ),
    Step(
        SETTING_UP,
        "Allocation",
        "cases:allocation",
        "Give cases to assessors by hand, or have them shared out evenly.",
        Who.LEAD | Who.ADMINISTRATOR,
    ),
    Step(
        SETTING_UP,
        "Timetable",
        "cases:timetable",
        "Plan and print the interviews with case managers.",
        Who.LEAD | Who.ADMINISTRATOR,
    ),
    Step(
        SETTING_UP,
        "Conflicts of interest",
        "cases:conflicts_of_interest",
        "See and enter what keeps people from a case.",
        Who.LEAD,
    ),
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
        FIELDWORK,
        "My timetable",
        "cases:own_timetable",
        "See when and where your interviews are.",
        Who.ASSESSOR,
    ),
    Step(
        FIELDWORK,
        "Conflicts of interest",
        "cases:conflicts_of_interest",
        "Declare cases and case managers that you should not judge.",
        Who.ASSESSOR,
    ),
    Step(
        FIELDWORK,
        "Fieldwork board",
        "cases:board",
        "See at a glance how far the fieldwork is, and what needs your attention.",
        Who.LEAD,
    ),
    Step(
        FIELDWORK,
        "Case alerts",
        "cases:alerts",
        "Record what was done about cases of immediate concern, and that the service was told.",
        Who.LEAD,
    ),
    Step(
        FIELDWORK,
        "Case alerts",
        "cases:alerts",
        "Follow what is done about the alerts that you raised.",
        Who.ASSESSOR,
    ),
    Step(
        FIELDWORK,
        "Good practice",
        "cases:practice",
        "Choose for the report from what assessors met.",
        Who.LEAD,
    ),
    Step(
        FIELDWORK,
        "Good practice",
        "cases:practice",
        "Note what was done well, for the lead inspector to choose from.",
        Who.ASSESSOR,
    ),
    Step(
        FIELDWORK,
        "Second marking",
        "cases:second_markings",
        "Pick cases to be judged a second time, blind, and settle where the two differ.",
        Who.LEAD,
    ),
    Step(
        FIELDWORK,
        "Second marking",
        "cases:second_markings",
        "Cases that two of you judge, each alone, and then compare.",
        Who.ASSESSOR,
    ),
    Step(
        RESULTS,
        "Questionnaires",
        "reports:questionnaires",
        "Enter what children and victims answered, for the figures of the report.",
        Who.LEAD,
    ),
    Step(
        RESULTS,
        "Scorecard",
        "scoring:scorecard",
        "See every score, open it, doubt it, and sign it off.",
        Who.LEAD,
    ),
    Step(
        RESULTS,
        "Agreement",
        "scoring:agreement",
        "See how far first and second markings agree, question by question.",
        Who.LEAD,
    ),
    Step(
        RESULTS,
        "Comparison",
        "reports:comparison",
        "Set the scores beside those of other areas, and of the last inspection of this one.",
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
