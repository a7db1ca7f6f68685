"""Signing criteria, locking with the last of them, and what becomes of a signature."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cases.alerts import raise_alert
from cases.locking import LockedError
from cases.models import Assessment, Judgement
from cases.moderation import reopen_case
from cases.recording import AnswerChange, record_answers
from cases.second_marking.comparing import begin_comparison
from inspections.models import Inspection
from inspections.problems import RefusedError
from scoring.models import CriterionSignature, ScorecardLock
from scoring.scorecard import score_inspection
from scoring.signing.reading import list_deeds, read_sign_off
from scoring.signing.signatures import (
    JUDGEMENT_CHANGED,
    ChangedError,
    Signed,
    lock_scorecard,
    sign_criterion,
    unlock_scorecard,
    withdraw_signature,
)
from tests.cases.second_marking.pairs import FIRST_NOTE, SECOND_NOTE, judge, make_compared, pick
from tests.casting import make_case, make_inspection, member_of
from tests.programmes import load_small_programme

pytestmark = pytest.mark.django_db

CRITERIA = ["1.1", "1.2", "2.1"]


@pytest.fixture
def inspection() -> Inspection:
    inspection = make_inspection()
    make_case(inspection, rest="sufficient")
    make_case(inspection, "ANY-002", answers={"2.1.01": "insufficient"}, rest="sufficient")
    return inspection


def sign(inspection: Inspection, *numbers: str) -> list[Signed]:
    """Sign criteria as they stand."""
    lead = member_of(inspection, "lead")
    signed = []
    for number in numbers:
        criterion = read_sign_off(inspection).find(number)
        assert criterion is not None
        signed.append(sign_criterion(inspection, number, criterion.digest, lead))
    return signed


def change(inspection: Inspection, code: str, answer: str, reference: str = "ANY-001") -> None:
    """Have the assessor of a case change an answer."""
    assessment = Assessment.objects.get(case__reference=reference, inspection=inspection)
    version = assessment.judgements.get(question__code=code, row="").version
    outcome = record_answers(
        assessment, [AnswerChange(code, "", answer, version)], member_of(inspection, "inspector")
    )
    assert outcome.complete


def standing_of(inspection: Inspection) -> dict[str, str]:
    """Return how each criterion stands, in a word."""
    return {
        each.number: "signed" if each.is_signed else "lapsed" if each.has_lapsed else ""
        for each in read_sign_off(inspection).criteria
    }


def test_a_criterion_is_what_its_questions_add_up_to(inspection: Inspection) -> None:
    sign_off = read_sign_off(inspection)
    card = score_inspection(inspection)
    assert {each.number: each.score for each in sign_off.criteria} == card.criteria
    assert (sign_off.cases, sign_off.matters, sign_off.lock) == (2, [], None)


def test_the_last_signature_locks_and_keeps_the_scorecard(inspection: Inspection) -> None:
    card = score_inspection(inspection).to_json()
    first, second, last = sign(inspection, *CRITERIA)
    assert (first.lock, second.lock) == (None, None)
    lock = ScorecardLock.objects.get()
    assert last.lock == lock
    assert (lock.scorecard, lock.locked_by) == (card, member_of(inspection, "lead"))
    inspection.refresh_from_db()
    assert inspection.locked_at == lock.locked_at
    assert set(Assessment.objects.values_list("closed", flat=True)) == {"locked"}
    with pytest.raises(LockedError):
        sign(inspection, "1.1")


def test_what_is_signed_is_what_was_seen(inspection: Inspection) -> None:
    criterion = read_sign_off(inspection).find("2.1")
    assert criterion is not None
    change(inspection, "2.1.01", "insufficient")
    with pytest.raises(ChangedError, match="changed after you opened this page"):
        sign_criterion(inspection, "2.1", criterion.digest, member_of(inspection, "lead"))
    assert CriterionSignature.objects.count() == 0


def test_any_change_behind_it_lapses_a_signature_and_no_other(inspection: Inspection) -> None:
    sign(inspection, "1.1", "2.1")
    change(inspection, "2.1.01", "insufficient")
    change(inspection, "2.1.01", "sufficient")
    assert standing_of(inspection) == {"1.1": "signed", "1.2": "", "2.1": "lapsed"}
    (lapsed,) = (each for each in read_sign_off(inspection).criteria if each.has_lapsed)
    assert lapsed.signed_the_same
    sign(inspection, "2.1")
    old = CriterionSignature.objects.get(withdrawn_at__isnull=False)
    assert (old.criterion, old.withdrawn_because) == ("2.1", JUDGEMENT_CHANGED)
    assert standing_of(inspection) == {"1.1": "signed", "1.2": "", "2.1": "signed"}


def test_another_assessment_of_record_lapses_a_signature(inspection: Inspection) -> None:
    """Both marked alike, so that the counts stay; but the evidence is that of both now."""
    Judgement.objects.update(evidence=FIRST_NOTE)
    sign(inspection, "1.1")
    picked = pick(inspection)
    judge(picked.second, note=SECOND_NOTE)
    assert begin_comparison(picked)
    agreed = Assessment.objects.get(case__reference="ANY-001", of_record=True)
    assert agreed.judgements.get(question__code="1.1.01").evidence != FIRST_NOTE
    assert standing_of(inspection)["1.1"] == "lapsed"


def test_whose_case_it_is_lapses_no_signature(inspection: Inspection) -> None:
    sign(inspection, "1.1")
    Assessment.objects.update(assessor=None)
    assert standing_of(inspection)["1.1"] == "signed"


def test_twice_is_once(inspection: Inspection) -> None:
    assert sign(inspection, "1.1") == sign(inspection, "1.1")


def test_it_is_not_signed_while_something_in_it_is_open(inspection: Inspection) -> None:
    change(inspection, "1.2.02", "")  # in no score, and asked all the same
    with pytest.raises(RefusedError, match="cannot be signed while something in it is open"):
        sign(inspection, "1.2")
    sign(inspection, "1.1", "2.1")
    assert read_sign_off(inspection).matters == ["Judgements that are still open: 1."]


def test_without_cases_there_is_nothing_to_sign() -> None:
    empty = make_inspection()
    with pytest.raises(RefusedError, match="There are no cases, so there is nothing to sign"):
        sign(empty, "1.1")
    assert read_sign_off(empty).matters == ["There are no cases."]


def test_open_matters_keep_it_from_being_locked(inspection: Inspection) -> None:
    inspector = member_of(inspection, "inspector")
    first = Assessment.objects.get(case__reference="ANY-001")
    alert = raise_alert(first.case, inspector, concern="Not safe.", mutation=uuid4())
    make_compared(inspection, "ANY-003", second={"2.1.01": "insufficient"})
    reopen_case(first, "Look again.", member_of(inspection, "lead"))
    assert [signed.lock for signed in sign(inspection, *CRITERIA)] == [None] * 3
    sign_off = read_sign_off(inspection)
    assert sign_off.matters == [
        "Case alerts that are still open: 1.",
        "Second markings that are not yet settled: 1.",
        "Cases that you opened again and that are not completed since: 1.",
    ]
    assert {each.number: each.disputed for each in sign_off.criteria} == {
        "1.1": 0,
        "1.2": 0,
        "2.1": 1,
    }
    with pytest.raises(RefusedError) as refused:
        lock_scorecard(inspection, member_of(inspection, "lead"))
    assert [problem.message for problem in refused.value.problems] == sign_off.matters
    assert alert.closed_at is None


def test_once_they_are_closed_it_is_locked_by_hand(inspection: Inspection) -> None:
    lead = member_of(inspection, "lead")
    first = Assessment.objects.get(case__reference="ANY-001")
    reopening = reopen_case(first, "Look again.", lead)
    sign(inspection, *CRITERIA)
    type(reopening).objects.update(completed_again_at=reopening.reopened_at)
    assert read_sign_off(inspection).may_be_locked
    lock = lock_scorecard(inspection, lead)
    assert lock_scorecard(inspection, lead) == lock


def test_a_signature_is_withdrawn_for_a_reason(inspection: Inspection) -> None:
    lead = member_of(inspection, "lead")
    sign(inspection, "1.1")
    with pytest.raises(RefusedError, match="Say why"):
        withdraw_signature(inspection, "1.1", " ", lead)
    withdraw_signature(inspection, "1.1", "Too early.", lead)
    with pytest.raises(RefusedError, match=r"1\.1 is not signed"):
        withdraw_signature(inspection, "1.1", "Too early.", lead)
    (deed,) = list_deeds(inspection)
    assert (deed.what, deed.by, deed.because) == (
        "Withdrew the signature of 1.1",
        lead,
        "Too early.",
    )


def test_unlocking_needs_a_reason_and_leaves_the_signatures(inspection: Inspection) -> None:
    lead = member_of(inspection, "lead")
    sign(inspection, *CRITERIA)
    with pytest.raises(LockedError):
        withdraw_signature(inspection, "1.1", "Too early.", lead)
    with pytest.raises(RefusedError, match="Say why"):
        unlock_scorecard(inspection, "\n", lead)
    unlock_scorecard(inspection, "A case was misread.", lead)
    with pytest.raises(RefusedError, match="not locked"):
        unlock_scorecard(inspection, "A case was misread.", lead)
    assert set(standing_of(inspection).values()) == {"signed"}
    change(inspection, "2.1.01", "insufficient")
    assert standing_of(inspection) == {"1.1": "signed", "1.2": "signed", "2.1": "lapsed"}
    (last,) = sign(inspection, "2.1")
    assert last.lock is not None
    assert [(deed.what, deed.because) for deed in list_deeds(inspection)] == [
        ("Locked the scorecard", ""),
        ("Withdrew the signature of 2.1", JUDGEMENT_CHANGED),
        ("Unlocked the scorecard", "A case was misread."),
        ("Locked the scorecard", ""),
    ]


@pytest.mark.parametrize("key", ["inspector", "other"])
def test_nobody_else_may(key: str, inspection: Inspection) -> None:
    by = member_of(inspection, key) if key != "other" else member_of(make_inspection("O"), "lead")
    for refused in (
        lambda: sign_criterion(inspection, "1.1", "", by),
        lambda: withdraw_signature(inspection, "1.1", "So.", by),
        lambda: lock_scorecard(inspection, by),
        lambda: unlock_scorecard(inspection, "So.", by),
    ):
        with pytest.raises(PermissionDenied):
            refused()


class SigningMachine(RuleBasedStateMachine):
    """Sign, change, withdraw, lock and unlock in any order, beside a model of what should be."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.inspection = make_inspection()
        make_case(self.inspection, rest="sufficient")
        self.signed: dict[str, bool] = {}  # whether it stands, by criterion
        self.locked = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(number=st.sampled_from(CRITERIA))
    def sign(self, number: str) -> None:
        if self.locked:
            with pytest.raises(LockedError):
                sign(self.inspection, number)
            return
        stood = self.signed.get(number, False)
        sign(self.inspection, number)
        self.signed[number] = True
        self.locked = not stood and all(self.signed.get(each) for each in CRITERIA)

    @rule(code=st.sampled_from(["1.2.02", "2.1.01"]))
    def change(self, code: str) -> None:
        assessment = Assessment.objects.get(inspection=self.inspection)
        judgement = assessment.judgements.get(question__code=code)
        answer = "insufficient" if judgement.answer == "sufficient" else "sufficient"
        outcome = record_answers(
            assessment,
            [AnswerChange(code, "", answer, judgement.version)],
            member_of(self.inspection, "inspector"),
        )
        assert outcome.complete != self.locked
        if not self.locked and code[:3] in self.signed:
            self.signed[code[:3]] = False

    @precondition(lambda self: self.signed and not self.locked)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.signed)))
        lead = member_of(self.inspection, "lead")
        withdraw_signature(self.inspection, number, "So.", lead)
        del self.signed[number]

    @rule()
    def lock(self) -> None:
        lead = member_of(self.inspection, "lead")
        if self.locked or all(self.signed.get(each) for each in CRITERIA):
            lock_scorecard(self.inspection, lead)
            self.locked = True
        else:
            with pytest.raises(RefusedError):
                lock_scorecard(self.inspection, lead)

    @precondition(lambda self: self.locked)
    @rule()
    def unlock(self) -> None:
        unlock_scorecard(self.inspection, "So.", member_of(self.inspection, "lead"))
        self.locked = False

    @invariant()
    def stands_as_it_should(self) -> None:
        sign_off = read_sign_off(self.inspection)
        assert {e.number: e.is_signed for e in sign_off.criteria if e.signature} == self.signed
        assert (sign_off.lock is not None) == self.locked
        frozen = ScorecardLock.objects.filter(
            inspection=self.inspection, unlocked_at__isnull=True
        ).values_list("scorecard", flat=True)
        assert list(frozen) == [score_inspection(self.inspection).to_json()] * self.locked


def test_in_any_order_it_is_as_it_should_be() -> None:
    load_small_programme()
    run_state_machine_as_test(
        SigningMachine,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
