"""People, inspections and cases for tests: named by what they are, as small as can be.

The same people play in every inspection that is made, unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from cases.applicability import decide_states
from cases.models import Assessment, Judgement
from cases.opening import GivenAnswer, NewCase, open_cases
from inspections.access import give_affiliation
from inspections.catalogue import load_definition
from inspections.models import Area, Inspection, Programme, TeamMember
from tests.programmes import load_small_programme

PASSWORD = "a long enough password"

CAST: Mapping[str, tuple[str, str]] = {
    "lead": ("lead_inspector", "Lead inspector"),
    "inspector": ("inspector", "Inspector"),
    "practice-assessor": ("practice_assessor", "Practice assessor"),
    "local-assessor": ("local_assessor", "Local assessor"),
    "support": ("support_staff", "Support officer"),
}
"""The team of every inspection: role and name by key. The local assessor's home is Otherton."""

FACTS: dict[str, str] = {
    "gender": "male",
    "looked_after": "no",
    "custody": "no",
    "community": "yes",
    "risk_level": "high",
    "safeguarding_need": "yes",
    "plan_required": "no",
}
"""A whole record of the small programme's facts: all its questions apply but 1.2.01."""


def make_user(key: str, **fields: Any) -> User:
    """Return the user `key`@example.org, made if there is none; the password is `PASSWORD`."""
    email = f"{key}@example.org"
    if user := User.objects.filter(email=email).first():
        return user
    fields.setdefault("name", key.replace("-", " ").capitalize())
    return User.objects.create_user(email, PASSWORD, **fields)


def make_administrator() -> User:
    """Return an inspectorate administrator, who plays no part in any inspection."""
    return make_user("administrator", is_staff=True)


def make_area(name: str = "Anyshire") -> Area:
    """Return the area of this name, made if there is none."""
    return Area.objects.get_or_create(name=name, slug=name.lower().replace(" ", "-"))[0]


def make_manager(area: str = "Anyshire") -> User:
    """Return the manager of the youth offending team of `area`."""
    user = make_user(f"manager-of-{area.lower().replace(' ', '-')}", name=f"Manager of {area}")
    give_affiliation(user, make_area(area), is_manager=True)
    return user


def make_inspection(
    area: str = "Anyshire", *, programme: Programme | None = None, **fields: Any
) -> Inspection:
    """Return an inspection of `area` in 2026 with the whole cast, and no cases.

    `programme` is the small one unless given; `fields` are other fields of the inspection.
    """
    if programme is None:
        programme = Programme.objects.filter(slug="small").first() or load_small_programme()
    inspection = Inspection.objects.create(
        **{
            "slug": f"{area.lower().replace(' ', '-')}-2026",
            "programme": programme,
            "area": make_area(area),
            "region": "East of England",
            "country": "england",
            "service_title": "YOS",
            "service_name": f"{area} Youth Offending Service",
            "manager_title": "Head of Service",
            "fieldwork_start": "2026-01-12",
            "fieldwork_end": "2026-01-23",
            "chief_inspector": "HM Chief Inspector of Probation",
        }
        | fields
    )
    for position, (key, (role, name)) in enumerate(CAST.items()):
        TeamMember.objects.create(
            inspection=inspection,
            key=key,
            role=role,
            name=name,
            home_area=make_area("Otherton") if role in TeamMember.BORROWED_ROLES else None,
            user=make_user(key, name=name),
            position=position,
        )
    return inspection


def member_of(inspection: Inspection, key: str) -> TeamMember:
    """Return the team member with this key, with the user who plays the part."""
    return inspection.team.select_related("user", "inspection").get(key=key)


def user_of(inspection: Inspection, key: str) -> User:
    """Return the user who plays the part with this key."""
    user = member_of(inspection, key).user
    assert user is not None
    return user


def make_case(
    inspection: Inspection,
    reference: str = "ANY-001",
    *,
    assessor: str | None = "inspector",
    facts: Mapping[str, str] = FACTS,
    answers: Mapping[str, str] | None = None,
    rest: str = "",
) -> Assessment:
    """Return the assessment of record of a new case, allocated to the member `assessor`.

    `answers` holds answers by question code (`1.1.01`) or code and grid row (`2.1.02/a`). Every
    other question that then applies is answered `rest`, gates included; empty leaves it open.
    """
    member = member_of(inspection, assessor) if assessor else None
    given = _fill_answers(inspection.programme, facts, answers or {}, rest)
    new = NewCase(
        reference,
        assessor=member,
        facts=dict(facts),
        answers={key: GivenAnswer(answer, member) for key, answer in given.items()},
    )
    return open_cases(inspection, [new])[0]


def _fill_answers(
    programme: Programme, facts: Mapping[str, str], answers: Mapping[str, str], rest: str
) -> dict[tuple[str, str], str]:
    """Go through the questions in order, since each answer decides what applies after it."""
    definition = load_definition(programme)
    given: dict[tuple[str, str], str] = {}
    for key, answer in answers.items():
        code, _, row = key.partition("/")
        given[code, row] = answer
    for code, question in definition.questions.items():
        gates = {asked: answer for (asked, row), answer in given.items() if not row}
        applies = decide_states(definition, facts, gates)[code] == Judgement.State.APPLIES
        for row in definition.rows_of(question) if rest and applies else ():
            given.setdefault((code, row), rest)
    return given
