"""The demonstration: three inspections at three stages, and people to look at them with.

Stockport is published, Hertfordshire is complete and waits to be published, and Northmere, an
invented area, is in the middle of fieldwork. All people are roles, and no case is real.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import User
from inspections.access import give_affiliation, give_part
from inspections.catalogue import store_programme
from inspections.models import Area, Inspection, TeamMember
from inspections.programmes import read_programme
from jobs.running import run_job
from reports.bundle import import_inspection
from reports.models import Publication
from reports.publication import find_rendering_job, publish

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
PROGRAMMES = ("cci-2009", "cci-2012", "sqs-2013")
INSPECTIONS = ("stockport-2009", "hertfordshire-2012", "northmere-2012")
PUBLISHED = "stockport-2009"
DOMAIN = "demo.example"

Role = TeamMember.Role


@dataclass(frozen=True, slots=True)
class Part:
    """A demonstration user: what they are called, and which parts they play."""

    key: str
    name: str
    roles: tuple[str, ...] = ()
    manages: str = ""
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
    Part("local-assessor", "Local assessor", roles=(Role.LOCAL_ASSESSOR, Role.REGIONAL_ASSESSOR)),
    Part("manager-hertfordshire", "YJS manager, Hertfordshire", manages="Hertfordshire"),
    Part("manager-stockport", "YOT manager, Stockport", manages="Stockport"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """A way to sign in, to be shown once: `password` is empty where it was shown before."""

    part: Part
    password: str


def seed_demonstration(*, new_passwords: bool = False) -> list[Account]:
    """Make whatever of the demonstration is not there yet, and return its accounts.

    Only new accounts come with their password, unless `new_passwords` gives everybody a new one.
    Raises RefusedError if a fixture is faulty.
    """
    for name in PROGRAMMES:
        store_programme(read_programme(FIXTURES / "programmes" / f"{name}.yaml"))
    for slug in INSPECTIONS:
        if not Inspection.objects.filter(slug=slug).exists():
            import_inspection(FIXTURES / "inspections" / slug)
    accounts = [_open_account(part, new_passwords) for part in PARTS]
    _publish_once(PUBLISHED)
    return accounts


@transaction.atomic
def _open_account(part: Part, new_password: bool) -> Account:
    user = User.objects.filter(email=part.email).first()
    password = "" if user and not new_password else secrets.token_urlsafe(12)
    if user is None:
        user = User.objects.create_user(
            part.email, password, name=part.name, is_staff=part.is_administrator
        )
    elif password:
        user.set_password(password)
        user.save(update_fields=["password"])
    if part.manages:
        give_affiliation(user, Area.objects.get(name=part.manages), is_manager=True)
    for member in _find_parts(part):
        if member.user_id is None:
            give_part(member, user)
    return Account(part, password)


def _find_parts(part: Part) -> Iterator[TeamMember]:
    """Return the first member in one of the part's roles in each demonstration inspection."""
    for slug in INSPECTIONS if part.roles else ():
        team = TeamMember.objects.filter(inspection__slug=slug, role__in=part.roles)
        if member := team.select_related("inspection__area").first():
            yield member


def _publish_once(slug: str) -> None:
    """Publish the inspection if it was not, and render it here: no worker need be running."""
    inspection = Inspection.objects.select_related("programme", "area").get(slug=slug)
    publication = Publication.objects.filter(inspection=inspection).first()
    if publication is None:
        lead = inspection.team.select_related("inspection").get(role=Role.LEAD_INSPECTOR)
        publication = publish(inspection, lead)
    job = find_rendering_job(publication)
    if job is not None and job.is_live:
        run_job(job.pk)
