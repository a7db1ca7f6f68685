"""Who may judge a case a second time, and a fair choice among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cases.allocation.obstacles import Obstacles, holders_of
from cases.models import (
    Assessment,
    Case,
    DeclinedChange,
    FactRevision,
    JudgementRevision,
    SecondMarking,
)
from inspections.models import Inspection, TeamMember


@dataclass(frozen=True)
class SecondAssessors:
    """Those of the team who may judge a second time, and what keeps each from single cases.

    `judged` holds which account has or had to do with which case, by their ids: each that plays or
    has played a part which has an assessment of it, one that was called off too, or which wrote in
    one before it went to somebody else.
    `busy` is how much each has: second markings first, then assessments of any kind.
    """

    members: tuple[TeamMember, ...]
    obstacles: Obstacles
    judged: frozenset[tuple[int, int]] = frozenset()
    busy: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def list_for(self, case: Case) -> list[TeamMember]:
        """Return those who may judge `case` a second time, in the order of the team."""
        return [member for member in self.members if not self.find_obstacle(member, case)]

    def find_obstacle(self, member: TeamMember, case: Case) -> str:
        """Return why `member` may not judge `case` a second time; empty where they may."""
        if member not in self.members:
            return "This person cannot judge cases a second time."
        if (member.user_id, case.pk) in self.judged:
            return f"{member.name} has judged this case already."
        if self.obstacles.has_conflict(member, case):
            return f"{member.name} has a conflict of interest with this case."
        return ""


def gather_second_assessors(inspection: Inspection) -> SecondAssessors:
    """Return who may be a second assessor in `inspection`, in eight queries.

    Whoever can be given its cases, but nobody who leads it or has led it, who saw what all others
    answered and so could not be blind, and nobody who cannot sign in.
    """
    obstacles = Obstacles(inspection)
    blind = inspection.team.filter(user__is_active=True).exclude(
        user__in=inspection.former_leads.values("pk")
    )
    able = set(blind.values_list("pk", flat=True))
    members = tuple(m for m in obstacles.assessors if m.pk in able and not m.leads)
    work = Assessment.objects.filter(inspection=inspection, assessor__isnull=False).exclude(
        closed__in=(Assessment.Closed.WITHDRAWN, Assessment.Closed.CANCELLED)
    )
    seconds = Counter(
        SecondMarking.objects.filter(
            case__inspection=inspection, case__withdrawn=False, cancelled_at__isnull=True
        ).values_list("second__assessor_id", flat=True)
    )
    at_work = Counter(work.values_list("assessor_id", flat=True))
    return SecondAssessors(
        members=members,
        obstacles=obstacles,
        judged=frozenset(_list_judged(inspection)),
        busy={member.pk: (seconds[member.pk], at_work[member.pk]) for member in members},
    )


def _list_judged(inspection: Inspection) -> set[tuple[int, int]]:
    """Return which account judged, or wrote in, which case, by their ids; in one query.

    An account that gave a part up may have read all that was written in it, and one that took it
    over does: so what a part did counts for all of its accounts.
    """
    given = Assessment.objects.filter(inspection=inspection, assessor__isnull=False)
    found = [given.order_by().values_list("case", *holders_of("assessor"))] + [
        model.objects.filter(**{f"{path}__inspection": inspection}, changed_by__isnull=False)
        .order_by()
        .values_list(f"{path}__case", *holders_of("changed_by"))
        for model, path in (
            (JudgementRevision, "judgement__assessment"),
            (FactRevision, "recorded_fact__assessment"),
            (DeclinedChange, "judgement__assessment"),
            (DeclinedChange, "recorded_fact__assessment"),
        )
    ]
    return {
        (user, case)
        for case, _, *users in found[0].union(*found[1:])
        for user in users
        if user is not None
    }


def balance(
    assessors: SecondAssessors,
    cases: Sequence[Case],
    chosen: Mapping[int, TeamMember] | None = None,
) -> dict[int, TeamMember]:
    """Return a second assessor for each of `cases` by the case's id; none where nobody may.

    Those with the fewest second markings come first, then those with the least work of any kind.
    `chosen` holds what is settled already and counts as their work. The cases with the fewest to
    choose from are served first.
    """
    busy = {member.pk: list(assessors.busy[member.pk]) for member in assessors.members}
    for member in (chosen or {}).values():
        _add(busy, member)
    found: dict[int, TeamMember] = {}
    for case in sorted(cases, key=lambda case: len(assessors.list_for(case))):
        if members := assessors.list_for(case):
            found[case.pk] = min(members, key=lambda member: busy[member.pk])
            _add(busy, found[case.pk])
    return found


def _add(busy: dict[int, list[int]], member: TeamMember) -> None:
    if member.pk in busy:
        busy[member.pk] = [count + 1 for count in busy[member.pk]]
