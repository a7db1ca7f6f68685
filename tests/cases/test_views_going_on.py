"""Finding what is left: the next unanswered question, and saving on the way to it."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment
from tests.cases.filling import (
    CASE,
    DELIVERY,
    FACTORS,
    FACTS_PAGE,
    NEXT,
    PLANS,
    REVIEW,
    SCREENING,
    banners_of,
    client_of,
    open_sheet,
)
from tests.casting import FACTS, make_case, make_inspection
from tests.pages import links_of, read_page

pytestmark = pytest.mark.django_db

ANSWERED = {"1.1.01": "insufficient", "1.2.02": "sufficient"}


def go(assessment: Assessment, query: str = "") -> str:
    answer = client_of(assessment.inspection, "inspector").get(NEXT + query)
    assert answer.status_code == 302
    return str(answer["Location"])


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("", f"{PLANS}#q1-2-03"),
        ("?from=1.2.03", f"{PLANS}#q1-2-03"),
        ("?from=2.1.01", f"{DELIVERY}#q2-1-01"),
        ("?from=2.1.02", f"{DELIVERY}#q2-1-02-b"),
        ("?from=2.1.03", f"{PLANS}#q1-2-03"),
        ("?from=9.9.99", f"{PLANS}#q1-2-03"),
        ("?from=%00", f"{PLANS}#q1-2-03"),
        ("?from=//evil.example/", f"{PLANS}#q1-2-03"),
    ],
)
def test_goes_to_the_first_unanswered_question_from_a_place_on(query: str, target: str) -> None:
    """From the last place it starts anew; what is not asked is passed over."""
    answers = ANSWERED | {f"2.1.03/{row}": "sufficient" for row in "abc"}
    answers["2.1.02/a"] = "not_applicable"
    assert go(make_case(make_inspection(), answers=answers), query) == target


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("?after=1.1.01", PLANS),
        ("?after=1.1.03", PLANS),
        ("?after=1.2.01", DELIVERY),
        ("?after=2.1.03", CASE),
        ("?after=9.9.99", f"{PLANS}#q1-2-03"),
    ],
)
def test_goes_to_the_topic_after_that_of_a_question(query: str, target: str) -> None:
    assert go(make_case(make_inspection(), answers=ANSWERED), query) == target


def test_where_all_is_answered_goes_to_the_review() -> None:
    assessment = make_case(make_inspection(), rest="sufficient")
    Assessment.objects.update(completed_at=None, completed_by=None)
    client = client_of(assessment.inspection, "inspector")
    assert client.get(NEXT)["Location"] == REVIEW
    page = read_page(client.get(REVIEW))
    assert banners_of(page) == [
        ("Success", "Every question that applies is answered. Review the case, and complete it.")
    ]


def test_where_facts_are_missing_goes_to_them() -> None:
    facts = FACTS | {"custody": ""}
    assessment = make_case(make_inspection(), facts=facts, rest="sufficient")
    client = client_of(assessment.inspection, "inspector")
    assert client.get(NEXT)["Location"] == FACTS_PAGE
    assert banners_of(read_page(client.get(FACTS_PAGE))) == [
        (
            "Success",
            "Every question that applies so far is answered. 1 fact still to record.",
        )
    ]


def test_saving_may_go_on_to_the_next_unanswered_question_of_the_page_or_after_it() -> None:
    assessment = make_case(make_inspection(), answers=ANSWERED)
    client = client_of(assessment.inspection, "inspector")
    sheet = open_sheet(client, DELIVERY).fill(q2_1_01_answer="sufficient")
    assert sheet.save(next="unanswered")["Location"] == f"{DELIVERY}#q2-1-02-a"
    sheet = open_sheet(client, DELIVERY)
    sheet.fill(q2_1_02_a_answer="sufficient", q2_1_02_b_answer="sufficient")
    assert sheet.save(next="unanswered")["Location"] == f"{FACTORS}#q2-1-03-a"
    sheet = open_sheet(client, FACTORS)
    sheet.fill(**{f"q2_1_03_{row}_answer": "sufficient" for row in "abc"})
    assert sheet.save(next="unanswered")["Location"] == f"{PLANS}#q1-2-03"


def test_saving_the_last_answer_leads_to_the_review() -> None:
    assessment = make_case(make_inspection(), rest="sufficient")
    assessment.judgements.filter(question__code="1.1.03").update(answer="")
    Assessment.objects.update(completed_at=None, completed_by=None)
    client = client_of(assessment.inspection, "inspector")
    sheet = open_sheet(client, f"{CASE}1.1/analysis/").fill(q1_1_03_answer="sufficient")
    assert sheet.save(next="unanswered")["Location"] == REVIEW
    page = read_page(client.get(REVIEW))
    assert banners_of(page) == [
        (
            "Success",
            "Saved 1 change. Every question that applies is answered. Review the case, and "
            "complete it.",
        )
    ]
    assert ("Review the case, and complete it", REVIEW) in links_of(page, "//main")


def test_saving_a_note_that_may_identify_somebody_says_so_and_stores_it() -> None:
    assessment = make_case(make_inspection())
    client = client_of(assessment.inspection, "inspector")
    sheet = open_sheet(client, SCREENING).fill(q1_1_01_answer="insufficient")
    sheet.fill(q1_1_01_evidence="Liam Marlowe was not there.").save(next="case")
    page = read_page(client.get(CASE))
    assert banners_of(page) == [
        (
            "Success",
            "Saved 1 change. A note may identify somebody: check 1.1.01. "
            "8 questions still to answer in this case.",
        )
    ]
    assert ("1.1.01", f"{SCREENING}#q1-1-01") in links_of(page, "//main")
    assert assessment.judgements.get(question__code="1.1.01").evidence == (
        "Liam Marlowe was not there."
    )


def test_takes_five_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Session, person, part, case, and one look at all judgements."""
    assessment = make_case(make_inspection())
    client = client_of(assessment.inspection, "inspector")
    client.get(NEXT)
    with django_assert_num_queries(5):
        client.get(NEXT)
