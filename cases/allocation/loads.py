"""How much each member of a team has to do, and what they can be given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cases.allocation.allocating import count_second_markings
from cases.allocation.availability import find_availabilities, list_fieldwork_days
from cases.allocation.obstacles import Obstacles
from cases.models import Assessment
from inspections.models import TeamMember


@dataclass(frozen=True)
class Load:
    """One member: how many cases they have, and may have.

    `days` are those on which they are there, None where the days of the fieldwork are not known.
    `most` is None for any number. `barred` says what keeps them from every case, empty if nothing.
    """

    member: TeamMember
    cases: int
    second_markings: int
    days: int | None
    most: int | None
    barred: str

    @property
    def too_many(self) -> bool:
        """Whether they have more cases than they take."""
        return self.most is not None and self.cases > self.most


def list_loads(obstacles: Obstacles, assessments: Iterable[Assessment]) -> list[Load]:
    """Return what each assessor has of `assessments`, in the order of the team; three queries.

    Somebody who cannot judge is listed only if they have a case, or their part is one that does.
    """
    days = list_fieldwork_days(obstacles.inspection)
    limits = find_availabilities(obstacles.inspection)
    second = count_second_markings(obstacles.inspection)
    cases = Counter(assessment.assessor_id for assessment in assessments)
    loads = []
    for member in obstacles.team.values():
        if not member.assesses and not cases[member.pk]:
            continue
        limit = limits.get(member.pk)
        off = set(limit.days_off) if limit else set()
        loads.append(
            Load(
                member=member,
                cases=cases[member.pk],
                second_markings=second.get(member.pk, 0),
                days=sum(1 for day in days if day.isoformat() not in off) if days else None,
                most=limit.most_cases if limit else None,
                barred=obstacles.find_general(member),
            )
        )
    return loads
