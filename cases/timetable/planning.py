"""Finding a time and a room for every interview. Knows no database and no names.

An assessor and a case manager can each be in one interview at a time, and so can a room. Without
more than that this is the colouring of the edges of a graph whose sides are assessors and case
managers, slots being colours: chains of interviews that change places between two slots make
room for one more (Kőnig), and even out how many rooms each slot needs (de Werra), until everybody
who could be placed is. Days on which people are not there take that certainty away; a search that
puts interviews off again, so many times at the most, then places what it can.

The same needs always give the same plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from cases.timetable.bookings import Booking, Need, Slot
from cases.timetable.rooms import assign_places

ATTEMPTS = 1500
"""How often the search puts an interview in the way of others before it gives up."""


class Left(StrEnum):
    """Why no time was found for an interview."""

    NO_FRAME = "no_frame"
    ASSESSOR_AWAY = "assessor_away"
    ASSESSOR_BUSY = "assessor_busy"
    MANAGER_BUSY = "manager_busy"
    NO_ROOM = "no_room"
    NOTHING_SUITS = "nothing_suits"


@dataclass(frozen=True)
class Plan:
    """What was placed, in the order of time, and by reference why something was not."""

    placed: list[Booking]
    left: dict[str, Left]


def plan(
    needs: Sequence[Need],
    slots: Sequence[Slot],
    places: Sequence[str],
    *,
    fixed: Sequence[Booking] = (),
    away: Mapping[str, Collection[date]] | None = None,
) -> Plan:
    """Return times and rooms for `needs`, around the interviews that are `fixed`.

    `away` holds the days on which assessors are not there, by key.
    """
    search = _Search(needs, slots, places, fixed, away or {})
    for need in sorted(needs, key=search.count_choices):
        search.add(need)
    search.persist()
    placed = assign_places(
        [(need, slots[at]) for need, at in search.at.items()], places, fixed=fixed
    )
    left = {need.reference: search.explain(need) for need in needs if need not in search.at}
    return Plan(sorted(placed, key=lambda b: (b.slot, b.place)), left)


Person = tuple[str, str]


def _people_of(need: Need) -> tuple[Person, Person]:
    manager = ("manager", need.case_manager) if need.case_manager else ("of", need.reference)
    return ("assessor", need.assessor), manager


class _Search:
    """A state of the plan. `at` is the slot, by its number, of every need that has one."""

    def __init__(
        self,
        needs: Sequence[Need],
        slots: Sequence[Slot],
        places: Sequence[str],
        fixed: Sequence[Booking],
        away: Mapping[str, Collection[date]],
    ) -> None:
        self.needs = needs
        self.slots = slots
        self.at: dict[Need, int] = {}
        self.who: dict[tuple[Person, int], Need] = {}
        taken: list[set[str]] = [set() for _ in slots]
        busy: dict[Person, set[int]] = {}
        for booking in fixed:
            for number, slot in enumerate(slots):
                if slot.overlaps(booking.slot):
                    taken[number].add(booking.place)
                    for person in _people_of(booking.need):
                        busy.setdefault(person, set()).add(number)
        self.busy = busy
        self.rooms = [len(set(places) - names) for names in taken]
        self.used = Counter[int]()
        self.days_of = Counter[tuple[Person, date]](
            (person, booking.slot.day) for booking in fixed for person in _people_of(booking.need)
        )
        self.there = {
            need.assessor: {
                number
                for number, slot in enumerate(slots)
                if slot.day not in away.get(need.assessor, ())
            }
            for need in needs
        }
        nobody: set[int] = set()
        self.choices = {
            need: [
                number
                for number in sorted(self.there[need.assessor])
                if all(number not in busy.get(person, nobody) for person in _people_of(need))
            ]
            for need in needs
        }

    def count_choices(self, need: Need) -> int:
        """Return in how many slots an interview could be, were it the only one."""
        return len(self.choices[need])

    def add_simply(self, need: Need) -> bool:
        """Give `need` the best slot that is free; return whether there was one."""
        free = [
            number
            for number in self.choices[need]
            if self._is_free(need, number) and self.used[number] < self.rooms[number]
        ]
        if free:
            self._put(need, min(free, key=lambda number: self._strain(need, number)))
        return bool(free)

    def add(self, need: Need) -> bool:
        """Give `need` a slot, others changing theirs where they must; return whether it has one."""
        if self.add_simply(need):
            return True
        if len(self.at) >= sum(self.rooms):
            return False
        for number in self.choices[need]:
            if self._is_free(need, number) and self._try(need, number, []):
                return True
        for mine, theirs in (_people_of(need), _people_of(need)[::-1]):
            for number in self.choices[need]:
                if (mine, number) in self.who:
                    continue
                for other in range(len(self.slots)):
                    if other != number and (theirs, other) not in self.who:
                        chain = self._follow(theirs, number, other)
                        if self._try(need, number, chain, other):
                            return True
        return False

    def persist(self) -> None:
        """Place more of what has no slot by taking slots from others, and keep the best."""
        draw = Random(len(self.needs))  # noqa: S311  chance only breaks ties, always the same way
        fewest = self._count_hopeless()
        best = dict(self.at)
        banned: dict[tuple[Need, int], int] = {}
        for attempt in range(ATTEMPTS):
            waiting = [n for n in self.needs if n not in self.at and self.choices[n]]
            if len(waiting) <= fewest:
                break
            need = draw.choice(waiting)
            options = [
                (len(out), draw.random(), number, out)
                for number in self.choices[need]
                if banned.get((need, number), 0) <= attempt
                if (out := self._list_in_the_way(need, number, draw)) is not None
            ]
            if not options:
                continue
            _, _, number, out = min(options, key=lambda option: option[:2])
            for other in out:
                banned[other, self.at[other]] = attempt + 5 + draw.randrange(10)
                self._take(other)
            self._put(need, number)
            for other in out:
                self.add_simply(other)
            if len(self.at) > len(best):
                best = dict(self.at)
        self._restore(best)

    def explain(self, need: Need) -> Left:
        """Return why `need` has no slot, the plainest reason first."""
        assessor, manager = _people_of(need)
        there = self.there[need.assessor]
        if not self.slots:
            return Left.NO_FRAME
        if not there:
            return Left.ASSESSOR_AWAY
        if all(self._is_busy(assessor, number) for number in there):
            return Left.ASSESSOR_BUSY
        if all(self._is_busy(manager, number) for number in range(len(self.slots))):
            return Left.MANAGER_BUSY
        if all(self.used[number] >= self.rooms[number] for number in there):
            return Left.NO_ROOM
        return Left.NOTHING_SUITS

    def _is_busy(self, person: Person, number: int) -> bool:
        return (person, number) in self.who or number in self.busy.get(person, ())

    def _is_free(self, need: Need, number: int) -> bool:
        return all((person, number) not in self.who for person in _people_of(need))

    def _strain(self, need: Need, number: int) -> tuple[int, int, int, int]:
        """Even days for both people, then slots that leave others room, then early ones."""
        day = self.slots[number].day
        assessor, manager = (self.days_of[person, day] for person in _people_of(need))
        return assessor, manager, self.used[number] - self.rooms[number], number

    def _put(self, need: Need, number: int) -> None:
        self.at[need] = number
        self.used[number] += 1
        for person in _people_of(need):
            self.who[person, number] = need
            self.days_of[person, self.slots[number].day] += 1

    def _take(self, need: Need) -> None:
        number = self.at.pop(need)
        self.used[number] -= 1
        for person in _people_of(need):
            del self.who[person, number]
            self.days_of[person, self.slots[number].day] -= 1

    def _restore(self, state: Mapping[Need, int]) -> None:
        """Bring back an earlier `at`."""
        changed = [need for need, number in self.at.items() if state.get(need) != number]
        for need in changed:
            self._take(need)
        for need, number in state.items():
            if need not in self.at:
                self._put(need, number)

    def _follow(self, person: Person, number: int, other: int) -> list[Need]:
        """Return the chain of interviews that hang together in two slots, from `person` on."""
        chain: list[Need] = []
        while need := self.who.get((person, number)):
            chain.append(need)
            first, second = _people_of(need)
            person = second if person == first else first
            number, other = other, number
        return chain

    def _change_places(self, chain: Collection[Need], number: int, other: int) -> bool:
        """Move every interview of `chain` to the other of two slots, if all can be there."""
        moved = {need: other if self.at[need] == number else number for need in chain}
        if any(to not in self.choices[need] for need, to in moved.items()):
            return False
        for need in moved:
            self._take(need)
        for need, to in moved.items():
            self._put(need, to)
        return True

    def _try(self, need: Need, number: int, chain: Sequence[Need], other: int = 0) -> bool:
        """Put `need` into a slot once `chain` has made way; undo all if rooms do not suffice."""
        before = dict(self.at)
        if chain and not self._change_places(chain, number, other):
            return False
        self._put(need, number)
        if self._make_room(number) and self._make_room(other):
            return True
        self._restore(before)
        return False

    def _make_room(self, full: int) -> bool:
        """Move one interview more out of a slot that has too many than into it."""
        while self.used[full] > self.rooms[full]:
            if not any(
                self._change_places(chain, full, other)
                for other in range(len(self.slots))
                if self.used[other] < self.rooms[other]
                for chain in self._list_chains(full, other)
            ):
                return False
        return True

    def _list_chains(self, full: int, other: int) -> Iterable[list[Need]]:
        """Return the chains of two slots that have one interview more in the first."""
        for need in [need for need, number in self.at.items() if number == full]:
            for person in _people_of(need):
                if (person, other) not in self.who:
                    chain = self._follow(person, full, other)
                    if len(chain) % 2:
                        yield chain

    def _list_in_the_way(self, need: Need, number: int, draw: Random) -> list[Need] | None:
        """Return who must leave a slot for `need`; None if that would not help."""
        people = _people_of(need)
        out = {self.who[person, number] for person in people if (person, number) in self.who}
        if self.used[number] - len(out) >= self.rooms[number]:
            others = [n for n, at in self.at.items() if at == number and n not in out]
            if not others:
                return None
            out.add(draw.choice(others))
        return sorted(out, key=lambda n: n.reference)

    def _count_hopeless(self) -> int:
        """Return how many cannot be placed at all, since a person has more than they have slots."""
        hopeless = 0
        for side in (0, 1):
            needs_of: dict[Person, list[Need]] = {}
            for need in self.needs:
                if self.choices[need]:
                    needs_of.setdefault(_people_of(need)[side], []).append(need)
            over = sum(
                max(0, len(needs) - len({s for need in needs for s in self.choices[need]}))
                for needs in needs_of.values()
            )
            hopeless = max(hopeless, over)
        total = sum(1 for need in self.needs if self.choices[need])
        return max(hopeless, total - sum(self.rooms))
