"""The people of the demonstration: their accounts, and the parts that they play."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from inspections.access import give_affiliation, give_part
from inspections.models import Area, Inspection, TeamMember
from inspections.problems import RefusedError

DOMAIN = "demo.example"

Role = TeamMember.Role


@dataclass(frozen=True, slots=True)
class Part:
    """A demonstration user: what they are called, and which parts they play.

    `manages` is the inspection whose area's service they manage, `home` the name of the area that
    they come from: they can be in no team that inspects it.
    """

    key: str
    name: str
    roles: tuple[str, ...] = ()
    manages: str = ""
    home: str = ""
    is_administrator: bool = False

    @property
    def email(self) -> str:
        """Their address."""
        return f"{self.key}@{DOMAIN}"


PARTS = (
    Part("administrator", "Administrator", is_administrator=True),
    Part("lead-inspector", "Lead inspector", roles=(Role.LEAD_INSPECTOR,)),
    Part("inspector", "Inspector", roles=(Role.INSPECTOR,)),
    Part("practice-assessor", "Practice assessor", roles=(Role.PRACTICE_ASSESSOR,)),
    Part(
        "local-assessor",
        "Local assessor",
        roles=(Role.LOCAL_ASSESSOR, Role.REGIONAL_ASSESSOR),
        home="Eastmere",
    ),
    Part("manager-hertfordshire", "YJS manager, Hertfordshire", manages="hertfordshire-2012"),
    Part("manager-stockport", "YOT manager, Stockport", manages="stockport-2009"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """A way to sign in, to be shown once: `password` is empty where it was shown before."""

    part: Part
    password: str


@transaction.atomic
def open_account(
    part: Part, inspections: Collection[str], loaded: Collection[str], *, new_password: bool
) -> Account:
    """Return the account of `part`, made if there is none.

    Somebody new gets their parts in all `inspections`, others only in those that were `loaded` just
    now: whatever people have arranged since stays as it is.
    """
    user = User.objects.filter(email=part.email).first()
    password = "" if user and not new_password else secrets.token_urlsafe(12)
    wanted = loaded if user else inspections
    if user is None:
        user = User.objects.create_user(
            part.email, password, name=part.name, is_staff=part.is_administrator
        )
        if part.manages:
            managed = Inspection.objects.select_related("area").get(slug=part.manages)
            give_affiliation(user, managed.area, is_manager=True)
        if home := Area.objects.filter(name=part.home).first():
            give_affiliation(user, home)
    elif password:
        user.set_password(password)
        user.save(update_fields=["password"])
    for member in _find_parts(part, wanted):
        with suppress(RefusedError):  # they belong to that area, or play another part there
            give_part(member, user)
    return Account(part, password)


def _find_parts(part: Part, inspections: Collection[str]) -> Iterator[TeamMember]:
    """Return the first member in one of the part's roles in each inspection, if it is free."""
    for slug in inspections if part.roles else ():
        team = TeamMember.objects.filter(inspection__slug=slug, role__in=part.roles)
        member = team.select_related("inspection__area").first()
        if member is not None and member.user_id is None:
            yield member
