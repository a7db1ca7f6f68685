"""The page on which a case is looked through, and completed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.access import ANOTHER
from cases.models import Assessment, Judgement
from tests.cases.filling import (
    CASE,
    FACTS_PAGE,
    NEXT,
    PLANS,
    REVIEW,
    banners_of,
    client_of,
    errors_of,
    heading_of,
    open_sheet,
    sheet_of,
)
from tests.casting import FACTS, make_case, make_inspection, member_of
from tests.pages import links_of, read_page, texts_of

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 1, 14, 10, 5, tzinfo=UTC)
LOOK = "Look at the points under “To look at”, and tick the box."


def make_ready(rest: str = "sufficient") -> Assessment:
    """Return an assessment of which all is answered, and that nobody has completed."""
    assessment = make_case(make_inspection(), rest=rest)
    Assessment.objects.update(completed_at=None, completed_by=None)
    return assessment


def inspector_of(assessment: Assessment) -> Client:
    return client_of(assessment.inspection, "inspector")


def completed(assessment: Assessment) -> str:
    """Return who completed the case; empty where nobody has."""
    assessment.refresh_from_db()
    assert (assessment.completed_at is None) == (assessment.completed_by is None)
    return assessment.completed_by.key if assessment.completed_by else ""


def test_a_case_with_gaps_is_shown_what_is_missing_and_cannot_be_completed() -> None:
    facts = FACTS | {"custody": "", "gender": ""}
    assessment = make_case(make_inspection(), facts=facts, answers={"1.1.01": "insufficient"})
    client = inspector_of(assessment)
    page = read_page(client.get(REVIEW))
    assert heading_of(page) == "Anyshire 2026: case ANY-001 Review the case"
    assert texts_of(page, "//main//h3") == [
        "Facts that are not recorded (1)",
        "Questions that are not answered (8)",
        "Questions that may yet apply (1)",
        "Answered No without an evidence note (1)",
        "Facts that are not recorded and decide nothing (1)",
    ]
    links = links_of(page, "//main")
    assert ("Custodial phase inspected", f"{FACTS_PAGE}#custody") in links
    assert ("Gender", f"{FACTS_PAGE}#gender") in links
    assert ("1.2.03 Did the plan manage the risk?", f"{PLANS}#q1-2-03") in links
    assert ("Go to the first unanswered question", NEXT) in links
    assert page.xpath("//main//form") == []
    answer = client.post(REVIEW, {"looked": "on"})
    assert answer.status_code == 422
    assert errors_of(read_page(answer)) == [
        ("Something in this case is still to be recorded or answered.", "")
    ]
    assert completed(assessment) == ""


def test_a_page_of_another_assessment_completes_nothing() -> None:
    assessment = make_ready()
    sheet = open_sheet(inspector_of(assessment), REVIEW).fill(**{"assessment-key": "0"})
    answer = sheet.save()
    assert answer.status_code == 422
    assert errors_of(read_page(answer)) == [(ANOTHER, "")]
    assert completed(assessment) == ""


def test_a_case_without_anything_to_look_at_is_completed_at_once() -> None:
    assessment = make_ready()
    client = inspector_of(assessment)
    sheet = open_sheet(client, REVIEW)
    assert texts_of(sheet.page, "//main//h2 | //main//h3") == []
    assert sheet.sent == {"assessment-key": [str(assessment.pk)]}
    form = sheet.page.xpath("//main//form")[0]
    assert (form.get("data-outbox"), form.get("data-sync")) == ("complete", f"{CASE}sync/")
    answer = sheet.save()
    assert (answer.status_code, answer["Location"]) == (302, CASE)
    assert completed(assessment) == "inspector"
    assert banners_of(read_page(client.get(CASE))) == [
        ("Success", "Case ANY-001 is completed. You can still change it.")
    ]
    when = assessment.completed_at
    assert client.post(REVIEW).status_code == 302
    assessment.refresh_from_db()
    assert assessment.completed_at == when


def test_what_there_is_to_look_at_must_have_been_looked_at() -> None:
    assessment = make_ready("insufficient")
    client = inspector_of(assessment)
    sheet = open_sheet(client, REVIEW)
    answer = sheet.save()
    page = read_page(answer)
    assert answer.status_code == 422
    assert errors_of(page) == [(LOOK, "#id_looked")]
    assert completed(assessment) == ""
    again = sheet_of(client, REVIEW, answer).fill(looked="on").save()
    assert again.status_code == 302
    assert completed(assessment) == "inspector"


def test_lists_contradictions_with_links_to_both_answers() -> None:
    assessment = make_ready()
    Judgement.objects.filter(question__code="2.1.01").update(answer="insufficient")
    page = read_page(inspector_of(assessment).get(REVIEW))
    assert texts_of(page, "//ul[contains(@class, 'review-doubts')]/li") == [
        "The risk was managed, yet the work was not delivered. 1.2.03 Did the plan manage the "
        "risk? 2.1.01 Was the planned work delivered?"
    ]


def test_a_completed_case_says_so_and_is_open_again_when_something_in_it_is() -> None:
    assessment = make_ready()
    lead = client_of(assessment.inspection, "lead")
    open_sheet(lead, REVIEW).save()
    assert completed(assessment) == "lead"
    Assessment.objects.update(completed_at=MOMENT)
    page = read_page(lead.get(REVIEW))
    assert texts_of(page, "//*[@class='govuk-inset-text']") == [
        "Completed by Lead inspector on 14 January 2026 at 10:05. You can still change it. If "
        "something in it is open again, it is no longer completed."
    ]
    assert page.xpath("//main//form") == []
    open_sheet(lead, FACTS_PAGE).fill(custody="yes").save()
    assert completed(assessment) == ""


def test_after_a_script_has_completed_it_the_case_says_so_once() -> None:
    assessment = make_ready()
    client = inspector_of(assessment)
    (form,) = read_page(client.get(REVIEW)).xpath("//form[@id='complete-form']")
    told = form.get("data-next")
    assert told == f"{CASE}?completed"
    assert banners_of(read_page(client.get(told))) == []
    open_sheet(client, REVIEW).save()
    client.get(CASE)
    words = [("Success", "Case ANY-001 is completed. You can still change it.")]
    assert [banners_of(read_page(client.get(url))) for url in (told, CASE)] == [words, []]


@pytest.mark.parametrize("url", [PLANS, FACTS_PAGE])
def test_the_pages_of_a_completed_case_say_that_a_change_is_seen(url: str) -> None:
    assessment = make_ready()
    client = inspector_of(assessment)
    told = "//*[@id='completed-already']"
    assert texts_of(read_page(client.get(url)), told) == []
    open_sheet(client, REVIEW).save()
    assert texts_of(read_page(client.get(url)), told) == [
        "This case is completed. It stays so if you change an answer, and the lead inspector sees "
        "that it was changed. If something in it is open again, it is no longer completed. Review "
        "the case"
    ]


def test_a_case_that_is_closed_cannot_be_completed() -> None:
    assessment = make_ready()
    Assessment.objects.update(closed="second_marking")
    client = inspector_of(assessment)
    assert read_page(client.get(REVIEW)).xpath("//main//form") == []
    answer = client.post(REVIEW)
    assert answer.status_code == 422
    assert "can no longer be changed" in errors_of(read_page(answer))[0][0]
    assert completed(assessment) == ""


def test_a_second_assessor_completes_their_own_and_not_the_others() -> None:
    first = make_ready()
    other = member_of(first.inspection, "practice-assessor")
    Assessment.objects.update(assessor=other)
    assert inspector_of(first).post(REVIEW).status_code == 404
    assert completed(first) == ""


@pytest.mark.parametrize("rest", ["", "insufficient"])
def test_takes_the_same_queries_whatever_there_is(
    rest: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, person, part, case, conflicts of interest, judgements and facts."""
    assessment = make_case(make_inspection(), rest=rest)
    client = inspector_of(assessment)
    client.get(REVIEW)
    with django_assert_num_queries(7):
        client.get(REVIEW)
