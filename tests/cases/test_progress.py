"""Counts of what is asked and answered, and the words for them."""

from __future__ import annotations

from typing import Any

import pytest

from cases.models import Assessment
from cases.progress import (
    Place,
    Progress,
    Status,
    count_by_topic,
    count_facts,
    describe_topic,
    list_asked_topics,
    position_of,
    progress_of,
    status_of,
    survey_assessment,
    with_progress,
)
from inspections.catalogue import load_definition
from tests.casting import FACTS, make_case, make_inspection


@pytest.mark.parametrize(
    ("progress", "unanswered", "complete"),
    [
        (Progress(), 0, True),
        (Progress(asked=3, answered=3), 0, True),
        (Progress(asked=3, answered=2), 1, False),
        (Progress(asked=3, answered=3, undecided=1), 0, False),
    ],
)
def test_what_is_left(progress: Progress, unanswered: int, complete: bool) -> None:
    assert (progress.unanswered, progress.complete) == (unanswered, complete)


def test_progress_adds_up() -> None:
    assert Progress(3, 2, 1) + Progress(4, 4, 0) == Progress(7, 6, 1)


@pytest.mark.parametrize(
    ("progress", "words", "colour"),
    [
        (Progress(), "Not asked in this case", ""),
        (Progress(undecided=2), "Cannot start yet", ""),
        (Progress(asked=2), "Not started", "blue"),
        (Progress(asked=2, undecided=1), "Not started", "blue"),
        (Progress(asked=2, answered=1), "1 of 2 answered", "teal"),
        (Progress(asked=2, answered=2, undecided=1), "Answered so far", "teal"),
        (Progress(asked=2, answered=2), "Completed", ""),
    ],
)
def test_a_topic_in_words(progress: Progress, words: str, colour: str) -> None:
    assert describe_topic(progress) == (words, colour)


@pytest.fixture
def assessment(db: None) -> Assessment:
    """Facts but custody; the first gate answered no; some of the rest answered."""
    return make_case(
        make_inspection(),
        facts=FACTS | {"custody": ""},
        answers={"1.1.01": "insufficient", "1.2.03": "sufficient", "2.1.02/a": "not_applicable"},
    )


def test_counts_each_topic(assessment: Assessment) -> None:
    assert count_by_topic(assessment) == {
        ("1.1", "screening"): Progress(1, 1, 0),
        ("1.1", "analysis"): Progress(0, 0, 0),
        ("1.2", "plans"): Progress(2, 1, 1),
        ("2.1", "delivery"): Progress(3, 1, 0),
        ("2.1", "factors"): Progress(3, 0, 0),
    }


def test_counts_each_assessment_as_its_topics_together(assessment: Assessment) -> None:
    other = make_case(assessment.inspection, "ANY-002", rest="sufficient")
    counted: Any = with_progress(Assessment.objects.order_by("pk"))
    assert [Progress(*row) for row in counted.values_list("asked", "answered", "undecided")] == [
        sum(count_by_topic(case).values(), Progress()) for case in (assessment, other)
    ]


def test_an_answer_that_is_set_aside_does_not_count(assessment: Assessment) -> None:
    assessment.judgements.filter(question__code="1.1.02").update(answer="sufficient", version=1)
    assert count_by_topic(assessment)["1.1", "screening"] == Progress(1, 1, 0)


def test_lists_the_topics_that_ask_something(assessment: Assessment) -> None:
    assert [topic.key for topic in list_asked_topics(assessment)] == [
        ("1.1", "screening"),
        ("1.2", "plans"),
        ("2.1", "delivery"),
        ("2.1", "factors"),
    ]


def test_counts_facts(assessment: Assessment) -> None:
    assert count_facts(assessment) == (6, 7)


def test_a_survey_finds_what_is_unanswered_flagged_and_set_aside_in_order(
    assessment: Assessment,
) -> None:
    def found(places: list[Place]) -> list[str]:
        return [f"{place.code}/{place.row}".rstrip("/") for place in places]

    rows = assessment.judgements
    rows.filter(question__code="1.1.02").update(answer="sufficient", flagged=True)
    rows.filter(question__code__in=["2.1.03", "1.2.01"], row__in=["", "b"]).update(flagged=True)
    survey = survey_assessment(assessment)
    assert found(survey.unanswered) == [
        "1.2.02",
        "2.1.01",
        "2.1.02/b",
        "2.1.03/a",
        "2.1.03/b",
        "2.1.03/c",
    ]
    assert found(survey.flagged) == ["1.2.01", "2.1.03/b"]
    assert found(survey.set_aside) == ["1.1.02"]
    assert survey.progress == Progress(9, 3, 1)


@pytest.mark.parametrize(
    ("start", "code", "row"),
    [
        ("1.1.01", "1.2.02", ""),
        ("1.2.02", "1.2.02", ""),
        ("1.2.03", "2.1.01", ""),
        ("2.1.02", "2.1.02", "b"),
        ("2.1.03", "2.1.03", "a"),
    ],
)
def test_the_next_unanswered_is_the_first_from_a_place_on(
    assessment: Assessment, start: str, code: str, row: str
) -> None:
    definition = load_definition(assessment.inspection.programme)
    place = survey_assessment(assessment).find_next(position_of(definition, start))
    assert place is not None
    assert (place.code, place.row) == (code, row)


def test_after_the_last_the_next_unanswered_is_the_first(assessment: Assessment) -> None:
    assessment.judgements.filter(question__code="2.1.03").update(answer="sufficient")
    definition = load_definition(assessment.inspection.programme)
    survey = survey_assessment(assessment)
    place = survey.find_next(position_of(definition, "2.1.03"))
    assert place is not None
    assert place.code == "1.2.02"
    assessment.judgements.update(answer="sufficient")
    assert survey_assessment(assessment).find_next() is None


def test_a_status_says_how_far_a_case_is(assessment: Assessment) -> None:
    inspection = assessment.inspection
    make_case(inspection, "ANY-002", facts={})
    make_case(inspection, "ANY-003", facts={"gender": "male"})
    make_case(inspection, "ANY-004", facts=FACTS)
    make_case(inspection, "ANY-005", rest="sufficient")
    ready = make_case(inspection, "ANY-006", rest="sufficient")
    Assessment.objects.filter(pk=ready.pk).update(completed_at=None, completed_by=None)
    cases: Any = with_progress(Assessment.objects.select_related("case"))
    assert {str(case.case): status_of(case, progress_of(case)) for case in cases} == {
        "ANY-001": Status.IN_PROGRESS,
        "ANY-002": Status.NOT_STARTED,
        "ANY-003": Status.NOT_STARTED,
        "ANY-004": Status.IN_PROGRESS,
        "ANY-005": Status.COMPLETED,
        "ANY-006": Status.READY,
    }
