"""Teams: who plays which part in an inspection, in which order, and by which account.

Nobody whose home is the inspected area can play one. There is one lead inspector at most: a report
names one. A lead inspector may change the team but for their own part, and cannot give a part in
which something is written to somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from accounts.models import User
from accounts.people import record
from inspections.access import give_affiliation, give_part
from inspections.models import Affiliation, Area, Inspection, TeamMember
from inspections.presentation import describe_role
from inspections.problems import Problem, RefusedError
from inspections.setting_up.slugs import find_free_slug

KEY_LIMIT = 50


@dataclass(frozen=True)
class Part:
    """What is said of a member of a team; `user` is None where no account plays the part."""

    role: str
    name: str
    home_area: Area | None
    user: User | None


@transaction.atomic
def add_member(inspection: Inspection, part: Part, *, by: User) -> TeamMember:
    """Return a new member at the end of the team. Raises RefusedError as `check_part` does."""
    hold_team(inspection)
    member = TeamMember(inspection=inspection)
    check_part(member, part)
    team = list(inspection.team.all())
    taken = {other.key for other in team}
    member.key = find_free_slug(slugify(part.name) or slugify(part.role), taken, KEY_LIMIT)
    member.position = max((other.position for other in team), default=-1) + 1
    _store(member, part, by)
    return member


@transaction.atomic
def change_member(member: TeamMember, part: Part, *, by: User) -> None:
    """Change a member, whose key stays. Raises RefusedError as `check_part` does."""
    hold_team(member.inspection)
    check_part(member, part)
    _store(member, part, by)


@transaction.atomic
def remove_member(member: TeamMember, *, by: User) -> None:
    """Take a member out of the team.

    Raises RefusedError where cases are allocated to them or they have written something.
    """
    hold_team(member.inspection)
    user, told = member.user, _describe_part(member)
    try:
        with transaction.atomic():
            member.delete()
    except ProtectedError:
        raise refusal(
            f"{member.name} has cases, or has recorded something in this inspection, so the part "
            "cannot be removed."
        ) from None
    if user is not None:
        record(user, by, f"No longer plays the part of {told}.")


@transaction.atomic
def move_member(member: TeamMember, *, up: bool) -> None:
    """Move a member one place up or down in the team; at its end they stay."""
    hold_team(member.inspection)
    team = list(member.inspection.team.all())
    here = team.index(member)
    there = here - 1 if up else here + 1
    if 0 <= there < len(team):
        team[here], team[there] = team[there], team[here]
    for position, other in enumerate(team):
        other.position = position
    TeamMember.objects.bulk_update(team, ["position"])


def check_part(member: TeamMember, part: Part) -> None:
    """Raise RefusedError where `member` cannot become `part`; the problem's file is the field.

    For a second lead inspector; for one who is borrowed and has no home area; for somebody whose
    home is inspected; for a part that judges no cases and has some.
    """
    area = member.inspection.area
    lead = find_lead(member.inspection)
    if part.role == TeamMember.Role.LEAD_INSPECTOR and lead is not None and lead != member:
        raise refusal(
            f"{lead.name} is the lead inspector. Give {lead.name} another role first.", "role"
        )
    if member.pk and part.role not in TeamMember.ASSESSING_ROLES and has_cases(member):
        raise refusal(
            f"{member.name} has cases, and this role judges none. Allocate them to others first.",
            "role",
        )
    if part.home_area is None and part.role in TeamMember.BORROWED_ROLES:
        raise refusal("Choose the home area: a local or regional assessor has one.", "home_area")
    if part.home_area == area:
        raise refusal(f"Nobody whose home is {area.name} can be on its inspection.", "home_area")


def find_lead(inspection: Inspection) -> TeamMember | None:
    """Return the lead inspector of `inspection`, if it has one."""
    return inspection.team.filter(role=TeamMember.Role.LEAD_INSPECTOR).first()


def has_cases(member: TeamMember) -> bool:
    """Whether cases are allocated to `member`."""
    return member.assessments.exists()


def hold_team(inspection: Inspection) -> None:
    """Hold the team of `inspection` until the transaction ends: others who change it wait."""
    Inspection.objects.select_for_update().get(pk=inspection.pk)


def refusal(message: str, field: str = "") -> RefusedError:
    """Return the error that says `message` at the field of a form."""
    return RefusedError([Problem(field, None, message)])


def _store(member: TeamMember, part: Part, by: User) -> None:
    before = member.user
    told_before = _describe_part(member) if before is not None else ""
    member.role, member.name, member.home_area = part.role, part.name, part.home_area
    if part.user is None:
        member.user = None
    member.save()
    if part.user is not None and part.user != before:
        _tell_at("email", lambda user: give_part(member, user), part.user)
        record(part.user, by, f"Plays the part of {_describe_part(member)}.")
    if part.user is not None and part.home_area is not None:
        area = part.home_area
        _tell_at("home_area", lambda user: _let_belong(user, area), part.user)
    if before is not None and before != part.user:
        record(before, by, f"No longer plays the part of {told_before}.")


def _tell_at(field: str, change: Callable[[User], None], user: User) -> None:
    """Make a change to what `user` may do, with its refusal told at the field of a form."""
    try:
        change(user)
    except RefusedError as error:
        raise refusal(error.problems[0].message, field) from None


def _let_belong(user: User, area: Area) -> None:
    """Record that the home area of a part is one of the person's, who cannot inspect it then."""
    if not Affiliation.objects.filter(user=user, area=area).exists():
        give_affiliation(user, area)


def _describe_part(member: TeamMember) -> str:
    return f"{describe_role(member).lower()} ({member.name}) in the inspection {member.inspection}"
