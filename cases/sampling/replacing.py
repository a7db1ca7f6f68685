"""Replacing a case that proves unsuitable by a reserve: who, when, why, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from cases.allocation.allocating import store_allocation
from cases.allocation.holding import hold_inspection
from cases.allocation.obstacles import Obstacles
from cases.locking import LOCKED, is_locked
from cases.models import (
    Assessment,
    Case,
    CaseAlert,
    Judgement,
    RecordedFact,
    SampledCase,
    SecondMarking,
)
from cases.sampling.drawing import Choice, choose_reserve
from cases.sampling.opening import open_sampled
from cases.sampling.storing import NotPossibleError, as_entry
from cases.timetable.following import take_off_withdrawn
from inspections.definition import SamplingMethod
from inspections.models import Inspection, TeamMember

PUBLISHED = (
    "The report of this inspection is published or being prepared, so its sample can no longer "
    "be changed."
)


class UnconfirmedError(Exception):
    """Somebody has begun the case, and it was not said that its work is to be set aside."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """A case that may be replaced, and what would take its place.

    `begun`: something is judged or recorded in it. `open_alerts` counts alerts that are not closed.
    """

    sampled: SampledCase
    case: Case
    choice: Choice | None
    begun: bool
    open_alerts: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a replacement did. `case` is the one that was opened, if there was a reserve left.

    `assessor` has it now, if the case that was withdrawn had one; `obstacle` says why not.
    """

    withdrawn: Case
    case: Case | None
    choice: Choice | None
    assessor: TeamMember | None
    obstacle: str


def look_ahead(inspection: Inspection, reference: str, by: User) -> Prospect:
    """Return what replacing the case `reference` would come to, in the same number of queries.

    Only the lead inspector is told that it was picked for second marking: whoever else replaces
    cases may be its first assessor, who is not to learn of it. Raises SampledCase.DoesNotExist
    where no such case was drawn in the inspection, and NotPossibleError where it cannot be
    replaced, or was already.
    """
    sampled = SampledCase.objects.select_related("draw__caseload", "entry", "case").get(
        draw__caseload__inspection=inspection, case__reference=reference
    )
    case = sampled.case
    if case is None or case.withdrawn or sampled.replaced_at:
        raise NotPossibleError(f"Case {reference} was withdrawn from the sample already.")
    if inspection.publications.exists():
        raise NotPossibleError(PUBLISHED)
    if is_locked(inspection):
        raise NotPossibleError(LOCKED)
    if SecondMarking.objects.filter(case=case, cancelled_at__isnull=True).exists():
        leads = inspection.team.filter(role=TeamMember.Role.LEAD_INSPECTOR, user=by)
        raise NotPossibleError(
            f"Case {reference} was picked for second marking. Call that off first; once it is "
            "settled, the case stays in the sample."
            if leads.exists()
            else f"Case {reference} cannot be replaced now. Ask the lead inspector."
        )
    judged = Judgement.objects.filter(assessment__case=case, version__gt=0)
    recorded = RecordedFact.objects.filter(assessment__case=case, changed_by__isnull=False)
    return Prospect(
        sampled=sampled,
        case=case,
        choice=_choose(sampled),
        begun=judged.exists() or recorded.exists(),
        open_alerts=CaseAlert.objects.filter(case=case, closed_at__isnull=True).count(),
    )


@transaction.atomic
def replace_case(
    inspection: Inspection, reference: str, *, reason: str, by: User, confirmed: bool = False
) -> Replacement:
    """Withdraw the case `reference` from the sample and open the next reserve in its place.

    What was recorded in it is kept, closed, and in no score; its interview is taken off, if it was
    not held. Whoever judged it has the new one, unless something keeps them from that. Raises as
    `look_ahead` does, and UnconfirmedError where the case is begun and that is not `confirmed`.
    """
    hold_inspection(inspection)
    held = Assessment.objects.select_for_update().filter(
        inspection=inspection, case__reference=reference
    )
    list(held.order_by("pk").values_list("pk"))
    prospect = look_ahead(inspection, reference, by)
    sampled, choice = prospect.sampled, prospect.choice
    if prospect.begun and not confirmed:
        raise UnconfirmedError
    of_record = (
        Assessment.objects.filter(case=prospect.case, of_record=True)
        .select_related("assessor")
        .first()
    )
    _withdraw(inspection, prospect.case)
    sampled.reason, sampled.replaced_at, sampled.replaced_by_user = reason, timezone.now(), by
    case = None
    assessor, obstacle = None, ""
    if choice is not None:
        reserve = SampledCase.objects.select_related("entry").get(
            draw=sampled.draw, entry__reference=choice.entry.reference
        )
        (case,) = open_sampled(inspection, [reserve])
        sampled.replaced_by = reserve
        if of_record is not None and of_record.assessor is not None:
            assessor, obstacle = _pass_on(inspection, case, of_record.assessor, by)
    sampled.save(update_fields=["reason", "replaced_at", "replaced_by_user", "replaced_by"])
    return Replacement(prospect.case, case, choice, assessor, obstacle)


def _choose(sampled: SampledCase) -> Choice | None:
    """Return the reserve that comes next for a case of the sample."""
    draw = sampled.draw
    rows = SampledCase.objects.filter(draw=draw).select_related("entry")
    staying = rows.filter(Q(reserve=False) | Q(case__isnull=False), replaced_at__isnull=True)
    return choose_reserve(
        as_entry(sampled.entry),
        [as_entry(row.entry) for row in staying if row.pk != sampled.pk],
        [as_entry(row.entry) for row in rows.filter(reserve=True, case__isnull=True)],
        SamplingMethod.from_document(draw.method),
        {label: counts["needed"] for label, counts in draw.account["minimums"].items()},
        draw.seed,
    )


def _withdraw(inspection: Inspection, case: Case) -> None:
    """Take a case out of every score and every list of work; what was recorded in it is kept."""
    case.withdrawn = True
    case.save(update_fields=["withdrawn"])
    Assessment.objects.filter(case=case).update(of_record=False, closed=Assessment.Closed.WITHDRAWN)
    take_off_withdrawn(inspection)


def _pass_on(
    inspection: Inspection, case: Case, assessor: TeamMember, by: User
) -> tuple[TeamMember | None, str]:
    """Allocate a new case to whoever had the one before it; return them, or what stands against."""
    if obstacle := Obstacles(inspection).find(assessor, case):
        return None, obstacle
    assessment = Assessment.objects.get(case=case, of_record=True)
    assessment.assessor = assessor
    store_allocation(inspection, [assessment], by)
    return assessor, ""
