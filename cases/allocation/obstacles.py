"""What keeps a member of the team from a case."""

from __future__ import annotations

from collections import defaultdict

from cases.models import Assessment, Case, ConflictOfInterest
from inspections.models import Affiliation, Inspection, TeamMember


class Obstacles:
    """What keeps whom from which case of an inspection, read in four queries.

    `team` holds the members by key, in order. A conflict of interest that was lifted is none.
    """

    def __init__(self, inspection: Inspection) -> None:
        self.inspection = inspection
        members = inspection.team.select_related("home_area")
        self.team: dict[str, TeamMember] = {member.key: member for member in members}
        affiliated = Affiliation.objects.filter(area=inspection.area_id)
        self._at_home = set(affiliated.values_list("user_id", flat=True))
        self._references: dict[str, set[int]] = defaultdict(set)
        self._managers: dict[str, set[int]] = defaultdict(set)
        conflicts = ConflictOfInterest.objects.filter(
            member__inspection=inspection, lifted_at__isnull=True
        )
        for member, reference, manager in conflicts.values_list(
            "member_id", "reference", "case_manager"
        ):
            where, name = (self._references, reference) if reference else (self._managers, manager)
            where[name.casefold()].add(member)
        self._others: dict[int, set[int]] = defaultdict(set)
        others = Assessment.objects.filter(inspection=inspection, assessor__isnull=False)
        for case, assessor in others.exclude(kind=Assessment.Kind.FIRST).values_list(
            "case_id", "assessor_id"
        ):
            self._others[case].add(assessor)

    @property
    def assessors(self) -> list[TeamMember]:
        """Those of the team who can be given cases of this inspection at all, in order."""
        return [member for member in self.team.values() if not self.find_general(member)]

    def find(self, member: TeamMember, case: Case) -> str:
        """Return in a sentence what keeps `member` from judging `case`; empty if nothing does."""
        return self.find_general(member) or self.find_with(member, case)

    def find_general(self, member: TeamMember) -> str:
        """Return what keeps `member` from every case of the inspection; empty if nothing does."""
        if not member.assesses:
            role = member.get_role_display().lower()
            return f"{member.name} does not judge cases: their part is {role}."
        area = self.inspection.area
        if member.home_area_id == area.pk or member.user_id in self._at_home:
            return f"{member.name} belongs to {area.name}, so cannot judge its cases."
        if member.role in TeamMember.BORROWED_ROLES and member.home_area_id is None:
            return f"{member.name} has no home area recorded, so it may be {area.name}."
        return ""

    def find_with(self, member: TeamMember, case: Case) -> str:
        """Return what keeps `member` from `case` in particular; empty if nothing does."""
        if self.has_conflict(member, case):
            return f"{member.name} has a conflict of interest with this case."
        if member.pk in self._others[case.pk]:
            return f"{member.name} was given this case for second marking, so cannot be the first."
        return ""

    def has_conflict(self, member: TeamMember, case: Case) -> bool:
        """Whether `member` has a conflict of interest with `case` or its case manager."""
        return (
            member.pk in self._references[case.reference.casefold()]
            or member.pk in self._managers[case.case_manager.casefold()]
        )
