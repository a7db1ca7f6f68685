"""Teams: who plays which part in an inspection, in which order, and by which account.

Nobody whose home is the inspected area can play one, and nobody gives one to themselves: so an
administrator alone never comes to see answers. There is one lead inspector at most: a report names
one. A lead inspector may change the team but for their own part, and cannot give a part in which
something is written to somebody else. Who gets a part, gets another or loses one is told by email.
A part keeps every account that has played it: what is written or declared in it may be of any.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import PROTECT, Exists, ManyToOneRel, OuterRef, ProtectedError, Q
from django.utils.text import slugify

from accounts.models import User
from accounts.people import record
from inspections.access import give_affiliation, give_part
from inspections.models import Affiliation, Area, Inspection, TeamMember
from inspections.presentation import describe_role
from inspections.problems import Problem, RefusedError
from inspections.setting_up.slugs import find_free_slug

KEY_LIMIT = 50
NOT_REPLACED = (
    "Cases are allocated to this part, or something is recorded in it, so another person cannot "
    "take it. Add them as a new member, and allocate cases to them; or ask an administrator."
)


WRITTEN = ("judgements", "facts")
MADE = ("revisions", "declined_changes")
"""Where it stands who wrote in an assessment, or gave something up for what another wrote."""


@dataclass(frozen=True)
class Part:
    """What is said of a member of a team; `user` is None where no account plays the part.

    `seen` is the id of the account that played it when that was said, 0 for none; None where nobody
    looked.
    """

    role: str
    name: str
    home_area: Area | None
    user: User | None
    seen: int | None = None


@transaction.atomic
def add_member(inspection: Inspection, part: Part, *, by: User) -> TeamMember:
    """Return a new member at the end of the team. Raises RefusedError as `check_part` does."""
    hold_team(inspection)
    member = TeamMember(inspection=inspection)
    check_part(member, part, by=by)
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
    member = _read_again(member)
    check_part(member, part, by=by)
    _store(member, part, by)


@transaction.atomic
def remove_member(member: TeamMember, *, by: User) -> None:
    """Take a member out of the team.

    Raises RefusedError where cases are allocated to them, they have written something, or a
    conflict of interest was declared for them.
    """
    hold_team(member.inspection)
    member = _read_again(member)
    user, told = member.user, _describe_part(member)
    try:
        with transaction.atomic():
            member.delete()
    except ProtectedError:
        raise refusal(
            f"{member.name} has cases, or has recorded something in this inspection, or a conflict "
            "of interest, so the part cannot be removed."
        ) from None
    if user is not None:
        if member.leads:
            member.inspection.former_leads.add(user)
        _tell(user, by, f"No longer plays the part of {told}.")


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


def check_part(member: TeamMember, part: Part, *, by: User) -> None:
    """Raise RefusedError where `by` cannot make `part` of `member`; its file is the field.

    For an account that was changed meanwhile; for what `by` would give to themselves; for a second
    lead inspector, or one who is to judge blind; for an account that has judged a case of the part
    in another one; for a part in which something is written, unless `by` is an administrator; for
    one who is borrowed and has no home area; for somebody whose home is inspected; for a part that
    judges no cases and has some.
    """
    area = member.inspection.area
    _check_seen(member, part)
    lead = find_lead(member.inspection)
    if part.user == by and (member.user != by or member.role != part.role):
        whom = "another administrator" if by.is_staff else "an administrator"
        raise refusal(
            f"You cannot give a part to yourself, or change your own role. Ask {whom} to do it.",
            "email" if member.user != by else "role",
        )
    if part.role == TeamMember.Role.LEAD_INSPECTOR and lead is not None and lead != member:
        raise refusal(
            f"{lead.name} is the lead inspector. Give {lead.name} another role first.", "role"
        )
    _check_blindness(member, part)
    replaced = member.user is not None and part.user != member.user
    if replaced and not by.is_staff and has_written(member):
        raise refusal(NOT_REPLACED, "email")
    if member.pk and part.role not in TeamMember.ASSESSING_ROLES and has_cases(member):
        raise refusal(
            f"{member.name} has cases, and this role judges none. Allocate them to others first.",
            "role",
        )
    if part.home_area is None and part.role in TeamMember.BORROWED_ROLES:
        raise refusal("Choose the home area: a local or regional assessor has one.", "home_area")
    if part.home_area == area:
        raise refusal(f"Nobody whose home is {area.name} can be on its inspection.", "home_area")


def changes_access(member: TeamMember, part: Part) -> bool:
    """Whether somebody comes to see more or less by it: an account, or the lead, changes hands."""
    appoints = part.role == TeamMember.Role.LEAD_INSPECTOR and not member.leads
    return part.user != member.user or appoints


def find_lead(inspection: Inspection) -> TeamMember | None:
    """Return the lead inspector of `inspection`, if it has one."""
    return inspection.team.filter(role=TeamMember.Role.LEAD_INSPECTOR).first()


def has_cases(member: TeamMember) -> bool:
    """Whether cases are allocated to `member`."""
    return member.assessments.exists()


def has_written(member: TeamMember) -> bool:
    """Whether `member` has cases, or anything was recorded, declared or decided in that part.

    That is whatever keeps the part from being removed; asked in one query.
    """
    tied = Q()
    for relation in TeamMember._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.on_delete is PROTECT:
            rows = relation.related_model._base_manager
            tied |= Q(Exists(rows.filter(**{relation.field.name: OuterRef("pk")})))
    return TeamMember.objects.filter(tied, pk=member.pk).exists()


def judges_blind(member: TeamMember) -> bool:
    """Whether `member` is to judge a case a second time, and it is not yet compared."""
    if member.pk is None:
        return False
    return member.assessments.filter(kind="second", closed="", case__withdrawn=False).exists()


def hold_team(inspection: Inspection) -> None:
    """Hold the team of `inspection` until the transaction ends: others who change it wait."""
    held = Inspection.objects.select_for_update().get(pk=inspection.pk)
    inspection.area_id = held.area_id


def refusal(message: str, field: str = "") -> RefusedError:
    """Return the error that says `message` at the field of a form."""
    return RefusedError([Problem(field, None, message)])


def _read_again(member: TeamMember) -> TeamMember:
    """Return the member as it is now that the team is held."""
    members = member.inspection.team.select_related("user", "home_area")
    found = members.filter(pk=member.pk).first()
    if found is None:
        raise refusal(f"{member.name} was taken out of the team meanwhile.")
    found.inspection = member.inspection
    return found


def _check_blindness(member: TeamMember, part: Part) -> None:
    """Whoever leads, or led, has seen every answer; so they cannot judge a case blind."""
    leads = part.role == TeamMember.Role.LEAD_INSPECTOR
    led = part.user is not None and part.user != member.user and _has_led(member, part.user)
    if (leads or led) and judges_blind(member):
        raise refusal(
            f"{member.name} has a second marking to do, which is blind, and a lead inspector sees "
            "every answer. Have it called off, and somebody else picked, first."
            if leads
            else "This part has a second marking to do, which is blind, and "
            f"{part.user} has led this inspection. Choose somebody else.",
            "role" if leads else "email",
        )

    if part.user is not None and part.user != member.user and _has_judged(member, part.user):
        raise refusal(
            f"{part.user} has had to do with a case of this part in another part of the team, and "
            "nobody judges a case twice. Choose somebody else.",
            "email",
        )


def _check_seen(member: TeamMember, part: Part) -> None:
    """Nobody takes a part from an account, or gives it back to one, without having seen which."""
    plays = member.user.pk if member.user else 0
    if part.seen is None or part.seen == plays or part.user == member.user:
        return
    now = f"was given to {member.user.email}" if member.user else "was taken from its account"
    raise refusal(
        f"Since you opened this page the part {now}. Yours is kept here: save again to replace it.",
        "email",
    )


def _has_judged(member: TeamMember, user: User) -> bool:
    """Whether `user`, in another part, judged or wrote in a case that `member` has open."""
    parts = member.inspection.team.filter(Q(user=user) | Q(former_users=user))
    keys = list(parts.values_list("pk", flat=True))
    if member.pk is None or not keys:
        return False
    own = member.assessments.filter(closed__in=("", "locked"), case__withdrawn=False)
    others = own.model._default_manager.filter(case__in=own.values("case")).exclude(
        pk__in=own.values("pk")
    )
    ways = ("assessor", *(f"{rows}__{made}__changed_by" for rows in WRITTEN for made in MADE))
    return any(others.filter(**{f"{way}__in": keys}).exists() for way in ways)


def _has_led(member: TeamMember, user: User) -> bool:
    return member.inspection.former_leads.filter(pk=user.pk).exists()


def _store(member: TeamMember, part: Part, by: User) -> None:
    before, role_before = member.user, member.role
    told_before = _describe_part(member) if before is not None else ""
    if before is not None and part.user != before:
        member.former_users.add(before)
    if before is not None and member.leads and (part.user != before or part.role != member.role):
        member.inspection.former_leads.add(before)
    member.role, member.name, member.home_area = part.role, part.name, part.home_area
    if part.user is None:
        member.user = None
    member.save()
    if part.user is not None and part.user != before:
        _tell_at("email", lambda user: give_part(member, user), part.user)
        _tell(part.user, by, f"Plays the part of {_describe_part(member)}.")
    elif part.user is not None and part.role != role_before:
        told = f"{_describe_part(member)}, no longer of {told_before}"
        _tell(part.user, by, f"Plays the part of {told}.")
    if part.user is not None and part.home_area is not None:
        area = part.home_area
        _tell_at("home_area", lambda user: _let_belong(user, area), part.user)
    if before is not None and before != part.user:
        _tell(before, by, f"No longer plays the part of {told_before}.")


def _tell(user: User, by: User, what: str) -> None:
    """Record what became of a person's part, and have them told by email if they can sign in."""
    can_sign_in = user.is_active and user.has_usable_password()
    record(user, by, what, notice_to=user.email if can_sign_in else "")


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
