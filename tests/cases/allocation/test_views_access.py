"""Who may open which page of allocation and timetable, and do what there."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import ConflictOfInterest, Interview
from inspections.models import Inspection
from tests.cases.allocation.casework import (
    ALLOCATION,
    ASSESSORS,
    BALANCE,
    CONFLICTS,
    allocation_of,
    make_cases,
)
from tests.cases.filling import client_of
from tests.cases.timetable.arranging import FRAME, OWN, PRINT, TIMETABLE, make_frame, place
from tests.casting import (
    make_administrator,
    make_inspection,
    make_manager,
    make_user,
    user_of,
)

pytestmark = pytest.mark.django_db

INTERVIEW = f"{TIMETABLE}cases/ANY-001/"
HELD = f"{INTERVIEW}held/"
CALENDAR = f"{TIMETABLE}calendars/inspector.ics"
ARRANGING = (ALLOCATION, BALANCE, ASSESSORS, TIMETABLE, FRAME, PRINT, INTERVIEW)
OWN_PAGES = (CONFLICTS, OWN)
PAGES = (*ARRANGING, *OWN_PAGES, CALENDAR)


@pytest.fixture
def inspection() -> Inspection:
    """Anyshire with a case and an interview of the inspector."""
    inspection = make_inspection()
    make_cases(inspection, ("ANY-001", "inspector", "cm-01"))
    make_frame(inspection)
    place(inspection, "ANY-001", 0)
    return inspection


def statuses(client: Client, urls: tuple[str, ...]) -> set[int]:
    return {client.get(url).status_code for url in urls}


def administrator() -> Client:
    client = Client()
    client.force_login(make_administrator())
    return client


def test_the_lead_inspector_opens_every_page(inspection: Inspection) -> None:
    assert statuses(client_of(inspection, "lead"), PAGES) == {200}


def test_an_administrator_arranges_and_has_no_pages_of_an_assessor(inspection: Inspection) -> None:
    assert statuses(administrator(), ARRANGING) == {200}
    assert statuses(administrator(), (*OWN_PAGES, CALENDAR)) == {404}
    assert administrator().post(HELD).status_code == 404


@pytest.mark.parametrize("key", ["inspector", "practice-assessor", "local-assessor"])
def test_an_assessor_opens_their_own_pages_only(inspection: Inspection, key: str) -> None:
    client = client_of(inspection, key)
    assert statuses(client, ARRANGING) == {403}
    assert statuses(client, OWN_PAGES) == {200}
    assert client.get(CALENDAR).status_code == (200 if key == "inspector" else 404)
    for url in ARRANGING:
        if url != PRINT:
            assert client.post(url, {"do": "remove", "sequence": "2"}).status_code == 403
    assert allocation_of(inspection) == {"ANY-001": "inspector"}
    assert Interview.objects.count() == 1


def test_those_who_play_no_part_in_judging_find_nothing(inspection: Inspection) -> None:
    for user in (
        user_of(inspection, "support"),
        make_manager(),
        make_manager("Othershire"),
        make_user("stranger"),
    ):
        client = Client()
        client.force_login(user)
        assert statuses(client, PAGES) == {404}, user
        assert client.post(HELD).status_code == 404
        assert client.post(CONFLICTS, {"subject": "case", "key": "ANY-001"}).status_code == 404
    assert not ConflictOfInterest.objects.exists()


@pytest.mark.parametrize("url", PAGES)
def test_who_has_not_signed_in_is_asked_to(inspection: Inspection, url: str) -> None:
    answer = Client().get(url)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={url}")
    if url not in (PRINT, CALENDAR):
        assert Client().post(url, {"do": "remove"}).status_code == 302


def test_another_inspections_cases_and_people_are_not_found(inspection: Inspection) -> None:
    other = make_inspection("Othershire")
    make_cases(other, ("OTH-001", "inspector", "cm-01"))
    other.team.filter(key="inspector").update(key="their-inspector")
    lead = client_of(inspection, "lead")
    assert lead.get(f"{TIMETABLE}cases/OTH-001/").status_code == 404
    assert lead.post(f"{TIMETABLE}cases/OTH-001/held/").status_code == 404
    assert lead.get(f"{TIMETABLE}calendars/their-inspector.ics").status_code == 404
    theirs = ConflictOfInterest.objects.create(
        member=other.team.get(key="their-inspector"),
        reference="OTH-001",
        declared_by=other.team.get(key="lead"),
        declared_at="2026-01-01T00:00:00Z",
    )
    assert lead.get(f"{CONFLICTS}{theirs.pk}/lift/").status_code == 404


def test_only_who_has_the_interview_or_leads_says_that_it_was_held(inspection: Inspection) -> None:
    assert client_of(inspection, "practice-assessor").post(HELD).status_code == 404
    assert Interview.objects.get().held_at is None
    assert client_of(inspection, "inspector").post(HELD)["Location"] == OWN
    assert Interview.objects.get().held_at is not None
    lead = client_of(inspection, "lead")
    assert lead.post(HELD, {"held": "no"})["Location"] == TIMETABLE
    assert Interview.objects.get().held_at is None


@pytest.mark.parametrize(
    "url",
    [
        "/inspections/nowhere-2026/allocation/",
        "/inspections/nowhere-2026/timetable/",
        f"{TIMETABLE}cases/ANY-099/",
        f"{TIMETABLE}cases/ANY%00001/",
        f"{TIMETABLE}calendars/nobody.ics",
        f"{TIMETABLE}calendars/support.ics",
        f"{CONFLICTS}1%00/lift/",
    ],
)
def test_what_is_not_there_is_not_found(inspection: Inspection, url: str) -> None:
    assert client_of(inspection, "lead").get(url).status_code == 404


@pytest.mark.parametrize(
    ("url", "method"),
    [
        (ALLOCATION, "put"),
        (BALANCE, "delete"),
        (ASSESSORS, "patch"),
        (CONFLICTS, "delete"),
        (TIMETABLE, "put"),
        (FRAME, "delete"),
        (PRINT, "post"),
        (OWN, "post"),
        (CALENDAR, "post"),
        (HELD, "get"),
        (INTERVIEW, "delete"),
    ],
)
def test_a_page_refuses_what_it_does_not_do(inspection: Inspection, url: str, method: str) -> None:
    assert getattr(client_of(inspection, "lead"), method)(url).status_code == 405


def test_a_form_that_another_site_sends_is_refused(inspection: Inspection) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of(inspection, "lead"))
    for url in (ALLOCATION, TIMETABLE, FRAME, INTERVIEW, HELD, CONFLICTS, ASSESSORS, BALANCE):
        assert client.post(url, {"do": "remove"}).status_code == 403
