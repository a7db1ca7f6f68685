"""What a review finds: gaps, contradictions, bare No answers, flags, notes that name somebody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, Judgement
from cases.review import Doubt, Review, Spot, review_assessment
from tests.casting import FACTS, make_case, make_inspection

pytestmark = pytest.mark.django_db

DONE = {"1.1.01": "sufficient", "1.1.02": "sufficient", "1.1.03": "sufficient"}


def change(assessment: Assessment, code: str, row: str = "", **columns: Any) -> None:
    """Write columns of a judgement as they might have been recorded."""
    Judgement.objects.filter(assessment=assessment, question__code=code, row=row).update(**columns)


def names(spots: Iterable[Spot]) -> list[str]:
    return [spot.name for spot in spots]


def said(doubts: Iterable[Doubt]) -> list[tuple[str, list[str]]]:
    return [(doubt.message, names(doubt.spots)) for doubt in doubts]


def test_a_case_of_which_nothing_is_recorded_is_all_gaps() -> None:
    review = review_assessment(make_case(make_inspection(), facts={}))
    assert [fact.key for fact in review.facts] == [
        "custody",
        "community",
        "risk_level",
        "plan_required",
    ]
    assert [fact.key for fact in review.other_facts] == [
        "gender",
        "looked_after",
        "safeguarding_need",
    ]
    assert names(review.unanswered) == [
        "1.1.01",
        "1.2.02",
        "2.1.01",
        "2.1.03 Family",
        "2.1.03 School",
        "2.1.03 Friends",
    ]
    assert review.undecided == 6
    assert review.has_gaps is True


def test_a_case_that_is_well_done_has_nothing_to_look_at() -> None:
    review = review_assessment(make_case(make_inspection(), rest="sufficient"))
    assert (review.has_gaps, review.has_warnings) == (False, False)
    assert review == Review()


def test_answers_that_contradict_each_other_only_where_both_apply() -> None:
    """The programme says that 1.2.03 sufficient and 2.1.01 insufficient do not go together."""
    answers = {"1.2.03": "sufficient", "2.1.01": "insufficient"}
    inspection = make_inspection()
    message = "The risk was managed, yet the work was not delivered."
    review = review_assessment(make_case(inspection, answers=answers, rest="sufficient"))
    assert said(review.contradictions) == [(message, ["1.2.03", "2.1.01"])]
    assert (review.has_gaps, review.has_warnings) == (False, True)
    other = make_case(inspection, "ANY-002", answers=answers | {"2.1.01": "sufficient"})
    assert review_assessment(other).contradictions == []
    low = make_case(inspection, "ANY-003", facts=FACTS | {"risk_level": "low"}, answers=answers)
    assert review_assessment(low).contradictions == []
    assert names(review_assessment(low).set_aside) == ["1.2.03"]


def test_no_answers_that_lack_a_reason_or_a_note() -> None:
    case = make_case(make_inspection(), answers=DONE | {"1.1.03": "insufficient"})
    change(case, "2.1.02", "b", answer="insufficient", evidence="Nobody came.")
    review = review_assessment(case)
    assert names(review.without_reason) == ["1.1.03"]
    assert names(review.without_evidence) == ["1.1.03"]
    change(case, "1.1.03", reasons=["too_short"], evidence="One page.")
    review = review_assessment(case)
    assert (review.without_reason, review.without_evidence) == ([], [])


def test_what_is_set_aside_is_told_and_is_no_warning() -> None:
    case = make_case(make_inspection(), rest="sufficient")
    change(case, "1.2.01", answer="insufficient", state="not_asked", flagged=True)
    review = review_assessment(case)
    assert names(review.set_aside) == ["1.2.01"]
    assert (review.has_gaps, review.has_warnings) == (False, False)


def test_flags_and_notes_that_may_identify_somebody() -> None:
    case = make_case(make_inspection(), rest="sufficient")
    change(case, "2.1.03", "b", flagged=True, evidence="Seen by Liam Marlowe.")
    change(case, "2.1.01", note_to_lead="Home: SG1 1AA.")
    review = review_assessment(case)
    assert names(review.flagged) == ["2.1.03 School"]
    assert review.flagged[0].anchor == "q2-1-03-b"
    assert said(review.identifying) == [
        (
            "The private note to the lead inspector: This may identify somebody. It looks as if it "
            "holds a postcode (“SG1 1AA”).",
            ["2.1.01"],
        ),
        (
            "The evidence note: This may identify somebody. It looks as if it holds a name "
            "(“Liam Marlowe”).",
            ["2.1.03 School"],
        ),
    ]


@pytest.mark.parametrize("rest", ["", "insufficient"])
def test_takes_two_queries_whatever_there_is(
    rest: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = make_case(make_inspection(), rest=rest)
    review_assessment(case)
    with django_assert_num_queries(2):
        review_assessment(case)
