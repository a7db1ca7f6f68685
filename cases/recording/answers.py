"""Recording answers: each is checked, written once with its revision, and may open others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from cases.checking import check_answer, order_reasons
from cases.models import Assessment, Judgement, JudgementRevision
from cases.recording.changes import (
    USED_ELSEWHERE,
    AnswerChange,
    AnswersOutcome,
    Conflict,
    Refusal,
)
from cases.recording.holding import describe_closed
from cases.recording.settling import Pair, Standing, read_standing
from cases.recording.writing import load_writers, store_rows
from inspections.catalogue import question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember

State = Judgement.State

COLUMNS = ("answer", "reasons", "evidence", "flagged", "note_to_lead")
WRITTEN = (*COLUMNS, "version", "changed_by", "changed_at")
NOT_ASKED = "This question does not apply to this case, so it has no answer."
UNTOUCHED = AnswerChange("", "", "", 0).values


def take_answers(
    assessment: Assessment,
    definition: ProgrammeDefinition,
    changes: Sequence[AnswerChange],
    by: TeamMember,
    outcome: AnswersOutcome,
    standing: Standing | None = None,
    used: Collection[UUID] = (),
) -> tuple[list[Pair], Standing | None]:
    """Store answers and tell it in `outcome`; return what was written, and the standing.

    Changes are taken in the programme's order, so that a gate and what it opens may come together.
    Takes the same number of queries for any number of changes. `standing` is as stored; one is
    read where a gate turns, and holds what was written when it is returned. A new change that is
    named by one of `used` is refused.
    """
    if not changes:
        return [], standing
    wanted = _sort(_pair_with_current(assessment, definition, changes), outcome)
    load_writers(outcome)
    wanted = _refuse_used(wanted, used, outcome)
    if closed := describe_closed(assessment):
        outcome.refuse_all((change for change, _ in wanted), closed)
        return [], standing
    turned = [change.code for change, judgement in wanted if _turns(definition, change, judgement)]
    if standing is None and turned:
        standing = read_standing(assessment, definition, turned)
    written = _refuse_invalid(definition, wanted, standing, outcome)
    _store(written, by, outcome)
    return written, standing


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


def _pair_with_current(
    assessment: Assessment, definition: ProgrammeDefinition, changes: Sequence[AnswerChange]
) -> list[Pair]:
    """Return each change, tidied and in the programme's order, with the judgement as it stands."""
    ids = question_ids(assessment.inspection.programme)
    order = {code: position for position, code in enumerate(definition.questions)}
    questions = list({ids[change.code] for change in changes})
    rows = Judgement.objects.filter(assessment_id=assessment.pk, question_id__in=questions)
    current = {(judgement.question_id, judgement.row): judgement for judgement in rows}
    return [
        (tidy_change(definition, change), current[ids[change.code], change.row])
        for change in sorted(changes, key=lambda change: order[change.code])
    ]


def _sort(pairs: Sequence[Pair], outcome: AnswersOutcome) -> list[Pair]:
    """Return the changes that are to be written, and tell in `outcome` of the others.

    A change that was made before has raised the version, so it is looked for only where that is
    not the one that the change is based on.
    """
    wanted, stale = [], []
    for change, judgement in pairs:
        if change.base_version != judgement.version:
            stale.append((change, judgement))
        elif change.values == values_of(judgement) and not change.because:
            outcome.unchanged.append((change, judgement))
        else:
            wanted.append((change, judgement))
    if stale:
        _sort_stale(stale, outcome)
    return wanted


def _sort_stale(stale: Sequence[Pair], outcome: AnswersOutcome) -> None:
    """Tell what was made before, and what only repeats an answer, from conflicts."""
    values = {(judgement.pk, 0): UNTOUCHED for _, judgement in stale}
    made: dict[tuple[int, UUID], int] = {}
    for revision in JudgementRevision.objects.filter(
        Q(version__in={change.base_version for change, _ in stale})
        | Q(mutation__in={change.mutation for change, _ in stale if change.mutation}),
        judgement__in=[judgement.pk for _, judgement in stale],
    ):
        values[revision.judgement_id, revision.version] = values_of(revision)
        if revision.mutation:
            made[revision.judgement_id, revision.mutation] = revision.version
    for change, judgement in stale:
        if change.mutation and (judgement.pk, change.mutation) in made:
            outcome.repeated.append((change, made[judgement.pk, change.mutation]))
        elif not change.because and change.values in (
            values_of(judgement),
            values.get((judgement.pk, change.base_version)),
        ):
            outcome.unchanged.append((change, judgement))
        else:
            outcome.conflicts.append(Conflict(change, judgement))


def _refuse_used(
    wanted: Sequence[Pair], used: Collection[UUID], outcome: AnswersOutcome
) -> list[Pair]:
    outcome.refusals += [Refusal(c, USED_ELSEWHERE) for c, _ in wanted if c.mutation in used]
    return [pair for pair in wanted if pair[0].mutation not in used]


def _turns(definition: ProgrammeDefinition, change: AnswerChange, judgement: Judgement) -> bool:
    return change.code in definition.gates and change.answer != judgement.answer


def _refuse_invalid(
    definition: ProgrammeDefinition,
    wanted: Sequence[Pair],
    standing: Standing | None,
    outcome: AnswersOutcome,
) -> list[Pair]:
    """Return what is valid, which `standing` then holds too.

    What applies follows each gate answer, before what it opens is checked.
    """
    written = []
    for change, judgement in wanted:
        if message := _refuse(definition, change, judgement, standing):
            outcome.refusals.append(Refusal(change, message))
            continue
        written.append((change, judgement))
        if standing is not None:
            standing.take(change, judgement)
    return written


def _refuse(
    definition: ProgrammeDefinition,
    change: AnswerChange,
    judgement: Judgement,
    standing: Standing | None,
) -> str:
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
    if message or not change.answer or change.mutation:
        return message
    state = standing.states[change.code] if standing else judgement.state
    return "" if state == State.APPLIES else NOT_ASKED


def _store(written: Sequence[Pair], by: TeamMember, outcome: AnswersOutcome) -> None:
    if not written:
        return
    now = timezone.now()
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
                because=change.because,
                **change.values,
            )
        )
        outcome.saved.append((change, judgement.version))
    store_rows([judgement for _, judgement in written], WRITTEN, revisions)
