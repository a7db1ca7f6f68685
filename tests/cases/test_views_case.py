"""The task list of a case: what is to be done, and how far each part is."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.models import Case
from inspections.models import Inspection
from tests.cases.filling import (
    CASE,
    DELIVERY,
    FACTORS,
    FACTS_PAGE,
    PLANS,
    SCREENING,
    client_of,
    heading_of,
)
from tests.casting import FACTS, make_case, make_inspection
from tests.pages import Element, read_page, text_of, texts_of

pytestmark = pytest.mark.django_db
WAITS = "Waits for facts, or for answers to other topics."


def open_case(inspection: Inspection, key: str = "inspector") -> Element:
    return read_page(client_of(inspection, key).get(CASE))


def tasks_of(page: Element) -> list[tuple[str, str | None, str]]:
    """Name with hint, where it leads, and status of each task."""
    return [
        (
            text_of(task.xpath("./div[1]")[0]),
            next(iter(task.xpath(".//a/@href")), None),
            text_of(task.xpath("./div[2]")[0]),
        )
        for task in page.xpath("//main//li[contains(@class, 'govuk-task-list__item')]")
    ]


FACTS_TITLE = (
    "Facts of the case and your screening judgements "
    "They decide which questions apply, so record them first."
)


def test_a_case_of_which_nothing_is_recorded() -> None:
    inspection = make_inspection()
    make_case(inspection, facts={})
    page = open_case(inspection)
    assert heading_of(page) == "Anyshire 2026 Case ANY-001"
    assert tasks_of(page) == [
        (FACTS_TITLE, FACTS_PAGE, "Not started"),
        ("Screening", SCREENING, "Not started"),
        (f"Analysis {WAITS}", None, "Cannot start yet"),
        ("Plans", PLANS, "Not started"),
        ("Delivery", DELIVERY, "Not started"),
        ("Factors", FACTORS, "Not started"),
    ]
    assert texts_of(page, "//main//h2") == ["Facts", "1. Assessment and planning", "2. Delivery"]
    assert texts_of(page, "//main//h3") == [
        "1.1 Risk 0 of 1 answered",
        "1.2 Planning 0 of 1 answered",
        "2.1 Working together 0 of 4 answered",
    ]
    assert "6 more may apply, depending on facts and answers not yet given." in texts_of(
        page, "//main//p"
    )


def test_a_case_in_the_middle() -> None:
    inspection = make_inspection()
    make_case(
        inspection,
        facts=FACTS | {"gender": "", "custody": ""},
        answers={
            "1.1.01": "insufficient",
            "1.2.02": "sufficient",
            "1.2.03": "insufficient",
            "2.1.02/b": "not_applicable",
        },
    )
    page = open_case(inspection)
    assert tasks_of(page) == [
        (FACTS_TITLE, FACTS_PAGE, "5 of 7 recorded"),
        ("Screening", SCREENING, "Completed"),
        ("Analysis", None, "Not asked in this case"),
        ("Plans", PLANS, "Answered so far"),
        ("Delivery", DELIVERY, "1 of 3 answered"),
        ("Factors", FACTORS, "Not started"),
    ]
    assert texts_of(page, "//*[@class='app-progress__count']") == ["4 of 9 questions"]


def test_a_case_that_is_done() -> None:
    inspection = make_inspection()
    make_case(inspection, facts=FACTS | {"community": "no", "custody": "yes"}, rest="sufficient")
    page = open_case(inspection)
    assert [status for _, _, status in tasks_of(page)] == ["Completed"] * 6
    assert "more may apply" not in text_of(page)


def test_says_to_whom_it_is_allocated_and_who_manages_it() -> None:
    inspection = make_inspection()
    make_case(inspection)
    assert texts_of(open_case(inspection), "//p[contains(@class, 'app-meta')]") == [
        "Allocated to Inspector."
    ]
    Case.objects.update(case_manager="cm-04")
    inspection.cases.get().assessments.update(assessor=None)
    assert texts_of(open_case(inspection, "lead"), "//p[contains(@class, 'app-meta')]") == [
        "Not yet allocated. Case manager cm-04."
    ]


@pytest.mark.parametrize("cases", [1, 12])
def test_takes_the_same_queries_whatever_is_answered(
    cases: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, person, part in the team, the case, counts of its facts, and its judgements."""
    inspection = make_inspection()
    for number in range(1, cases + 1):
        make_case(inspection, f"ANY-{number:03}", rest="sufficient" if cases > 1 else "")
    client = client_of(inspection, "inspector")
    client.get(CASE)
    with django_assert_num_queries(6):
        client.get(CASE)
