"""What the page of a topic does not save: it says so at the place, and keeps it."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Assessment
from tests.cases.filling import (
    ANALYSIS,
    DELIVERY,
    SCREENING,
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
from tests.pages import read_page, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def client(assessment: Assessment) -> Client:
    return client_of(assessment.inspection, "inspector")


class TestRefusing:
    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            (
                {"q2-1-02-a-answer": "perhaps"},
                "2.1.02 Social care: choose one of the answers.",
            ),
            (
                {"q2-1-02-a-evidence": "x" * 5001},
                "2.1.02 Social care: the evidence note must be 5,000 characters or fewer. "
                "It has 5001.",
            ),
            (
                {"q2-1-02-a-evidence": "a\x00b"},
                "2.1.02 Social care: the evidence note holds a character that cannot be stored.",
            ),
        ],
    )
    def test_says_so_at_the_place_keeps_it_and_saves_the_rest(
        self,
        client: Client,
        assessment: Assessment,
        fields: dict[str, str],
        message: str,
    ) -> None:
        sheet = open_sheet(client, DELIVERY).fill(q2_1_01_answer="sufficient")
        sheet.sent |= {name: [value] for name, value in fields.items()}
        answer = sheet.save()
        page = read_page(answer)
        assert answer.status_code == 422
        assert [text for text, _ in errors_of(page)] == [message]
        assert texts_of(page, "//*[@id='q2-1-02-a']//*[@class='govuk-error-message']") == [
            f"Error: {message}"
        ]
        assert text_of(page.xpath("//title")[0]).startswith("Error: ")
        assert banners_of(page) == [("Important", "Saved 1 change.")]
        assert stored_in(assessment) == {"2.1.01": ("sufficient", 1)}
        for _, target in errors_of(page):
            assert len(page.xpath(f"//*[@id='{target[1:]}']")) == 1

    def test_a_note_that_is_too_long_stays_on_the_page(self, client: Client) -> None:
        note = "word " * 1001
        answer = open_sheet(client, SCREENING).fill(q1_1_01_evidence=note).save()
        assert sheet_of(client, SCREENING, answer).sent["q1-1-01-evidence"] == [note]

    def test_not_applicable_where_it_is_not_allowed(
        self, client: Client, assessment: Assessment
    ) -> None:
        answer = open_sheet(client, SCREENING).fill(q1_1_01_answer="not_applicable").save()
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [
            ("1.1.01: choose one of the answers.", "#id_q1-1-01-answer_0")
        ]
        assert stored_in(assessment) == {}

    def test_an_unknown_reason(self, client: Client, assessment: Assessment) -> None:
        open_analysis(client)
        sheet = open_sheet(client, ANALYSIS)
        answer = sheet.fill(q1_1_03_answer="insufficient", q1_1_03_reasons=["none"]).save()
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [
            ("1.1.03: choose one of the reasons.", "#id_q1-1-03-reasons_0")
        ]
        assert judgement_of(assessment, "1.1.03").version == 0

    @pytest.mark.parametrize(
        "version", ["", "-1", "one", "1.5", "2147483648", "9" * 40, "\x00", "٢x"]
    )
    def test_a_version_that_no_page_sends(
        self, client: Client, assessment: Assessment, version: str
    ) -> None:
        sheet = open_sheet(client, SCREENING).fill(q1_1_01_answer="sufficient")
        answer = sheet.fill(q1_1_01_version=version).save()
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [
            ("The page was not sent as it was made. Open it again before you save.", "")
        ]
        assert stored_in(assessment) == {}

    def test_a_version_from_the_future_is_no_way_round_a_conflict(
        self, client: Client, assessment: Assessment
    ) -> None:
        sheet = open_sheet(client, SCREENING).fill(q1_1_01_answer="sufficient")
        assert sheet.fill(q1_1_01_version="2147483647").save().status_code == 409
        assert stored_in(assessment) == {}

    def test_fields_that_are_not_of_the_page_do_nothing(
        self, client: Client, assessment: Assessment
    ) -> None:
        sheet = open_sheet(client, SCREENING)
        sheet.sent |= {
            "q2-1-01-answer": ["sufficient"],
            "q2-1-01-version": ["0"],
            "q1-2-01-answer": ["sufficient"],
            "q1-2-01-version": ["0"],
            "shown": ["1.1.01 9.9.99 <b>"],
        }
        assert sheet.save().status_code == 302
        assert stored_in(assessment) == {}
