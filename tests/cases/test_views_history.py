"""The history of a case: who recorded and answered what, and what was not taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.allocation.allocating import AllocationChange, allocate
from cases.history import PAGE
from cases.models import Assessment, DeclinedChange, FactRevision, JudgementRevision
from cases.recording import (
    AnswerChange,
    FactChange,
    decline_answer,
    decline_fact,
    record_answers,
    record_facts,
)
from tests.cases.filling import (
    ANALYSIS,
    FACTS_PAGE,
    HISTORY,
    SCREENING,
    client_of,
    heading_of,
)
from tests.casting import make_case, make_inspection, member_of, user_of
from tests.pages import Element, links_of, read_page, texts_of

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 1, 14, 10, 0, tzinfo=UTC)


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection(), facts={"gender": "male"})


@pytest.fixture
def client(assessment: Assessment) -> Client:
    return client_of(assessment.inspection, "inspector")


def date_in_order() -> None:
    """Give all changes moments of their own, a minute apart, in the order they were made."""
    rows = [
        *FactRevision.objects.order_by("pk"),
        *JudgementRevision.objects.order_by("pk"),
        *DeclinedChange.objects.order_by("pk"),
    ]
    for minute, row in enumerate(rows):
        moment = MOMENT + timedelta(minutes=minute)
        type(row)._base_manager.filter(pk=row.pk).update(changed_at=moment)


def entries_of(page: Element) -> list[list[str]]:
    return [texts_of(entry, "./p") for entry in page.xpath("//ol[contains(@class, 'history')]/li")]


def test_says_so_where_nothing_was_recorded() -> None:
    inspection = make_inspection()
    make_case(inspection, facts={})
    page = read_page(client_of(inspection, "inspector").get(HISTORY))
    assert heading_of(page) == "Anyshire 2026: case ANY-001 History"
    assert texts_of(page, "//*[@class='app-empty']") == ["Nothing was recorded yet."]


def test_tells_every_change_newest_first_and_what_was_not_taken(
    client: Client, assessment: Assessment
) -> None:
    inspector = member_of(assessment.inspection, "inspector")
    lead = member_of(assessment.inspection, "lead")
    record_answers(
        assessment,
        [AnswerChange("1.1.01", "", "sufficient", 0), AnswerChange("1.1.02", "", "sufficient", 0)],
        by=inspector,
    )
    no = AnswerChange(
        "1.1.03",
        "",
        "insufficient",
        0,
        ("victims_left_out",),
        "One\nline.",
        flagged=True,
        note_to_lead="Ask me.",
    )
    record_answers(assessment, [no], by=inspector)
    record_answers(assessment, [AnswerChange("1.1.03", "", "", 1)], by=lead)
    decline_answer(assessment, AnswerChange("2.1.03", "b", "sufficient", 0), by=inspector)
    decline_fact(assessment, FactChange("gender", "female", 1), by=inspector)
    date_in_order()
    page = read_page(client.get(HISTORY))
    assert entries_of(page) == [
        ["14 January 2026 at 10:06, Inspector Not taken", "Gender", "Female"],
        [
            "14 January 2026 at 10:05, Inspector Not taken",
            "2.1.03 School Did the work address each factor?",
            "Yes",
        ],
        [
            "14 January 2026 at 10:04, Lead inspector",
            "1.1.03 Was the screening good enough?",
            "No answer",
        ],
        [
            "14 January 2026 at 10:03, Inspector",
            "1.1.03 Was the screening good enough?",
            "No: Victims left out. To come back to",
            "Evidence note: “One line.”",
            "Private note: “Ask me.”",
        ],
        [
            "14 January 2026 at 10:02, Inspector",
            "1.1.02 Was the screening completed in time?",
            "Yes",
        ],
        ["14 January 2026 at 10:01, Inspector", "1.1.01 Was a screening completed?", "Yes"],
        ["14 January 2026 at 10:00, Inspector", "Gender", "Male"],
    ]
    links = links_of(page, "//ol[contains(@class, 'history')]")
    assert links[2] == ("1.1.03 Was the screening good enough?", f"{ANALYSIS}#q1-1-03")
    assert links[-1] == ("Gender", f"{FACTS_PAGE}#gender")


def test_shows_the_history_of_one_question_or_one_fact(
    client: Client, assessment: Assessment
) -> None:
    inspector = member_of(assessment.inspection, "inspector")
    for version, answer in enumerate(("sufficient", "insufficient")):
        change = AnswerChange("1.1.01", "", answer, version)
        record_answers(assessment, [change], by=inspector)
    record_facts(assessment, [FactChange("custody", "no", 0)], by=inspector)
    page = read_page(client.get(f"{HISTORY}?question=1.1.01"))
    assert [entry[1:] for entry in entries_of(page)] == [
        ["1.1.01 Was a screening completed?", "No"],
        ["1.1.01 Was a screening completed?", "Yes"],
    ]
    assert links_of(page, "//main//ol")[0][1] == f"{SCREENING}#q1-1-01"
    assert ("Show the history of the whole case", HISTORY) in links_of(page, "//main")
    page = read_page(client.get(f"{HISTORY}?fact=custody"))
    assert [entry[1:] for entry in entries_of(page)] == [["Custodial phase inspected", "No"]]
    for query in ("question=9.9.99", "fact=none", "question=%00", "start=x", "start=-1"):
        assert len(entries_of(read_page(client.get(f"{HISTORY}?{query}")))) == 4, query


def test_the_history_of_another_assessment_of_the_case_is_not_shown(
    client: Client, assessment: Assessment
) -> None:
    other = make_case(assessment.inspection, "ANY-002", rest="sufficient")
    Assessment.objects.filter(pk=other.pk).update(of_record=False)
    other.case = assessment.case
    Assessment.objects.filter(pk=other.pk).update(
        case=assessment.case, assessor=member_of(assessment.inspection, "local-assessor")
    )
    for user in (client, client_of(assessment.inspection, "lead")):
        assert len(entries_of(read_page(user.get(HISTORY)))) == 1
    local = client_of(assessment.inspection, "local-assessor")
    assert len(entries_of(read_page(local.get(HISTORY)))) > 1


def test_many_changes_come_page_by_page(client: Client, assessment: Assessment) -> None:
    judgement = assessment.judgements.get(question__code="1.1.01")
    JudgementRevision.objects.bulk_create(
        JudgementRevision(
            judgement=judgement,
            version=number,
            answer="sufficient" if number % 2 else "insufficient",
            changed_at=MOMENT + timedelta(minutes=number),
        )
        for number in range(1, 2 * PAGE + 11)
    )
    seen: list[str] = []
    query, pages = "?question=1.1.01", 0
    while query:
        page = read_page(client.get(HISTORY + query))
        seen += [entry[0] for entry in entries_of(page)]
        pages += 1
        query = next(iter(page.xpath("//a[@rel='next']/@href")), "")
    assert (pages, len(seen), len(set(seen))) == (3, 2 * PAGE + 10, 2 * PAGE + 10)
    assert "Changes 101 to 110 of 110, newest first." in texts_of(page, "//main//p")
    far = read_page(client.get(f"{HISTORY}?question=1.1.01&start=999999999"))
    assert len(entries_of(far)) == 1
    no_number = read_page(client.get(f"{HISTORY}?start={'9' * 5000}"))
    assert len(entries_of(no_number)) == PAGE


def test_tells_who_handed_the_case_to_whom(assessment: Assessment) -> None:
    inspection = assessment.inspection
    lead = user_of(inspection, "lead")
    change = AllocationChange(assessment.pk, "practice-assessor", "inspector", confirmed=True)
    assert allocate(inspection, [change], lead).complete
    client = client_of(inspection, "practice-assessor")
    (when, what), *others = entries_of(read_page(client.get(HISTORY)))
    assert when.endswith(", Lead inspector")
    assert what == "The case went from Inspector to Practice assessor"
    assert len(others) == 1
    assert len(entries_of(read_page(client.get(f"{HISTORY}?fact=gender")))) == 1


@pytest.mark.parametrize("changes", [1, 30])
def test_takes_nine_queries_at_most(
    client: Client,
    assessment: Assessment,
    changes: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Four to find the case; a count, the keys, and what they name: answers, facts, not taken."""
    inspector = member_of(assessment.inspection, "inspector")
    for number in range(changes):
        answer = AnswerChange("2.1.03", "a", "sufficient" if number % 2 else "insufficient", number)
        record_answers(assessment, [answer], by=inspector)
    decline_answer(assessment, AnswerChange("1.1.01", "", "sufficient", 0), by=inspector)
    client.get(HISTORY)
    with django_assert_num_queries(9):
        client.get(HISTORY)
