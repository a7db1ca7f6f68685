"""The page of breakdowns: groups beside the others, two facts crossed, gaps, the smallest group."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inspections.models import Inspection
from tests.casting import (
    FACTS,
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    member_of,
    user_of,
)
from tests.pages import Element, links_of, read_page, rows_of, text_of, texts_of

BREAKDOWN = "/inspections/anyshire-2026/scorecard/breakdown/"
SCORE = "/inspections/anyshire-2026/scorecard"
HEAD = [
    "Group",
    "Cases",
    "Cases that count",
    "Sufficient",
    "Score",
    "Difference from the others, in points",
]

NO_FACT = "Nothing of that name is recorded of cases. Choose one from the list."
NO_SCORE = "This programme has no such score. Choose one from the list."

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return sign_in(inspection, "lead")


def sign_in(inspection: Inspection, key: str) -> Client:
    client = Client()
    client.force_login(user_of(inspection, key))
    return client


@pytest.fixture
def cases(inspection: Inspection) -> Inspection:
    """Five young women's cases wholly insufficient, six young men's wholly sufficient but one."""
    for number in range(11):
        female = number < 5
        make_case(
            inspection,
            f"ANY-{number:03}",
            assessor="inspector" if number % 3 else "practice-assessor",
            facts={
                **FACTS,
                "gender": "female" if female else "male",
                "risk_level": "low" if number % 2 else "high",
            },
            rest="insufficient" if female or number == 10 else "sufficient",
        )
    return inspection


def read(client: Client, status: int = 200, **query: str) -> Element:
    response = client.get(BREAKDOWN, query)
    assert response.status_code == status
    return read_page(response)


class TestOneScore:
    def test_shows_each_group_beside_the_others(self, cases: Inspection, lead: Client) -> None:
        page = read(lead, score="criterion 1.1", fact="gender")
        assert texts_of(page, "//h3")[-1] == "1.1 Risk by: Gender"
        assert rows_of(page, "groups") == [
            HEAD,
            [
                "All cases",
                "11",
                "11",
                "15 of 21",
                "All cases: 71% 95% interval 37% to 92%",
                "–",
            ],
            [
                "Female",
                "5",
                "5 few cases",
                "0 of 5",
                "Female: 0% 95% interval 0% to 44%",
                "94 lower 95% interval −100 to −41",
            ],
            [
                "Male",
                "6",
                "6 few cases",
                "15 of 16",
                "Male: 94% 95% interval 55% to 100%",
                "94 higher 95% interval +41 to +100",
            ],
        ]

    def test_leads_to_the_cases_of_each_group(self, cases: Inspection, lead: Client) -> None:
        page = read(lead, score="2.1.02/a", fact="gender")
        urls = [url for _, url in links_of(page, "//table[@id='groups']")]
        assert urls == [
            f"{SCORE}/question/2.1.02/a/",
            f"{SCORE}/question/2.1.02/a/?fact=gender&value=female",
            f"{SCORE}/question/2.1.02/a/?fact=gender&value=male",
        ]
        shown = [lead.get(url) for url in urls]
        assert [response.status_code for response in shown] == [200, 200, 200]
        assert "5 of 11 cases" in text_of(read_page(shown[1]).xpath("//main")[0])

    def test_draws_them(self, cases: Inspection, lead: Client) -> None:
        page = read(lead, score="headline safeguarding", fact="gender")
        assert [
            title.partition(". ")[0]
            for title in texts_of(page, "//*[local-name()='svg' and @role='img']/*[1]")
        ] == ["Safeguarding by: Gender"]

    def test_marks_groups_that_others_would_not_see(self, cases: Inspection, lead: Client) -> None:
        make_case(cases, "ANY-100", facts={**FACTS, "gender": ""}, rest="sufficient")
        page = read(lead, score="criterion 1.1", fact="gender")
        assert [row[:2] for row in rows_of(page, "groups")[1:]] == [
            ["All cases", "12"],
            ["Female Hidden outside the team", "5"],  # else 12 - 5 - 6 would tell of the one
            ["Male", "6"],
            ["Not recorded Hidden outside the team", "1"],
        ]
        assert rows_of(page, "groups")[-1][-1] == "Too few to compare"

    def test_breaks_down_by_assessor_and_case_manager(
        self, cases: Inspection, lead: Client
    ) -> None:
        page = read(lead, score="criterion 1.1", fact="assessor")
        assert [row[:2] for row in rows_of(page, "groups")[2:]] == [
            ["Inspector Hidden outside the team", "7"],
            ["Practice assessor Hidden outside the team", "4"],
        ]
        inspector = member_of(cases, "inspector").pk
        assert links_of(page, "//table[@id='groups']")[1][1] == (
            f"{SCORE}/criterion/1.1/?fact=assessor&value={inspector}"
        )
        cases.cases.filter(reference__endswith="0").update(case_manager="cm-07")
        page = read(lead, score="criterion 1.1", fact="case_manager")
        assert [row[:2] for row in rows_of(page, "groups")[2:]] == [
            ["cm-07 Hidden outside the team", "2"],
            ["Not recorded Hidden outside the team", "9"],
        ]

    def test_says_where_nothing_is_relevant(self, cases: Inspection, lead: Client) -> None:
        page = read(lead, score="1.2.01", fact="gender")
        assert rows_of(page, "groups")[2] == [
            "Female",
            "5",
            "0",
            "0 of 0",
            "Female: Not scored",
            "Too few to compare",
        ]

    def test_shows_the_range_while_answers_are_open(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_case(inspection, "ANY-001", rest="sufficient")
        make_case(inspection, "ANY-002", facts={**FACTS, "gender": "female"})
        page = read(lead, score="headline safeguarding", fact="gender")
        assert [row[3:5] for row in rows_of(page, "groups")[1:]] == [
            ["4 of 4 4 open", "All cases: 100% (50–100%)"],
            ["0 of 0 4 open", "Female: Not scored"],
            ["4 of 4", "Male: 100%"],
        ]


def test_crosses_two_facts(cases: Inspection, lead: Client) -> None:
    page = read(lead, score="criterion 1.1", fact="gender", second="risk_level")
    assert texts_of(page, "//h3")[-1] == "Crossed with: Level of risk"
    rows = rows_of(page, "crossing")
    assert rows[0] == ["Gender", "Low", "High"]
    assert [row[0] for row in rows[1:]] == ["Female", "Male"]
    assert rows[1][1].startswith("Female, Low: 0% ")
    assert rows[1][1].endswith("0 of 2, 2 cases Hidden outside the team")
    assert links_of(page, "//table[@id='crossing']")[2][1] == (
        f"{SCORE}/criterion/1.1/?fact=gender&value=male&fact=risk_level&value=low"
    )
    assert (
        sum(
            int(cell.partition(" case")[0].rpartition(" ")[2])
            for row in rows[1:]
            for cell in row[1:]
        )
        == 11
    )


def shown(title: str, *cells: str) -> list[str]:
    """Return a row of the overview: each percentage is said with what it is of."""
    groups = ("all cases", "Female", "Male")
    return [
        title,
        *(f"{title}, {group}: {cell}" for group, cell in zip(groups, cells, strict=True)),
    ]


class TestAllScores:
    def test_shows_headlines_and_criteria_by_a_fact(self, cases: Inspection, lead: Client) -> None:
        page = read(lead, fact="gender")
        assert rows_of(page, "by") == [
            ["Score", "All cases 11 cases", "Female 5 cases", "Male 6 cases"],
            shown("Safeguarding", "45% 20 of 44", "0% 0 of 20", "83% 20 of 24"),
            shown("Risk of Harm", "55% 12 of 22", "0% 0 of 8", "86% 12 of 14"),
            shown("1 Assessment and planning", "63% 17 of 27", "0% 0 of 8", "89% 17 of 19"),
            shown("1.1 Risk", "71% 15 of 21", "0% 0 of 5", "94% 15 of 16"),
            shown("1.2 Planning", "33% 2 of 6", "0% 0 of 3", "67% 2 of 3"),
            shown("2 Delivery", "45% 15 of 33", "0% 0 of 15", "83% 15 of 18"),
            shown("2.1 Working together", "45% 15 of 33", "0% 0 of 15", "83% 15 of 18"),
        ]
        assert links_of(page, "//table[@id='by']//th")[0][1] == (
            f"{BREAKDOWN}?score=headline+safeguarding&fact=gender#breakdown"
        )

    def test_offers_every_score_and_fact(self, cases: Inspection, lead: Client) -> None:
        page = read(lead)
        assert texts_of(page, "//select[@name='fact']/option") == [
            "Choose a fact",
            "Gender",
            "Looked after child",
            "Custodial phase inspected",
            "Community phase inspected",
            "Level of risk",
            "Safeguarding needs",
            "Safeguarding plan required",
            "Assessor",
            "Case manager",
        ]
        groups = page.xpath("//select[@name='score']/optgroup/@label")
        assert groups == ["Headline scores", "Sections", "Criteria", "Questions"]
        options = page.xpath("//select[@name='score']//option/@value")
        assert options[:4] == ["", "headline safeguarding", "headline risk_of_harm", "section 1"]
        assert {"1.1.01", "2.1.02", "2.1.02/a"} <= set(options)


class TestRefusals:
    @pytest.mark.parametrize(
        ("query", "messages"),
        [
            ({"fact": "shoe_size"}, [NO_FACT]),
            (
                {"score": "criterion 9.9", "fact": "'--", "second": "x"},
                [NO_SCORE, NO_FACT, NO_FACT],
            ),
            ({"score": "criterion 1.1"}, ["Choose what to break it down by."]),
            ({"fact": "gender", "second": "custody"}, ["Choose one score to cross two facts for."]),
            (
                {"score": "criterion 1.1", "fact": "gender", "second": "gender"},
                ["Choose another fact to cross it with."],
            ),
            ({"score": "\0", "fact": "gender\0"}, [NO_SCORE, NO_FACT]),
        ],
    )
    def test_says_at_the_form_what_is_wrong(
        self, query: dict[str, str], messages: list[str], lead: Client, inspection: Inspection
    ) -> None:
        make_case(inspection, rest="sufficient")
        page = read(lead, 400, **query)
        assert texts_of(page, "//div[@data-module='govuk-error-summary']//a") == messages
        assert rows_of(page, "groups") == rows_of(page, "by") == []
        assert texts_of(page, "//h2[@id='gaps']") == ["Groups whose headline scores stand apart"]

    def test_it_is_the_lead_inspectors_alone(self, inspection: Inspection) -> None:
        people = {
            make_administrator(): 404,
            make_manager(): 404,
            make_user("somebody"): 404,
            user_of(inspection, "support"): 404,
            user_of(inspection, "inspector"): 403,
            user_of(inspection, "local-assessor"): 403,
        }
        for person, status in people.items():
            client = Client()
            client.force_login(person)
            assert client.get(BREAKDOWN).status_code == status
            assert client.post(BREAKDOWN, {"smallest_group": 9}).status_code == status
        assert Client().get(BREAKDOWN).status_code == 302
        inspection.refresh_from_db()
        assert inspection.smallest_group == 5

    def test_other_methods_are_refused(self, lead: Client) -> None:
        assert lead.put(BREAKDOWN).status_code == 405


class TestGaps:
    def test_lists_what_stands_out(self, cases: Inspection, lead: Client) -> None:
        page = read(lead)
        assert text_of(page.xpath("//section[@aria-labelledby='gaps']/p")[0]).startswith(
            "4 comparisons were made: each headline, of every group that a fact makes, with all "
            "other cases. Groups of fewer than 5 cases are not among them"
        )
        assert rows_of(page, "recorded")[1:] == [
            [
                "Gender: Female, Safeguarding Stands out",
                "Safeguarding",
                "5 few cases",
                "Safeguarding, Gender: Female: 0%",
                "Safeguarding, other cases: 83%",
                "83 lower 95% interval −98 to −13",
            ],
            [
                "Gender: Female, Risk of Harm Stands out",
                "Risk of Harm",
                "5 few cases",
                "Risk of Harm, Gender: Female: 0%",
                "Risk of Harm, other cases: 86%",
                "86 lower 95% interval −99 to −12",
            ],
        ]
        assert rows_of(page, "judged") == []
        breakdown, group, others = (url for _, url in links_of(page, "//table[@id='recorded']")[:3])
        assert breakdown == f"{BREAKDOWN}?score=headline+safeguarding&fact=gender#breakdown"
        for url, cases_there in ((group, "5 of 11 cases"), (others, "6 of 11 cases")):
            shown = read_page(lead.get(url))
            assert cases_there in text_of(shown.xpath("//main")[0])
        assert texts_of(shown, "//div[@class='app-score-open']/p") == ["83%"]

    def test_tells_facts_that_are_recorded_from_those_that_decide(
        self, inspection: Inspection, lead: Client
    ) -> None:
        for number in range(12):
            low = number < 6
            facts = {**FACTS, "looked_after": "yes" if low else "no"}
            facts["custody"] = "yes" if low == bool(number % 6) else "no"
            make_case(
                inspection,
                f"ANY-{number:03}",
                facts=facts,
                rest="insufficient" if low else "sufficient",
            )
        page = read(lead)
        assert {row[0].partition(":")[0] for row in rows_of(page, "recorded")[1:]} == {
            "Looked after child"
        }
        assert all(
            "Decides which questions are asked" in row[0] for row in rows_of(page, "judged")[1:]
        )

    def test_looks_at_no_group_that_is_too_small(self, cases: Inspection, lead: Client) -> None:
        cases.smallest_group = 8
        cases.save()
        assert texts_of(read(lead), "//section[@aria-labelledby='gaps']/p") == [
            "No group has enough cases yet, with as many others to compare it with: 8 at least."
        ]

    def test_is_empty_before_cases_are_drawn(self, lead: Client) -> None:
        page = read(lead)
        assert texts_of(page, "//section[@aria-labelledby='gaps']") == []
        assert page.xpath("//select") == []


class TestSmallestGroup:
    def test_is_set_by_the_lead(self, cases: Inspection, lead: Client) -> None:
        query = urlencode({"score": "criterion 1.1", "fact": "gender"})
        response = lead.post(f"{BREAKDOWN}?{query}", {"smallest_group": "7"}, follow=True)
        assert response.redirect_chain == [(f"{BREAKDOWN}?{query}", 302)]
        cases.refresh_from_db()
        assert cases.smallest_group == 7
        page = read_page(response)
        assert [row[0] for row in rows_of(page, "groups")[1:]] == [
            "All cases",
            "Female Hidden outside the team",
            "Male Hidden outside the team",
        ]

    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ("4", "The smallest group must be 5 cases or more"),
            ("51", "The smallest group must be 50 cases or fewer"),
            ("", "Enter how many cases the smallest group has"),
            ("many", "The smallest group must be a whole number, such as 5"),
            ("9" * 5000, "The smallest group must be"),
        ],
    )
    def test_says_what_it_may_be(
        self, given: str, message: str, inspection: Inspection, lead: Client
    ) -> None:
        response = lead.post(BREAKDOWN, {"smallest_group": given})
        page = read_page(response)
        assert response.status_code == 422
        summary = links_of(page, "//div[@data-module='govuk-error-summary']")
        assert [(text.startswith(message), url) for text, url in summary] == [
            (True, "#id_smallest_group")
        ]
        assert page.xpath("//input[@name='smallest_group']/@value")[:1] == (
            [given] if given else []
        )
        inspection.refresh_from_db()
        assert inspection.smallest_group == 5


@pytest.mark.parametrize("count", [1, 6])
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"fact": "gender"},
        {"score": "criterion 1.1", "fact": "assessor", "second": "risk_level"},
    ],
)
def test_takes_as_many_queries_for_many_cases(
    count: int,
    query: dict[str, Any],
    inspection: Inspection,
    lead: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        make_case(inspection, f"ANY-{number:03}", rest="sufficient")
    read(lead, **query)
    with django_assert_num_queries(6):
        read(lead, **query)
