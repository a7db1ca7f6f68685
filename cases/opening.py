"""Opening cases: each gets its assessment of record, with a row for every fact and judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cases.applicability import count_missing_facts, decide_states
from cases.checking import order_reasons
from cases.locking import hold_unlocked
from cases.models import (
    Assessment,
    Case,
    FactRevision,
    Judgement,
    JudgementRevision,
    RecordedFact,
)
from inspections.catalogue import fact_ids, load_definition, question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection, TeamMember

State = Judgement.State

BATCH_SIZE = 2000


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as it is given for a new case, and by whom."""

    answer: str
    by: TeamMember | None
    reasons: tuple[str, ...] = ()
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to open; facts by key, answers by question code and row key."""

    reference: str
    assessor: TeamMember | None = None
    case_manager: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], GivenAnswer] = field(default_factory=dict)


@transaction.atomic
def open_cases(inspection: Inspection, new_cases: Sequence[NewCase]) -> list[Assessment]:
    """Store `new_cases` after those already there, and return their assessments of record.

    What is given with them is taken as valid, and recorded as each one's first revision.
    Takes the same number of queries for any number of cases up to the batch size.
    """
    first = Case.objects.filter(inspection=inspection).count()
    cases = Case.objects.bulk_create(
        Case(
            inspection=inspection,
            reference=new.reference,
            case_manager=new.case_manager,
            position=first + index,
        )
        for index, new in enumerate(new_cases)
    )
    return open_assessments(
        (Assessment(case=case, inspection=inspection, assessor=new.assessor), new)
        for case, new in zip(cases, new_cases, strict=True)
    )


@transaction.atomic
def open_assessments(planned: Iterable[tuple[Assessment, NewCase]]) -> list[Assessment]:
    """Store new assessments of one inspection, each with what is given for it; return them.

    The reference and case manager of a `NewCase` are those of a case, and are not looked at here.
    An assessment in which nothing is left open is completed. Raises LockedError where the scorecard
    is locked.
    """
    now = timezone.now()
    pairs = list(planned)
    if not pairs:
        return []
    inspection = pairs[0][0].inspection
    hold_unlocked(inspection)
    definition = load_definition(inspection.programme)
    states = [_decide_states_of(definition, new) for _, new in pairs]
    for (assessment, new), decided in zip(pairs, states, strict=True):
        assessment.facts_missing = count_missing_facts(definition, new.facts)
        if not assessment.facts_missing and _all_answered(definition, decided, new):
            assessment.completed_at, assessment.completed_by = now, assessment.assessor
    assessments = Assessment.objects.bulk_create(assessment for assessment, _ in pairs)
    _store_facts(inspection, definition, pairs, now)
    _store_judgements(inspection, definition, pairs, states, now)
    return assessments


def _decide_states_of(definition: ProgrammeDefinition, new: NewCase) -> Mapping[str, State]:
    answers = {code: given.answer for (code, _), given in new.answers.items()}
    return decide_states(definition, new.facts, answers)


def _all_answered(
    definition: ProgrammeDefinition, states: Mapping[str, State], new: NewCase
) -> bool:
    return all(
        states[code] == State.NOT_ASKED or (states[code] == State.APPLIES and given)
        for code, question in definition.questions.items()
        for row in definition.rows_of(question)
        for given in [(code, row) in new.answers and new.answers[code, row].answer]
    )


def _store_facts(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    pairs: Iterable[tuple[Assessment, NewCase]],
    now: datetime,
) -> None:
    ids = fact_ids(inspection.programme)
    facts = []
    for assessment, new in pairs:
        for key in definition.facts_by_key:
            value = new.facts.get(key, "")
            written = {"version": 1, "changed_by": new.assessor, "changed_at": now} if value else {}
            facts.append(
                RecordedFact(assessment=assessment, fact_id=ids[key], value=value, **written)
            )
    facts = RecordedFact.objects.bulk_create(facts, batch_size=BATCH_SIZE)
    FactRevision.objects.bulk_create(
        (
            FactRevision(
                recorded_fact=fact,
                version=1,
                value=fact.value,
                changed_by=fact.changed_by,
                changed_at=now,
            )
            for fact in facts
            if fact.value
        ),
        batch_size=BATCH_SIZE,
    )


def _store_judgements(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    pairs: Sequence[tuple[Assessment, NewCase]],
    states_of_pairs: Sequence[Mapping[str, State]],
    now: datetime,
) -> None:
    ids = question_ids(inspection.programme)
    judgements = []
    for (assessment, new), states in zip(pairs, states_of_pairs, strict=True):
        for code, question in definition.questions.items():
            for row in definition.rows_of(question):
                judgement = Judgement(
                    assessment=assessment, question_id=ids[code], row=row, state=states[code]
                )
                if given := new.answers.get((code, row)):
                    judgement.answer = given.answer
                    judgement.reasons = order_reasons(question, given.reasons)
                    judgement.evidence = given.evidence if given.evidence.strip() else ""
                    judgement.version = 1
                    judgement.changed_by = given.by
                    judgement.changed_at = now
                judgements.append(judgement)
    judgements = Judgement.objects.bulk_create(judgements, batch_size=BATCH_SIZE)
    JudgementRevision.objects.bulk_create(
        (
            JudgementRevision(
                judgement=judgement,
                version=1,
                answer=judgement.answer,
                reasons=judgement.reasons,
                evidence=judgement.evidence,
                changed_by=judgement.changed_by,
                changed_at=now,
            )
            for judgement in judgements
            if judgement.version
        ),
        batch_size=BATCH_SIZE,
    )
