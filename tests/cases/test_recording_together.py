"""Several people saving at once, each in a thread and a connection of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from cases.models import Assessment, Judgement, JudgementRevision
from cases.recording import (
    AnswerChange,
    FactChange,
    FactsOutcome,
    Outcome,
    record_answers,
    record_facts,
)
from tests.casting import FACTS, make_case, make_inspection, member_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
Result = TypeVar("Result")


def run_together(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """Start all `calls` at the same moment, and return what each returned."""
    barrier = Barrier(len(calls), timeout=20)

    def start(call: Callable[[], Result]) -> Result:
        try:
            barrier.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(start, calls))


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection(), facts=FACTS)


def save(assessment: Assessment, by: str, *changes: AnswerChange) -> Callable[[], Outcome]:
    member = member_of(assessment.inspection, by)
    return lambda: record_answers(Assessment.objects.get(pk=assessment.pk), changes, by=member)


def test_different_questions_all_succeed(assessment: Assessment) -> None:
    codes = ("1.1.01", "1.2.02", "1.2.03", "2.1.01")
    outcomes = run_together(
        [
            save(assessment, by, AnswerChange(code, "", "sufficient", 0))
            for code, by in zip(codes, ("lead", "inspector", "lead", "inspector"), strict=True)
        ]
    )
    assert [outcome.complete for outcome in outcomes] == [True] * 4
    assert set(
        Judgement.objects.filter(assessment=assessment, question__code__in=codes).values_list(
            "question__code", "answer", "version"
        )
    ) == {(code, "sufficient", 1) for code in codes}


def test_on_the_same_question_one_succeeds_and_the_rest_are_told(assessment: Assessment) -> None:
    wanted = ("sufficient", "insufficient", "not_applicable")
    outcomes = run_together(
        [
            save(assessment, "inspector", AnswerChange("2.1.01", "", value, 0, evidence=str(n)))
            for n, value in enumerate(wanted * 4)
        ]
    )
    assert Counter(len(outcome.saved) for outcome in outcomes) == {1: 1, 0: 11}
    assert Counter(len(outcome.conflicts) for outcome in outcomes) == {0: 1, 1: 11}
    winner = next(outcome.saved[0][0] for outcome in outcomes if outcome.saved)
    stored = Judgement.objects.get(assessment=assessment, question__code="2.1.01")
    assert isinstance(winner, AnswerChange)
    assert (stored.answer, stored.evidence, stored.version) == (winner.answer, winner.evidence, 1)
    assert JudgementRevision.objects.filter(judgement=stored).count() == 1


def test_no_update_is_lost_when_each_saves_on_top_of_what_it_read(assessment: Assessment) -> None:
    """Every writer tries again until its note is in; each of them is then in the history."""

    def insist(note: str) -> Callable[[], int]:
        member = member_of(assessment.inspection, "inspector")

        def call() -> int:
            version = 0
            for attempt in range(200):
                change = AnswerChange("2.1.01", "", "sufficient", version, evidence=note)
                outcome = record_answers(
                    Assessment.objects.get(pk=assessment.pk), [change], by=member
                )
                if outcome.saved:
                    return attempt
                version = outcome.conflicts[0].current.version
            raise AssertionError("never saved")

        return call

    notes = [f"note {n}" for n in range(12)]
    run_together([insist(note) for note in notes])
    revisions = JudgementRevision.objects.filter(judgement__question__code="2.1.01")
    assert sorted(revisions.values_list("evidence", flat=True)) == sorted(notes)
    assert list(revisions.values_list("version", flat=True)) == list(range(1, 13))


def test_a_case_opened_by_either_fact_is_settled_by_both(assessment: Assessment) -> None:
    """At first one fact holds and not the other; both turn at once, and the question stays."""
    inspector = member_of(assessment.inspection, "inspector")

    def state(key: str, value: str) -> Callable[[], FactsOutcome]:
        change = FactChange(key, value, 1)
        return lambda: record_facts(
            Assessment.objects.get(pk=assessment.pk), [change], by=inspector
        )

    run_together([state("risk_level", "low"), state("plan_required", "yes")])
    states = dict(assessment.judgements.values_list("question__code", "state"))
    assert states["1.2.03"] == "applies"
