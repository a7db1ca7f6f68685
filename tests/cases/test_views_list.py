"""The list of cases: whose it shows, and how far each is."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.cases.filling import ANYSHIRE, client_of, heading_of
from tests.casting import FACTS, make_case, make_inspection
from tests.pages import Element, links_of, read_page, rows_of, text_of, texts_of

pytestmark = pytest.mark.django_db


def open_list(inspection: object, key: str = "inspector") -> Element:
    return read_page(client_of(inspection, key).get(ANYSHIRE))  # type: ignore[arg-type]


def test_an_assessor_sees_their_own_cases_only() -> None:
    inspection = make_inspection()
    make_case(inspection, "ANY-003", assessor="inspector")
    make_case(inspection, "ANY-001", assessor="local-assessor")
    make_case(inspection, "ANY-002", assessor="inspector")
    make_case(inspection, "ANY-004", assessor=None)
    page = open_list(inspection)
    assert heading_of(page) == "Anyshire 2026 Your cases"
    assert links_of(page, "//table[@id='cases']") == [
        ("ANY-003", f"{ANYSHIRE}ANY-003/"),
        ("ANY-002", f"{ANYSHIRE}ANY-002/"),
    ]
    assert rows_of(page, "cases")[0] == ["Case", "Status", "Answered"]


def test_the_lead_inspector_sees_all_cases_and_whose_they_are() -> None:
    inspection = make_inspection()
    make_case(inspection, "ANY-001", assessor="local-assessor")
    make_case(inspection, "ANY-002", assessor=None)
    make_case(make_inspection("Othershire"), "OTH-001", assessor="inspector")
    page = open_list(inspection, "lead")
    assert heading_of(page) == "Anyshire 2026 Cases"
    assert [row[:2] for row in rows_of(page, "cases")] == [
        ["Case", "Assessor"],
        ["ANY-001", "Local assessor"],
        ["ANY-002", "Not allocated"],
    ]


def test_says_how_far_each_case_is() -> None:
    inspection = make_inspection()
    make_case(inspection, "ANY-001", facts={})
    make_case(inspection, "ANY-002", facts={"custody": "no"})
    make_case(inspection, "ANY-003", answers={"2.1.01": "sufficient"})
    make_case(inspection, "ANY-004", rest="insufficient")
    make_case(inspection, "ANY-005", facts=FACTS | {"custody": ""}, rest="sufficient")
    page = open_list(inspection)
    assert rows_of(page, "cases")[1:] == [
        ["ANY-001", "Not started", "0 of 6 6 more may apply"],
        ["ANY-002", "In progress", "0 of 6 5 more may apply"],
        ["ANY-003", "In progress", "1 of 9 2 more may apply"],
        ["ANY-004", "Completed", "9 of 9"],
        ["ANY-005", "In progress", "11 of 11 1 more may apply"],
    ]
    assert text_of(page.xpath("//main/p")[0]) == "1 of 5 cases completed."
    assert texts_of(page, "//*[@class='app-progress__count']") == ["21 of 41 questions"]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            "inspector",
            "No cases are allocated to you yet. The lead inspector allocates them.",
        ),
        ("lead", "No cases have been drawn for this inspection yet."),
    ],
)
def test_says_so_where_there_are_no_cases(key: str, words: str) -> None:
    page = open_list(make_inspection(), key)
    assert texts_of(page, "//*[@class='app-empty']") == [words]
    assert rows_of(page, "cases") == []


@pytest.mark.parametrize("cases", [1, 12])
def test_takes_the_same_queries_for_any_number_of_cases(
    cases: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, person, part in the team, and the cases with their counts."""
    inspection = make_inspection()
    for number in range(cases):
        make_case(inspection, f"ANY-{number:03}", rest="sufficient")
    client = client_of(inspection, "lead")
    client.get(ANYSHIRE)
    with django_assert_num_queries(4):
        client.get(ANYSHIRE)
