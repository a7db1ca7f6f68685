"""The one way in which facts and judgements are written.

Each change names the version it is based on and is a conditional update with a revision row, all
in one transaction. A change to something that somebody else changed meanwhile is refused as a
conflict and nothing is overwritten; the other changes of the same save are stored. What a fact or
gate answer decides about other questions is settled in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.utils import timezone

from cases.applicability import count_missing_facts, decide_states
from cases.checking import check_answer, check_facts, order_reasons
from cases.models import (
    Assessment,
    FactRevision,
    Judgement,
    JudgementRevision,
    RecordedFact,
)
from inspections.catalogue import fact_ids, load_definition, question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember

State = Judgement.State


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact as somebody wants it recorded; the empty value clears it."""

    key: str
    value: str
    base_version: int


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A judgement as somebody wants it; the empty answer clears it."""

    code: str
    row: str
    answer: str
    base_version: int
    reasons: tuple[str, ...] = ()
    evidence: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The columns that it writes."""
        return {"answer": self.answer, "reasons": list(self.reasons), "evidence": self.evidence}


Change = TypeVar("Change", FactChange, AnswerChange)
Current = TypeVar("Current", RecordedFact, Judgement)


@dataclass(frozen=True)
class Conflict(Generic[Change, Current]):
    """A change that was not stored, because `current` was written by somebody else meanwhile."""

    change: Change
    current: Current


@dataclass(frozen=True)
class Refusal(Generic[Change]):
    """A change that was not stored, because it is not valid; and why."""

    change: Change
    message: str


@dataclass
class Outcome(Generic[Change, Current]):
    """What became of a save; `saved` holds the stored changes with their new version.

    `opened`, `set_aside` and `restored` are codes of questions: now to be answered, no longer
    asked though they have an answer, and asked again with the answer that they had.
    """

    saved: list[tuple[Change, int]] = field(default_factory=list)
    conflicts: list[Conflict[Change, Current]] = field(default_factory=list)
    refusals: list[Refusal[Change]] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether everything asked for is now stored."""
        return not self.conflicts and not self.refusals


FactsOutcome = Outcome[FactChange, RecordedFact]
AnswersOutcome = Outcome[AnswerChange, Judgement]


@transaction.atomic
def record_facts(
    assessment: Assessment, changes: Sequence[FactChange], by: TeamMember
) -> FactsOutcome:
    """Store those of `changes` that differ from what is recorded, and settle what applies.

    A fact that implies others makes them yes too (programme data: `implies`). Facts that break a
    rule of the programme together are refused, each with its reason.
    """
    definition = _load_definition_locked(assessment)
    ids = fact_ids(assessment.inspection.programme)
    current = {
        fact.fact_id: fact
        for fact in RecordedFact.objects.filter(assessment=assessment).select_related("changed_by")
    }
    by_key = {key: current[pk] for key, pk in ids.items()}
    outcome = FactsOutcome()
    wanted = []
    for change in changes:
        fact = by_key[change.key]
        if change.value == fact.value:
            continue
        if change.base_version != fact.version:
            if not _fact_stood_at(fact, change):
                outcome.conflicts.append(Conflict(change, fact))
            continue
        wanted.append(change)
    values = {key: fact.value for key, fact in by_key.items()}
    wanted += _imply_facts(definition, by_key, wanted)
    now = timezone.now()
    for change in _refuse_invalid_facts(definition, values, wanted, outcome):
        _write_fact(by_key[change.key], change, by, now, outcome)
    if outcome.saved:
        _settle(assessment, definition, by_key, outcome)
    return outcome


@transaction.atomic
def record_answers(
    assessment: Assessment, changes: Sequence[AnswerChange], by: TeamMember
) -> AnswersOutcome:
    """Store those of `changes` that differ from what is recorded, and settle what applies.

    Changes are taken in the programme's order, so that a gate and what it opens may come together.
    """
    definition = _load_definition_locked(assessment)
    ids = question_ids(assessment.inspection.programme)
    order = {code: position for position, code in enumerate(definition.questions)}
    current = {
        (judgement.question_id, judgement.row): judgement
        for judgement in Judgement.objects.filter(
            assessment=assessment, question_id__in={ids[change.code] for change in changes}
        ).select_related("changed_by")
    }
    outcome = AnswersOutcome()
    stale = []
    wanted: list[tuple[AnswerChange, Judgement]] = []
    for given in sorted(changes, key=lambda change: order[change.code]):
        change = _tidy(definition, given)
        judgement = current[ids[change.code], change.row]
        if change.values == _values_of(judgement):
            continue
        if change.base_version != judgement.version:
            stale.append((change, judgement))
        else:
            wanted.append((change, judgement))
    outcome.conflicts += _find_conflicts(stale)
    _write_answers(assessment, definition, wanted, by, outcome)
    return outcome


def _load_definition_locked(assessment: Assessment) -> ProgrammeDefinition:
    """Hold the assessment, so that what applies is settled by one save at a time."""
    Assessment.objects.select_for_update().only("pk").get(pk=assessment.pk)
    return load_definition(assessment.inspection.programme)


def _tidy(definition: ProgrammeDefinition, change: AnswerChange) -> AnswerChange:
    """Give `change` the one form in which answers are stored, so that they can be compared."""
    return replace(
        change,
        reasons=tuple(order_reasons(definition.questions[change.code], change.reasons)),
        evidence=change.evidence if change.evidence.strip() else "",
    )


def _values_of(judgement: Judgement | JudgementRevision) -> dict[str, Any]:
    return {
        "answer": judgement.answer,
        "reasons": judgement.reasons,
        "evidence": judgement.evidence,
    }


def _fact_stood_at(fact: RecordedFact, change: FactChange) -> bool:
    """Whether `change` only repeats what stood at its version: then nobody meant to change it."""
    if change.base_version == 0:
        return change.value == ""
    return FactRevision.objects.filter(
        recorded_fact=fact, version=change.base_version, value=change.value
    ).exists()


def _find_conflicts(
    stale: Iterable[tuple[AnswerChange, Judgement]],
) -> list[Conflict[AnswerChange, Judgement]]:
    """Leave out of `stale` what only repeats the answer at its version: it was not touched."""
    pairs = list(stale)
    if not pairs:
        return []
    revisions = {
        (revision.judgement_id, revision.version): _values_of(revision)
        for revision in JudgementRevision.objects.filter(
            judgement_id__in=[judgement.pk for _, judgement in pairs],
            version__in={change.base_version for change, _ in pairs},
        )
    }
    untouched = {"answer": "", "reasons": [], "evidence": ""}
    return [
        Conflict(change, judgement)
        for change, judgement in pairs
        if change.values != revisions.get((judgement.pk, change.base_version), untouched)
    ]


def _imply_facts(
    definition: ProgrammeDefinition,
    by_key: Mapping[str, RecordedFact],
    wanted: Sequence[FactChange],
) -> list[FactChange]:
    """Return the facts, not recorded yet, that `wanted` make yes too, whatever lies between."""
    values = {key: fact.value for key, fact in by_key.items()}
    values |= {change.key: change.value for change in wanted}
    implied: list[FactChange] = []
    todo = [change.key for change in wanted if change.value == "yes"]
    while todo:
        for key in definition.facts_by_key[todo.pop()].implies:
            if not values[key]:
                values[key] = "yes"
                implied.append(FactChange(key, "yes", by_key[key].version))
                todo.append(key)
    return implied


def _refuse_invalid_facts(
    definition: ProgrammeDefinition,
    values: Mapping[str, str],
    wanted: Sequence[FactChange],
    outcome: FactsOutcome,
) -> Sequence[FactChange]:
    """Return those of `wanted` that are valid together with what stays recorded.

    Looks again after each refusal, since a change may be valid only beside one that was refused.
    """
    problems = check_facts(definition, {**values, **{c.key: c.value for c in wanted}})
    refused = [change for change in wanted if change.key in problems]
    if not refused:
        return wanted
    outcome.refusals += [Refusal(change, problems[change.key]) for change in refused]
    kept = [change for change in wanted if change.key not in problems]
    return _refuse_invalid_facts(definition, values, kept, outcome)


def _write_fact(
    fact: RecordedFact, change: FactChange, by: TeamMember, now: datetime, outcome: FactsOutcome
) -> None:
    version = change.base_version + 1
    written = RecordedFact.objects.filter(pk=fact.pk, version=change.base_version).update(
        value=change.value, version=version, changed_by=by, changed_at=now
    )
    if not written:
        fact.refresh_from_db()
        outcome.conflicts.append(Conflict(change, fact))
        return
    FactRevision.objects.create(
        recorded_fact=fact, version=version, value=change.value, changed_by=by, changed_at=now
    )
    fact.value, fact.version = change.value, version
    outcome.saved.append((change, version))


def _write_answers(
    assessment: Assessment,
    definition: ProgrammeDefinition,
    wanted: Sequence[tuple[AnswerChange, Judgement]],
    by: TeamMember,
    outcome: AnswersOutcome,
) -> None:
    """Write what is valid. `states` follows each gate answer, before what it opens is checked."""
    now = timezone.now()
    turns_gate = any(
        change.code in definition.gates and change.answer != judgement.answer
        for change, judgement in wanted
    )
    facts = _facts_of(assessment) if turns_gate else {}
    answers = _gate_answers(assessment, definition) if turns_gate else {}
    states: Mapping[str, str] = {change.code: j.state for change, j in wanted}
    revisions = []
    for change, judgement in wanted:
        message = check_answer(
            definition, change.code, change.answer, change.reasons, change.evidence
        )
        if change.answer and states[change.code] != State.APPLIES:
            message = message or "This question does not apply to this case, so it has no answer."
        if message:
            outcome.refusals.append(Refusal(change, message))
            continue
        version = change.base_version + 1
        written = Judgement.objects.filter(pk=judgement.pk, version=change.base_version).update(
            **change.values, version=version, changed_by=by, changed_at=now
        )
        if not written:
            judgement.refresh_from_db()
            outcome.conflicts.append(Conflict(change, judgement))
            continue
        revisions.append(
            JudgementRevision(
                judgement=judgement,
                version=version,
                changed_by=by,
                changed_at=now,
                **change.values,
            )
        )
        outcome.saved.append((change, version))
        if turns_gate and change.code in definition.gates:
            answers[change.code] = change.answer
            states = decide_states(definition, facts, answers)
    if revisions:
        JudgementRevision.objects.bulk_create(revisions)
    if turns_gate and revisions:
        _apply_states(assessment, decide_states(definition, facts, answers), outcome)
        answered = {change.code for change, _ in outcome.saved}
        outcome.restored = [code for code in outcome.restored if code not in answered]


def _settle(
    assessment: Assessment,
    definition: ProgrammeDefinition,
    by_key: Mapping[str, RecordedFact],
    outcome: FactsOutcome,
) -> None:
    """Decide anew what applies after facts changed, and how many facts are missing."""
    facts = {key: fact.value for key, fact in by_key.items()}
    assessment.facts_missing = count_missing_facts(definition, facts)
    assessment.save(update_fields=["facts_missing"])
    answers = _gate_answers(assessment, definition)
    _apply_states(assessment, decide_states(definition, facts, answers), outcome)


def _facts_of(assessment: Assessment) -> dict[str, str]:
    return dict(
        RecordedFact.objects.filter(assessment=assessment).values_list("fact__key", "value")
    )


def _gate_answers(assessment: Assessment, definition: ProgrammeDefinition) -> dict[str, str]:
    return dict(
        Judgement.objects.filter(
            assessment=assessment, question__code__in=definition.gates
        ).values_list("question__code", "answer")
    )


def _apply_states(assessment: Assessment, states: Mapping[str, State], outcome: Outcome) -> None:
    """Store the states that changed, and tell what was opened, set aside and brought back."""
    turned: dict[State, set[int]] = {}
    rows = Judgement.objects.filter(assessment=assessment).order_by("question__position", "row")
    for pk, code, old, answer in rows.values_list("pk", "question__code", "state", "answer"):
        new = states[code]
        if new == old:
            continue
        turned.setdefault(new, set()).add(pk)
        if new == State.APPLIES:
            (outcome.restored if answer else outcome.opened).append(code)
        elif new == State.NOT_ASKED and answer:
            outcome.set_aside.append(code)
    for state, keys in turned.items():
        Judgement.objects.filter(pk__in=keys).update(state=state)
    for codes in (outcome.opened, outcome.set_aside, outcome.restored):
        codes[:] = dict.fromkeys(codes)
