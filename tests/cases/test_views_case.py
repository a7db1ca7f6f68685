"""The task list of a case: what is to be done, and how far each part is."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, Case
from inspections.models import Inspection
from tests.cases.filling import (
    ANALYSIS,
    CASE,
    DELIVERY,
    FACTORS,
    FACTS_PAGE,
    NEXT,
    PLANS,
    REVIEW,
    SCREENING,
    client_of,
    heading_of,
)
from tests.casting import FACTS, make_case, make_inspection
from tests.pages import Element, links_of, read_page, text_of, texts_of

pytestmark = pytest.mark.django_db


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


def ways_on(page: Element) -> list[tuple[str, str]]:
    """The buttons and links under the heading that say what to do next."""
    return links_of(page, "//main//div[@class='govuk-button-group']")


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
        ("Analysis", ANALYSIS, "Cannot start yet"),
        ("Plans", PLANS, "Not started"),
        ("Delivery", DELIVERY, "Not started"),
        ("Factors", FACTORS, "Not started"),
    ]
    assert texts_of(page, "//main//h2") == ["Facts", "1. Assessment and planning", "2. Delivery"]
    assert texts_of(page, "//main//h3") == ["1.1 Risk", "1.2 Planning", "2.1 Working together"]
    assert texts_of(page, "//*[@class='part-progress__count']") == [
        "0 of 7 recorded",
        "0 of 1 answered",
        "0 of 1 answered",
        "0 of 4 answered",
    ]
    assert (
        "6 more may yet apply: they wait for facts, or for answers to other questions."
        in texts_of(page, "//main//p")
    )
    assert ways_on(page) == [
        ("Go to the next unanswered question", NEXT),
        ("Review the case", REVIEW),
    ]


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
        ("Analysis", ANALYSIS, "Not asked in this case"),
        ("Plans", PLANS, "Answered so far"),
        ("Delivery", DELIVERY, "1 of 3 answered"),
        ("Factors", FACTORS, "Not started"),
    ]
    assert texts_of(page, "//*[@class='app-progress__count']") == ["4 of 9 questions"]


def test_a_case_of_which_all_is_answered_waits_to_be_completed() -> None:
    inspection = make_inspection()
    facts = FACTS | {"community": "no", "custody": "yes"}
    assessment = make_case(inspection, facts=facts, rest="sufficient")
    Assessment.objects.update(completed_at=None, completed_by=None)
    page = open_case(inspection)
    assert [status for _, _, status in tasks_of(page)] == ["Completed"] * 6
    assert texts_of(page, "//*[@data-undecided][not(@hidden)]") == []
    assert ways_on(page) == [("Review and complete the case", REVIEW)]
    assessment.refresh_from_db()
    assert assessment.completed_at is None


def test_a_case_that_is_completed_says_by_whom() -> None:
    inspection = make_inspection()
    make_case(inspection, rest="sufficient")
    page = open_case(inspection)
    (said,) = [text for text in texts_of(page, "//main//p") if text.startswith("Completed by")]
    assert said.startswith("Completed by Inspector on ")
    assert said.endswith(
        "You can still change it. If something in it is open again, it is no longer completed."
    )
    assert ways_on(page) == []


def test_lists_what_is_flagged_and_tells_what_is_set_aside() -> None:
    inspection = make_inspection()
    assessment = make_case(
        inspection,
        answers={"1.1.01": "insufficient", "1.1.02": "sufficient", "1.2.03": "insufficient"},
    )
    assessment.judgements.filter(question__code__in=["1.1.02", "1.2.03"]).update(flagged=True)
    assessment.judgements.filter(question__code="2.1.02", row="b").update(flagged=True)
    page = open_case(inspection)
    assert links_of(page, "//ul[contains(@class, 'flagged-list')]") == [
        ("1.2.03 Did the plan manage the risk?", f"{PLANS}#q1-2-03"),
        ("2.1.02 Health Did the service and each agency work together?", f"{DELIVERY}#q2-1-02-b"),
    ]
    assert (
        "1 answer is set aside, because its question does not apply as things stand. It is kept, "
        "and comes back if that changes."
    ) in texts_of(page, "//main//p")


@pytest.mark.parametrize("closed", ["second_marking", "cancelled"])
def test_a_case_that_is_closed_says_why_and_offers_nothing_to_do(closed: str) -> None:
    inspection = make_inspection()
    make_case(inspection)
    Assessment.objects.update(closed=closed)
    page = open_case(inspection)
    (said,) = texts_of(page, "//*[@class='govuk-inset-text']")
    assert "can no longer be changed" in said
    assert ways_on(page) == []
    assert page.xpath("//main//form") == []


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
    """Session, person, part; the case, counts of its facts, its judgements and open alerts."""
    inspection = make_inspection()
    for number in range(1, cases + 1):
        make_case(inspection, f"ANY-{number:03}", rest="sufficient" if cases > 1 else "")
    client = client_of(inspection, "inspector")
    client.get(CASE)
    with django_assert_num_queries(9):
        client.get(CASE)
