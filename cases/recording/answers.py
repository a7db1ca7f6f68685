"""Recording answers: each is checked, written once with its revision, and may open others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.applicability import decide_states
from cases.checking import check_answer, order_reasons
from cases.models import Assessment, Judgement, JudgementRevision
from cases.recording.changes import AnswerChange, AnswersOutcome, Conflict, Refusal
from cases.recording.holding import (
    apply_states,
    gather_facts,
    gather_gate_answers,
    hold,
    refuse_if_closed,
    reopen_if_open,
)
from inspections.catalogue import load_definition, question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember

State = Judgement.State
Pair = tuple[AnswerChange, Judgement]

COLUMNS = ("answer", "reasons", "evidence", "flagged", "note_to_lead")
UNTOUCHED = AnswerChange("", "", "", 0).values


@transaction.atomic
def record_answers(
    assessment: Assessment, changes: Sequence[AnswerChange], by: TeamMember
) -> AnswersOutcome:
    """Store those of `changes` that differ from what is recorded, and settle what applies.

    Changes are taken in the programme's order, so that a gate and what it opens may come together.
    Each judgement may stand among them once.
    """
    return write_answers(hold(assessment), changes, by)


def write_answers(
    assessment: Assessment, changes: Sequence[AnswerChange], by: TeamMember
) -> AnswersOutcome:
    """Do as `record_answers`, for an assessment that is held already.

    Takes the same number of queries for any number of changes.
    """
    definition = load_definition(assessment.inspection.programme)
    outcome = AnswersOutcome()
    changes = _leave_out_repeated(assessment, changes, outcome)
    changes = refuse_if_closed(assessment, changes, outcome)
    if not changes:
        return outcome
    stale, wanted = [], []
    for change, judgement in _pair_with_current(assessment, definition, changes):
        if change.values == values_of(judgement):
            outcome.unchanged.append((change, judgement))
        elif change.base_version != judgement.version:
            stale.append((change, judgement))
        else:
            wanted.append((change, judgement))
    _sort_stale(stale, outcome)
    _write_answers(assessment, definition, wanted, by, outcome)
    reopen_if_open(assessment, outcome)
    return outcome


def values_of(judgement: Judgement | JudgementRevision) -> dict[str, Any]:
    """Return the columns of a judgement that a person writes."""
    return {column: getattr(judgement, column) for column in COLUMNS}


def tidy_change(definition: ProgrammeDefinition, change: AnswerChange) -> AnswerChange:
    """Give `change` the one form in which answers are stored, so that they can be compared."""
    return replace(
        change,
        reasons=tuple(order_reasons(definition.questions[change.code], change.reasons)),
        evidence=change.evidence if change.evidence.strip() else "",
        note_to_lead=change.note_to_lead if change.note_to_lead.strip() else "",
    )


def _leave_out_repeated(
    assessment: Assessment, changes: Sequence[AnswerChange], outcome: AnswersOutcome
) -> Sequence[AnswerChange]:
    """Return `changes` without those that were stored before under the same mutation."""
    named = [change.mutation for change in changes if change.mutation]
    if not named:
        return changes
    made = {
        mutation: (version, owner)
        for mutation, version, owner in JudgementRevision.objects.filter(
            mutation__in=named
        ).values_list("mutation", "version", "judgement__assessment")
    }
    fresh = []
    for change in changes:
        if change.mutation not in made:
            fresh.append(change)
            continue
        version, owner = made[change.mutation]
        if owner == assessment.pk:
            outcome.repeated.append((change, version))
        else:
            outcome.refusals.append(Refusal(change, "This change was made to another case."))
    return fresh


def _pair_with_current(
    assessment: Assessment, definition: ProgrammeDefinition, changes: Sequence[AnswerChange]
) -> list[Pair]:
    """Return each change, tidied and in the programme's order, with the judgement as it stands."""
    ids = question_ids(assessment.inspection.programme)
    order = {code: position for position, code in enumerate(definition.questions)}
    rows = Judgement.objects.filter(
        assessment=assessment, question_id__in={ids[change.code] for change in changes}
    ).select_related("changed_by")
    current = {(judgement.question_id, judgement.row): judgement for judgement in rows}
    return [
        (tidy_change(definition, change), current[ids[change.code], change.row])
        for change in sorted(changes, key=lambda change: order[change.code])
    ]


def _sort_stale(stale: Sequence[Pair], outcome: AnswersOutcome) -> None:
    """Tell conflicts from what only repeats the answer at its version: that was not touched."""
    if not stale:
        return
    revisions = {
        (revision.judgement_id, revision.version): values_of(revision)
        for revision in JudgementRevision.objects.filter(
            judgement_id__in=[judgement.pk for _, judgement in stale],
            version__in={change.base_version for change, _ in stale},
        )
    }
    for change, judgement in stale:
        if change.values == revisions.get((judgement.pk, change.base_version), UNTOUCHED):
            outcome.unchanged.append((change, judgement))
        else:
            outcome.conflicts.append(Conflict(change, judgement))


def _write_answers(
    assessment: Assessment,
    definition: ProgrammeDefinition,
    wanted: Sequence[Pair],
    by: TeamMember,
    outcome: AnswersOutcome,
) -> None:
    """Write what is valid. `states` follows each gate answer, before what it opens is checked."""
    turns_gate = any(
        change.code in definition.gates and change.answer != judgement.answer
        for change, judgement in wanted
    )
    facts = gather_facts(assessment) if turns_gate else {}
    answers = gather_gate_answers(assessment, definition) if turns_gate else {}
    states: Mapping[str, str] = {change.code: j.state for change, j in wanted}
    written: list[Pair] = []
    for change, judgement in wanted:
        if message := _refuse(definition, change, states[change.code]):
            outcome.refusals.append(Refusal(change, message))
            continue
        written.append((change, judgement))
        if states[change.code] == State.NOT_ASKED and change.answer:
            outcome.set_aside.append(change.code)
        if turns_gate and change.code in definition.gates:
            answers[change.code] = change.answer
            states = decide_states(definition, facts, answers)
    if not written:
        return
    _store(written, by, timezone.now(), outcome)
    if turns_gate:
        apply_states(assessment, decide_states(definition, facts, answers), outcome)
        answered = {change.code for change, _ in outcome.saved}
        outcome.restored = [code for code in outcome.restored if code not in answered]


def _refuse(definition: ProgrammeDefinition, change: AnswerChange, state: str) -> str:
    """Return why `change` cannot be stored, or the empty string.

    What a device sends was given while the question applied there; it is kept, set aside.
    """
    message = check_answer(
        definition,
        change.code,
        change.answer,
        change.reasons,
        change.evidence,
        change.note_to_lead,
    )
    if change.answer and state != State.APPLIES and change.mutation is None:
        message = message or "This question does not apply to this case, so it has no answer."
    return message


def _store(written: Iterable[Pair], by: TeamMember, now: datetime, outcome: AnswersOutcome) -> None:
    """Write changes with their revisions.

    Whoever writes a judgement holds its assessment first, so its version is still the one read.
    """
    revisions = []
    for change, judgement in written:
        for column, value in change.values.items():
            setattr(judgement, column, value)
        judgement.version += 1
        judgement.changed_by, judgement.changed_at = by, now
        revisions.append(
            JudgementRevision(
                judgement=judgement,
                version=judgement.version,
                changed_by=by,
                changed_at=now,
                mutation=change.mutation,
                **change.values,
            )
        )
        outcome.saved.append((change, judgement.version))
    judgements = [revision.judgement for revision in revisions]
    columns = [*COLUMNS, "version", "changed_by", "changed_at"]
    if len(judgements) == 1:
        judgements[0].save(update_fields=columns)
    else:
        Judgement.objects.bulk_update(judgements, columns)
    JudgementRevision.objects.bulk_create(revisions)
