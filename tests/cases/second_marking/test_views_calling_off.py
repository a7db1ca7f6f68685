"""Calling a second marking off, starting a comparison by hand, and who may do which."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import SecondMarking
from cases.second_marking.picking import cancel_second_marking, list_pickable
from inspections.models import Inspection
from tests.cases.filling import client_of, end_session, errors_of
from tests.cases.second_marking.pages import COMPARE, LIST, PICK, read, rows
from tests.cases.second_marking.pairs import judge, make_compared, pick, reload
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    member_of,
    user_of,
)
from tests.pages import read_page, texts_of

pytestmark = pytest.mark.django_db


class TestCallingOff:
    def test_asks_why(self, inspection: Inspection, lead: Client) -> None:
        make_case(inspection)
        pick(inspection)
        response = lead.post(f"{COMPARE}call-off/", {"reason": " "})
        assert response.status_code == 422
        assert errors_of(read_page(response)) == [("Give a reason.", "#id_reason")]
        assert SecondMarking.objects.get().cancelled_at is None

    def test_is_called_off(self, inspection: Inspection, lead: Client) -> None:
        make_case(inspection)
        pick(inspection)
        assert texts_of(read(lead, f"{COMPARE}call-off/"), "//h1") == [
            "Anyshire 2026: case ANY-001 Call off the second marking"
        ]
        response = lead.post(f"{COMPARE}call-off/", {"reason": "No time."})
        assert (response.status_code, response["Location"]) == (302, LIST)
        assert SecondMarking.objects.get().cancelled_because == "No time."
        assert lead.get(f"{COMPARE}call-off/").status_code == 404
        assert rows(client_of(inspection, "practice-assessor")) == [
            ["ANY-001", "Called off", "No time.", "See ANY-001"]
        ]

    def test_is_refused_once_all_is_settled(self, inspection: Inspection, lead: Client) -> None:
        make_compared(inspection)
        response = lead.post(f"{COMPARE}call-off/", {"reason": "Too late."})
        assert response.status_code == 422
        assert errors_of(read_page(response)) == [
            ("Both markings are settled already, so this can no longer be called off.",
             "#id_reason")
        ]  # fmt: skip


class TestStarting:
    def test_begins_what_did_not_begin_by_itself(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_case(inspection, rest="sufficient")
        picked_one = pick(inspection)
        judge(picked_one.second, answers={"1.2.02": "insufficient"})
        assert lead.post(f"{COMPARE}start/")["Location"] == COMPARE
        assert reload(picked_one).agreed is not None

    def test_does_not_before_both_are_completed(self, inspection: Inspection, lead: Client) -> None:
        make_case(inspection, rest="sufficient")
        picked_one = pick(inspection)
        assert lead.post(f"{COMPARE}start/")["Location"] == LIST
        assert texts_of(read(lead, LIST), "//main//*[@role='region']//p")[0] == (
            "ANY-001 is not completed by both assessors yet."
        )
        assert reload(picked_one).agreed is None


class TestAccess:
    @pytest.fixture(autouse=True)
    def _picked(self, inspection: Inspection) -> None:
        make_case(inspection, rest="sufficient")
        pick(inspection)

    def test_only_the_lead_picks_starts_and_calls_off(self, inspection: Inspection) -> None:
        for key in ("inspector", "practice-assessor", "local-assessor"):
            client = client_of(inspection, key)
            assert client.get(LIST).status_code == 200
            assert client.get(PICK).status_code == 403
            assert client.post(PICK, {"pick-ANY-001": "on"}).status_code == 403
            assert client.get(f"{COMPARE}call-off/").status_code == 403
            assert client.post(f"{COMPARE}call-off/", {"reason": "x"}).status_code == 403
            assert client.post(f"{COMPARE}start/").status_code == 403

    def test_others_find_nothing(self, inspection: Inspection) -> None:
        for user in (
            user_of(inspection, "support"),
            make_manager(),
            make_administrator(),
            make_user("stranger"),
        ):
            client = Client()
            client.force_login(user)
            for url in (LIST, PICK, f"{COMPARE}call-off/"):
                assert client.get(url).status_code == 404, (user, url)
            assert client.post(f"{COMPARE}start/").status_code == 404

    def test_who_has_not_signed_in_is_asked_to(self, client: Client) -> None:
        for url in (LIST, PICK, f"{COMPARE}call-off/"):
            answer = client.get(url)
            asked = (answer.status_code, answer["Location"])
            assert asked == (302, f"/accounts/login/?next={url}")

    def test_cases_of_another_inspection_are_not_found(self, lead: Client) -> None:
        other = make_inspection("Othershire")
        make_case(other, "OTH-001")
        pick(other, "OTH-001")
        assert lead.get(COMPARE.replace("ANY-001", "OTH-001") + "call-off/").status_code == 404
        assert lead.post(PICK, {"pick-OTH-001": "on"}).status_code == 422

    def test_what_is_not_there_is_not_found(self, lead: Client) -> None:
        for reference in ("ANY-999", "ANY%00", "x" * 300):
            for page in ("", "call-off/", "one-sided/"):
                url = f"/inspections/anyshire-2026/cases/{reference}/second-marking/{page}"
                assert lead.get(url).status_code == 404

    def test_a_page_refuses_what_it_does_not_do(self, lead: Client) -> None:
        for url, method in (
            (LIST, "post"),
            (PICK, "put"),
            (f"{COMPARE}call-off/", "delete"),
            (f"{COMPARE}start/", "get"),
            (f"{COMPARE}start/", "put"),
            (COMPARE, "post"),
        ):
            assert getattr(lead, method)(url).status_code == 405

    def test_a_form_that_another_site_sends_is_refused(self, inspection: Inspection) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(user_of(inspection, "lead"))
        assert client.post(f"{COMPARE}call-off/", {"reason": "x"}).status_code == 403
        assert SecondMarking.objects.get().cancelled_at is None


def test_what_was_typed_before_the_session_ended_is_kept(
    inspection: Inspection, lead: Client
) -> None:
    make_case(inspection)
    pick(inspection)
    lead.get(f"{COMPARE}call-off/")
    end_session(lead)
    assert lead.post(f"{COMPARE}call-off/", {"reason": "The assessor is ill."}).status_code == 302
    lead.force_login(user_of(inspection, "lead"))
    page = read(lead, f"{COMPARE}call-off/")
    assert page.xpath("string(//textarea)").strip() == "The assessor is ill."
    assert SecondMarking.objects.get().cancelled_at is None


def test_what_was_compared_cannot_be_judged_blind_again(inspection: Inspection) -> None:
    second_marking = make_compared(inspection, second={"2.1.01": "insufficient"})
    cancel_second_marking(second_marking, member_of(inspection, "lead"), reason="Not needed.")
    assert list(list_pickable(inspection)) == []
