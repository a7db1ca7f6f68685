"""Settling which questions apply after facts or answers changed, and what follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Case, F, Q, Value, When

from cases.applicability import count_missing_facts, decide_states
from cases.models import Assessment, Judgement, RecordedFact
from cases.recording.changes import AnswerChange, Settled
from inspections.catalogue import fact_ids, question_ids
from inspections.definition import ProgrammeDefinition

State = Judgement.State
Pair = tuple[AnswerChange, Judgement]


@dataclass(slots=True)
class Row:
    """A judgement as far as settling needs it: its answer now, and the state that is stored."""

    code: str
    answer: str
    stored_state: str


@dataclass
class Standing:
    """What decides which questions of an assessment apply, and the judgements that it may turn.

    `facts` are all of them by key; `rows`, by id, are at least the gates and what they decide.
    """

    definition: ProgrammeDefinition
    facts: dict[str, str] = field(default_factory=dict)
    rows: dict[int, Row] = field(default_factory=dict)

    @cached_property
    def states(self) -> dict[str, State]:
        """The state of each question, as facts and gate answers stand now."""
        gates = self.definition.gates
        answers = {row.code: row.answer for row in self.rows.values() if row.code in gates}
        return decide_states(self.definition, self.facts, answers)

    def take(self, change: AnswerChange, judgement: Judgement) -> None:
        """Take a new answer, which may decide about other questions."""
        row = Row(change.code, judgement.answer, judgement.state)
        row = self.rows.setdefault(judgement.pk, row)
        if row.answer != change.answer and row.code in self.definition.gates:
            self.__dict__.pop("states", None)
        row.answer = change.answer


def read_standing(
    assessment: Assessment, definition: ProgrammeDefinition, turned: Collection[str] | None = None
) -> Standing:
    """Return the standing of `assessment` as it is stored, in one query.

    `turned` are the gates that decide, where it is they alone; otherwise facts do, and all
    judgements are read.
    """
    programme = assessment.inspection.programme
    ids = question_ids(programme)
    judgements = Judgement.objects.filter(assessment=assessment)
    if turned is not None:
        decided = definition.gates.union(*(definition.decided_by[gate] for gate in turned))
        judgements = judgements.filter(question_id__in=[ids[code] for code in decided])
    facts = RecordedFact.objects.filter(assessment=assessment).annotate(state=Value(""))
    codes = {pk: code for code, pk in ids.items()}
    keys = {pk: key for key, pk in fact_ids(programme).items()}
    standing = Standing(definition)
    for pk, subject, answer, state in judgements.values_list(
        "pk", "question", "answer", "state"
    ).union(facts.values_list("pk", "fact", "value", "state"), all=True):
        if state:
            standing.rows[pk] = Row(codes[subject], answer, state)
        else:
            standing.facts[keys[subject]] = answer
    return standing


def settle(
    assessment: Assessment, standing: Standing | None, written: Sequence[Pair], settled: Settled
) -> None:
    """Store the states that turned, and what follows for the assessment; tell it in `settled`.

    `written` are the answers of this save, which are in `standing` too. That is None where nothing
    has changed that decides: then those answers are all that need be looked at. Nothing was open
    before in an assessment that is completed, so what is open now is among what is looked at.
    """
    if standing is None:
        rows = {j.pk: Row(change.code, change.answer, j.state) for change, j in written}
        states = {row.code: State(row.stored_state) for row in rows.values()}
        facts_missing = assessment.facts_missing
    else:
        rows, states = standing.rows, standing.states
        facts_missing = count_missing_facts(standing.definition, standing.facts)
        _store_states(rows, states)
    _tell(rows, states, {judgement.pk for _, judgement in written}, settled)
    waits = any(_waits(states[row.code], row.answer) for row in rows.values())
    _store_standing(assessment, facts_missing, waits, settled)


def is_open(assessment: Assessment) -> bool:
    """Whether something in `assessment` still waits: a fact that decides, or an answer."""
    if assessment.facts_missing:
        return True
    waiting = Q(state=State.UNDECIDED) | Q(state=State.APPLIES, answer="")
    return Judgement.objects.filter(waiting, assessment=assessment).exists()


def _waits(state: State, answer: str) -> bool:
    return state == State.UNDECIDED or (state == State.APPLIES and not answer)


def _store_states(rows: Mapping[int, Row], states: Mapping[str, State]) -> None:
    turned: dict[State, list[int]] = defaultdict(list)
    for pk, row in rows.items():
        if states[row.code] != row.stored_state:
            turned[states[row.code]].append(pk)
    if len(turned) == 1:  # as mostly: it takes less to say, and to store
        ((state, keys),) = turned.items()
        Judgement.objects.filter(pk__in=keys).update(state=state)
    elif turned:
        cases = [When(pk__in=keys, then=Value(state)) for state, keys in turned.items()]
        keys = [pk for keys in turned.values() for pk in keys]
        Judgement.objects.filter(pk__in=keys).update(state=Case(*cases, default=F("state")))


def _tell(
    rows: Mapping[int, Row], states: Mapping[str, State], written: set[int], settled: Settled
) -> None:
    """Tell what was opened, set aside and brought back, each code once and in their order.

    An answer that this save has given was not brought back; one that it has given to a question
    which is not asked was set aside.
    """
    for pk, row in rows.items():
        state = states[row.code]
        turned = state != row.stored_state
        if turned:
            settled.states[row.code] = state
        if turned and state == State.APPLIES and not row.answer:
            settled.opened.append(row.code)
        elif turned and state == State.APPLIES and pk not in written:
            settled.restored.append(row.code)
        elif row.answer and state == State.NOT_ASKED and (turned or pk in written):
            settled.set_aside.append(row.code)
    for codes in (settled.opened, settled.set_aside, settled.restored):
        codes[:] = sorted(set(codes), key=list(states).index)


def _store_standing(
    assessment: Assessment, facts_missing: int, waits: bool, settled: Settled
) -> None:
    """Keep how many facts are missing; take back that the assessment is done if it no longer is."""
    changed = []
    if assessment.facts_missing != facts_missing:
        assessment.facts_missing = facts_missing
        changed.append("facts_missing")
    if assessment.completed_at is not None and (waits or facts_missing):
        assessment.completed_at = assessment.completed_by = None
        changed += ["completed_at", "completed_by"]
        settled.reopened = True
    if changed:
        assessment.save(update_fields=changed)
