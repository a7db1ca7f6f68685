"""When a case is done, when it no longer is, and what a closed one takes."""

from __future__ import annotations

import pytest

from cases.models import Assessment, DeclinedChange
from cases.recording import (
    AnswerChange,
    FactChange,
    complete_assessment,
    decline_answer,
    record_answers,
    record_facts,
)
from inspections.models import TeamMember
from inspections.problems import RefusedError
from tests.casting import make_case, make_inspection, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def done() -> Assessment:
    """A case in which all is answered, and that is said to be done."""
    return make_case(make_inspection(), rest="sufficient")


@pytest.fixture
def inspector(done: Assessment) -> TeamMember:
    return member_of(done.inspection, "inspector")


def reload(assessment: Assessment) -> Assessment:
    return Assessment.objects.select_related("inspection__programme", "case").get(pk=assessment.pk)


def test_it_is_completed_once_by_whoever_says_so_first(
    done: Assessment, inspector: TeamMember
) -> None:
    Assessment.objects.update(completed_at=None, completed_by=None)
    complete_assessment(done, by=inspector)
    first = reload(done)
    complete_assessment(reload(done), by=member_of(done.inspection, "lead"))
    again = reload(done)
    assert (again.completed_at, again.completed_by) == (first.completed_at, inspector)


def test_it_is_not_completed_while_something_is_open(
    done: Assessment, inspector: TeamMember
) -> None:
    record_answers(done, [AnswerChange("2.1.01", "", "", 1)], by=inspector)
    with pytest.raises(RefusedError, match="still to be recorded or answered"):
        complete_assessment(done, by=inspector)
    assert reload(done).completed_at is None


def test_what_somebody_else_has_opened_meanwhile_counts(
    done: Assessment, inspector: TeamMember
) -> None:
    """Nothing is undecided without this fact, for the other one is enough; but it is missing."""
    Assessment.objects.update(completed_at=None, completed_by=None)
    before = reload(done)
    record_facts(reload(done), [FactChange("plan_required", "", 1)], by=inspector)
    assert "undecided" not in done.judgements.values_list("state", flat=True)
    assert (before.facts_missing, reload(done).facts_missing) == (0, 1)
    with pytest.raises(RefusedError, match="still to be recorded or answered"):
        complete_assessment(before, by=inspector)


def test_a_save_says_that_it_takes_completion_back(done: Assessment, inspector: TeamMember) -> None:
    changed = record_answers(done, [AnswerChange("2.1.01", "", "insufficient", 1)], by=inspector)
    assert (changed.reopened, reload(done).completed_at) == (False, done.completed_at)
    opened = record_facts(done, [FactChange("custody", "yes", 1)], by=inspector)
    assert (opened.reopened, opened.opened) == (True, ["1.2.01"])
    assert (reload(done).completed_at, reload(done).completed_by) == (None, None)
    answered = record_answers(done, [AnswerChange("1.2.01", "", "sufficient", 0)], by=inspector)
    assert (answered.reopened, reload(done).completed_at) == (False, None)


@pytest.mark.parametrize(
    ("closed", "message"),
    [
        ("second_marking", "is being compared with its second marking"),
        ("withdrawn", "was withdrawn from the sample"),
        ("cancelled", "was called off"),
    ],
)
def test_of_a_closed_one_only_what_would_change_is_refused(
    done: Assessment, inspector: TeamMember, closed: str, message: str
) -> None:
    Assessment.objects.update(closed=closed)
    answers = record_answers(
        done,
        [
            AnswerChange("1.1.01", "", "sufficient", 1),
            AnswerChange("2.1.01", "", "insufficient", 1),
            AnswerChange("1.2.02", "", "insufficient", 0),
        ],
        by=inspector,
    )
    assert [change.code for change, _ in answers.unchanged] == ["1.1.01"]
    assert {r.change.code for r in answers.refusals if message in r.message} == {"2.1.01", "1.2.02"}
    assert (answers.saved, answers.conflicts) == ([], [])
    facts = record_facts(
        done, [FactChange("gender", "male", 1), FactChange("custody", "yes", 1)], by=inspector
    )
    assert [change.key for change, _ in facts.unchanged] == ["gender"]
    assert [r.change.key for r in facts.refusals if message in r.message] == ["custody"]
    with pytest.raises(RefusedError, match=message):
        complete_assessment(done, by=inspector)


def test_what_is_given_up_without_a_name_is_kept_each_time(
    done: Assessment, inspector: TeamMember
) -> None:
    change = AnswerChange("2.1.01", "", "insufficient", 1, evidence=" ")
    for _ in range(2):
        assert decline_answer(done, change, by=inspector).answer == "sufficient"
    kept = DeclinedChange.objects.values_list("judgement__question__code", "version", "values")
    values = {
        "answer": "insufficient",
        "reasons": [],
        "evidence": "",
        "flagged": False,
        "note_to_lead": "",
    }
    assert list(kept) == [("2.1.01", 1, values)] * 2
