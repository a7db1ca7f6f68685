"""The scorecard page: every score at its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from inspections.catalogue import load_definition, store_programme
from inspections.models import Inspection
from inspections.programmes import read_programme
from scoring.names import list_score_names
from scoring.room_pages import url_of_score
from tests.casting import FACTS, make_case, make_inspection, user_of
from tests.pages import Element, links_of, read_page, rows_of, text_of, texts_of

INTERVAL = re.compile(r"\d+% to \d+%")
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
def complete(inspection: Inspection) -> Inspection:
    """Two cases, every question answered: a young man's all sufficient, a young woman's mixed."""
    make_case(inspection, "ANY-001", rest="sufficient")
    make_case(
        inspection,
        "ANY-002",
        facts={**FACTS, "gender": "female"},
        answers={"2.1.01": "not_applicable", "2.1.02/b": "not_applicable"},
        rest="insufficient",
    )
    return inspection


@pytest.fixture
def begun(inspection: Inspection) -> Inspection:
    """One case with one answer."""
    make_case(inspection, "ANY-001", answers={"1.1.01": "sufficient"})
    return inspection


def read(client: Client, query: str = "") -> Element:
    response = client.get(SCORECARD + query)
    assert response.status_code == 200
    return read_page(response)


def state_of(page: Element) -> str:
    return text_of(page.xpath("//main/p")[0])


def headlines_of(page: Element) -> list[list[str]]:
    boxes = page.xpath("//div[contains(@class, 'app-score-grid')]/div")
    return [texts_of(box, "./h3|./p[not(span[@class='app-interval'])]") for box in boxes]


def table_of(page: Element, table: str) -> list[list[str]]:
    """Return the cells of a table of scores, but for the intervals, which stand last."""
    rows = rows_of(page, table)
    assert [row[-1] for row in rows[:1]] == ["95% interval"]
    return [row[:-1] for row in rows]


class TestComplete:
    @pytest.fixture
    def shown(self, complete: Inspection, lead: Client) -> Element:
        return read(lead)

    def test_says_that_the_scores_are_final(self, shown: Element) -> None:
        assert texts_of(shown, "//h1") == ["Anyshire 2026 Scorecard"]
        assert state_of(shown) == (
            "Complete 2 cases. Every question that applies is answered. These scores stand "
            "unless a judgement is changed."
        )

    def test_shows_headlines_with_bands(self, shown: Element) -> None:
        assert headlines_of(shown) == [
            [
                "Safeguarding",
                "Safeguarding: 67%",
                "MODERATE improvement required",
                "4 of 6 judged sufficient",
            ],
            [
                "Risk of Harm",
                "Risk of Harm: 60%",
                "MODERATE improvement required",
                "3 of 5 judged sufficient",
            ],
        ]

    def test_shows_sections_and_criteria(self, shown: Element) -> None:
        assert table_of(shown, "scores") == [
            ["Section or criterion", "Score and band", "Sufficient"],
            ["1 Assessment and planning", "Assessment and planning: 67%", "4 of 6"],
            ["1.1 Risk", "Risk: 75% MINIMUM improvement required", "3 of 4"],
            ["1.2 Planning", "Planning: 50% SUBSTANTIAL improvement required", "1 of 2"],
            ["2 Delivery", "Delivery: 75%", "3 of 4"],
            [
                "2.1 Working together",
                "Working together: 75% MINIMUM improvement required",
                "3 of 4",
            ],
        ]

    def test_draws_them(self, shown: Element) -> None:
        charts = shown.xpath("//*[local-name() = 'svg' and @role = 'img']")
        assert [
            INTERVAL.sub("…", title)
            for chart in charts
            for title in texts_of(chart, "./*[local-name() = 'title']")
        ] == [
            "Scores of sections and criteria. The percentage of answers judged sufficient. "
            "1 Assessment and planning: 67% (95% interval …); 1.1 Risk: 75% (95% interval …); "
            "1.2 Planning: 50% (95% interval …); 2 Delivery: 75% (95% interval …); "
            "2.1 Working together: 75% (95% interval …)."
        ]

    def test_says_how_firm_they_are_and_cautions_where_few_cases_count(
        self, shown: Element
    ) -> None:
        boxes = texts_of(shown, "//div[@class='app-score-grid']//span[@class='app-interval']")
        assert [INTERVAL.sub("…", text) for text in boxes] == ["95% interval …; few cases: 2"] * 2
        assert [INTERVAL.sub("…", row[-1]) for row in rows_of(shown, "questions-1.2")] == [
            "95% interval",
            "–",
            "… few cases",
            "… few cases",
        ]

    def test_every_percentage_opens_its_score_in_one_click(
        self, complete: Inspection, shown: Element
    ) -> None:
        definition = load_definition(complete.programme)
        opened = {
            url
            for text, url in links_of(shown, "//main")
            if text.endswith(("%", "Not scored")) and text
        }
        assert opened == {
            url_of_score(complete.slug, name) for name in list_score_names(definition, rows=True)
        }

    def test_shows_every_question_under_its_criterion(self, shown: Element) -> None:
        head = ["Question", "Sufficient", "Score"]
        both, risk, safe = (
            "Key for Safeguarding and Risk of Harm",
            "Key for Risk of Harm",
            "Key for Safeguarding",
        )
        assert table_of(shown, "questions-1.1") == [
            head,
            [f"1.1.01 Was a screening completed? {both}", "1 of 2", "1.1.01: 50%"],
            [f"1.1.02 Was the screening completed in time? {risk}", "1 of 1", "1.1.02: 100%"],
            ["1.1.03 Was the screening good enough?", "1 of 1", "1.1.03: 100%"],
        ]
        assert table_of(shown, "questions-1.2") == [
            head,
            ["1.2.01 Was the plan for custody good enough?", "0 of 0", "1.2.01: Not scored"],
            [
                "1.2.02 Has the young person kept to the plan? Counts in no score",
                "1 of 2",
                "1.2.02: 50%",
            ],
            [f"1.2.03 Did the plan manage the risk? {risk}", "1 of 2", "1.2.03: 50%"],
        ]
        assert table_of(shown, "questions-2.1") == [
            head,
            [f"2.1.01 Was the planned work delivered? {safe}", "1 of 1", "2.1.01: 100%"],
            [
                f"2.1.02 Did the service and each agency work together? {safe} "
                "Agencies of 2.1.02 Social care: 50%, 1 of 2 Health: 100%, 1 of 1",
                "2 of 3",
                "2.1.02: 67%",
            ],
            [
                "2.1.03 Did the work address each factor? Counts in no score Factors of 2.1.03 "
                "Family: 50%, 1 of 2 School: 50%, 1 of 2 Friends: 50%, 1 of 2",
                "3 of 6",
                "2.1.03: 50%",
            ],
        ]

    def test_has_a_way_to_every_part(self, shown: Element) -> None:
        contents = links_of(shown, "//nav[@aria-labelledby='contents']")
        assert contents == [
            ("Headline scores", "#headlines"),
            ("Sections and criteria", "#summary"),
            ("1 Assessment and planning", "#section-1"),
            ("1.1 Risk", "#criterion-1.1"),
            ("1.2 Planning", "#criterion-1.2"),
            ("2 Delivery", "#section-2"),
            ("2.1 Working together", "#criterion-2.1"),
        ]
        assert [
            len(shown.xpath("//*[@id=$id]", id=link.get("href")[1:]))
            for link in shown.xpath("//a[starts-with(@href, '#')]")
        ] == [1] * len(shown.xpath("//a[starts-with(@href, '#')]"))


class TestIncomplete:
    @pytest.fixture
    def shown(self, begun: Inspection, lead: Client) -> Element:
        return read(lead)

    def test_says_what_is_open(self, shown: Element) -> None:
        assert state_of(shown) == (
            "Not complete 1 case. 10 answers are still open. Until then a score shows where it "
            "stands and the range it can end in; it has a band once the whole range "
            "lies in one. See what is missing, and with whom."
        )
        assert links_of(shown, "//main/p[1]") == [
            ("See what is missing, and with whom", "#missing")
        ]

    def test_says_what_is_missing_and_with_whom(self, begun: Inspection, lead: Client) -> None:
        make_case(begun, "ANY-002", assessor=None, facts={})
        make_case(begun, "ANY-003", assessor="practice-assessor", rest="sufficient")
        make_case(
            begun,
            "ANY-004",
            assessor="local-assessor",
            facts={**FACTS, "plan_required": "yes", "risk_level": ""},
            rest="sufficient",
        )
        page = read(lead)
        assert rows_of(page, "missing-work") == [
            ["Assessor", "Cases", "Not answered yet", "May yet apply", "Facts not recorded"],
            ["Inspector", "1", "9", "1", "0"],
            ["Local assessor", "1", "0", "0", "1"],
            ["Not allocated", "1", "6", "6", "4"],
        ]
        missing = "//section[@aria-labelledby='missing']"
        assert texts_of(page, f"{missing}//li") == [
            "ANY-001: 9 not answered yet, 1 may yet apply",
            "ANY-004: 1 fact not recorded",
            "ANY-002: 6 not answered yet, 6 may yet apply, 4 facts not recorded",
        ]
        assert links_of(page, missing)[0] == (
            "ANY-001",
            "/inspections/anyshire-2026/cases/ANY-001/",
        )

    def test_shows_ranges_and_no_band_that_may_change(self, shown: Element) -> None:
        assert headlines_of(shown) == [
            [
                "Safeguarding",
                "Safeguarding: 100%",
                "Band not settled",
                "1 of 1 judged sufficient",
                "Between 25% and 100% once complete: 3 answers open",
            ],
            [
                "Risk of Harm",
                "Risk of Harm: 100%",
                "Band not settled",
                "1 of 1 judged sufficient",
                "Between 33% and 100% once complete: 2 answers open",
            ],
        ]
        assert table_of(shown, "scores")[1:] == [
            [
                "1 Assessment and planning",
                "Assessment and planning: 100% (25% to 100%)",
                "1 of 1 3 open",
            ],
            ["1.1 Risk", "Risk: 100% (33% to 100%) Band not settled", "1 of 1 2 open"],
            ["1.2 Planning", "Planning: Not scored No band", "0 of 0 1 open"],
            ["2 Delivery", "Delivery: Not scored", "0 of 0 3 open"],
            ["2.1 Working together", "Working together: Not scored No band", "0 of 0 3 open"],
        ]

    def test_shows_what_is_open_of_each_question(self, shown: Element) -> None:
        assert [row[1:] for row in table_of(shown, "questions-1.1")[1:]] == [
            ["1 of 1", "1.1.01: 100%"],
            ["0 of 0 1 open", "1.1.02: Not scored"],
            ["0 of 0 1 open", "1.1.03: Not scored"],
        ]
        assert table_of(shown, "questions-2.1")[2] == [
            "2.1.02 Did the service and each agency work together? Key for Safeguarding Agencies "
            "of 2.1.02 Social care: Not scored, 0 of 0, 1 open Health: Not scored, 0 of 0, 1 open",
            "0 of 0 2 open",
            "2.1.02: Not scored",
        ]

    def test_shows_the_range_of_a_question(self, complete: Inspection, lead: Client) -> None:
        make_case(complete, "ANY-003")
        assert table_of(read(lead), "questions-1.1")[1][1:] == [
            "1 of 2 1 open",
            "1.1.01: 50% (33–67%)",
        ]


def test_has_a_band_as_soon_as_nothing_can_change_it(inspection: Inspection, lead: Client) -> None:
    for number in range(3):
        make_case(inspection, f"ANY-00{number}", rest="sufficient")
    make_case(
        inspection,
        "ANY-009",
        facts={**FACTS, "community": ""},
        answers={"2.1.01": "sufficient"},
        rest="sufficient",
    )
    assert table_of(read(lead), "scores")[-1] == [
        "2.1 Working together",
        "Working together: 100% (83% to 100%) MINIMUM improvement required",
        "10 of 10 2 open",
    ]


def test_tells_of_facts_that_are_missing_where_no_answer_is(
    inspection: Inspection, lead: Client
) -> None:
    facts = {**FACTS, "plan_required": "yes", "risk_level": ""}
    make_case(inspection, facts=facts, rest="sufficient")
    assert state_of(read(lead)) == (
        "Not complete 1 case. Every question is answered, but some cases have facts that are not "
        "recorded. See what is missing, and with whom."
    )


def test_is_empty_before_cases_are_drawn(lead: Client) -> None:
    page = read(lead)
    assert state_of(page) == (
        "Not complete 0 cases. No cases have been drawn for this inspection yet, so nothing is "
        "scored."
    )
    assert headlines_of(page) == [
        ["Safeguarding", "Safeguarding: Not scored", "No answer counts towards it yet"],
        ["Risk of Harm", "Risk of Harm: Not scored", "No answer counts towards it yet"],
    ]


def test_shows_counts_alone_where_the_programme_has_no_scores() -> None:
    path = Path(settings.BASE_DIR) / "fixtures" / "programmes" / "sqs-2013.yaml"
    programme, _ = store_programme(read_programme(path))
    inspection = make_inspection(programme=programme)
    client = Client()
    client.force_login(user_of(inspection, "lead"))
    page = read(client)
    assert texts_of(page, "//div[@class='govuk-inset-text']") == [
        f"{programme.short_title} gives no scores: what stands here are counts of answers."
    ]
    assert page.xpath("//*[@id='headlines' or @id='summary']") == []
    assert len(page.xpath("//table")) == len(page.xpath("//h3")) > 0
