"""Conflicts of interest: declaring one, what follows from it, and lifting one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from cases.allocation.allocating import list_first_assessments, store_allocation
from cases.allocation.holding import hold_inspection
from cases.allocation.obstacles import Conflicts
from cases.models import Assessment, ConflictOfInterest
from inspections.models import Inspection, TeamMember

UNDECIDED = (Assessment.Closed.NO, Assessment.Closed.LOCKED)
"""What may wait for a decision. One in which two markings are compared, or set aside, does not."""


@dataclass(frozen=True)
class Declared:
    """What a declaration did.

    `new` is False where the same had been declared before. `taken` are references of cases that
    the member had and has no longer, `to_decide` of those that it is about and that were begun:
    they stay with the member until the lead inspector decides.
    """

    conflict: ConflictOfInterest
    new: bool = True
    taken: list[str] = field(default_factory=list)
    to_decide: list[str] = field(default_factory=list)


@transaction.atomic
def declare_conflict(
    member: TeamMember,
    by: TeamMember,
    *,
    reference: str = "",
    case_manager: str = "",
    note: str = "",
) -> Declared:
    """Record that `member` must not judge the case, or any case of the case manager.

    Whether there is such a case makes no difference to what is stored. A case that the member has
    and that was not begun is taken from them.
    """
    inspection = member.inspection
    hold_inspection(inspection)
    conflict = _find_standing(member, reference, case_manager)
    new = conflict is None
    if conflict is None:
        conflict = ConflictOfInterest.objects.create(
            member=member,
            reference=reference,
            case_manager=case_manager,
            note=note,
            declared_by=by,
            declared_at=timezone.now(),
        )
    conflicts = Conflicts(inspection)
    taken, to_decide = [], []
    for assessment in list_first_assessments(inspection):
        if assessment.assessor_id != member.pk or assessment.closed not in UNDECIDED:
            continue
        about = conflicts.find(member, assessment.case)
        if assessment.begun or assessment.closed:  # type: ignore[attr-defined]
            if conflict.pk in about:
                to_decide.append(assessment)
        elif about:
            assessment.assessor = None
            taken.append(assessment)
    store_allocation(inspection, taken, by.user)
    return Declared(conflict, new, _references(taken), _references(to_decide))


@transaction.atomic
def lift_conflict(conflict: ConflictOfInterest, by: TeamMember, reason: str) -> bool:
    """Record that a conflict of interest keeps its member from nothing; it stays on record.

    Returns False where it was lifted before, and nothing is changed.
    """
    hold_inspection(by.inspection)
    lifted = ConflictOfInterest.objects.filter(pk=conflict.pk, lifted_at__isnull=True).update(
        lifted_by=by, lifted_at=timezone.now(), lifted_reason=reason
    )
    return bool(lifted)


def list_open_decisions(conflicts: Conflicts) -> list[Assessment]:
    """Return the assessments that wait for the lead inspector, in order of the cases.

    Their assessor has a conflict of interest with the case: they have begun it, or judge it second.
    In one query, or none where there is no conflict of interest.
    """
    if not conflicts:
        return []
    assessments = (
        Assessment.objects.filter(
            inspection=conflicts.inspection,
            case__withdrawn=False,
            closed__in=UNDECIDED,
            assessor__isnull=False,
        )
        .select_related("case", "assessor")
        .order_by("case__position", "case__reference")
    )
    return [assessment for assessment in assessments if conflicts.await_decision(assessment)]


def list_undecided(inspection: Inspection) -> list[Assessment]:
    """Return those of record that `list_open_decisions` gives, in at most two queries."""
    return [
        assessment
        for assessment in list_open_decisions(Conflicts(inspection))
        if assessment.of_record
    ]


def _find_standing(
    member: TeamMember, reference: str, case_manager: str
) -> ConflictOfInterest | None:
    standing = ConflictOfInterest.objects.filter(member=member, lifted_at__isnull=True)
    wanted = (reference.casefold(), case_manager.casefold())
    for conflict in standing:
        if (conflict.reference.casefold(), conflict.case_manager.casefold()) == wanted:
            return conflict
    return None


def _references(assessments: Iterable[Assessment]) -> list[str]:
    return [assessment.case.reference for assessment in assessments]
