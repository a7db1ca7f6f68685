"""Sharing cases between assessors: an even load first, then a fair mixture. Knows no database.

How it goes, so that it can be explained to whoever asks:

1. Cases that are allocated already, and are to stay, stay.
2. The others are taken one by one, in an order that the seed decides. Each goes to the assessor who
   has least to do for the days they are there; where that assessor may not take it, cases that were
   placed before change hands until the load is as even as the conflicts of interest allow.
3. Then pairs of cases change hands, as long as that shares the strata of the sample more fairly, or
   the cases of a case manager as is wished. No load changes by it.

The same cases, assessors, conflicts and seed always give the same result.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from math import lcm


class Managers(StrEnum):
    """What is to become of the cases of one case manager."""

    SHARE = "share"
    TOGETHER = "together"


class Left(StrEnum):
    """Why a case has no assessor."""

    BARRED = "barred"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class CaseToAllocate:
    """A case as the balance sees it; `stratum` and `case_manager` may be empty: not known."""

    reference: str
    case_manager: str = ""
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Assessor:
    """Somebody who can take cases.

    `share` says how much in proportion to the others: the number of days that they are there.
    `most` is the greatest number of cases, None for any. `already` counts other work that is as
    much as a case: second markings.
    """

    key: str
    share: int = 1
    most: int | None = None
    already: int = 0


@dataclass(frozen=True)
class Balance:
    """Who gets which case: the key of the assessor by reference, or why there is none."""

    allocation: dict[str, str]
    left: dict[str, Left]

    def count_loads(self, assessors: Iterable[Assessor]) -> dict[str, int]:
        """Return the number of cases of each assessor by key."""
        counts = Counter(self.allocation.values())
        return {assessor.key: counts[assessor.key] for assessor in assessors}


def balance(
    cases: Sequence[CaseToAllocate],
    assessors: Sequence[Assessor],
    conflicts: Mapping[str, frozenset[str]],
    existing: Mapping[str, str],
    *,
    seed: str,
    managers: Managers = Managers.SHARE,
) -> Balance:
    """Return an allocation of every case that somebody may take, `existing` kept as it is.

    `conflicts` holds, by reference, the keys of those who must not have a case; `existing` the key
    of the assessor of cases that are to stay, which may be somebody who is not in `assessors`.
    As many cases as can be are allocated. Loads in proportion to shares are as even as `conflicts`,
    `most` and `existing` allow: with equal shares and none of these, they differ by one at most.
    """
    sharing = _Sharing(cases, assessors, conflicts, existing, seed)
    left = {}
    for case in sharing.movable:
        if reason := sharing.add(case):
            left[case.reference] = reason
    sharing.mix(managers)
    return Balance({**existing, **sharing.holder}, left)


class _Sharing:
    """A state of the allocation. `holder` is who has each movable case, by reference."""

    def __init__(
        self,
        cases: Sequence[CaseToAllocate],
        assessors: Sequence[Assessor],
        conflicts: Mapping[str, frozenset[str]],
        existing: Mapping[str, str],
        seed: str,
    ) -> None:
        self.cases = cases
        self.existing = existing
        self.holder: dict[str, str] = {}
        movable = (case for case in cases if case.reference not in existing)
        self.movable = sorted(movable, key=lambda case: _draw(seed, case.reference))
        self.by_key = {
            assessor.key: assessor
            for assessor in sorted(assessors, key=lambda a: _draw(seed, a.key))
            if assessor.share > 0
        }
        self.allowed = {
            case.reference: [
                key for key in self.by_key if key not in conflicts.get(case.reference, frozenset())
            ]
            for case in self.movable
        }
        self.cases_of = Counter(existing.values())
        self.whole = lcm(*(assessor.share for assessor in self.by_key.values()))

    def add(self, case: CaseToAllocate) -> Left | None:
        """Give `case` to somebody, others changing hands where that makes it more even.

        This is the shortest augmenting path of a flow whose cost is convex in each load, so every
        state that it leaves is an optimum for the cases placed so far.
        """
        if not self.allowed[case.reference]:
            return Left.BARRED
        came_by: dict[str, tuple[str, str]] = {}
        waiting = deque((key, "", case.reference) for key in self.allowed[case.reference])
        while waiting:
            key, giver, reference = waiting.popleft()
            if key in came_by:
                continue
            came_by[key] = (giver, reference)
            for held in [r for r, holder in self.holder.items() if holder == key]:
                waiting.extend((taker, key, held) for taker in self.allowed[held])
        free = [key for key in came_by if self._has_room(key)]
        if not free:
            return Left.FULL
        key = taker = min(free, key=self._cost_of_one_more)
        while taker:
            giver, reference = came_by[taker]
            self.holder[reference] = taker
            taker = giver
        self.cases_of[key] += 1
        return None

    def _has_room(self, key: str) -> bool:
        most = self.by_key[key].most
        return most is None or self.cases_of[key] < most

    def _cost_of_one_more(self, key: str, extra: int = 0) -> Fraction:
        assessor = self.by_key[key]
        return Fraction(2 * (self.cases_of[key] + assessor.already + extra) + 1, assessor.share)

    def mix(self, managers: Managers) -> None:
        """Let cases change hands while that makes the mixture better and no load worse."""
        order = [case for case in self.movable if case.reference in self.holder]
        mixture = _Mixture(self, managers)
        better = True
        while better:
            better = False
            for index, case in enumerate(order):
                for other in order[index + 1 :]:
                    if self._try_swap(mixture, case, other):
                        better = True
                for key in self.by_key:
                    if self._try_move(mixture, case, key):
                        better = True

    def _try_swap(self, mixture: _Mixture, case: CaseToAllocate, other: CaseToAllocate) -> bool:
        mine, theirs = self.holder[case.reference], self.holder[other.reference]
        if theirs not in self.allowed[case.reference] or mine not in self.allowed[other.reference]:
            return False
        if mine == theirs or not mixture.improve([(case, mine, theirs), (other, theirs, mine)]):
            return False
        self.holder[case.reference], self.holder[other.reference] = theirs, mine
        return True

    def _try_move(self, mixture: _Mixture, case: CaseToAllocate, taker: str) -> bool:
        giver = self.holder[case.reference]
        if taker == giver or taker not in self.allowed[case.reference]:
            return False
        if not self._has_room(taker):
            return False
        if self._cost_of_one_more(taker) != self._cost_of_one_more(giver, extra=-1):
            return False
        if not mixture.improve([(case, giver, taker)]):
            return False
        self.holder[case.reference] = taker
        self.cases_of[taker] += 1
        self.cases_of[giver] -= 1
        return True


Handing = tuple[CaseToAllocate, str, str]
"""A case, who gives it and who takes it."""


class _Mixture:
    """How unevenly strata and case managers are shared: sums of squares, to be made small.

    A stratum counts in proportion to the share of whoever has it. For case managers a smaller sum
    means shared more widely, so it counts the other way where they are to be kept together; the
    wish that is served first is then that one, since fair strata would leave it little room.
    """

    def __init__(self, sharing: _Sharing, managers: Managers) -> None:
        self.weights = {
            key: sharing.whole // assessor.share for key, assessor in sharing.by_key.items()
        }
        self.together = managers == Managers.TOGETHER
        self.strata: Counter[tuple[str, str]] = Counter()
        self.managers: Counter[tuple[str, str]] = Counter()
        self.size = sharing.whole * (len(sharing.cases) + 1) ** 2
        for case in sharing.cases:
            key = sharing.existing.get(case.reference) or sharing.holder.get(case.reference)
            if key in self.weights:
                self._count(case, str(key), 1)

    def improve(self, handings: Sequence[Handing]) -> bool:
        """Make `handings` if that is better; return whether they were made."""
        change = sum(self._hand_over(case, giver, taker) for case, giver, taker in handings)
        if change < 0:
            return True
        for case, giver, taker in handings:
            self._hand_over(case, taker, giver)
        return False

    def _hand_over(self, case: CaseToAllocate, giver: str, taker: str) -> int:
        """Count `case` with `taker`; return by how much the whole sum changes."""
        stratum, manager = case.stratum, case.case_manager
        strata = managers = 0
        if stratum:
            strata -= self.weights[giver] * (2 * self.strata[giver, stratum] - 1)
            strata += self.weights[taker] * (2 * self.strata[taker, stratum] + 1)
        if manager:
            managers -= 2 * self.managers[giver, manager] - 1
            managers += 2 * self.managers[taker, manager] + 1
        self._count(case, giver, -1)
        self._count(case, taker, 1)
        if self.together:
            return strata - self.size * managers
        return self.size * strata + managers

    def _count(self, case: CaseToAllocate, key: str, step: int) -> None:
        if case.stratum:
            self.strata[key, case.stratum] += step
        if case.case_manager:
            self.managers[key, case.case_manager] += step


def _draw(seed: str, name: str) -> tuple[str, str]:
    """Return what puts `name` in its place in the order that `seed` decides."""
    return sha256(f"{seed}\n{name}".encode()).hexdigest(), name
