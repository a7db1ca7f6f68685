"""Counts of what is asked and answered, and the words for them."""

from __future__ import annotations

from typing import Any

import pytest

from cases.models import Assessment
from cases.progress import (
    Progress,
    count_by_topic,
    count_facts,
    describe_topic,
    list_asked_topics,
    with_progress,
)
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
