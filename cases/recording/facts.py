"""Recording facts: what they imply, whether they go together, and what they decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from cases.applicability import count_missing_facts, decide_states
from cases.checking import check_facts
from cases.models import Assessment, FactRevision, RecordedFact
from cases.recording.changes import Conflict, FactChange, FactsOutcome, Refusal
from cases.recording.holding import (
    apply_states,
    gather_gate_answers,
    hold,
    refuse_if_closed,
    reopen_if_open,
)
from inspections.catalogue import fact_ids, load_definition
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember


@transaction.atomic
def record_facts(
    assessment: Assessment, changes: Sequence[FactChange], by: TeamMember
) -> FactsOutcome:
    """Store those of `changes` that differ from what is recorded, and settle what applies.

    A fact that implies others makes them yes too (programme data: `implies`). Facts that break a
    rule of the programme together are refused, each with its reason.
    """
    return write_facts(hold(assessment), changes, by)


def write_facts(
    assessment: Assessment, changes: Sequence[FactChange], by: TeamMember
) -> FactsOutcome:
    """Do as `record_facts`, for an assessment that is held already."""
    definition = load_definition(assessment.inspection.programme)
    ids = fact_ids(assessment.inspection.programme)
    outcome = FactsOutcome()
    changes = _leave_out_repeated(assessment, changes, outcome)
    changes = refuse_if_closed(assessment, changes, outcome)
    if not changes:
        return outcome
    current = {
        fact.fact_id: fact
        for fact in RecordedFact.objects.filter(assessment=assessment).select_related("changed_by")
    }
    by_key = {key: current[pk] for key, pk in ids.items()}
    stale, wanted = [], []
    for change in changes:
        fact = by_key[change.key]
        if change.value == fact.value:
            outcome.unchanged.append((change, fact))
        elif change.base_version != fact.version:
            stale.append((change, fact))
        else:
            wanted.append(change)
    _sort_stale(stale, outcome)
    values = {key: fact.value for key, fact in by_key.items()}
    wanted += _imply_facts(definition, by_key, wanted)
    _store(by_key, _refuse_invalid_facts(definition, values, wanted, outcome), by, outcome)
    if outcome.saved:
        _settle(assessment, definition, by_key, outcome)
        reopen_if_open(assessment, outcome)
    return outcome


def _leave_out_repeated(
    assessment: Assessment, changes: Sequence[FactChange], outcome: FactsOutcome
) -> Sequence[FactChange]:
    """Return `changes` without those that were stored before under the same mutation."""
    named = [change.mutation for change in changes if change.mutation]
    if not named:
        return changes
    made = {
        mutation: (version, owner)
        for mutation, version, owner in FactRevision.objects.filter(mutation__in=named).values_list(
            "mutation", "version", "recorded_fact__assessment"
        )
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


def _sort_stale(stale: Sequence[tuple[FactChange, RecordedFact]], outcome: FactsOutcome) -> None:
    """Tell conflicts from what only repeats the value at its version: that was not touched."""
    if not stale:
        return
    values = {
        (pk, version): value
        for pk, version, value in FactRevision.objects.filter(
            recorded_fact__in=[fact.pk for _, fact in stale],
            version__in={change.base_version for change, _ in stale},
        ).values_list("recorded_fact", "version", "value")
    }
    for change, fact in stale:
        if change.value == values.get((fact.pk, change.base_version), ""):
            outcome.unchanged.append((change, fact))
        else:
            outcome.conflicts.append(Conflict(change, fact))


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


def _store(
    by_key: Mapping[str, RecordedFact],
    changes: Sequence[FactChange],
    by: TeamMember,
    outcome: FactsOutcome,
) -> None:
    """Write facts with their revisions.

    Whoever writes a fact holds its assessment first, so its version is still the one read.
    """
    if not changes:
        return
    now = timezone.now()
    facts, revisions = [], []
    for change in changes:
        fact = by_key[change.key]
        fact.value, fact.version = change.value, fact.version + 1
        fact.changed_by, fact.changed_at = by, now
        facts.append(fact)
        revisions.append(
            FactRevision(
                recorded_fact=fact,
                version=fact.version,
                value=fact.value,
                changed_by=by,
                changed_at=now,
                mutation=change.mutation,
            )
        )
        outcome.saved.append((change, fact.version))
    RecordedFact.objects.bulk_update(facts, ["value", "version", "changed_by", "changed_at"])
    FactRevision.objects.bulk_create(revisions)


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
    answers = gather_gate_answers(assessment, definition)
    apply_states(assessment, decide_states(definition, facts, answers), outcome)
