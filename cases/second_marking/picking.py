"""Picking cases for second marking, and calling a second marking off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from cases.checking import check_note
from cases.locking import hold_unlocked
from cases.models import Assessment, RecordedFact, SecondMarking
from cases.opening import NewCase, open_assessments
from cases.second_marking.choosing import gather_second_assessors
from inspections.models import Inspection, TeamMember
from inspections.problems import Problem, RefusedError

Closed = Assessment.Closed


@dataclass(frozen=True, slots=True)
class Pick:
    """A case, by its assessment of record, and who is to judge it a second time."""

    first: Assessment
    second: TeamMember


@dataclass(frozen=True, slots=True)
class Draw:
    """A random draw as somebody saw it: its seed, from how many cases, and the cases it gave."""

    seed: str
    total: int
    references: Collection[str]

    @property
    def share(self) -> str:
        """What was drawn from what: 4 of 38."""
        return f"{len(self.references)} of {self.total}"

    def describe_taken(self, taken: int) -> str:
        """Return what was drawn from what, and how many of these were picked if not all were."""
        return self.share if taken == len(self.references) else f"{self.share}, {taken} picked"


def list_pickable(inspection: Inspection) -> QuerySet[Assessment]:
    """Return the assessments whose cases can be picked, with case and assessor, in case order.

    A case must be allocated, so that its second assessor is certain to be somebody else. One that
    was compared before it was called off could not be judged blind again.
    """
    picked = SecondMarking.objects.filter(
        Q(cancelled_at__isnull=True) | Q(agreed__isnull=False), case=OuterRef("case")
    )
    return (
        Assessment.objects.filter(
            inspection=inspection,
            of_record=True,
            kind=Assessment.Kind.FIRST,
            closed=Closed.NO,
            case__withdrawn=False,
            assessor__isnull=False,
        )
        .filter(~Exists(picked))
        .select_related("case", "assessor")
        .order_by("case__position", "case__reference")
    )


@transaction.atomic
def pick_cases(
    inspection: Inspection, picks: Sequence[Pick], by: TeamMember, *, draw: Draw | None = None
) -> list[SecondMarking]:
    """Have the cases of `picks` judged a second time; `draw` is where some were drawn at random.

    Each second assessor gets an assessment of their own. What describes the case is copied into
    it, as the service recorded it; screening and judgements start blank. Takes the same number of
    queries for any number of cases. Raises RefusedError, and then picks none, where a case cannot
    be picked (any more) or its second assessor may not judge it, and LockedError.
    """
    taken = sum(1 for pick in picks if draw and pick.first.case.reference in draw.references)
    hold_unlocked(inspection)
    keys = [pick.first.pk for pick in picks]
    held = Assessment.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    list(held.values("pk"))
    # Asked once they are held, since somebody may have picked the same meanwhile.
    free = set(list_pickable(inspection).filter(pk__in=keys).values_list("pk", flat=True))
    assessors = gather_second_assessors(inspection)
    problems = []
    for pick in picks:
        reference = pick.first.case.reference
        if pick.first.pk not in free:
            problems.append(Problem(reference, None, "This case cannot be picked any more."))
        elif obstacle := assessors.find_obstacle(pick.second, pick.first.case):
            problems.append(Problem(reference, None, obstacle))
    if problems:
        raise RefusedError(problems)
    now = timezone.now()
    seconds = open_assessments(_plan_assessments(inspection, picks, by))
    return SecondMarking.objects.bulk_create(
        _describe_pick(pick, second, by, now, draw, taken)
        for pick, second in zip(picks, seconds, strict=True)
    )


def _plan_assessments(
    inspection: Inspection, picks: Sequence[Pick], by: TeamMember
) -> list[tuple[Assessment, NewCase]]:
    """Return blank assessments; what is copied into them was put there by whoever picked."""
    facts = _gather_case_facts([pick.first for pick in picks])
    return [
        (
            Assessment(
                case=pick.first.case,
                inspection=inspection,
                assessor=pick.second,
                kind=Assessment.Kind.SECOND,
                of_record=False,
            ),
            NewCase(pick.first.case.reference, assessor=by, facts=facts[pick.first.pk]),
        )
        for pick in picks
    ]


def _gather_case_facts(firsts: Sequence[Assessment]) -> Mapping[int, dict[str, str]]:
    """Return by assessment what is recorded of the group `case`: no judgement of an assessor."""
    facts: dict[int, dict[str, str]] = {first.pk: {} for first in firsts}
    recorded = RecordedFact.objects.filter(assessment__in=facts, fact__group="case")
    for pk, key, value in recorded.values_list("assessment_id", "fact__key", "value"):
        facts[pk][key] = value
    return facts


def _describe_pick(
    pick: Pick, second: Assessment, by: TeamMember, now: datetime, draw: Draw | None, taken: int
) -> SecondMarking:
    drawn = draw is not None and pick.first.case.reference in draw.references
    return SecondMarking(
        case=pick.first.case,
        first=pick.first,
        second=second,
        picked_by=by,
        picked_at=now,
        seed=draw.seed if draw and drawn else "",
        share=draw.describe_taken(taken) if draw and drawn else "",
    )


@transaction.atomic
def cancel_second_marking(second_marking: SecondMarking, by: TeamMember, reason: str) -> None:
    """Call `second_marking` off: the first marking stays of record and is open again.

    What the second assessor has recorded, and what was settled, is kept and closed. Safe to do
    twice. Raises RefusedError where no reason is given, all is settled already, or the scorecard is
    locked.
    """
    reason = reason.strip()
    if fault := check_note("reason", reason) or ("" if reason else "Say why it is called off."):
        raise RefusedError([Problem(str(second_marking.case), None, fault)])
    hold_unlocked(second_marking.first.inspection)
    held = SecondMarking.objects.select_for_update().get(pk=second_marking.pk)
    if held.settled_at:
        message = "Both markings are settled already, so this can no longer be called off."
        raise RefusedError([Problem(str(second_marking.case), None, message)])
    if held.cancelled_at:
        return
    held.cancelled_at, held.cancelled_by, held.cancelled_because = timezone.now(), by, reason
    held.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_because"])
    keys = [held.first_id, held.second_id, held.agreed_id]
    assessments = Assessment.objects.filter(pk__in=[key for key in keys if key])
    for assessment in assessments.select_for_update().order_by("pk"):
        if assessment.closed == Closed.WITHDRAWN:
            continue
        assessment.closed = Closed.NO if assessment.pk == held.first_id else Closed.CANCELLED
        assessment.save(update_fields=["closed"])
