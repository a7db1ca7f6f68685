"""Proposing a balanced allocation of an inspection's cases, and storing it once it is accepted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from django.db import transaction

from accounts.models import User
from cases.allocation.allocating import (
    key_of,
    list_first_assessments,
    store_allocation,
)
from cases.allocation.balancing import (
    Assessor,
    Balance,
    CaseToAllocate,
    Left,
    Managers,
    balance,
)
from cases.allocation.holding import hold_inspection
from cases.allocation.loads import Load, list_loads
from cases.allocation.obstacles import Obstacles
from cases.models import Assessment
from inspections.models import Inspection, TeamMember


class Scope(StrEnum):
    """Which cases a balance gives out: those not allocated, or all that have not been begun."""

    REST = "rest"
    ANEW = "anew"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a balance is asked for."""

    seed: str
    scope: Scope = Scope.REST
    managers: Managers = Managers.SHARE


@dataclass(frozen=True)
class Proposal:
    """A balanced allocation that nobody has accepted yet.

    `digest` names what it would change and what it is based on: if that is the same when it is
    accepted, so is the result. `team` are the members by key; `assessors` those who can be given
    cases, with the share that each has.
    """

    wishes: Wishes
    assessments: list[Assessment]
    assessors: list[Assessor]
    loads: list[Load]
    team: Mapping[str, TeamMember]
    result: Balance
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def changed(self) -> list[Assessment]:
        """The assessments that would change hands, in order."""
        return [
            assessment
            for assessment in self.assessments
            if (key := self.result.allocation.get(assessment.case.reference))
            and key != key_of(assessment.assessor)
        ]

    @property
    def digest(self) -> str:
        """The SHA-256 of who has and who would have each case."""
        rows = [
            (a.pk, key_of(a.assessor), self.result.allocation.get(a.case.reference, ""))
            for a in self.assessments
        ]
        return sha256(json.dumps(rows).encode()).hexdigest()


def list_capacities(loads: Iterable[Load]) -> list[Assessor]:
    """Return those who can be given cases, each with the days that they are there as their share.

    Where the days of the fieldwork are not known, everybody has the same share.
    """
    return [
        Assessor(
            load.member.key,
            share=1 if load.days is None else load.days,
            most=load.most,
            already=load.second_markings,
        )
        for load in loads
        if not load.barred
    ]


def propose(inspection: Inspection, wishes: Wishes) -> Proposal:
    """Return a balanced allocation of the cases on the list of work; nothing is stored.

    A case that was begun or closed stays with whoever has it. Unless all is shared out anew, so
    does every other that somebody has, conflict of interest or not: that is for a person to decide.
    """
    obstacles = Obstacles(inspection)
    assessments = list_first_assessments(inspection)
    loads = list_loads(obstacles, assessments)
    assessors = list_capacities(loads)
    barred = {
        assessment.case.reference: frozenset(
            assessor.key
            for assessor in assessors
            if obstacles.find_with(obstacles.team[assessor.key], assessment.case)
        )
        for assessment in assessments
    }
    cases, existing = [], {}
    for assessment in assessments:
        case = assessment.case
        key = key_of(assessment.assessor)
        stays = assessment.begun or assessment.closed  # type: ignore[attr-defined]
        if assessment.closed and not key:
            continue
        cases.append(
            CaseToAllocate(
                case.reference,
                case.case_manager.casefold(),
                assessment.stratum or "",  # type: ignore[attr-defined]
            )
        )
        if key and (stays or wishes.scope == Scope.REST):
            existing[case.reference] = key
    result = balance(cases, assessors, barred, existing, seed=wishes.seed, managers=wishes.managers)
    reasons = {
        reference: _explain(reason, barred[reference], assessors, obstacles)
        for reference, reason in result.left.items()
    }
    return Proposal(wishes, assessments, assessors, loads, obstacles.team, result, reasons)


@transaction.atomic
def accept(
    inspection: Inspection, wishes: Wishes, digest: str, by: User
) -> tuple[Proposal, list[str] | None]:
    """Store what `propose` returns for `wishes` now, if that is what `by` saw.

    With it come the references of cases whose interview was taken off; None where somebody changed
    something meanwhile, so that nothing was stored.
    """
    hold_inspection(inspection)
    proposal = propose(inspection, wishes)
    if proposal.digest != digest:
        return proposal, None
    changed = proposal.changed
    for assessment in changed:
        key = proposal.result.allocation[assessment.case.reference]
        assessment.assessor = proposal.team[key]
    return proposal, store_allocation(inspection, changed, by)


def _explain(
    reason: Left, barred: frozenset[str], assessors: list[Assessor], obstacles: Obstacles
) -> str:
    names = {a.key: obstacles.team[a.key].name for a in assessors}
    kept = [names[key] for key in names if key in barred]
    sentence = f"Kept from it by a conflict of interest: {', '.join(kept)}. " if kept else ""
    away = [names[a.key] for a in assessors if a.key not in barred and not a.share]
    if away:
        sentence += f"Not there on any day: {', '.join(away)}. "
    if reason == Left.FULL:
        full = [names[a.key] for a in assessors if a.key not in barred and a.share]
        sentence += f"Given as many cases as they take: {', '.join(full)}. "
    return sentence.strip() or "There is nobody who can be given cases."
