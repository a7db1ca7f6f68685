"""Sharing out rooms, once times are known, so that people change rooms as seldom as can be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cases.timetable.bookings import Booking, Need, Slot

UNPLACED = ""


def assign_places(
    timed: Sequence[tuple[Need, Slot]], places: Sequence[str], *, fixed: Sequence[Booking] = ()
) -> list[Booking]:
    """Return `timed` interviews with a room each, no room being used twice at a time.

    On one day a case manager stays in one room where that is possible, and after that an assessor.
    There must be rooms enough in every slot, those that `fixed` interviews have not counted.
    """
    rooms = _Rooms(fixed)
    bookings: dict[Slot, list[Booking]] = defaultdict(list)
    for need, slot in sorted(timed, key=lambda pair: (pair[1], pair[0].reference)):
        bookings[slot].append(Booking(need, slot, UNPLACED))
    free = {
        slot: [
            place
            for place in places
            if not any(b.place == place and b.slot.overlaps(slot) for b in fixed)
        ]
        for slot in bookings
    }
    for slot, group in bookings.items():
        rooms.fill(group, list(free[slot]))
    improved = True
    while improved:
        improved = False
        for slot, group in bookings.items():
            if rooms.improve(group, free[slot]):
                improved = True
    return [booking for group in bookings.values() for booking in group]


class _Rooms:
    """How often each person is in each room of a day."""

    def __init__(self, fixed: Sequence[Booking]) -> None:
        self.managers: Counter[tuple[str, date, str]] = Counter()
        self.assessors: Counter[tuple[str, date, str]] = Counter()
        for booking in fixed:
            self._count(booking, booking.place, 1)

    def fill(self, group: list[Booking], free: list[str]) -> None:
        """Give every interview of a slot a room: first to whom it matters most."""
        for _ in group:
            fits = (
                (self._cost(booking, place), index, free.index(place))
                for index, booking in enumerate(group)
                if booking.place == UNPLACED
                for place in free
            )
            _, index, number = min(fits)
            self._move(group, index, free.pop(number))

    def improve(self, group: list[Booking], free: Sequence[str]) -> bool:
        """Exchange two rooms of a slot, one of them perhaps empty, where that is better."""
        for index, booking in enumerate(group):
            for place in free:
                if place == booking.place:
                    continue
                other = next((n for n, b in enumerate(group) if b.place == place), None)
                before = self._cost_of(group, index, other)
                self._exchange(group, index, place, other, booking.place)
                if self._cost_of(group, index, other) < before:
                    return True
                self._exchange(group, index, booking.place, other, place)
        return False

    def _exchange(
        self, group: list[Booking], index: int, place: str, other: int | None, theirs: str
    ) -> None:
        self._move(group, index, place)
        if other is not None:
            self._move(group, other, theirs)

    def _cost_of(self, group: list[Booking], index: int, other: int | None) -> tuple[int, int]:
        """Count the interviews that their people have in other rooms of the day."""
        chosen = [group[number] for number in (index, other) if number is not None]
        costs = [self._cost(booking, booking.place, counted=True) for booking in chosen]
        return sum(cost[0] for cost in costs), sum(cost[1] for cost in costs)

    def _cost(self, booking: Booking, place: str, *, counted: bool = False) -> tuple[int, int]:
        """Return less the oftener the manager, and then the assessor, is in `place` that day."""
        need, day = booking.need, booking.slot.day
        manager = self.managers[need.case_manager, day, place] if need.case_manager else 0
        return counted - manager, counted - self.assessors[need.assessor, day, place]

    def _move(self, group: list[Booking], index: int, place: str) -> None:
        booking = group[index]
        if booking.place != UNPLACED:
            self._count(booking, booking.place, -1)
        group[index] = replace(booking, place=place)
        self._count(booking, place, 1)

    def _count(self, booking: Booking, place: str, step: int) -> None:
        day = booking.slot.day
        if booking.need.case_manager:
            self.managers[booking.need.case_manager, day, place] += step
        self.assessors[booking.need.assessor, day, place] += step
