"""The comparison of two markings in the pages of those who settle it, and of nobody else."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.models import SecondMarking, Settlement
from inspections.models import Inspection
from tests.cases.filling import client_of, end_session
from tests.cases.second_marking.pages import COMPARE, FACT, ONE_SIDED, QUESTION, ROW, cards, read
from tests.cases.second_marking.pairs import (
    FIRST_NOTE,
    SECOND_NOTE,
    make_compared,
)
from tests.casting import (
    make_administrator,
    make_inspection,
    make_manager,
    make_user,
    user_of,
)
from tests.pages import text_of, texts_of

pytestmark = pytest.mark.django_db


class TestThePage:
    def test_lays_both_side_by_side_facts_first(self, clients: dict[str, Client]) -> None:
        page = read(clients["inspector"], COMPARE)
        assert cards(page, "open") == {
            "Custodial phase inspected": "Custodial phase inspected Inspector Yes Practice "
            "assessor No Settle Custodial phase inspected",
            "1.2.02 Has the young person kept to the plan?": "1.2.02 Has the young person kept to "
            f"the plan? Inspector No {FIRST_NOTE} Practice assessor Yes {SECOND_NOTE} "
            "Settle 1.2.02",
            "2.1.02 Did the service and each agency work together? Social care": "2.1.02 Did the "
            "service and each agency work together? Social care Inspector Yes "
            f"{FIRST_NOTE} Practice assessor Not applicable {SECOND_NOTE} Settle 2.1.02",
        }
        assert cards(page, "waiting") == {
            "1.2.01 Was the plan for custody good enough?": "1.2.01 Was the plan for custody good "
            f"enough? Inspector Not applicable {FIRST_NOTE} Practice assessor Not asked Whether "
            "this is asked depends on facts or answers that are not settled yet.",
        }
        assert "0 of 4 differences" in text_of(page)
        assert texts_of(page, "//section[@aria-labelledby='alike']/p") == [
            "9 answers and 6 facts are the same in both markings, and are taken as they are."
        ]
        assert texts_of(page, "//section[@aria-labelledby='alike']//li")[0] == (
            "1.1.01 Was a screening completed? Yes"
        )

    def test_shows_private_notes_to_the_lead_inspector_alone(
        self, pair: SecondMarking, clients: dict[str, Client]
    ) -> None:
        pair.second.judgements.update(note_to_lead="I was not sure.")
        for key, seen in (("lead", True), ("inspector", False), ("practice-assessor", False)):
            assert ("I was not sure." in text_of(read(clients[key], COMPARE))) is seen

    def test_text_of_people_is_escaped(
        self, pair: SecondMarking, clients: dict[str, Client]
    ) -> None:
        pair.second.judgements.update(evidence="<b>bold</b>\nnext")
        for url in (COMPARE, QUESTION):
            page = clients["lead"].get(url).content.decode()
            assert "&lt;b&gt;bold&lt;/b&gt;<br>next" in page

    @pytest.mark.parametrize("key", ["lead", "inspector"])
    def test_takes_the_same_queries_however_much_differs(
        self,
        inspection: Inspection,
        key: str,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        make_compared(inspection, "ANY-001", second={"1.2.02": "insufficient"})
        codes = ("1.1.01", "1.2.02", "1.2.03", "2.1.01", "2.1.02/a", "2.1.02/b", "2.1.03/a")
        make_compared(inspection, "ANY-002", second=dict.fromkeys(codes, "insufficient"))
        client = client_of(inspection, key)
        read(client, COMPARE)
        for reference in ("ANY-001", "ANY-002"):
            with django_assert_num_queries(7):
                read(client, COMPARE.replace("ANY-001", reference))
            with django_assert_num_queries(7):
                read(client, QUESTION.replace("ANY-001", reference))


class TestAccess:
    def test_others_find_nothing(self, inspection: Inspection, clients: dict[str, Client]) -> None:
        everybody = [clients["local-assessor"]]
        for user in (
            user_of(inspection, "support"),
            make_manager(),
            make_administrator(),
            make_user("stranger"),
        ):
            client = Client()
            client.force_login(user)
            everybody.append(client)
        for client in everybody:
            for url in (COMPARE, QUESTION, FACT, ONE_SIDED):
                assert client.get(url).status_code == 404
            assert client.post(QUESTION, {"value": "sufficient", "reason": "R"}).status_code == 404
        assert not Settlement.objects.exists()

    def test_who_has_not_signed_in_is_asked_to(self, client: Client, pair: SecondMarking) -> None:
        for url in (COMPARE, QUESTION, ROW, FACT, ONE_SIDED):
            answer = client.get(url)
            asked = (answer.status_code, answer["Location"])
            assert asked == (302, f"/accounts/login/?next={url}")

    def test_what_does_not_differ_is_not_found(self, clients: dict[str, Client]) -> None:
        for place in (
            "questions/9.9.99/",
            "questions/1.1.01/",
            "questions/2.1.02/",
            "questions/2.1.02/zz/",
            "questions/%00/",
            "facts/gender/",
            "facts/nothing/",
            f"questions/{'1' * 500}/",
        ):
            assert clients["lead"].get(f"{COMPARE}{place}").status_code == 404
            assert clients["lead"].post(f"{COMPARE}{place}", {}).status_code == 404

    def test_a_case_of_another_inspection_is_not_found(self, clients: dict[str, Client]) -> None:
        other = make_inspection("Othershire")
        make_compared(other, "OTH-001", second={"1.2.02": "insufficient"})
        crossed = QUESTION.replace("ANY-001", "OTH-001")
        assert clients["lead"].get(crossed).status_code == 404

    def test_a_page_refuses_what_it_does_not_do(self, clients: dict[str, Client]) -> None:
        for url in (QUESTION, FACT, ONE_SIDED):
            for method in ("put", "delete", "patch"):
                assert getattr(clients["lead"], method)(url).status_code == 405

    def test_a_withdrawn_case_is_gone(
        self, pair: SecondMarking, clients: dict[str, Client]
    ) -> None:
        pair.case.withdrawn = True
        pair.case.save()
        assert clients["lead"].get(COMPARE).status_code == 404

    def test_what_was_typed_before_the_session_ended_is_kept(
        self, inspection: Inspection, clients: dict[str, Client]
    ) -> None:
        client = clients["lead"]
        client.get(QUESTION)
        end_session(client)
        sent = {"value": "sufficient", "reason": "On page 3.", "seen": "0"}
        assert client.post(QUESTION, sent).status_code == 302
        client.force_login(user_of(inspection, "lead"))
        page = read(client, QUESTION)
        assert page.xpath("string(//textarea)").strip() == "On page 3."
        assert not Settlement.objects.exists()
