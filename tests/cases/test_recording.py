"""What recording stores, refuses and settles, and what it keeps of what was there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, FactRevision, Judgement, JudgementRevision, RecordedFact
from cases.recording import AnswerChange, FactChange, Outcome, record_answers, record_facts
from inspections.catalogue import load_definition
from tests.cases.filling import judgement_of
from tests.casting import FACTS, make_case, make_inspection, member_of


def fact_of(assessment: Assessment, key: str) -> RecordedFact:
    return RecordedFact.objects.get(assessment=assessment, fact__key=key)


def answer(
    assessment: Assessment, code: str, value: str, *, by: str = "inspector", **fields: Any
) -> Outcome:
    """Save one answer, on top of what stands unless `base_version` says otherwise."""
    row = fields.pop("row", "")
    fields.setdefault("base_version", judgement_of(assessment, code, row).version)
    change = AnswerChange(code=code, row=row, answer=value, **fields)
    return record_answers(assessment, [change], by=member_of(assessment.inspection, by))


def state_facts(assessment: Assessment, *, by: str = "inspector", **values: str) -> Outcome:
    """Save facts on top of what stands."""
    changes = [
        FactChange(key, value, fact_of(assessment, key).version) for key, value in values.items()
    ]
    return record_facts(assessment, changes, by=member_of(assessment.inspection, by))


def states_of(assessment: Assessment) -> dict[str, str]:
    return dict(
        Judgement.objects.filter(assessment=assessment).values_list("question__code", "state")
    )


def stored_nothing(outcome: Outcome) -> bool:
    """Whether a save found that everything asked for stands already, or was not touched."""
    return bool(outcome.unchanged) and replace(outcome, unchanged=[]) == Outcome()


@pytest.fixture
def assessment(db: None) -> Assessment:
    return make_case(make_inspection(), facts=FACTS)


def test_an_answer_is_stored_with_who_when_and_a_revision(assessment: Assessment) -> None:
    outcome = answer(assessment, "2.1.01", "insufficient", evidence="Two visits of six.")
    stored = judgement_of(assessment, "2.1.01")
    assert [(change.code, version) for change, version in outcome.saved] == [("2.1.01", 1)]
    assert outcome.complete
    assert (stored.answer, stored.evidence, stored.version) == (
        "insufficient",
        "Two visits of six.",
        1,
    )
    assert stored.changed_by == member_of(assessment.inspection, "inspector")
    assert stored.changed_at is not None
    assert list(
        JudgementRevision.objects.values_list("judgement", "version", "answer", "evidence")
    ) == [(stored.pk, 1, "insufficient", "Two visits of six.")]


def test_clearing_keeps_the_answer_in_the_history(assessment: Assessment) -> None:
    answer(assessment, "2.1.01", "sufficient")
    answer(assessment, "2.1.01", "")
    stored = judgement_of(assessment, "2.1.01")
    assert (stored.answer, stored.version) == ("", 2)
    assert list(stored.revisions.values_list("version", "answer")) == [(1, "sufficient"), (2, "")]


def test_saving_what_stands_writes_nothing(assessment: Assessment) -> None:
    answer(assessment, "2.1.01", "sufficient")
    outcome = answer(assessment, "2.1.01", "sufficient", base_version=0)
    assert stored_nothing(outcome)
    assert JudgementRevision.objects.count() == 1


def test_a_stale_answer_is_refused_and_nothing_is_overwritten(assessment: Assessment) -> None:
    answer(assessment, "2.1.01", "sufficient", by="lead")
    outcome = answer(assessment, "2.1.01", "insufficient", base_version=0)
    stored = judgement_of(assessment, "2.1.01")
    assert outcome.saved == []
    assert [conflict.change.code for conflict in outcome.conflicts] == ["2.1.01"]
    assert outcome.conflicts[0].current == stored
    assert outcome.conflicts[0].current.changed_by == member_of(assessment.inspection, "lead")
    assert (stored.answer, stored.version) == ("sufficient", 1)


def test_a_stale_answer_that_nobody_touched_is_no_conflict(assessment: Assessment) -> None:
    """A page sends all its questions: what it only repeats was not meant as a change."""
    answer(assessment, "2.1.01", "sufficient")
    answer(assessment, "2.1.01", "insufficient", by="lead")
    assert stored_nothing(answer(assessment, "2.1.01", "sufficient", base_version=1))
    assert stored_nothing(answer(assessment, "2.1.01", "", base_version=0))
    assert judgement_of(assessment, "2.1.01").answer == "insufficient"


def test_one_save_stores_the_rest_beside_a_conflict(assessment: Assessment) -> None:
    answer(assessment, "2.1.01", "sufficient", by="lead")
    outcome = record_answers(
        assessment,
        [
            AnswerChange("2.1.01", "", "insufficient", 0),
            AnswerChange("1.1.01", "", "sufficient", 0),
        ],
        by=member_of(assessment.inspection, "inspector"),
    )
    assert [change.code for change, _ in outcome.saved] == ["1.1.01"]
    assert len(outcome.conflicts) == 1
    assert judgement_of(assessment, "1.1.01").answer == "sufficient"


def test_after_a_conflict_the_current_version_may_be_replaced(assessment: Assessment) -> None:
    answer(assessment, "2.1.01", "sufficient", by="lead")
    outcome = answer(assessment, "2.1.01", "insufficient", base_version=1)
    assert outcome.complete
    assert list(
        judgement_of(assessment, "2.1.01").revisions.values_list("answer", "changed_by__key")
    ) == [("sufficient", "lead"), ("insufficient", "inspector")]


def test_a_gate_opens_sets_aside_and_brings_back(assessment: Assessment) -> None:
    assert states_of(assessment)["1.1.02"] == "undecided"
    assert answer(assessment, "1.1.01", "sufficient").opened == ["1.1.02"]
    answer(assessment, "1.1.02", "sufficient")
    answer(assessment, "1.1.03", "insufficient", reasons=("too_short",))
    closed = answer(assessment, "1.1.01", "insufficient")
    assert closed.set_aside == ["1.1.02", "1.1.03"]
    kept = judgement_of(assessment, "1.1.03")
    assert (kept.answer, kept.reasons, kept.state) == ("insufficient", ["too_short"], "not_asked")
    back = answer(assessment, "1.1.01", "sufficient")
    assert (back.restored, back.opened) == (["1.1.02", "1.1.03"], [])
    assert judgement_of(assessment, "1.1.03").version == 1


def test_a_gate_and_what_it_opens_may_come_in_one_save(assessment: Assessment) -> None:
    outcome = record_answers(
        assessment,
        [
            AnswerChange("1.1.03", "", "insufficient", 0, reasons=("too_short",)),
            AnswerChange("1.1.02", "", "sufficient", 0),
            AnswerChange("1.1.01", "", "sufficient", 0),
        ],
        by=member_of(assessment.inspection, "inspector"),
    )
    assert outcome.complete
    assert (outcome.opened, outcome.restored) == ([], [])
    assert judgement_of(assessment, "1.1.03").answer == "insufficient"
    assert JudgementRevision.objects.count() == 3


@pytest.mark.parametrize(
    ("code", "value", "fields", "message"),
    [
        ("1.1.01", "not_applicable", {}, "This question cannot be answered Not applicable."),
        ("1.1.01", "perhaps", {}, "Choose Yes, No or Not applicable."),
        (
            "1.1.03",
            "sufficient",
            {},
            "This question does not apply to this case, so it has no answer.",
        ),
        (
            "1.2.01",
            "sufficient",
            {},
            "This question does not apply to this case, so it has no answer.",
        ),
        (
            "2.1.01",
            "sufficient",
            {"reasons": ("too_short",)},
            "Reasons are given only where the answer is No.",
        ),
        ("2.1.01", "insufficient", {"reasons": ("too_short",)}, "Unknown reason: too_short."),
        (
            "2.1.01",
            "sufficient",
            {"evidence": "x" * 5001},
            "The evidence note must be 5,000 characters or fewer.",
        ),
        (
            "2.1.01",
            "sufficient",
            {"evidence": "a\x00b"},
            "The evidence note holds a character that cannot be stored.",
        ),
    ],
)
def test_what_is_not_valid_is_refused_with_a_reason(
    assessment: Assessment, code: str, value: str, fields: dict[str, Any], message: str
) -> None:
    outcome = answer(assessment, code, value, **fields)
    assert [refusal.message for refusal in outcome.refusals] == [message]
    assert (judgement_of(assessment, code).answer, JudgementRevision.objects.count()) == ("", 0)


def test_a_grid_is_answered_row_by_row(assessment: Assessment) -> None:
    answer(assessment, "2.1.02", "sufficient", row="a")
    answer(assessment, "2.1.02", "not_applicable", row="b")
    assert dict(
        Judgement.objects.filter(assessment=assessment, question__code="2.1.02").values_list(
            "row", "answer"
        )
    ) == {"a": "sufficient", "b": "not_applicable"}


def test_a_fact_decides_in_the_same_save(assessment: Assessment) -> None:
    answer(assessment, "2.1.02", "sufficient", row="a")
    outcome = state_facts(assessment, custody="yes", community="no")
    assert (outcome.opened, outcome.set_aside) == (["1.2.01"], ["2.1.02"])
    states = states_of(assessment)
    assert (states["1.2.01"], states["2.1.02"]) == ("applies", "not_asked")
    assert state_facts(assessment, community="yes").restored == ["2.1.02"]
    assert list(
        FactRevision.objects.filter(recorded_fact__fact__key="community").values_list(
            "version", "value", "changed_by__key"
        )
    ) == [(1, "yes", "inspector"), (2, "no", "inspector"), (3, "yes", "inspector")]


def test_clearing_a_fact_leaves_its_questions_undecided(assessment: Assessment) -> None:
    state_facts(assessment, custody="yes")
    state_facts(assessment, custody="")
    assessment.refresh_from_db()
    assert states_of(assessment)["1.2.01"] == "undecided"
    assert assessment.facts_missing == 1


def test_facts_that_break_a_rule_together_are_refused_each(assessment: Assessment) -> None:
    outcome = state_facts(assessment, plan_required="yes", safeguarding_need="no", gender="female")
    assert {refusal.change.key: refusal.message for refusal in outcome.refusals} == {
        "plan_required": "This cannot be yes while “Safeguarding needs” is no.",
        "safeguarding_need": "This cannot be no while “Safeguarding plan required” is yes.",
    }
    assert fact_of(assessment, "gender").value == "female"
    assert fact_of(assessment, "plan_required").value == "no"


def test_a_fact_makes_those_it_implies_yes_too(db: None) -> None:
    assessment = make_case(make_inspection(), facts={})
    outcome = state_facts(assessment, plan_required="yes")
    assert [change.key for change, _ in outcome.saved] == ["plan_required", "safeguarding_need"]
    assert fact_of(assessment, "safeguarding_need").value == "yes"
    assert FactRevision.objects.count() == 2


def test_a_fact_that_is_cleared_and_implied_in_one_save_is_yes(assessment: Assessment) -> None:
    outcome = state_facts(assessment, plan_required="yes", safeguarding_need="")
    assert [(change.key, change.value, version) for change, version in outcome.saved] == [
        ("plan_required", "yes", 2),
        ("safeguarding_need", "", 2),
        ("safeguarding_need", "yes", 3),
    ]
    stored = fact_of(assessment, "safeguarding_need")
    assert (stored.value, stored.version) == ("yes", 3)
    assert list(stored.revisions.values_list("version", "value")) == [
        (1, "yes"),
        (2, ""),
        (3, "yes"),
    ]


def test_reasons_have_one_order_so_that_repeating_them_changes_nothing(
    assessment: Assessment,
) -> None:
    answer(assessment, "1.1.01", "sufficient")
    answer(assessment, "1.1.02", "sufficient")
    answer(assessment, "1.1.03", "insufficient", reasons=("victims_left_out", "too_short"))
    again = answer(assessment, "1.1.03", "insufficient", reasons=("too_short", "victims_left_out"))
    assert stored_nothing(again)
    assert judgement_of(assessment, "1.1.03").reasons == ["too_short", "victims_left_out"]


def test_a_note_of_nothing_but_space_is_no_note(assessment: Assessment) -> None:
    assert stored_nothing(answer(assessment, "2.1.01", "", evidence=" \n "))


def test_neither_custody_nor_community_is_refused(assessment: Assessment) -> None:
    outcome = state_facts(assessment, community="no")
    assert [refusal.message for refusal in outcome.refusals] == [
        "The custodial phase, the community phase or both must be yes."
    ]
    assert fact_of(assessment, "community").value == "yes"


def test_a_stale_fact_is_a_conflict(assessment: Assessment) -> None:
    state_facts(assessment, by="lead", gender="female")
    inspector = member_of(assessment.inspection, "inspector")
    outcome = record_facts(assessment, [FactChange("gender", "", 1)], by=inspector)
    assert [conflict.current.value for conflict in outcome.conflicts] == ["female"]
    untouched = record_facts(assessment, [FactChange("gender", "male", 1)], by=inspector)
    assert stored_nothing(untouched)
    assert fact_of(assessment, "gender").value == "female"


def test_history_is_never_changed(assessment: Assessment) -> None:
    answer(assessment, "2.1.01", "sufficient")
    revision = JudgementRevision.objects.get()
    revision.answer = "insufficient"
    with pytest.raises(TypeError, match="A revision is never changed"):
        revision.save()


def test_saving_one_answer_takes_few_queries(
    assessment: Assessment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Savepoint, lock, read, conditional update, revision, release; 8 at the most are allowed."""
    inspector = member_of(assessment.inspection, "inspector")
    assessment.inspection.programme  # noqa: B018  loaded by every page before it saves
    change = AnswerChange("2.1.01", "", "sufficient", 0)
    load_definition(assessment.inspection.programme)
    with django_assert_num_queries(6):
        record_answers(assessment, [change], by=inspector)
