"""Settling differences on their pages: by the lead inspector, by the pair, several at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cases.models import SecondMarking, Settlement
from inspections.models import Inspection
from tests.cases.filling import client_of, errors_of
from tests.cases.second_marking.pages import COMPARE, FACT, ONE_SIDED, QUESTION, ROW, cards, read
from tests.cases.second_marking.pairs import (
    FIRST_NOTE,
    choose,
    make_compared,
    reload,
)
from tests.casting import (
    FACTS,
)
from tests.pages import Element, links_of, read_page, text_of, texts_of

pytestmark = pytest.mark.django_db


def send(client: Client, url: str, **fields: str) -> Any:
    """Send a form as the page shows it now, with `fields` filled in."""
    page = read(client, url)
    sent: dict[str, Any] = dict(fields_of_form(page))
    return client.post(url, {**sent, **fields})


def fields_of_form(page: Element) -> dict[str, list[str]]:
    (form,) = page.xpath("//main//form[.//textarea]")
    page = form.getparent()
    for other in page.xpath(".//form[not(.//textarea)]"):
        other.getparent().remove(other)
    return {
        name: [value]
        for name, value in form.form_values()
        if name not in ("csrfmiddlewaretoken", "next")
    }


def settled() -> dict[str, tuple[str, str]]:
    """Return the answers of what was settled, with the names of those who settled it."""
    live = Settlement.objects.filter(replaced_at=None, settled_at__isnull=False)
    return {
        (each.judgement.question.code if each.judgement else "fact"): (
            each.value, f"{each.proposed_by.name}, {each.settled_by}",
        )
        for each in live.select_related("judgement__question", "proposed_by", "settled_by")
    }  # fmt: skip


class TestSettling:
    def test_the_lead_settles_and_goes_on_to_the_next(
        self, pair: SecondMarking, clients: dict[str, Client]
    ) -> None:
        lead = clients["lead"]
        page = read(lead, COMPARE)
        (button,) = page.xpath("//a[normalize-space()='Go to the next difference']/@href")
        assert button == FACT
        response = send(lead, FACT, value="yes", reason="Seen in the order.", next="difference")
        assert (response.status_code, response["Location"]) == (302, f"{COMPARE}questions/1.2.01/")
        assert texts_of(read(lead, COMPARE), "//*[@role='alert']//p") == [
            "Settled: “Custodial phase inspected”. 1 further question can now be settled."
        ]
        response = send(lead, QUESTION, value="sufficient", reason="As agreed.", next="comparison")
        assert response["Location"] == f"{COMPARE}#d-1-2-02"
        assert settled() == {
            "fact": ("yes", "Lead inspector, Lead inspector"),
            "1.2.02": ("sufficient", "Lead inspector, Lead inspector"),
        }
        assert next(iter(cards(read(lead, COMPARE), "settled").values())).endswith(
            "Yes. Settled by Lead inspector on "
            f"{Settlement.objects.earliest('pk').settled_at:%-d %B %Y}. Seen in the order. "
            "Settle again Custodial phase inspected"
        )

    def test_the_pair_settle_together(
        self, pair: SecondMarking, clients: dict[str, Client]
    ) -> None:
        one, other = clients["inspector"], clients["practice-assessor"]
        response = send(one, QUESTION, value="sufficient", reason="On page 3.", next="difference")
        assert response["Location"] == ROW
        assert texts_of(read(one, COMPARE), "//*[@role='alert']//p") == [
            "Proposed: 1.2.02. It is settled when the other assessor, or the lead inspector, "
            "agrees."
        ]
        question = "1.2.02 Has the young person kept to the plan?"
        assert cards(read(one, COMPARE), "open")[question].endswith(
            "Yes. You proposed this. It is settled when Practice assessor agrees. On page 3. "
            "Change your proposal 1.2.02"
        )
        assert cards(read(other, COMPARE), "open")[question].endswith(
            "Yes. Proposed by Inspector. On page 3. Agree with “Yes” for 1.2.02 Choose otherwise "
            "1.2.02"
        )
        (proposal,) = read(other, COMPARE).xpath("//button[@name='agree']/@value")
        response = other.post(QUESTION, {"agree": proposal})
        assert response["Location"] == f"{COMPARE}#d-1-2-02"
        assert settled() == {"1.2.02": ("sufficient", "Inspector, Practice assessor")}
        assert read(one, COMPARE).xpath("//button[@name='agree']") == []

    def test_a_page_of_a_difference_says_who_said_what(self, clients: dict[str, Client]) -> None:
        page = read(clients["inspector"], ROW)
        assert texts_of(page, "//h1") == ["Anyshire 2026: case ANY-001 Settle 2.1.02"]
        assert texts_of(page, "//div[contains(@class, 'govuk-radios__item')]") == [
            "Yes As Inspector said", "No", "Not applicable As Practice assessor said",
        ]  # fmt: skip
        assert texts_of(page, "//main//form//button") == [
            "Propose and go to the next difference", "Propose and go back",
        ]  # fmt: skip

    def test_what_is_wrong_is_told_at_its_place_and_nothing_typed_is_lost(
        self, clients: dict[str, Client]
    ) -> None:
        choose_one, give = ("Choose one of the answers.", "#id_value_0"), "Give a reason."
        sound = {"value": "sufficient", "reason": "R"}
        for fields, errors in (
            ({}, [("Choose what it should be.", "#id_value_0"), (give, "#id_reason")]),
            ({"value": "sufficient"}, [(give, "#id_reason")]),
            ({**sound, "value": "not_applicable"}, [choose_one]),
            ({**sound, "value": "a\x00"}, [choose_one]),
            (
                {**sound, "reason": "x" * 5001},
                [("The reason must be 5,000 characters or fewer.", "#id_reason")],
            ),
            (
                {**sound, "reason": "a\x00"},
                [("The reason holds a character that cannot be stored.", "#id_reason")],
            ),
            (
                {**sound, "seen": "x"},
                [("The page was not sent as it was made. Open it again before you save.", "")],
            ),
        ):
            response = clients["lead"].post(QUESTION, fields)
            assert response.status_code == 422
            page = read_page(response)
            assert errors_of(page) == errors
            typed = fields.get("reason", "").replace("\x00", "")
            assert page.xpath("string(//textarea)").strip().replace("\ufffd", "") == typed
        assert not Settlement.objects.exists()

    def test_what_somebody_did_meanwhile_is_shown_before_it_is_replaced(
        self, pair: SecondMarking, clients: dict[str, Client]
    ) -> None:
        lead = clients["lead"]
        stale = fields_of_form(read(lead, QUESTION))
        choose(pair, "practice-assessor", "Look at page 9.", q1_2_02="insufficient")
        sent = {**stale, "value": "sufficient", "reason": "Mine.", "next": "comparison"}
        response = lead.post(QUESTION, sent)
        assert response.status_code == 409
        page = read_page(response)
        assert errors_of(page) == [("1.2.02: Somebody else has dealt with this meanwhile.", "")]
        assert "Look at page 9." in text_of(page)
        assert page.xpath("string(//textarea)").strip() == "Mine."
        assert page.xpath("//input[@checked]/@value") == ["sufficient"]
        again = {**fields_of_form(page), "next": "comparison"}
        assert lead.post(QUESTION, again).status_code == 302
        assert settled()["1.2.02"] == ("sufficient", "Lead inspector, Lead inspector")

    def test_agreeing_with_what_is_not_there_is_refused(self, clients: dict[str, Client]) -> None:
        for proposal in ("0", "99999", "x", "-1", "9" * 40, "１"):
            response = clients["inspector"].post(QUESTION, {"agree": proposal})
            assert response.status_code == 422
            assert errors_of(read_page(response)) == [
                ("ANY-001: That proposal no longer stands. Look at the difference again.", "")
            ]

    def test_nobody_agrees_with_their_own_proposal(
        self, pair: SecondMarking, clients: dict[str, Client]
    ) -> None:
        choose(pair, "inspector", q1_2_02="sufficient")
        proposal = Settlement.objects.get()
        response = clients["inspector"].post(QUESTION, {"agree": str(proposal.pk)})
        assert response.status_code == 422
        assert settled() == {}

    def test_a_waiting_question_has_no_form(self, clients: dict[str, Client]) -> None:
        url = f"{COMPARE}questions/1.2.01/"
        page = read(clients["lead"], url)
        assert page.xpath("//main//form") == []
        response = clients["lead"].post(url, {"value": "sufficient", "reason": "R"})
        assert response.status_code == 422

    def test_the_last_settlement_says_that_the_answers_count(self, inspection: Inspection) -> None:
        make_compared(inspection, second={"1.2.02": "insufficient"})
        lead = client_of(inspection, "lead")
        response = send(lead, QUESTION, value="sufficient", reason="R", next="difference")
        assert response["Location"] == COMPARE
        page = read(lead, COMPARE)
        assert texts_of(page, "//*[@role='alert']//p") == [
            "Settled: 1.2.02. Nothing is left to settle. The settled answers now count."
        ]
        assert ("Settle again 1.2.02", QUESTION) in links_of(page, "//main")
        other = client_of(inspection, "inspector")
        assert links_of(read(other, COMPARE), "//main") == []
        assert read(other, QUESTION).xpath("//main//form") == []
        assert other.post(QUESTION, {"value": "insufficient", "reason": "R"}).status_code == 422
        send(lead, QUESTION, value="insufficient", reason="A slip.", next="difference")
        assert settled()["1.2.02"] == ("insufficient", "Lead inspector, Lead inspector")
        (before,) = texts_of(read(lead, QUESTION), "//details//li")
        assert before.startswith("Yes. Settled by Lead inspector on ")
        assert before.endswith(". R")


class TestOneSided:
    @pytest.fixture
    def pair(self, inspection: Inspection) -> SecondMarking:
        """The first found a screening done and in time, the second none."""
        return make_compared(
            inspection,
            first={"1.1.03": "insufficient"},
            second={"1.1.01": "insufficient"},
        )

    def test_several_are_settled_at_once(
        self, pair: SecondMarking, clients: dict[str, Client]
    ) -> None:
        lead = clients["lead"]
        assert lead.get(ONE_SIDED)["Location"] == COMPARE  # they wait for the gate
        choose(pair, "lead", q1_1_01="sufficient")
        choose(pair, "inspector", q1_1_02="sufficient")
        choose(pair, "practice-assessor", q1_1_02="sufficient")
        links = links_of(read(lead, COMPARE), "//main")
        assert [link for link in links if link[1] == ONE_SIDED] == []
        page = read(lead, ONE_SIDED)
        assert texts_of(page, "//div[contains(@class, 'govuk-checkboxes__item')]") == [
            f"1.1.03 Was the screening good enough? No: {FIRST_NOTE}"
        ]
        response = lead.post(ONE_SIDED, {"questions": ["1.1.03"], "reason": "One was made."})
        assert response["Location"] == COMPARE
        assert reload(pair).settled_at is not None
        assert settled()["1.1.03"] == ("insufficient", "Lead inspector, Lead inspector")

    def test_one_of_the_pair_proposes_them(
        self, inspection: Inspection, clients: dict[str, Client]
    ) -> None:
        make_compared(
            inspection,
            "ANY-002",
            first_facts={**FACTS, "custody": "yes", "community": "yes"},
            second_facts={**FACTS, "community": "no", "custody": "yes"},
        )
        second = reload(SecondMarking.objects.get(case__reference="ANY-002"))
        choose(second, "lead", community="yes")
        url = COMPARE.replace("ANY-001", "ANY-002")
        page = read(clients["inspector"], url)
        assert "2 of these were asked of one of you only." in text_of(page)
        response = clients["inspector"].post(
            f"{url}one-sided/", {"questions": ["2.1.02/a", "2.1.02/b"], "reason": "As I saw it."}
        )
        assert response.status_code == 302
        assert Settlement.objects.filter(settled_at=None, replaced_at=None).count() == 2

    @pytest.mark.parametrize(
        ("sent", "message"),
        [
            ({"reason": "R"}, "Choose at least one question."),
            ({"questions": ["1.1.02"]}, "Give a reason."),
            (
                {"questions": ["9.9.99"], "reason": "R"},
                "Some of these were settled meanwhile. Look at the list again.",
            ),
        ],
    )
    def test_what_is_wrong_is_told(
        self, pair: SecondMarking, clients: dict[str, Client], sent: dict[str, Any], message: str
    ) -> None:
        choose(pair, "lead", q1_1_01="sufficient")
        response = clients["lead"].post(ONE_SIDED, sent)
        assert response.status_code == 422
        assert message in [text for text, _ in errors_of(read_page(response))]
        assert Settlement.objects.filter(replaced_at=None).count() == 1
