"""Administrators who set things up at the same moment, each in a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event

import pytest
from django.db import transaction

from accounts.inviting import InvitationOverError, accept_invitation, invite, make_link
from accounts.models import User
from accounts.people import NotAllowedError, change_address, end_administration, switch_off
from inspections.models import Area, Inspection, TeamMember
from inspections.problems import RefusedError
from inspections.setting_up.areas import create_area
from inspections.setting_up.inspections import Details, create_inspection
from inspections.setting_up.people import attach
from inspections.setting_up.teams import Part, add_member
from jobs.models import Job
from tests.cases.test_recording_together import run_together
from tests.casting import make_administrator, make_area, make_inspection, make_user
from tests.programmes import load_small_programme

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

REFUSALS = (NotAllowedError, RefusedError, InvitationOverError)


def succeed(*calls: Callable[[], object]) -> int:
    """Run all at the same moment, and return how many were not refused."""

    def attempt(call: Callable[[], object]) -> bool:
        try:
            call()
        except REFUSALS:
            return False
        return True

    return sum(run_together([partial(attempt, call) for call in calls]))


@pytest.mark.parametrize("change", [switch_off, end_administration])
def test_administrators_who_act_on_each_other_leave_one(change: Callable[..., None]) -> None:
    first, second = make_administrator(), make_user("second", is_staff=True)
    assert succeed(lambda: change(second, by=first), lambda: change(first, by=second)) == 1
    assert User.objects.filter(is_active=True, is_staff=True).count() == 1


def test_an_address_is_invited_once() -> None:
    by = make_administrator()
    calls = [lambda: invite("new@example.org", "New inspector", by=by)] * 5
    assert succeed(*calls) == 1
    assert (User.objects.count(), Job.objects.count()) == (2, 1)


def test_an_address_is_given_to_one() -> None:
    by, people = make_administrator(), [make_user(f"person-{number}") for number in range(4)]
    calls = [partial(change_address, user, "new@example.org", by=by) for user in people]
    assert succeed(*calls) == 1
    assert User.objects.filter(email="new@example.org").count() == 1


def test_a_link_is_used_once() -> None:
    user = invite("new@example.org", "New inspector", by=make_administrator())
    token = make_link(user).split("/")[-2]
    calls = [
        partial(accept_invitation, user.pk, token, f"password number {number}")
        for number in range(5)
    ]
    assert succeed(*calls) == 1
    assert user.events.count() == 2


def test_a_team_gets_one_lead_inspector_and_a_key_for_each_member() -> None:
    inspection, by = make_inspection(), make_administrator()
    inspection.team.all().delete()
    lead = Part(TeamMember.Role.LEAD_INSPECTOR, "Lead", None, None)
    assert succeed(*[lambda: add_member(inspection, lead, by=by)] * 5) == 1
    member = Part(TeamMember.Role.INSPECTOR, "Inspector", None, None)
    assert succeed(*[lambda: add_member(inspection, member, by=by)] * 5) == 5
    assert sorted(inspection.team.values_list("key", flat=True)) == [
        "inspector", "inspector-2", "inspector-3", "inspector-4", "inspector-5", "lead",
    ]  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_nobody_is_put_in_a_team_while_they_are_said_to_belong_to_its_area(order: int) -> None:
    """Whoever comes second waits for what the first has done and not stored yet."""
    inspection, by, user = make_inspection(), make_administrator(), make_user("newcomer")
    part = Part(TeamMember.Role.INSPECTOR, "Newcomer", None, user)
    calls: list[Callable[[], object]] = [
        partial(add_member, inspection, part, by=by),
        partial(attach, user, inspection.area, is_manager=False, by=by),
    ]
    first, second = calls[::order]
    begun, over = Event(), Event()

    def go_first() -> None:
        with transaction.atomic():
            first()
            begun.set()
            over.wait(0.3)  # it is not over before this is stored, unless something is wrong

    def go_second() -> None:
        begun.wait(20)
        try:
            second()
        finally:
            over.set()

    assert succeed(go_first, go_second) == 1


def test_areas_are_made_once_and_inspections_as_often_as_asked() -> None:
    assert succeed(*[lambda: create_area("Newshire")] * 5) == 1
    assert Area.objects.count() == 1
    details = Details(
        area=make_area("Anyshire"),
        programme=load_small_programme(),
        region="East of England",
        country="england",
        service_title="YOS",
        service_name="Anyshire Youth Offending Service",
        manager_title="Head of Service",
        chief_inspector="HM Chief Inspector of Probation",
        fieldwork_start="2026-01-12",
        fieldwork_end="2026-01-23",
        publication_date="",
        isbn="",
        caseload=None,
        urgent_telephone="",
    )
    assert succeed(*[lambda: create_inspection(details)] * 4) == 4
    assert Inspection.objects.count() == 4
