"""Fieldwork as a machine: whatever is recorded, changed, sent again and taken back, it stays true.

Beside the rows runs a model in plain Python (`tests/cases/model.py`), which they must follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cases.applicability import decide_states
from cases.models import FactRevision, JudgementRevision
from cases.recording import (
    AnswerChange,
    ChangesOutcome,
    FactChange,
    Settled,
    complete_assessment,
    hold,
    record_answers,
    write_changes,
)
from inspections.catalogue import load_definition
from inspections.models import Inspection
from inspections.problems import RefusedError
from tests.cases.model import DECIDING, KEYS, Key, Model, expect_states
from tests.casting import make_case, make_inspection, member_of

Given = dict[Key, tuple[str, str]]
"""Answer and evidence note by judgement."""

YES_OR_NO = st.sampled_from(["yes", "no", ""])
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "gender": st.sampled_from(["female", "male", ""]),
        "custody": YES_OR_NO,
        "community": YES_OR_NO,
        "risk_level": st.sampled_from(["low", "high", "very_high", ""]),
        "safeguarding_need": YES_OR_NO,
        "plan_required": YES_OR_NO,
    },
)
ANSWER = st.sampled_from(["sufficient", "insufficient", ""])
GIVEN = st.dictionaries(
    st.sampled_from(KEYS), st.tuples(ANSWER, st.sampled_from(["", "Seen."])), max_size=5
)
BY = st.sampled_from(["inspector", "lead"])


class Fieldwork(RuleBasedStateMachine):
    """One case that two people work on, on several devices."""

    inspection: Inspection
    batches = Bundle("batches")

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.assessment = make_case(self.inspection, facts={})
        self.people = {key: member_of(self.inspection, key) for key in ("inspector", "lead")}
        self.model = Model()
        self.named = 0

    def teardown(self) -> None:
        """Leave the database as it was."""
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def name(self) -> UUID:
        """Return a mutation that no change had before."""
        self.named += 1
        return UUID(int=self.named)

    def write(
        self, facts: Sequence[FactChange], answers: Sequence[AnswerChange], by: str
    ) -> ChangesOutcome:
        return write_changes(hold(self.assessment), facts, answers, by=self.people[by])

    @rule(target=batches, facts=FACTS, given=GIVEN, by=BY)
    def send(self, facts: dict[str, str], given: Given, by: str) -> Any:
        """A device sends facts and answers, each on top of what stands; return what was saved."""
        outcome = self.write(
            [
                FactChange(key, value, self.model.versions[key], self.name())
                for key, value in facts.items()
            ],
            [
                AnswerChange(
                    *key,
                    answer,
                    self.model.version_of(key),
                    evidence=evidence,
                    mutation=self.name(),
                )
                for key, (answer, evidence) in given.items()
            ],
            by,
        )
        saved = {(c.code, c.row): (c.answer, c.evidence) for c, _ in outcome.answers.saved}
        assert saved == {
            key: value for key, value in given.items() if value != self.model.given[key][-1]
        }
        told = self.model.take(outcome.facts.saved, (c for c, _ in outcome.answers.saved))
        assert outcome.settled == told
        return [pair for pair in outcome.facts.saved if pair[0].mutation], outcome.answers.saved

    @rule(batch=batches, by=BY)
    def send_again(self, batch: Any, by: str) -> None:
        """What was made once is not made again, whatever has been changed since."""
        facts, answers = batch
        outcome = self.write([c for c, _ in facts], [c for c, _ in answers], by)
        assert dict(outcome.facts.repeated) == dict(facts)
        assert dict(outcome.answers.repeated) == dict(answers)
        assert outcome.settled == Settled()

    @rule(key=st.sampled_from(KEYS), answer=ANSWER, back=st.integers(1, 3))
    def send_late(self, key: Key, answer: str, back: int) -> None:
        """A device sends an answer that is based on what stood before somebody else's."""
        given = self.model.given[key]
        base = self.model.version_of(key) - back
        if base < 0:
            return
        change = AnswerChange(*key, answer, base, evidence="Seen.", mutation=self.name())
        outcome = self.write([], [change], "inspector").answers
        meant_nothing = (answer, "Seen.") in (given[-1], given[base])
        assert [c for c, _ in outcome.unchanged] == ([change] if meant_nothing else [])
        assert [c.change for c in outcome.conflicts] == ([] if meant_nothing else [change])

    @rule(given=GIVEN, by=BY)
    def save_page(self, given: Given, by: str) -> None:
        """A page without its script: an answer to what does not apply by then is refused."""
        changes = [
            AnswerChange(*key, answer, self.model.version_of(key), evidence=evidence)
            for key, (answer, evidence) in given.items()
        ]
        outcome = record_answers(self.assessment, changes, by=self.people[by])
        expected, answers = [], self.model.answers
        for change in sorted(changes, key=lambda change: KEYS.index((change.code, change.row))):
            key = change.code, change.row
            applies = expect_states(self.model.facts, answers)[change.code] == "applies"
            if given[key] != self.model.given[key][-1] and (applies or not change.answer):
                expected.append(change)
                answers[key] = change.answer
        assert {c for c, _ in outcome.saved} == set(expected)
        told = self.model.take((), expected)
        assert all(getattr(outcome, name) == value for name, value in vars(told).items())

    @rule(answer=st.sampled_from(["sufficient", "insufficient"]))
    def answer_the_rest(self, answer: str) -> None:
        """Whatever is open is recorded and answered, so that the case can be completed."""
        yes = dict.fromkeys(DECIDING, "yes") | {"risk_level": "low"}
        self.send({k: yes[k] for k in DECIDING if not self.model.facts[k]}, {}, "inspector")
        while unanswered := self.model.unanswered:
            self.send({}, dict.fromkeys(unanswered, (answer, "")), "inspector")

    @rule(by=BY)
    def complete(self, by: str) -> None:
        """A case can be completed exactly while nothing in it is open."""
        try:
            complete_assessment(self.assessment, by=self.people[by])
        except RefusedError:
            assert self.model.is_open
        else:
            assert not self.model.is_open
            self.model.done = True

    @invariant()
    def judgements_are_those_of_the_model(self) -> None:
        rows = self.assessment.judgements.order_by("pk").values_list(
            "question__code", "row", "answer", "evidence", "version", "state"
        )
        states = self.model.states
        assert list(rows) == [
            (*key, *given[-1], len(given) - 1, states[key[0]])
            for key, given in self.model.given.items()
        ]
        gates = {code: answer for (code, row), answer in self.model.answers.items() if not row}
        definition = load_definition(self.inspection.programme)
        assert states == decide_states(definition, self.model.facts, gates)

    @invariant()
    def facts_are_those_of_the_model(self) -> None:
        rows = self.assessment.facts.order_by("pk").values_list("fact__key", "value", "version")
        assert list(rows) == [
            (key, value, self.model.versions[key]) for key, value in self.model.facts.items()
        ]
        missing = sum(1 for key in DECIDING if not self.model.facts[key])
        self.assessment.refresh_from_db()
        assert self.assessment.facts_missing == missing
        assert (self.assessment.completed_at is not None) == self.model.done

    @invariant()
    def the_history_leads_to_what_stands(self) -> None:
        told: dict[Key, list[tuple[str, str]]] = {key: [("", "")] for key in KEYS}
        for code, row, version, *given in JudgementRevision.objects.order_by("version").values_list(
            "judgement__question__code", "judgement__row", "version", "answer", "evidence"
        ):
            assert version == len(told[code, row])
            told[code, row].append((given[0], given[1]))
        assert told == self.model.given
        values = dict.fromkeys(self.model.facts, "")
        versions = dict.fromkeys(self.model.facts, 0)
        for key, version, value in FactRevision.objects.order_by("version").values_list(
            "recorded_fact__fact__key", "version", "value"
        ):
            assert version == versions[key] + 1
            values[key], versions[key] = value, version
        assert (values, versions) == (self.model.facts, self.model.versions)


@pytest.mark.django_db
def test_fieldwork_stays_true_whatever_is_recorded() -> None:
    Fieldwork.inspection = make_inspection()
    run_state_machine_as_test(
        Fieldwork,
        settings=settings(
            max_examples=30,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
