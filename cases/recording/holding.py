"""Holding an assessment while it is written to, and what follows for it as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q

from cases.models import Assessment, Judgement, RecordedFact
from cases.recording.changes import Change, Outcome, Refusal
from inspections.definition import ProgrammeDefinition

State = Judgement.State

CLOSED = {
    Assessment.Closed.SECOND_MARKING: "This case is being compared with its second marking, so "
    "its answers can no longer be changed here.",
    Assessment.Closed.WITHDRAWN: "This case was withdrawn from the sample, so its answers can no "
    "longer be changed.",
}


def hold(assessment: Assessment) -> Assessment:
    """Keep others from writing to `assessment` until the transaction ends, and read it anew.

    So what applies is settled by one save at a time. Needs a transaction.
    """
    held = Assessment.objects.select_for_update().only("pk", "completed_at", "closed")
    fresh = held.get(pk=assessment.pk)
    assessment.completed_at, assessment.closed = fresh.completed_at, fresh.closed
    return assessment


def refuse_if_closed(
    assessment: Assessment, changes: Sequence[Change], outcome: Outcome
) -> Sequence[Change]:
    """Return `changes`, or none of them and a refusal of each where the assessment is closed."""
    if not assessment.closed:
        return changes
    message = CLOSED[Assessment.Closed(assessment.closed)]
    outcome.refusals += [Refusal(change, message) for change in changes]
    return ()


def gather_facts(assessment: Assessment) -> dict[str, str]:
    """Return the recorded facts of an assessment by key."""
    return dict(
        RecordedFact.objects.filter(assessment=assessment).values_list("fact__key", "value")
    )


def gather_gate_answers(assessment: Assessment, definition: ProgrammeDefinition) -> dict[str, str]:
    """Return the answers of an assessment that decide whether other questions apply, by code."""
    return dict(
        Judgement.objects.filter(
            assessment=assessment, question__code__in=definition.gates
        ).values_list("question__code", "answer")
    )


def apply_states(assessment: Assessment, states: Mapping[str, State], outcome: Outcome) -> None:
    """Store the states that changed, and tell what was opened, set aside and brought back."""
    turned: dict[State, set[int]] = {}
    rows = Judgement.objects.filter(assessment=assessment).order_by("question__position", "row")
    for pk, code, old, answer in rows.values_list("pk", "question__code", "state", "answer"):
        new = states[code]
        if new == old:
            continue
        turned.setdefault(new, set()).add(pk)
        outcome.states[code] = new
        if new == State.APPLIES:
            (outcome.restored if answer else outcome.opened).append(code)
        elif new == State.NOT_ASKED and answer:
            outcome.set_aside.append(code)
    for state, keys in turned.items():
        Judgement.objects.filter(pk__in=keys).update(state=state)
    for codes in (outcome.opened, outcome.set_aside, outcome.restored):
        codes[:] = dict.fromkeys(codes)


def is_open(assessment: Assessment) -> bool:
    """Whether something in `assessment` still waits: a fact that decides, or an answer."""
    if assessment.facts_missing:
        return True
    waiting = Q(state=State.UNDECIDED) | Q(state=State.APPLIES, answer="")
    return Judgement.objects.filter(waiting, assessment=assessment).exists()


def reopen_if_open(assessment: Assessment, outcome: Outcome) -> None:
    """Take back that `assessment` is completed where, after a save, something in it is open."""
    if assessment.completed_at is None or not outcome.saved or not is_open(assessment):
        return
    assessment.completed_at = assessment.completed_by = None
    assessment.save(update_fields=["completed_at", "completed_by"])
    outcome.reopened = True
