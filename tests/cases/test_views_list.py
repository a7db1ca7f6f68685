"""The list of cases: whose it shows, how far each is, and showing some of them."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, Interview
from tests.cases.filling import ANYSHIRE, client_of, heading_of
from tests.casting import FACTS, make_case, make_inspection, member_of
from tests.pages import Element, links_of, read_page, rows_of, text_of, texts_of

pytestmark = pytest.mark.django_db


def open_list(inspection: object, key: str = "inspector", query: str = "") -> Element:
    return read_page(client_of(inspection, key).get(ANYSHIRE + query))  # type: ignore[arg-type]


def reopen(assessment: Assessment) -> None:
    """Let nobody have said yet that the case is done."""
    Assessment.objects.filter(pk=assessment.pk).update(completed_at=None, completed_by=None)


def references_on(page: Element) -> list[str]:
    return [row[0] for row in rows_of(page, "cases")[1:]]


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
    assert rows_of(page, "cases")[0] == ["Case", "Status", "Answered", "Flagged"]
    assert texts_of(page, "//main//form//label") == ["Status"]


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
    flagged = make_case(inspection, "ANY-003", answers={"2.1.01": "sufficient"})
    flagged.judgements.filter(question__code="2.1.02").update(flagged=True)
    reopen(make_case(inspection, "ANY-004", rest="insufficient"))
    make_case(inspection, "ANY-005", facts=FACTS | {"custody": ""}, rest="sufficient")
    done = make_case(inspection, "ANY-006", rest="insufficient")
    Assessment.objects.filter(pk=done.pk).update(completed_at="2026-01-14T10:30:00Z")
    page = open_list(inspection)
    assert rows_of(page, "cases")[1:] == [
        ["ANY-001", "Not started", "0 of 6 6 may yet apply", "0"],
        ["ANY-002", "In progress", "0 of 6 5 may yet apply", "0"],
        ["ANY-003", "In progress", "1 of 9 2 may yet apply", "2"],
        ["ANY-004", "Ready to complete", "9 of 9", "0"],
        ["ANY-005", "In progress", "11 of 11 1 may yet apply", "0"],
        ["ANY-006", "Completed 14 January 2026", "9 of 9", "0"],
    ]
    assert text_of(page.xpath("//main/p")[0]) == "1 of 6 cases completed."
    assert texts_of(page, "//*[@class='app-progress__count']") == ["30 of 50 questions"]


def test_a_flag_of_a_question_that_is_not_asked_is_not_counted() -> None:
    inspection = make_inspection()
    case = make_case(inspection)
    case.judgements.filter(question__code="1.2.01").update(flagged=True)
    assert rows_of(open_list(inspection), "cases")[1:] == [
        ["ANY-001", "In progress", "0 of 9 2 may yet apply", "0"]
    ]


def test_says_which_are_second_markings_and_which_can_no_longer_be_changed() -> None:
    inspection = make_inspection()
    case = make_case(inspection)
    Assessment.objects.filter(pk=case.pk).update(kind="second", closed="second_marking")
    (row,) = rows_of(open_list(inspection), "cases")[1:]
    assert row[:2] == ["ANY-001 Second marking", "In progress Can no longer be changed"]


def test_marks_the_cases_with_an_interview_today_where_the_inspection_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Half an hour after midnight of 13 July in London, it is still the day before by UTC."""
    inspection = make_inspection()
    for number, (day, start) in enumerate(
        [("2026-07-13", time(10, 45)), ("2026-07-12", time(9, 15)), ("2026-07-13", time(9, 15))], 1
    ):
        case = make_case(inspection, f"ANY-00{number}")
        Interview.objects.create(
            inspection=inspection,
            case=case.case,
            assessor=member_of(inspection, "inspector"),
            day=day,
            start=start,
            end=time(start.hour + 1, 30),
            place="Room 1",
        )
    make_case(inspection, "ANY-004")
    now = datetime(2026, 7, 12, 23, 30, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    page = open_list(inspection)
    assert texts_of(page, "//tr[.//a[@data-today]]/th") == [
        "ANY-001 Interview today, 10:45",
        "ANY-003 Interview today, 09:15",
    ]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["ANY-001", "ANY-002", "ANY-003", "ANY-004"]),
        ("?status=not_started", ["ANY-001"]),
        ("?status=in_progress", ["ANY-002"]),
        ("?status=ready", ["ANY-003"]),
        ("?status=completed", ["ANY-004"]),
        ("?assessor=inspector", ["ANY-001", "ANY-003"]),
        ("?assessor=nobody", ["ANY-004"]),
        ("?assessor=inspector&status=ready", ["ANY-003"]),
        ("?assessor=lead", ["ANY-001", "ANY-002", "ANY-003", "ANY-004"]),
        ("?status=%00&assessor=%27--", ["ANY-001", "ANY-002", "ANY-003", "ANY-004"]),
    ],
)
def test_shows_the_cases_that_are_asked_for(query: str, shown: list[str]) -> None:
    inspection = make_inspection()
    make_case(inspection, "ANY-001", facts={})
    make_case(inspection, "ANY-002", answers={"2.1.01": "sufficient"}, assessor="local-assessor")
    reopen(make_case(inspection, "ANY-003", rest="sufficient"))
    make_case(inspection, "ANY-004", rest="sufficient")
    Assessment.objects.filter(case__reference="ANY-004").update(assessor=None)
    page = open_list(inspection, "lead", query)
    assert references_on(page) == shown
    told = texts_of(page, "//*[@id='filtered']")
    assert told == ([f"{len(shown)} of 4 cases shown. Show all cases"] if len(shown) < 4 else [])
    assert text_of(page.xpath("//main/p")[0]) == "1 of 4 cases completed."


def test_an_assessor_cannot_ask_for_the_cases_of_others() -> None:
    inspection = make_inspection()
    make_case(inspection, "ANY-001")
    make_case(inspection, "ANY-002", assessor="local-assessor")
    page = open_list(inspection, "inspector", "?assessor=local-assessor")
    assert references_on(page) == ["ANY-001"]


def test_says_so_where_no_case_is_as_asked_for() -> None:
    inspection = make_inspection()
    make_case(inspection)
    page = open_list(inspection, "inspector", "?status=completed")
    assert texts_of(page, "//*[@class='app-empty']") == ["No case is as you asked for."]
    assert texts_of(page, "//select/option[@selected]") == ["Completed"]


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
    """Session, person, part in the team, the cases with their counts, interviews, conflicts."""
    inspection = make_inspection()
    for number in range(cases):
        make_case(inspection, f"ANY-{number:03}", rest="sufficient")
    Assessment.objects.update(completed_by=member_of(inspection, "local-assessor"))
    client = client_of(inspection, "lead")
    client.get(ANYSHIRE)
    with django_assert_num_queries(6):
        client.get(ANYSHIRE)
