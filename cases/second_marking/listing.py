"""The second markings of an inspection: whom they wait for, and who may know of which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cases.models import Assessment, Judgement, RecordedFact, SecondMarking
from cases.progress import Progress, with_progress
from inspections.models import Inspection, TeamMember

State = Judgement.State


class Stage(Enum):
    """Where a second marking stands."""

    JUDGING = "judging"
    READY = "ready"
    COMPARING = "comparing"
    SETTLED = "settled"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Listed:
    """A second marking with the progress of both assessments, and what is left to settle.

    `left` counts differing facts that are not settled and questions without an answer; a question
    that depends on one of them is among `waiting`.
    """

    second_marking: SecondMarking
    first: Progress
    second: Progress
    left: int = 0
    waiting: int = 0

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        pair = (self.second_marking.first, self.second_marking.second)
        if self.second_marking.cancelled_at:
            return Stage.CANCELLED
        if self.second_marking.settled_at:
            return Stage.SETTLED
        if self.second_marking.agreed_id:
            return Stage.COMPARING
        return Stage.READY if all(a.completed_at for a in pair) else Stage.JUDGING


def list_second_markings(member: TeamMember) -> QuerySet[SecondMarking]:
    """Return the second markings that `member` may know of, in case order, with all their people.

    The lead inspector knows of all. A second assessor knows of theirs. A first assessor does not
    know that a case of theirs was picked before both are compared: so both judge as they always do.
    Those of withdrawn cases are gone.
    """
    found = (
        SecondMarking.objects.filter(case__inspection=member.inspection, case__withdrawn=False)
        .select_related(
            "case",
            "first__assessor",
            "second__assessor",
            "agreed",
            "picked_by",
            "cancelled_by",
        )
        .order_by("case__position", "case__reference", "pk")
    )
    if member.leads:
        return found
    return found.filter(
        Q(second__assessor=member) | Q(first__assessor=member, agreed__isnull=False)
    )


def find_second_marking(member: TeamMember, reference: str) -> SecondMarking | None:
    """Return the second marking of the case that is not called off, if `member` may know of it."""
    found = list_second_markings(member).filter(
        case__reference=reference, cancelled_at__isnull=True
    )
    second_marking = found.first()
    if second_marking is not None:
        second_marking.first.inspection = member.inspection
        second_marking.second.inspection = member.inspection
    return second_marking


def describe_second_markings(second_markings: Sequence[SecondMarking]) -> list[Listed]:
    """Return `second_markings` with how far each is, in three queries for any number."""
    pairs = [key for s in second_markings for key in (s.first_id, s.second_id)]
    progress = {
        assessment.pk: Progress(
            getattr(assessment, "asked"),  # noqa: B009
            getattr(assessment, "answered"),  # noqa: B009
            getattr(assessment, "undecided"),  # noqa: B009
        )
        for assessment in with_progress(Assessment.objects.filter(pk__in=pairs))
    }
    agreed = [s.agreed_id for s in second_markings if s.agreed_id and not s.settled_at]
    answers = {
        key: (open_, waiting)
        for key, open_, waiting in Judgement.objects.filter(assessment__in=agreed)
        .order_by()
        .values_list("assessment_id")
        .annotate(
            open=Count("pk", filter=Q(state=State.APPLIES, answer="")),
            waiting=Count("pk", filter=Q(state=State.UNDECIDED)),
        )
    }
    facts = _count_unsettled_facts(second_markings)
    listed = []
    for each in second_markings:
        open_, waiting = answers.get(each.agreed_id or 0, (0, 0))
        listed.append(
            Listed(
                each,
                progress[each.first_id],
                progress[each.second_id],
                left=open_ + facts.get(each.agreed_id or 0, 0),
                waiting=waiting,
            )
        )
    return listed


def list_unsettled(inspection: Inspection) -> list[str]:
    """Return the references of the cases whose two markings are not yet settled, in case order."""
    unsettled = SecondMarking.objects.filter(
        case__inspection=inspection,
        case__withdrawn=False,
        cancelled_at__isnull=True,
        settled_at__isnull=True,
    )
    return list(unsettled.values_list("case__reference", flat=True))


def _count_unsettled_facts(second_markings: Sequence[SecondMarking]) -> dict[int, int]:
    """Return by agreed assessment how many facts differ and are not settled, in one query."""
    # Blank in the agreed assessment and not in the first: the two differ (see `comparing`).
    pair = SecondMarking.objects.filter(
        agreed=OuterRef("assessment"),
        first__facts__fact=OuterRef("fact"),
        first__facts__value__gt="",
    )
    agreed = [s.agreed_id for s in second_markings if s.agreed_id and not s.settled_at]
    counted = (
        RecordedFact.objects.filter(Exists(pair), assessment__in=agreed, value="")
        .order_by()
        .values_list("assessment_id")
        .annotate(facts=Count("pk"))
    )
    return dict(counted)
