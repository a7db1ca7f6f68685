"""Who may open which page of the fieldwork; whoever may not is told that there is no such page."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Judgement
from inspections.models import Inspection
from tests.cases.filling import (
    ANYSHIRE,
    CASE,
    FACTS_PAGE,
    HELP,
    HISTORY,
    NEXT,
    PAGES,
    REVIEW,
    SCREENING,
    client_of,
    open_sheet,
)
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    user_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    """Anyshire with two cases: ANY-001 of the inspector, ANY-002 of the local assessor."""
    inspection = make_inspection()
    make_case(inspection, "ANY-001", assessor="inspector")
    make_case(inspection, "ANY-002", assessor="local-assessor")
    return inspection


def statuses(client: Client, urls: tuple[str, ...] = PAGES) -> set[int]:
    return {client.get(url).status_code for url in urls}


@pytest.mark.parametrize("key", ["lead", "inspector"])
def test_the_assessor_and_the_lead_inspector_open_every_page(
    inspection: Inspection, key: str
) -> None:
    client = client_of(inspection, key)
    assert statuses(client, (ANYSHIRE, HELP, *PAGES)) == {200}
    assert client.get(NEXT).status_code == 302


@pytest.mark.parametrize("key", ["practice-assessor", "local-assessor"])
def test_a_case_of_somebody_else_is_not_known_to_exist(inspection: Inspection, key: str) -> None:
    client = client_of(inspection, key)
    assert client.get(ANYSHIRE).status_code == 200
    assert statuses(client, (NEXT, *PAGES)) == {404}
    assert client.post(REVIEW, {"looked": "on"}).status_code == 404
    assert client.post(SCREENING, {"q1-1-01-answer": "sufficient"}).status_code == 404
    assert client.post(FACTS_PAGE, {"gender": "female"}).status_code == 404
    assert not Judgement.objects.exclude(answer="").exists()


def test_a_local_assessor_opens_a_case_of_their_own(inspection: Inspection) -> None:
    own = tuple(url.replace("ANY-001", "ANY-002") for url in PAGES)
    assert statuses(client_of(inspection, "local-assessor"), own) == {200}


def test_a_case_of_another_inspection_is_not_found_under_this_one(inspection: Inspection) -> None:
    other = make_inspection("Othershire")
    make_case(other, "OTH-001", assessor="inspector")
    client = client_of(inspection, "inspector")
    assert client.get("/inspections/othershire-2026/cases/OTH-001/").status_code == 200
    crossed = tuple(url.replace("ANY-001", "OTH-001") for url in PAGES)
    assert statuses(client, crossed) == {404}


def test_those_who_play_no_part_in_judging_find_nothing(inspection: Inspection) -> None:
    for user in (
        user_of(inspection, "support"),
        make_manager(),
        make_manager("Othershire"),
        make_administrator(),
        make_user("stranger"),
    ):
        client = Client()
        client.force_login(user)
        assert statuses(client, (ANYSHIRE, HELP, NEXT, *PAGES)) == {404}, user


@pytest.mark.parametrize("url", [ANYSHIRE, HELP, NEXT, *PAGES])
def test_who_has_not_signed_in_is_asked_to(
    client: Client, inspection: Inspection, url: str
) -> None:
    answer = client.get(url)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={url}")


def test_nothing_is_stored_for_who_has_not_signed_in(
    client: Client, inspection: Inspection
) -> None:
    sheet = open_sheet(client_of(inspection, "inspector"), SCREENING)
    sheet.client = client
    assert sheet.fill(q1_1_01_answer="sufficient").save().status_code == 302
    assert not Judgement.objects.exclude(answer="").exists()


@pytest.mark.parametrize(
    "url",
    [
        "/inspections/nowhere-2026/cases/",
        f"{ANYSHIRE}ANY-003/",
        f"{ANYSHIRE}ANY-003/facts/",
        f"{ANYSHIRE}ANY%00001/",
        f"{CASE}1.1/no-such-topic/",
        f"{CASE}9.9/screening/",
        f"{CASE}1.2/screening/",
        f"{CASE}1%00.1/screening/",
        f"{ANYSHIRE}ANY-003/review/",
        f"{ANYSHIRE}ANY-003/history/",
        f"{ANYSHIRE}ANY-003/next/",
    ],
)
def test_what_is_not_there_is_not_found(inspection: Inspection, url: str) -> None:
    assert client_of(inspection, "lead").get(url).status_code == 404


@pytest.mark.parametrize(
    ("url", "method"),
    [
        (ANYSHIRE, "post"),
        (CASE, "post"),
        (ANYSHIRE, "delete"),
        (FACTS_PAGE, "put"),
        (FACTS_PAGE, "delete"),
        (SCREENING, "put"),
        (SCREENING, "patch"),
        (HELP, "post"),
        (NEXT, "post"),
        (HISTORY, "post"),
        (REVIEW, "delete"),
    ],
)
def test_a_page_refuses_what_it_does_not_do(inspection: Inspection, url: str, method: str) -> None:
    answer = getattr(client_of(inspection, "inspector"), method)(url)
    assert answer.status_code == 405


def test_a_form_that_another_site_sends_is_refused(inspection: Inspection) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of(inspection, "inspector"))
    assert client.post(SCREENING, {"q1-1-01-answer": "sufficient"}).status_code == 403
    assert not Judgement.objects.exclude(answer="").exists()
