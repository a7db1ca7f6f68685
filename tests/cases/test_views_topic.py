"""The page of a topic: what it asks, what a save stores, and where it leads."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment
from tests.cases.filling import (
    ANALYSIS,
    CASE,
    DELIVERY,
    FACTORS,
    PLANS,
    SCREENING,
    asked_on,
    banners_of,
    client_of,
    errors_of,
    heading_of,
    judgement_of,
    open_analysis,
    open_sheet,
    stored_in,
)
from tests.casting import FACTS, make_case, make_inspection
from tests.pages import read_page, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def client(assessment: Assessment) -> Client:
    return client_of(assessment.inspection, "inspector")


class TestOpening:
    def test_shows_what_applies_and_hides_what_may_come(self, client: Client) -> None:
        page = open_sheet(client, SCREENING).page
        assert heading_of(page) == "Case ANY-001: 1.1 Risk Screening"
        assert asked_on(page) == {"1.1.01": True, "1.1.02": False}
        assert asked_on(open_sheet(client, PLANS).page) == {
            "1.2.01": False,
            "1.2.02": True,
            "1.2.03": True,
        }
        assert asked_on(open_sheet(client, DELIVERY).page) == {"2.1.01": True, "2.1.02": True}

    def test_shows_each_question_with_its_guidance_and_choices(self, client: Client) -> None:
        page = open_sheet(client, DELIVERY).page
        (question,) = page.xpath("//section[@id='q2-1-01']")
        assert texts_of(question, ".//legend") == ["2.1.01 Was the planned work delivered?"]
        assert texts_of(question, ".//*[@id='q2-1-01-guidance']") == [
            "Look at the contacts. Not applicable: No work was due yet."
        ]
        assert [
            (text_of(box.xpath("./label")[0]), box.xpath("./input/@value"))
            for box in question.xpath(".//*[@class='govuk-radios__item']")
        ] == [
            ("Yes", ["sufficient"]),
            ("No", ["insufficient"]),
            ("Not applicable", ["not_applicable"]),
        ]
        assert texts_of(page, "//section[@id='q2-1-02']//legend") == [
            "Social care (2.1.02)",
            "Health (2.1.02)",
        ]

    def test_offers_not_applicable_only_where_it_is_allowed(self, client: Client) -> None:
        page = open_sheet(client, SCREENING).page
        assert page.xpath("//*[@id='q1-1-01']//input[@type='radio']/@value") == [
            "sufficient",
            "insufficient",
        ]

    def test_shows_what_was_answered_by_whom_and_when(self, assessment: Assessment) -> None:
        case = make_case(assessment.inspection, "ANY-002", answers={"2.1.02/a": "insufficient"})
        stamp = case.judgements.get(version=1).changed_at
        assert stamp is not None
        page = open_sheet(
            client_of(assessment.inspection, "lead"), DELIVERY.replace("001", "002")
        ).page
        row = page.xpath("//*[@id='q2-1-02-a']")[0]
        assert row.xpath(".//input[@checked]/@value") == ["insufficient"]
        (said,) = texts_of(page, "//*[contains(@class, 'judgement__meta')][not(@hidden)]")
        assert said.startswith("Answered by Inspector on ")
        assert said.endswith(
            ". Clear this answer to 2.1.02 Social care History of 2.1.02 Social care"
        )
        assert texts_of(page, "//*[@class='app-progress__count']") == ["1 of 3 questions"]

    def test_says_why_nothing_is_asked(self, client: Client, assessment: Assessment) -> None:
        page = read_page(client.get(ANALYSIS))
        assert texts_of(page, "//*[@id='nothing-asked'][not(@hidden)]") == [
            "Nothing to judge here yet: it depends on facts or answers that are not yet given."
        ]
        assert asked_on(page) == {"1.1.03": False}
        make_case(assessment.inspection, "ANY-002", answers={"1.1.01": "insufficient"})
        page = read_page(client.get(ANALYSIS.replace("001", "002")))
        assert texts_of(page, "//*[@id='nothing-asked'][not(@hidden)]") == [
            "No question of this topic applies to this case, as its facts and answers stand."
        ]

    def test_leads_to_the_topics_before_and_after_that_ask_something(self, client: Client) -> None:
        def pager(url: str) -> list[str]:
            page = read_page(client.get(url))
            return [str(href) for href in page.xpath("//nav[@aria-label='Topics']//a/@href")]

        assert [pager(url) for url in (SCREENING, ANALYSIS, PLANS, FACTORS)] == [
            [PLANS],
            [SCREENING, PLANS],
            [SCREENING, DELIVERY],
            [DELIVERY],
        ]


class TestSaving:
    def test_stores_what_changed_and_nothing_else(
        self, client: Client, assessment: Assessment
    ) -> None:
        sheet = open_sheet(client, DELIVERY)
        answer = sheet.fill(q2_1_01_answer="insufficient", q2_1_02_b_answer="not_applicable").save()
        assert (answer.status_code, answer["Location"]) == (302, FACTORS)
        assert stored_in(assessment) == {
            "2.1.01": ("insufficient", 1),
            "2.1.02/b": ("not_applicable", 1),
        }
        assert banners_of(read_page(client.get(FACTORS))) == [
            ("Success", "Saved 2 changes. 7 questions still to answer in this case.")
        ]

    def test_saving_again_what_stands_stores_and_says_nothing(
        self, client: Client, assessment: Assessment
    ) -> None:
        open_sheet(client, DELIVERY).fill(q2_1_01_answer="sufficient").save()
        client.get(CASE)
        assert open_sheet(client, DELIVERY).save().status_code == 302
        assert stored_in(assessment) == {"2.1.01": ("sufficient", 1)}
        assert banners_of(read_page(client.get(CASE))) == []

    @pytest.mark.parametrize(
        ("url", "buttons", "target"),
        [
            (SCREENING, {"next": "topic"}, PLANS),
            (SCREENING, {"next": "case"}, CASE),
            (SCREENING, {}, PLANS),
            (FACTORS, {"next": "topic"}, CASE),
            (SCREENING, {"next": "https://evil.example/"}, PLANS),
            (SCREENING, {"next": "//evil.example/"}, PLANS),
            (FACTORS, {"next": "//evil.example/"}, CASE),
            (SCREENING, {"clear": "//evil.example/"}, f"{SCREENING}#//evil.example/"),
            (SCREENING, {"clear": "a\r\nLocation: x"}, f"{SCREENING}#a%0D%0ALocation:%20x"),
        ],
    )
    def test_goes_on_and_never_off_the_site(
        self, client: Client, url: str, buttons: dict[str, str], target: str
    ) -> None:
        assert open_sheet(client, url).save(**buttons)["Location"] == target

    def test_reasons_are_stored_with_a_no(self, client: Client, assessment: Assessment) -> None:
        open_analysis(client)
        sheet = open_sheet(client, ANALYSIS)
        sheet.fill(
            q1_1_03_answer="insufficient", q1_1_03_reasons=["victims_left_out", "too_short"]
        ).save()
        assert judgement_of(assessment, "1.1.03").reasons == ["too_short", "victims_left_out"]
        page = open_sheet(client, ANALYSIS).page
        assert page.xpath("//*[@data-reasons]//input[@checked]/@value") == [
            "too_short",
            "victims_left_out",
        ]

    def test_reasons_without_a_no_are_refused_and_kept_on_the_page(
        self, client: Client, assessment: Assessment
    ) -> None:
        open_analysis(client)
        sheet = open_sheet(client, ANALYSIS)
        sheet.fill(q1_1_03_answer="sufficient", q1_1_03_reasons=["too_short"])
        answer = sheet.save()
        page = read_page(answer)
        assert answer.status_code == 422
        assert errors_of(page) == [
            ("1.1.03: Reasons are given only where the answer is No.", "#id_q1-1-03-answer_0")
        ]
        assert page.xpath("//*[@id='q1-1-03']//input[@checked]/@value") == [
            "sufficient",
            "too_short",
        ]
        assert judgement_of(assessment, "1.1.03").version == 0

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("Two visits.\r\nOne call.", "Two visits.\nOne call."),
            ("  indented\r\n", "  indented\n"),
            (" \r\n\t ", ""),
            ("<b>bold</b> & “quoted”", "<b>bold</b> & “quoted”"),
            ("x" * 4990 + "\r\n" * 10, "x" * 4990 + "\n" * 10),
        ],
        ids=["line ends", "edges", "only spaces", "markup", "5,000 with line ends"],
    )
    def test_evidence_is_kept_as_it_was_written(
        self, client: Client, assessment: Assessment, sent: str, kept: str
    ) -> None:
        sheet = open_sheet(client, SCREENING)
        sheet.fill(q1_1_01_answer="insufficient", q1_1_01_evidence=sent)
        assert sheet.save().status_code == 302
        assert judgement_of(assessment, "1.1.01").evidence == kept
        again = open_sheet(client, SCREENING)
        assert again.sent["q1-1-01-evidence"] == [kept.replace("\n", "\r\n")]
        again.save()
        assert judgement_of(assessment, "1.1.01").version == 1

    def test_evidence_alone_is_stored_without_an_answer(
        self, client: Client, assessment: Assessment
    ) -> None:
        open_sheet(client, SCREENING).fill(q1_1_01_evidence="Ask for the file.").save()
        kept = judgement_of(assessment, "1.1.01")
        assert (kept.answer, kept.evidence, kept.version) == ("", "Ask for the file.", 1)

    def test_markup_in_evidence_is_shown_as_text(self, client: Client) -> None:
        script = "</textarea><script>alert(1)</script>"
        open_sheet(client, SCREENING).fill(q1_1_01_evidence=script).save()
        response = client.get(SCREENING)
        assert b"<script>alert(1)" not in response.content
        assert texts_of(read_page(response), "//*[@id='id_q1-1-01-evidence']") == [script]

    def test_what_is_not_sent_stands(self, client: Client, assessment: Assessment) -> None:
        open_sheet(client, DELIVERY).fill(
            q2_1_01_answer="sufficient", q2_1_02_a_answer="sufficient"
        ).save()
        assert client.post(DELIVERY, {"q2-1-02-a-answer": "insufficient"}).status_code == 302
        assert stored_in(assessment) == {"2.1.01": ("sufficient", 1), "2.1.02/a": ("sufficient", 1)}


class TestQueries:
    @pytest.mark.parametrize(("cases", "rest"), [(1, ""), (12, "sufficient")])
    @pytest.mark.parametrize("url", [SCREENING, DELIVERY])
    def test_a_page_takes_the_same_for_any_number_of_cases_and_answers(
        self,
        django_assert_num_queries: DjangoAssertNumQueries,
        cases: int,
        rest: str,
        url: str,
    ) -> None:
        """Session, person, part, case, judgements, all of them, facts and gate answers."""
        inspection = make_inspection()
        for number in range(1, cases + 1):
            make_case(inspection, f"ANY-{number:03}", facts=FACTS, rest=rest)
        client = client_of(inspection, "inspector")
        client.get(url)
        with django_assert_num_queries(9):
            assert client.get(url).status_code == 200

    @pytest.mark.parametrize(
        ("url", "field", "queries"),
        [(DELIVERY, "q2-1-01-answer", 12), (SCREENING, "q1-1-01-answer", 14)],
    )
    def test_saving_one_answer(
        self,
        client: Client,
        assessment: Assessment,
        django_assert_num_queries: DjangoAssertNumQueries,
        url: str,
        field: str,
        queries: int,
    ) -> None:
        """Five to find the page, the save itself, and one to find what remains."""
        sheet = open_sheet(client, url)
        sheet.sent |= {field: ["insufficient"], "shown": ["1.1.01 1.1.02"]}
        with django_assert_num_queries(queries):
            assert sheet.save().status_code == 302
