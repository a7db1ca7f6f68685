"""Recording facts: what they imply, whether they go together, and what they decide."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from cases.checking import check_facts
from cases.models import Assessment, FactRevision, RecordedFact
from cases.recording.changes import USED_ELSEWHERE, Conflict, FactChange, FactsOutcome, Refusal
from cases.recording.holding import describe_closed
from cases.recording.writing import load_writers, store_rows
from inspections.catalogue import fact_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember


def take_facts(
    assessment: Assessment,
    definition: ProgrammeDefinition,
    changes: Sequence[FactChange],
    by: TeamMember,
    outcome: FactsOutcome,
    used: Collection[UUID] = (),
) -> bool:
    """Store facts and tell it in `outcome`; return whether what applies must be settled anew.

    Takes the same number of queries for any number of changes. A new change that is named by one
    of `used` is refused.
    """
    if not changes:
        return False
    ids = fact_ids(assessment.inspection.programme)
    current = {fact.fact_id: fact for fact in RecordedFact.objects.filter(assessment=assessment)}
    by_key = {key: current[pk] for key, pk in ids.items()}
    wanted = _sort(changes, by_key, outcome)
    load_writers(outcome)
    wanted = _refuse_used(wanted, used, outcome)
    if closed := describe_closed(assessment):
        outcome.refuse_all(wanted, closed)
        return False
    values = {key: fact.value for key, fact in by_key.items()}
    wanted += _imply_facts(definition, by_key, wanted)
    _store(by_key, _refuse_invalid_facts(definition, values, wanted, outcome), by, outcome)
    return any(change.key in definition.deciding_facts for change, _ in outcome.saved)


def _sort(
    changes: Sequence[FactChange], by_key: Mapping[str, RecordedFact], outcome: FactsOutcome
) -> list[FactChange]:
    """Return the changes that are to be written, and tell in `outcome` of the others.

    A change that was made before has raised the version, so it is looked for only where that is
    not the one that the change is based on.
    """
    wanted, stale = [], []
    for change in changes:
        fact = by_key[change.key]
        if change.base_version != fact.version:
            stale.append((change, fact))
        elif change.value == fact.value:
            outcome.unchanged.append((change, fact))
        else:
            wanted.append(change)
    if stale:
        _sort_stale(stale, outcome)
    return wanted


def _sort_stale(stale: Sequence[tuple[FactChange, RecordedFact]], outcome: FactsOutcome) -> None:
    """Tell what was made before, and what only repeats a value, from conflicts."""
    values = {(fact.pk, 0): "" for _, fact in stale}
    made: dict[tuple[int, UUID], int] = {}
    revisions = FactRevision.objects.filter(
        Q(version__in={change.base_version for change, _ in stale})
        | Q(mutation__in={change.mutation for change, _ in stale if change.mutation}),
        recorded_fact__in=[fact.pk for _, fact in stale],
    )
    for pk, version, value, mutation in revisions.values_list(
        "recorded_fact", "version", "value", "mutation"
    ):
        values[pk, version] = value
        if mutation:
            made[pk, mutation] = version
    for change, fact in stale:
        if change.mutation and (fact.pk, change.mutation) in made:
            outcome.repeated.append((change, made[fact.pk, change.mutation]))
        elif change.value in (fact.value, values.get((fact.pk, change.base_version))):
            outcome.unchanged.append((change, fact))
        else:
            outcome.conflicts.append(Conflict(change, fact))


def _refuse_used(
    wanted: Sequence[FactChange], used: Collection[UUID], outcome: FactsOutcome
) -> list[FactChange]:
    outcome.refusals += [Refusal(c, USED_ELSEWHERE) for c in wanted if c.mutation in used]
    return [change for change in wanted if change.mutation not in used]


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
    if not changes:
        return
    now = timezone.now()
    facts: dict[int, RecordedFact] = {}  # one that is cleared and implied again has two revisions
    revisions = []
    for change in changes:
        fact = by_key[change.key]
        fact.value, fact.version = change.value, fact.version + 1
        fact.changed_by, fact.changed_at = by, now
        facts[fact.pk] = fact
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
    store_rows(list(facts.values()), ("value", "version", "changed_by", "changed_at"), revisions)
