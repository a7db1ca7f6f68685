"""Locking while others write, each in a thread and a connection of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Event
from time import monotonic

import pytest
from django.db import connection, transaction

from cases.locking import LOCKED, hold_judgements
from cases.models import Assessment, Case
from cases.opening import NewCase, open_cases
from cases.recording import AnswerChange, hold, record_answers
from cases.second_marking.picking import Pick, pick_cases
from inspections.models import Inspection, TeamMember
from inspections.problems import RefusedError
from scoring.models import ScorecardLock
from scoring.scorecard import score_inspection
from scoring.signing.reading import read_sign_off
from scoring.signing.signatures import sign_criterion, unlock_scorecard, withdraw_signature
from tests.cases.test_recording_together import run_together
from tests.casting import make_case, make_inspection, member_of
from tests.scoring.test_signing import CRITERIA, sign

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def inspection() -> Inspection:
    inspection = make_inspection()
    for number in range(3):
        make_case(inspection, f"ANY-00{number}", rest="sufficient")
    return inspection


def told(call: Callable[[], object]) -> Callable[[], str]:
    """Return `call` with "done", or why it was refused, as its result."""

    def attempt() -> str:
        try:
            call()
        except RefusedError as error:
            return error.problems[0].message
        return "done"

    return attempt


def signer(inspection: Inspection, lead: TeamMember) -> Callable[[], str]:
    """Return what signs 2.1 as it stands now, which locks if it is the last."""
    criterion = read_sign_off(inspection).find("2.1")
    assert criterion is not None
    return told(lambda: sign_criterion(inspection, "2.1", criterion.digest, lead))


def test_a_save_is_in_what_is_locked_or_refused(inspection: Inspection) -> None:
    """Several save while the last criterion is signed: one of the two comes first, wholly."""
    lead, inspector = member_of(inspection, "lead"), member_of(inspection, "inspector")
    sign(inspection, "1.1", "1.2")
    outcomes: Counter[str] = Counter()
    for round_ in range(8):
        assessment = Assessment.objects.get(case__reference=f"ANY-00{round_ % 3}")
        judgement = assessment.judgements.get(question__code="2.1.01")
        answer = "insufficient" if judgement.answer == "sufficient" else "sufficient"
        change = AnswerChange("2.1.01", "", answer, judgement.version)

        def save(change: AnswerChange = change, pk: int = assessment.pk) -> str:
            fresh = Assessment.objects.get(pk=pk)
            outcome = record_answers(fresh, [change], inspector)
            return outcome.refusals[0].message if outcome.refusals else "done"

        saved, signed = run_together([save, signer(inspection, lead)])
        judgement.refresh_from_db()
        if signed == "done":
            assert saved == LOCKED
            (lock,) = ScorecardLock.objects.filter(unlocked_at__isnull=True)
            assert lock.scorecard == score_inspection(inspection).to_json()
            assert judgement.version == change.base_version
            unlock_scorecard(inspection, "Again.", lead)
            withdraw_signature(inspection, "2.1", "Again.", lead)
        else:
            assert (saved, signed.startswith("2.1 changed after")) == ("done", True)
            assert judgement.answer == answer
        outcomes["signed" if signed == "done" else "saved"] += 1
    assert outcomes.total() == 8


def test_who_writes_an_assessment_twice_and_a_lock_do_not_wait_for_each_other(
    inspection: Inspection,
) -> None:
    """As settling a second marking again does, or a device that completes what it answered."""
    assessment = Assessment.objects.get(case__reference="ANY-001")

    @transaction.atomic
    def write() -> str:
        hold(assessment)
        for missing in (1, 0):
            assessment.facts_missing = missing
            assessment.save(update_fields=["facts_missing"])
        holding.set()
        until = monotonic() + 5
        while not somebody_waits() and monotonic() < until:
            pass
        return "done"

    @transaction.atomic
    def lock() -> str:
        assert holding.wait(5)
        hold_judgements(inspection)
        return "done"

    holding = Event()
    assert run_together([write, lock]) == ["done", "done"]


def somebody_waits() -> bool:
    """Whether another connection waits for a row that is held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


def test_nothing_is_opened_or_picked_beside_a_lock(inspection: Inspection) -> None:
    lead, second = member_of(inspection, "lead"), member_of(inspection, "practice-assessor")
    sign(inspection, "1.1", "1.2")
    first = Assessment.objects.select_related("case").get(case__reference="ANY-001")
    first.inspection = inspection
    opened, picked, _ = run_together(
        [
            told(lambda: open_cases(inspection, [NewCase("ANY-009")])),
            told(lambda: pick_cases(inspection, [Pick(first, second)], lead)),
            signer(inspection, lead),
        ]
    )
    inspection.refresh_from_db()
    is_locked = inspection.locked_at is not None
    assert {opened, picked} <= {"done", LOCKED}
    if is_locked:
        assert (opened, picked) == (LOCKED, LOCKED)
        assert Case.objects.count() == 3
        assert set(Assessment.objects.values_list("closed", flat=True)) == {"locked"}


def test_two_signatures_at_once_are_two_and_lock_once(inspection: Inspection) -> None:
    lead = member_of(inspection, "lead")
    digests = {each.number: each.digest for each in read_sign_off(inspection).criteria}

    def signing(number: str) -> Callable[[], str]:
        return told(lambda: sign_criterion(inspection, number, digests[number], lead))

    assert run_together([signing(number) for number in CRITERIA]) == ["done"] * 3
    assert ScorecardLock.objects.count() == 1
