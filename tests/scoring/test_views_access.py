"""The scorecard page is the lead inspector's alone, and asks little of the database."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inspections.models import Inspection
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    user_of,
)
from tests.pages import read_page, text_of

SCORECARD = "/inspections/anyshire-2026/scorecard/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    client = Client()
    client.force_login(user_of(inspection, "lead"))
    return client


def test_asks_to_sign_in(inspection: Inspection) -> None:
    response = Client().get(SCORECARD)
    assert (response.status_code, response.headers["Location"]) == (
        302,
        f"/accounts/login/?next={SCORECARD}",
    )


@pytest.mark.parametrize("key", ["inspector", "practice-assessor", "local-assessor"])
def test_is_closed_to_others_of_the_team(key: str, inspection: Inspection) -> None:
    client = Client()
    client.force_login(user_of(inspection, key))
    assert client.get(SCORECARD).status_code == 403


def test_is_not_found_by_anybody_else(inspection: Inspection) -> None:
    people = (
        user_of(inspection, "support"),
        make_user("newcomer"),
        make_manager(),
        make_administrator(),
    )
    for user in people:
        client = Client()
        client.force_login(user)
        assert client.get(SCORECARD).status_code == 404


def test_is_not_found_where_there_is_no_such_inspection(lead: Client) -> None:
    assert lead.get("/inspections/nowhere-2026/scorecard/").status_code == 404


def test_only_shows(lead: Client) -> None:
    assert lead.post(SCORECARD).status_code == 405


@pytest.mark.parametrize("cases", [1, 6])
def test_takes_as_many_queries_for_many_cases(
    cases: int,
    inspection: Inspection,
    lead: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(cases):
        make_case(inspection, f"ANY-{number:03}", rest="sufficient")
    with django_assert_num_queries(7):
        response = lead.get(SCORECARD)
    assert text_of(read_page(response).xpath("//main/p")[0]).startswith(f"Complete {cases} case")
