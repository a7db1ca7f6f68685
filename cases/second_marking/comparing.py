"""The beginning and the end of a comparison: the agreed assessment is made, and then counts.

It does not import `cases.recording`, which begins a comparison when an assessment is completed.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.checking import NOTE_LIMIT
from cases.locking import hold_unlocked
from cases.models import Assessment, Judgement, RecordedFact, SecondMarking
from cases.opening import GivenAnswer, NewCase, open_assessments
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember

State = Judgement.State
Closed = Assessment.Closed


def begin_when_stored(assessment: Assessment) -> None:
    """Have a comparison begin once the transaction that completes `assessment` is stored.

    It begins in a transaction of its own, which takes hold of both assessments at once: so two
    assessors who complete theirs at the same moment do not wait for each other. Should it fail,
    what was completed stays so, and the comparison can be started from the page.
    """

    def begin() -> None:
        _begin_of(assessment.pk)

    transaction.on_commit(begin, robust=True)


def _begin_of(assessment_id: int) -> None:
    waiting = SecondMarking.objects.filter(agreed__isnull=True, cancelled_at__isnull=True)
    waiting = waiting.select_related("first__inspection")
    pair = waiting.filter(Q(first=assessment_id) | Q(second=assessment_id)).first()
    if pair is not None:
        begin_comparison(pair)


@transaction.atomic
def begin_comparison(second_marking: SecondMarking) -> bool:
    """Close both assessments and lay them side by side; say whether they are.

    They are if both are completed. The agreed assessment is made: what both say alike is filled
    in, the rest is to be settled. Safe to do twice. Raises LockedError.
    """
    # Publishing takes the inspection first, then the assessments: so does this.
    hold_unlocked(second_marking.first.inspection)
    held = SecondMarking.objects.select_for_update().get(pk=second_marking.pk)
    if held.agreed_id or held.cancelled_at:
        return held.agreed_id is not None
    pair = list(
        Assessment.objects.select_for_update(of=("self",))
        .select_related("case", "assessor", "inspection__programme")
        .filter(pk__in=(held.first_id, held.second_id))
        .order_by("pk")
    )
    if any(assessment.completed_at is None or assessment.closed for assessment in pair):
        return False
    first, second = sorted(pair, key=lambda assessment: assessment.pk != held.first_id)
    for assessment in pair:
        assessment.closed = Closed.SECOND_MARKING
        assessment.save(update_fields=["closed"])
    held.agreed = _open_agreed(first, second)
    held.save(update_fields=["agreed"])
    finish_if_settled(held, None)
    return True


def _open_agreed(first: Assessment, second: Assessment) -> Assessment:
    """Make the assessment that holds what both said; who said it first stands as its author."""
    agreed = Assessment(
        case=first.case,
        inspection=first.inspection,
        kind=Assessment.Kind.AGREED,
        of_record=False,
    )
    new = NewCase(
        first.case.reference,
        assessor=first.assessor,
        facts=_join_facts(first, second),
        answers=_join_answers(first, second),
    )
    return open_assessments([(agreed, new)])[0]


def _join_facts(first: Assessment, second: Assessment) -> dict[str, str]:
    """Return the facts that are alike, and those that only one of the two recorded."""
    recorded: dict[str, set[str]] = {}
    facts = RecordedFact.objects.filter(assessment__in=(first, second)).exclude(value="")
    for key, value in facts.values_list("fact__key", "value"):
        recorded.setdefault(key, set()).add(value)
    return {key: values.pop() for key, values in recorded.items() if len(values) == 1}


def _join_answers(first: Assessment, second: Assessment) -> Mapping[tuple[str, str], GivenAnswer]:
    """Return the answers to what both were asked and answered alike."""
    definition = load_definition(first.inspection.programme)
    judgements = Judgement.objects.filter(
        assessment__in=(first, second), state=State.APPLIES
    ).select_related("changed_by", "question")
    given: dict[tuple[str, str], dict[int, Judgement]] = {}
    for judgement in judgements.exclude(answer=""):
        place = (judgement.question.code, judgement.row)
        given.setdefault(place, {})[judgement.assessment_id] = judgement
    return {
        (code, row): join_alike(definition, code, both[first.pk], both[second.pk])
        for (code, row), both in given.items()
        if len(both) == 2 and both[first.pk].answer == both[second.pk].answer
    }


def join_alike(
    definition: ProgrammeDefinition, code: str, first: Judgement, second: Judgement
) -> GivenAnswer:
    """Return the one answer that both gave, with the reasons and the evidence of both."""
    reasons = [reason.key for reason in definition.questions[code].reasons]
    named = {*first.reasons, *second.reasons}
    notes = list(dict.fromkeys(filter(None, (first.evidence.strip(), second.evidence.strip()))))
    evidence = "\n\n".join(notes)
    return GivenAnswer(
        answer=first.answer,
        by=first.changed_by,
        reasons=tuple(key for key in reasons if key in named),
        evidence=evidence if len(evidence) <= NOTE_LIMIT else notes[0],
    )


def list_unsettled_facts(second_marking: SecondMarking) -> list[int]:
    """Return the ids of the agreed facts on which the two differ and nothing is settled yet."""
    # A fact that only one of them recorded is taken from that one: blank means that they differ.
    first = RecordedFact.objects.filter(
        assessment=second_marking.first_id, fact=OuterRef("fact")
    ).exclude(value="")
    unsettled = RecordedFact.objects.filter(assessment=second_marking.agreed_id, value="")
    return list(unsettled.filter(Exists(first)).values_list("pk", flat=True))


def finish_if_settled(second_marking: SecondMarking, by: TeamMember | None) -> bool:
    """Make the agreed assessment the one of record if nothing in it is left open; say whether.

    `by` is who settled the last difference. Needs a transaction in which `second_marking` and its
    assessments are held.
    """
    agreed = second_marking.agreed
    waiting = Q(state=State.UNDECIDED) | Q(state=State.APPLIES, answer="")
    if (
        agreed is None
        or agreed.facts_missing
        or list_unsettled_facts(second_marking)
        or Judgement.objects.filter(waiting, assessment=agreed).exists()
    ):
        return False
    now = timezone.now()
    Assessment.objects.filter(pk=second_marking.first_id).update(of_record=False)
    agreed.of_record, agreed.completed_at, agreed.completed_by = True, now, by
    agreed.save(update_fields=["of_record", "completed_at", "completed_by"])
    second_marking.settled_at = now
    second_marking.save(update_fields=["settled_at"])
    return True
