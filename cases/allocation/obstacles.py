"""What keeps a member of the team from a case."""

from __future__ import annotations

from collections import defaultdict

from cases.models import Assessment, Case, ConflictOfInterest
from inspections.models import Affiliation, Inspection, TeamMember


def holders_of(member: str) -> tuple[str, str, str]:
    """Return the columns that name a part, the account that plays it, and one that has played it.

    `member` is the way to the part. There is a row for each account that has played it.
    """
    return f"{member}_id", f"{member}__user_id", f"{member}__former_users"


class Kept:
    """Parts that are kept from something, and all accounts that play or have played them."""

    def __init__(self) -> None:
        self._members: set[int] = set()
        self._users: set[int] = set()

    def add(self, member: int, *users: int | None) -> None:
        """Add a part, by its id, and accounts that play or have played it, by theirs."""
        self._members.add(member)
        self._users.update(user for user in users if user is not None)

    def holds(self, member: TeamMember) -> bool:
        """Whether it is about this part, or about the account that plays it now."""
        return member.pk in self._members or member.user_id in self._users


class Conflicts:
    """The conflicts of interest of an inspection that were not lifted, read in one query."""

    def __init__(self, inspection: Inspection) -> None:
        self.inspection = inspection
        self._references: dict[str, dict[int, Kept]] = defaultdict(dict)
        self._managers: dict[str, dict[int, Kept]] = defaultdict(dict)
        conflicts = ConflictOfInterest.objects.filter(
            member__inspection=inspection, lifted_at__isnull=True
        )
        for pk, reference, manager, *who in conflicts.values_list(
            "pk", "reference", "case_manager", *holders_of("member")
        ):
            where, name = (self._references, reference) if reference else (self._managers, manager)
            where[name.casefold()].setdefault(pk, Kept()).add(*who)

    def __bool__(self) -> bool:
        return bool(self._references or self._managers)

    def find(self, member: TeamMember, case: Case) -> list[int]:
        """Return the ids of those that `member` has with `case` or its case manager."""
        about = self._references.get(case.reference.casefold(), {}) | self._managers.get(
            case.case_manager.casefold(), {}
        )
        return [pk for pk, kept in about.items() if kept.holds(member)]

    def await_decision(self, assessment: Assessment) -> list[int]:
        """Return the ids of those that whoever judges `assessment` has with its case.

        While there are any, the lead inspector has not decided who judges it.
        """
        assessor = assessment.assessor
        return self.find(assessor, assessment.case) if assessor is not None else []


class Obstacles:
    """What keeps whom from which case of an inspection, read in four queries.

    `team` holds the members by key, in order. A conflict of interest that was lifted is none.
    What a part declared, or was given, keeps every account from the case that plays the part or
    has played it, in whichever part it is now.
    """

    def __init__(self, inspection: Inspection) -> None:
        self.inspection = inspection
        members = inspection.team.select_related("home_area")
        self.team: dict[str, TeamMember] = {member.key: member for member in members}
        affiliated = Affiliation.objects.filter(area=inspection.area_id)
        self._at_home = set(affiliated.values_list("user_id", flat=True))
        self.conflicts = Conflicts(inspection)
        self._others: dict[int, Kept] = defaultdict(Kept)
        others = Assessment.objects.filter(inspection=inspection, assessor__isnull=False)
        for case, *who in others.exclude(kind=Assessment.Kind.FIRST).values_list(
            "case_id", *holders_of("assessor")
        ):
            self._others[case].add(*who)

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
        if self._others[case.pk].holds(member):
            return f"{member.name} was given this case for second marking, so cannot be the first."
        return ""

    def has_conflict(self, member: TeamMember, case: Case) -> bool:
        """Whether `member` has a conflict of interest with `case` or its case manager."""
        return bool(self.conflicts.find(member, case))
