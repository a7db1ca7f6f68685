"""The pages of agreement: figures with the counts behind them, for the lead inspector alone."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inspections.models import Inspection
from tests.cases.second_marking.pairs import make_compared
from tests.casting import (
    FACTS,
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    user_of,
)
from tests.pages import Element, links_of, read_page, rows_of, text_of, texts_of

AGREEMENT = "/inspections/anyshire-2026/agreement/"
QUESTION = f"{AGREEMENT}1.2.02/"
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


@pytest.fixture
def compared(inspection: Inspection) -> None:
    """Three cases: one alike, one in which 1.2.02 differs, one with 1.2.02 and a grid's row."""
    make_compared(inspection, "ANY-001")
    make_compared(
        inspection, "ANY-002",
        first_facts={**FACTS, "custody": "yes"}, second={"1.2.02": "insufficient"},
    )  # fmt: skip
    make_compared(
        inspection, "ANY-003",
        assessor="local-assessor",
        first={"1.2.02": "insufficient", "2.1.03/a": "not_applicable"},
        second_facts={**FACTS, "risk_level": "low"},
    )  # fmt: skip


def read(client: Client, url: str = AGREEMENT) -> Element:
    response = client.get(url)
    assert response.status_code == 200
    return read_page(response)


@pytest.mark.parametrize("url", [AGREEMENT, QUESTION])
def test_the_way_to_the_other_pages_about_the_scores_is_there(lead: Client, url: str) -> None:
    current = "//nav[@aria-label='Pages about the scores']//a[@aria-current='page']"
    assert [link.get("href") for link in read(lead, url).xpath(current)] == [AGREEMENT]


@pytest.mark.usefixtures("compared")
class TestThePage:
    def test_over_all(self, lead: Client) -> None:
        page = read(lead)
        # 11 pairs in the first case, 11 in the second, 10 in the third; 3 of 32 differ.
        assert texts_of(page, "//section[@aria-labelledby='overall']//div[@class='app-score']") == [
            "Same answer 91% 29 of 32 pairs", "Cohen’s kappa −0.03", "Gwet’s AC1 0.90",
        ]  # fmt: skip
        assert rows_of(page, "counts-overall") == [
            ["First assessor (down), second assessor (across)", "Yes", "No", "Not applicable",
             "All"],
            ["Yes", "29", "1", "0", "30"],
            ["No", "1", "0", "0", "1"],
            ["Not applicable", "1", "0", "0", "1"],
            ["All", "31", "1", "0", "32"],
        ]  # fmt: skip
        assert (
            "2 questions were asked of one of the two only, and are not among the pairs."
            in texts_of(page, "//section[@aria-labelledby='overall']/p")
        )

    def test_questions_most_disputed_first(self, lead: Client) -> None:
        page = read(lead)
        head, *disputed = rows_of(page, "disputed")
        assert head == [
            "Question", "Pairs", "Differ", "Same answer", "Kappa", "AC1", "Asked of one only",
        ]  # fmt: skip
        assert disputed == [
            ["1.2.02 Has the young person kept to the plan?", "3 few pairs", "2", "33%", "−0.50",
             "−0.20", "0"],
            ["2.1.03 Did the work address each factor?", "9 few pairs", "1", "89%", "0.00",
             "0.88", "0"],
        ]  # fmt: skip
        undisputed = rows_of(page, "undisputed")[1:]
        assert undisputed[0] == [
            "1.1.01 Was a screening completed?", "3 few pairs", "0", "100%", "Not defined",
            "1.00", "0",
        ]  # fmt: skip
        assert ["1.2.01 Was the plan for custody good enough?", "0", "0", "–", "Not defined",
                "Not defined", "1"] in undisputed  # fmt: skip
        assert links_of(page, "//table[@id='disputed']")[0] == (
            "1.2.02 Has the young person kept to the plan?", QUESTION,
        )  # fmt: skip

    def test_by_criterion_fact_and_assessor(self, lead: Client) -> None:
        page = read(lead)
        assert [row[:4] for row in rows_of(page, "criterion-lines")[1:]] == [
            ["1.1 Risk", "9 few pairs", "0", "100%"],
            ["1.2 Planning", "5 few pairs", "2", "60%"],
            ["2.1 Working together", "18", "1", "94%"],
        ]
        assert [row[:4] for row in rows_of(page, "fact-lines")[1:]] == [
            ["Level of risk", "3 few pairs", "1", "67%"],
            ["Safeguarding needs", "3 few pairs", "0", "100%"],
            ["Safeguarding plan required", "3 few pairs", "0", "100%"],
        ]
        assert rows_of(page, "assessor-lines") == [
            ["Assessor", "Cases", "Pairs", "Differ", "Same answer", "Kappa", "AC1",
             "Yes where the other said No", "No where the other said Yes"],
            ["Inspector", "2", "22", "1", "95%", "0.00", "0.95", "1", "0"],
            ["Practice assessor", "3", "32", "3", "91%", "−0.03", "0.90", "1", "1"],
            ["Local assessor", "1", "10", "2", "80%", "0.00", "0.78", "0", "1"],
        ]  # fmt: skip
        assert rows_of(page, "counts-a2")[0][0] == (
            "Local assessor (down), the other assessor (across)"
        )

    def test_one_question_with_the_cases_in_which_it_differs(self, lead: Client) -> None:
        page = read(lead, QUESTION)
        assert texts_of(page, "//h1") == ["Anyshire 2026 Agreement on 1.2.02"]
        assert texts_of(page, "//dl/div/dd") == ["3", "33%", "−0.50", "−0.20", "0"]
        assert rows_of(page, "differences")[1:] == [
            ["ANY-002", "Yes Inspector", "No Practice assessor"],
            ["ANY-003", "No Local assessor", "Yes Practice assessor"],
        ]
        assert links_of(page, "//table[@id='differences']")[0][1] == (
            "/inspections/anyshire-2026/cases/ANY-002/second-marking/"
        )
        grid = read(lead, f"{AGREEMENT}2.1.03/")
        assert rows_of(grid, "differences")[1:] == [
            ["ANY-003 Family", "Not applicable Local assessor", "Yes Practice assessor"]
        ]
        asked_once = text_of(read(lead, f"{AGREEMENT}1.2.01/"))
        assert "No two assessors have both been asked this question" in asked_once
        assert "In no case do the two differ." in text_of(read(lead, f"{AGREEMENT}1.1.01/"))


def test_says_where_nothing_was_judged_twice(lead: Client) -> None:
    assert texts_of(read(lead), "//*[@class='app-empty']") == [
        "No case has been judged by two people yet. Agreement is counted once both have completed "
        "a case."
    ]


@pytest.mark.parametrize("cases", [1, 6])
def test_takes_as_many_queries_for_many_cases(
    cases: int,
    inspection: Inspection,
    lead: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(cases):
        make_compared(inspection, f"ANY-00{number}", second={"1.2.02": "insufficient"})
    for url, queries in ((AGREEMENT, 6), (QUESTION, 5)):
        with django_assert_num_queries(queries):
            lead.get(url)


def test_the_scorecard_names_the_cases_that_are_not_settled(
    inspection: Inspection, lead: Client
) -> None:
    assert "judged twice" not in text_of(read(lead, SCORECARD))
    make_compared(inspection, "ANY-001")
    make_compared(inspection, "ANY-002", second={"1.2.02": "insufficient"})
    page = read(lead, SCORECARD)
    assert texts_of(page, "//*[@class='govuk-inset-text']") == [
        "1 case is judged twice and not yet settled: ANY-002 (to be settled by Inspector and "
        "Practice assessor, or by you). Until then the first marking counts here, and scores may "
        "move once it is settled. Second marking"
    ]


class TestAccess:
    def test_is_for_the_lead_inspector_alone(self, inspection: Inspection) -> None:
        make_case(inspection)
        for key in ("inspector", "practice-assessor", "local-assessor"):
            client = Client()
            client.force_login(user_of(inspection, key))
            assert [client.get(url).status_code for url in (AGREEMENT, QUESTION)] == [403, 403]

    def test_others_find_nothing(self, inspection: Inspection) -> None:
        for user in (
            user_of(inspection, "support"),
            make_manager(),
            make_administrator(),
            make_user("stranger"),
        ):
            client = Client()
            client.force_login(user)
            assert [client.get(url).status_code for url in (AGREEMENT, QUESTION)] == [404, 404]

    def test_who_has_not_signed_in_is_asked_to(
        self, client: Client, inspection: Inspection
    ) -> None:
        for url in (AGREEMENT, QUESTION):
            assert client.get(url)["Location"] == f"/accounts/login/?next={url}"

    def test_what_is_not_there_is_not_found_and_pages_only_show(self, lead: Client) -> None:
        for code in ("9.9.99", "%00", "x" * 500):
            assert lead.get(f"{AGREEMENT}{code}/").status_code == 404
        assert lead.get("/inspections/nowhere-2026/agreement/").status_code == 404
        for url in (AGREEMENT, QUESTION):
            assert lead.post(url).status_code == 405
