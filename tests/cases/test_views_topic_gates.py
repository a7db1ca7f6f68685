"""What answers open, close and bring back on the page of a topic, and clearing them."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Assessment, Judgement, JudgementRevision
from tests.cases.filling import (
    ANALYSIS,
    CASE,
    DELIVERY,
    FACTORS,
    FACTS_PAGE,
    SCREENING,
    asked_on,
    banners_of,
    client_of,
    errors_of,
    judgement_of,
    open_analysis,
    open_sheet,
    sheet_of,
    stored_in,
)
from tests.casting import make_case, make_inspection
from tests.pages import read_page, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def client(assessment: Assessment) -> Client:
    return client_of(assessment.inspection, "inspector")


class TestGates:
    def test_without_javascript_a_save_that_opens_questions_returns_and_says_so(
        self, client: Client, assessment: Assessment
    ) -> None:
        answer = open_sheet(client, SCREENING).fill(q1_1_01_answer="sufficient").save(next="case")
        assert (answer.status_code, answer["Location"]) == (302, SCREENING)
        page = open_sheet(client, SCREENING).page
        assert asked_on(page) == {"1.1.01": True, "1.1.02": True}
        assert banners_of(page) == [
            (
                "Important",
                "Saved 1 change. 9 questions still to answer in this case. "
                "Your answers open 1 further question on this page: 1.1.02.",
            )
        ]
        assert page.xpath("//*[@class='govuk-notification-banner__link']/@href") == ["#q1-1-02"]

    def test_with_javascript_what_was_shown_does_not_hold_anybody_up(
        self, client: Client, assessment: Assessment
    ) -> None:
        sheet = open_sheet(client, SCREENING).fill(q1_1_01_answer="sufficient")
        answer = sheet.fill(shown="1.1.01 1.1.02").save(next="case")
        assert answer["Location"] == CASE
        assert banners_of(read_page(client.get(CASE))) == [
            ("Success", "Saved 1 change. 9 questions still to answer in this case.")
        ]

    def test_a_gate_and_what_it_opens_come_in_one_save(
        self, client: Client, assessment: Assessment
    ) -> None:
        sheet = open_sheet(client, SCREENING).fill(shown="1.1.01 1.1.02")
        answer = sheet.fill(q1_1_01_answer="sufficient", q1_1_02_answer="sufficient").save()
        assert answer["Location"] == ANALYSIS
        assert banners_of(read_page(client.get(ANALYSIS))) == [
            (
                "Success",
                "Saved 2 changes. 1 further question now applies. "
                "9 questions still to answer in this case.",
            )
        ]
        assert stored_in(assessment) == {"1.1.01": ("sufficient", 1), "1.1.02": ("sufficient", 1)}

    def test_answers_are_set_aside_and_come_back(
        self, client: Client, assessment: Assessment
    ) -> None:
        open_analysis(client)
        open_sheet(client, ANALYSIS).fill(q1_1_03_answer="sufficient").save()
        client.get(CASE)
        open_sheet(client, SCREENING).fill(q1_1_01_answer="insufficient").save(next="case")
        assert banners_of(read_page(client.get(CASE))) == [
            (
                "Success",
                "Saved 1 change. 2 answered questions no longer apply. Their answers are kept, "
                "and come back if the questions apply again. "
                "8 questions still to answer in this case.",
            )
        ]
        assert asked_on(open_sheet(client, SCREENING).page) == {"1.1.01": True, "1.1.02": False}
        open_sheet(client, SCREENING).fill(q1_1_01_answer="sufficient").save(next="case")
        assert banners_of(read_page(client.get(CASE))) == [
            (
                "Success",
                "Saved 1 change. 2 questions apply again, with the answers that they had. "
                "8 questions still to answer in this case.",
            )
        ]
        assert stored_in(assessment) == {
            "1.1.01": ("sufficient", 3),
            "1.1.02": ("sufficient", 1),
            "1.1.03": ("sufficient", 1),
        }

    def test_a_question_that_ceased_to_apply_keeps_what_was_written(
        self, client: Client, assessment: Assessment
    ) -> None:
        open_sheet(client, SCREENING).fill(q1_1_01_answer="sufficient").save()
        mine = open_sheet(client, SCREENING)
        lead = client_of(assessment.inspection, "lead")
        open_sheet(lead, SCREENING).fill(q1_1_01_answer="insufficient").save()
        answer = mine.fill(q1_1_02_answer="insufficient", q1_1_02_evidence="Six weeks.").save()
        page = read_page(answer)
        assert answer.status_code == 422
        assert errors_of(page) == [
            (
                "1.1.02: This question does not apply to this case, so it has no answer.",
                "#id_q1-1-02-answer_0",
            )
        ]
        assert asked_on(page) == {"1.1.01": True, "1.1.02": True}
        assert texts_of(page, "//*[contains(@class, 'judgement__theirs')]") == [
            "Yours is kept on this page until you remove it from 1.1.02."
        ]
        again = sheet_of(client, SCREENING, answer)
        assert again.sent["q1-1-02-answer"] == ["insufficient"]
        assert again.sent["q1-1-02-evidence"] == ["Six weeks."]
        assert again.sent["q1-1-01-answer"] == ["sufficient"]
        assert stored_in(assessment) == {"1.1.01": ("insufficient", 2)}
        assert again.save(keep="q1-1-02")["Location"] == f"{SCREENING}#q1-1-02"
        assert stored_in(assessment) == {"1.1.01": ("insufficient", 2)}

    def test_a_grid_that_ceased_to_apply_shows_its_rows_again(
        self, client: Client, assessment: Assessment
    ) -> None:
        mine = open_sheet(client, DELIVERY)
        lead = client_of(assessment.inspection, "lead")
        open_sheet(lead, FACTS_PAGE).fill(custody="yes", community="no").save()
        assert asked_on(open_sheet(lead, DELIVERY).page) == {"2.1.01": True, "2.1.02": False}
        answer = mine.fill(q2_1_02_b_answer="insufficient", q2_1_01_answer="sufficient").save()
        page = read_page(answer)
        assert answer.status_code == 422
        assert [text for text, _ in errors_of(page)] == [
            "2.1.02 Health: This question does not apply to this case, so it has no answer."
        ]
        assert asked_on(page) == {"2.1.01": True, "2.1.02": True}
        assert page.xpath("//*[@id='q2-1-02-b']//input[@checked]/@value") == ["insufficient"]
        assert page.xpath("//button[@name='keep']/@value") == ["q2-1-02-b"]
        assert stored_in(assessment) == {"2.1.01": ("sufficient", 1)}


class TestClearing:
    def test_clears_one_answer_and_saves_the_rest(
        self, client: Client, assessment: Assessment
    ) -> None:
        open_sheet(client, DELIVERY).fill(
            q2_1_01_answer="insufficient",
            q2_1_01_evidence="None seen.",
            q2_1_02_a_answer="sufficient",
        ).save()
        client.get(FACTORS)
        answer = (
            open_sheet(client, DELIVERY).fill(q2_1_02_b_answer="sufficient").save(clear="q2-1-01")
        )
        assert answer["Location"] == f"{DELIVERY}#q2-1-01"
        assert banners_of(read_page(client.get(DELIVERY))) == [
            ("Important", "Saved 2 changes. 7 questions still to answer in this case.")
        ]
        assert stored_in(assessment) == {
            "2.1.01": ("", 2),
            "2.1.02/a": ("sufficient", 1),
            "2.1.02/b": ("sufficient", 1),
        }
        assert judgement_of(assessment, "2.1.01").evidence == "None seen."
        assert list(
            JudgementRevision.objects.filter(judgement__question__code="2.1.01").values_list(
                "answer", "evidence"
            )
        ) == [("insufficient", "None seen."), ("", "None seen.")]

    def test_clears_one_row_of_a_grid(self, client: Client, assessment: Assessment) -> None:
        open_sheet(client, FACTORS).fill(
            q2_1_03_a_answer="sufficient", q2_1_03_b_answer="insufficient"
        ).save()
        open_sheet(client, FACTORS).save(clear="q2-1-03-a")
        assert stored_in(assessment) == {"2.1.03/a": ("", 2), "2.1.03/b": ("insufficient", 1)}

    def test_clearing_a_gate_closes_what_it_opened(
        self, client: Client, assessment: Assessment
    ) -> None:
        open_analysis(client)
        client.get(CASE)
        open_sheet(client, SCREENING).save(clear="q1-1-01")
        page = open_sheet(client, SCREENING).page
        assert asked_on(page) == {"1.1.01": True, "1.1.02": False}
        assert judgement_of(assessment, "1.1.02").state == Judgement.State.UNDECIDED

    def test_is_offered_only_where_there_is_an_answer(self, client: Client) -> None:
        open_sheet(client, DELIVERY).fill(q2_1_02_b_answer="sufficient").save()
        page = open_sheet(client, DELIVERY).page
        offered = "//p[not(@hidden)]/button[@name='clear']/@value"
        assert page.xpath(offered) == ["q2-1-02-b"]
