"""Who may open the pages of setting up: an administrator, and of a team's the lead inspector."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import AccountEvent
from inspections.access import give_affiliation
from inspections.models import Affiliation, Area, Inspection, Programme, TeamMember
from tests.casting import (
    make_administrator,
    make_area,
    make_inspection,
    make_manager,
    make_user,
    user_of,
)
from tests.inspections.setting_up.browsing import client_of

pytestmark = pytest.mark.django_db

ADMINISTRATORS_ALONE = (
    "/set-up/areas/",
    "/set-up/new-area/",
    "/set-up/areas/anyshire/",
    "/set-up/areas/anyshire/rename/",
    "/set-up/people/",
    "/set-up/invitation/",
    "/set-up/invitations/",
    "/set-up/people/{person}/",
    "/set-up/people/{person}/name/",
    "/set-up/people/{person}/address/",
    "/set-up/people/{person}/areas/",
    "/set-up/people/{person}/switch-off/",
    "/set-up/people/{person}/make-administrator/",
    "/set-up/programmes/",
    "/set-up/new-programme/",
    "/set-up/programmes/small/1/",
    "/set-up/programmes/small/1/file/",
    "/set-up/new-inspection/",
    "/inspections/anyshire-2026/details/",
    "/inspections/anyshire-2026/delete/",
)
TEAM = (
    "/inspections/anyshire-2026/team/",
    "/inspections/anyshire-2026/new-member/",
    "/inspections/anyshire-2026/team/inspector/",
    "/inspections/anyshire-2026/team/inspector/remove/",
)
POSTED_TO = (
    "/inspections/anyshire-2026/team/inspector/move/",
    "/set-up/new-programme/accept/",
    "/set-up/people/{person}/areas/{tie}/remove/",
)
EVERY = (*ADMINISTRATORS_ALONE, *TEAM, *POSTED_TO)
SHOWN_ONLY = (
    "/set-up/areas/",
    "/set-up/areas/anyshire/",
    "/set-up/people/",
    "/set-up/people/{person}/",
    "/set-up/programmes/",
    "/set-up/programmes/small/1/",
    "/set-up/programmes/small/1/file/",
    "/inspections/anyshire-2026/team/",
)


@pytest.fixture
def inspection() -> Inspection:
    """Of Anyshire, with its whole team; another, too; and a person who belongs to Homeshire."""
    make_inspection("Othershire")
    give_affiliation(make_user("newcomer"), make_area("Homeshire"))
    return make_inspection()


def fill(path: str) -> str:
    person = make_user("newcomer")
    tie = Affiliation.objects.get(user=person)
    return path.format(person=person.pk, tie=tie.pk)


def count_rows() -> list[int]:
    models = (AccountEvent, Affiliation, Area, Inspection, Programme, TeamMember)
    return [model._default_manager.count() for model in models]


def test_an_administrator_opens_all(inspection: Inspection) -> None:
    client = client_of(make_administrator())
    paths = [fill(path) for path in (*ADMINISTRATORS_ALONE, *TEAM)]
    assert [(path, client.get(path).status_code) for path in paths] == [(p, 200) for p in paths]


def test_the_lead_inspector_opens_the_pages_of_their_own_team(inspection: Inspection) -> None:
    TeamMember.objects.filter(inspection__slug="othershire-2026", key="lead").update(user=None)
    client = client_of(user_of(inspection, "lead"))
    assert [client.get(path).status_code for path in TEAM] == [200] * 4
    others = [path.replace("anyshire", "othershire") for path in TEAM]
    assert [client.get(path).status_code for path in others] == [404] * 4


@pytest.mark.parametrize("key", ["lead", "inspector"])
def test_those_who_judge_cases_open_nothing_else(inspection: Inspection, key: str) -> None:
    client, rows = client_of(user_of(inspection, key)), count_rows()
    for path in map(fill, (*ADMINISTRATORS_ALONE, *POSTED_TO[1:])):
        assert (path, client.get(path).status_code) == (path, 404)
        assert (path, client.post(path).status_code) == (path, 404)
    if key != "lead":
        for path in (*TEAM, POSTED_TO[0]):
            assert (path, client.post(path).status_code) in ((path, 403), (path, 405))
        assert [client.get(path).status_code for path in TEAM] == [403] * 4
    assert count_rows() == rows


@pytest.mark.parametrize("key", ["support", "manager"])
def test_nobody_else_finds_them(inspection: Inspection, key: str) -> None:
    user = {
        "support": lambda: user_of(inspection, "support"),
        "manager": make_manager,
    }[key]()
    client, rows = client_of(user), count_rows()
    for path in map(fill, (*ADMINISTRATORS_ALONE, *TEAM[1:], *POSTED_TO)):
        assert (path, client.post(path).status_code) in ((path, 404), (path, 405))
    for path in map(fill, (*ADMINISTRATORS_ALONE, *TEAM)):
        assert (path, client.get(path).status_code) == (path, 404)
    assert count_rows() == rows


def test_strangers_are_asked_to_sign_in(inspection: Inspection) -> None:
    for path in map(fill, EVERY):
        for answer in (Client().get(path), Client().post(path)):
            assert answer.status_code == 302
            assert answer["Location"] == f"/accounts/login/?next={path}"


def test_forms_of_other_sites_are_refused(inspection: Inspection) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_administrator())
    rows = count_rows()
    for path in map(fill, EVERY):
        if path not in map(fill, SHOWN_ONLY):
            assert (path, client.post(path).status_code) == (path, 403)
    assert count_rows() == rows


def test_pages_answer_the_methods_that_they_are_for(inspection: Inspection) -> None:
    client = client_of(make_administrator())
    for path in map(fill, SHOWN_ONLY):
        assert (path, client.post(path).status_code) == (path, 405)
    for path in map(fill, POSTED_TO):
        assert (path, client.get(path).status_code) == (path, 405)
    for path in map(fill, EVERY):
        assert (path, client.put(path).status_code) == (path, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/set-up/areas/nowhere/",
        "/set-up/areas/nowhere/rename/",
        "/set-up/people/0/",
        f"/set-up/people/{'9' * 40}/",
        f"/set-up/people/{'9' * 40}/name/",
        "/set-up/people/{person}/no-such-step/",
        f"/set-up/people/{'9' * 40}/switch-off/",
        "/set-up/programmes/small/2/",
        f"/set-up/programmes/small/{'9' * 40}/",
        "/set-up/programmes/nothing/1/file/",
        "/inspections/nowhere/details/",
        "/inspections/nowhere/delete/",
        "/inspections/nowhere/team/",
        "/inspections/nowhere/new-member/",
        "/inspections/anyshire-2026/team/nobody/",
        "/inspections/anyshire-2026/team/nobody/remove/",
        "/inspections/anyshire-2026/team/nobody/move/",
        "/set-up/people/{person}/areas/0/remove/",
        f"/set-up/people/{{person}}/areas/{'9' * 40}/remove/",
        f"/set-up/people/{'9' * 40}/areas/1/remove/",
    ],
)
def test_what_is_not_there_is_not_found(inspection: Inspection, path: str) -> None:
    client = client_of(make_administrator())
    answers = [client.get(fill(path)).status_code, client.post(fill(path)).status_code]
    assert answers in ([404, 404], [405, 404], [404, 405])


def test_an_area_of_somebody_else_cannot_be_taken_off(inspection: Inspection) -> None:
    tie = Affiliation.objects.get()
    other = make_user("lead")
    client = client_of(make_administrator())
    answer = client.post(f"/set-up/people/{other.pk}/areas/{tie.pk}/remove/")
    assert (answer.status_code, Affiliation.objects.count()) == (404, 1)
