"""Giving cases to assessors: who has which, and changing it, case by case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import User
from cases.allocation.holding import hold_inspection
from cases.allocation.obstacles import Obstacles
from cases.locking import LOCKED
from cases.models import Assessment, Handover, Judgement, RecordedFact, SecondMarking
from cases.timetable.following import follow_allocation
from inspections.catalogue import load_definition
from inspections.models import Inspection, TeamMember

NOBODY = ""
"""In place of a member's key: the case is not allocated."""


PICKED = (
    "The case is begun, and was picked for second marking, so it stays with whoever judges it. "
    "Call the second marking off first."
)
NOT_NOW = "Only the lead inspector can say whether this case may change hands now."
"""For all others: the first assessor is not to learn that a case of theirs was picked."""


@dataclass(frozen=True, slots=True)
class AllocationChange:
    """An allocation as somebody wants it: keys of members.

    `base` is who had the case when they were asked. `confirmed` says that they know that the case
    has been begun.
    """

    assessment: int
    assessor: str
    base: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class AllocationRefusal:
    """A change that was not made, and why. `unconfirmed`: it only waits to be confirmed."""

    change: AllocationChange
    message: str
    unconfirmed: bool = False


@dataclass
class AllocationOutcome:
    """What became of a save.

    `stored` holds the assessments that changed hands, `conflicts` the changes of cases that
    somebody else allocated meanwhile, with who has them now. `taken_off` are references of cases
    whose interview no longer fitted.
    """

    stored: list[Assessment] = field(default_factory=list)
    conflicts: list[AllocationRefusal] = field(default_factory=list)
    refusals: list[AllocationRefusal] = field(default_factory=list)
    taken_off: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether everything asked for is now stored."""
        return not self.conflicts and not self.refusals

    def list_refusals(self) -> list[AllocationRefusal]:
        """Return all changes that were not made, and why."""
        return [*self.conflicts, *self.refusals]


def list_first_assessments(inspection: Inspection) -> list[Assessment]:
    """Return the first marking of every case on the list of work, in order and in one query.

    Each has `begun` (whether somebody judged something in it, or recorded what did not come with
    it), `picked` (whether it is being judged a second time) and `stratum` (the value of the fact by
    which samples are shared out, or None).
    """
    method = load_definition(inspection.programme).sampling
    judged = Judgement.objects.filter(assessment=OuterRef("pk"), version__gt=0)
    recorded = RecordedFact.objects.filter(
        # What a bundle says of the case bears its assessor's name; what a sample says, nobody's.
        Q(version__gt=1) | Q(fact__group="screening") | Q(assessment__case__sampled__isnull=False),
        assessment=OuterRef("pk"),
        changed_by__isnull=False,
    )
    stratum = RecordedFact.objects.filter(
        assessment=OuterRef("pk"), fact__key=method.strata if method else ""
    )
    picked = SecondMarking.objects.filter(first=OuterRef("pk"), cancelled_at__isnull=True)
    assessments = (
        Assessment.objects.filter(
            inspection=inspection, kind=Assessment.Kind.FIRST, case__withdrawn=False
        )
        .select_related("case", "assessor")
        .annotate(
            begun=Exists(judged) | Exists(recorded),
            picked=Exists(picked),
            stratum=stratum.values("value")[:1],
        )
        .order_by("case__position", "case__reference")
    )
    return list(assessments)


def count_second_markings(inspection: Inspection) -> dict[int, int]:
    """Return the number of cases that each member judges second, by their id, in one query."""
    counts: dict[int, int] = {}
    second = Assessment.objects.filter(
        inspection=inspection, kind=Assessment.Kind.SECOND, case__withdrawn=False
    ).exclude(closed=Assessment.Closed.CANCELLED)
    for assessor in second.values_list("assessor_id", flat=True):
        if assessor is not None:
            counts[assessor] = counts.get(assessor, 0) + 1
    return counts


@transaction.atomic
def allocate(
    inspection: Inspection, changes: Sequence[AllocationChange], by: User
) -> AllocationOutcome:
    """Store what `by` changes, each by itself: one that is refused keeps no other from being so.

    A case that has been begun changes hands only where that is confirmed: its answers stay with
    their history, and whoever had it no longer sees it. It stays where it is while it is judged a
    second time, so that whoever is compared is whoever judged.
    """
    hold_inspection(inspection)
    outcome = AllocationOutcome()
    obstacles = Obstacles(inspection)
    assessments = {assessment.pk: assessment for assessment in list_first_assessments(inspection)}
    leads = any(member.leads and member.user_id == by.pk for member in obstacles.team.values())
    for change in changes:
        assessment = assessments.get(change.assessment)
        if change.assessor == change.base or assessment is None:
            continue
        if change.assessor == key_of(assessment.assessor):
            continue
        if key_of(assessment.assessor) != change.base:
            outcome.conflicts.append(AllocationRefusal(change, _tell_conflict(assessment)))
        elif refusal := _refuse(change, assessment, obstacles, leads):
            outcome.refusals.append(refusal)
        else:
            assessment.assessor = obstacles.team.get(change.assessor)
            outcome.stored.append(assessment)
    outcome.taken_off = store_allocation(inspection, outcome.stored, by)
    return outcome


def store_allocation(
    inspection: Inspection, assessments: Collection[Assessment], by: User | None
) -> list[str]:
    """Store who judges `assessments`, and that `by` gave them, and let their interviews follow.

    Returns the references of cases whose interview was taken off since it no longer fitted. Needs
    a transaction in which the inspection is held.
    """
    if not assessments:
        return []
    held = Assessment.objects.select_for_update().order_by("pk")
    names = TeamMember.objects.filter(pk=OuterRef("assessor")).values("name")
    keys = [assessment.pk for assessment in assessments]
    before = dict(held.filter(pk__in=keys).values_list("pk", Subquery(names)))
    now = timezone.now()
    Assessment.objects.bulk_update(assessments, ["assessor"])
    Handover.objects.bulk_create(
        Handover(
            assessment=assessment,
            before=before[assessment.pk] or "",
            after=assessment.assessor.name if assessment.assessor else "",
            handed_by=by,
            handed_at=now,
        )
        for assessment in assessments
    )
    return follow_allocation(inspection, [assessment.case_id for assessment in assessments])


def key_of(member: TeamMember | None) -> str:
    """Return the key of a member, or `NOBODY`."""
    return member.key if member else NOBODY


def name_of(member: TeamMember | None) -> str:
    """Return who has a case, in words."""
    return member.name if member else "nobody"


def _refuse(
    change: AllocationChange, assessment: Assessment, obstacles: Obstacles, leads: bool
) -> AllocationRefusal | None:
    if assessment.closed == Assessment.Closed.LOCKED:
        return AllocationRefusal(change, LOCKED)
    if assessment.closed:
        return AllocationRefusal(
            change, "The case is being compared with its second marking, so it stays where it is."
        )
    if change.assessor != NOBODY:
        member = obstacles.team.get(change.assessor)
        if member is None:
            return AllocationRefusal(change, "Choose somebody of the team.")
        if obstacle := obstacles.find(member, assessment.case):
            return AllocationRefusal(change, obstacle)
    if assessment.begun and assessment.picked:  # type: ignore[attr-defined]
        return AllocationRefusal(change, PICKED if leads else NOT_NOW)
    if assessment.begun and not change.confirmed:  # type: ignore[attr-defined]
        return AllocationRefusal(change, _ask_to_confirm(assessment), unconfirmed=True)
    return None


def _tell_conflict(assessment: Assessment) -> str:
    return (
        f"Not saved: since you opened this page, the case was allocated to "
        f"{name_of(assessment.assessor)}. Yours is kept here: save again to replace it."
    )


def _ask_to_confirm(assessment: Assessment) -> str:
    return (
        "Confirm that this case, which was begun, changes hands. Its answers stay, with their "
        "history, and whoever has it next also reads the private notes to the lead inspector; "
        f"{name_of(assessment.assessor)} no longer sees it, and can no longer send what is still "
        "on their device."
    )
