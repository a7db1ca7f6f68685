"""Times, rooms and interviews as plain values; knows no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

Times = tuple[time, time]
"""Start and end of a slot, on any day."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time at which an interview can be, in the clock's time of the place."""

    day: date
    start: time
    end: time

    def overlaps(self, other: Slot) -> bool:
        """Whether somebody cannot be at both."""
        return self.day == other.day and self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Frame:
    """The days, times and rooms for interviews."""

    days: tuple[date, ...] = ()
    times: tuple[Times, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def slots(self) -> list[Slot]:
        """Every time at which interviews can be, in order."""
        return [Slot(day, start, end) for day in self.days for start, end in self.times]


@dataclass(frozen=True, slots=True)
class Need:
    """An interview that is to be held: keys of a case, its assessor, and its case manager.

    An empty case manager is somebody who is not known, and takes part in nothing else.
    """

    reference: str
    assessor: str
    case_manager: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """An interview with its time and its room."""

    need: Need
    slot: Slot
    place: str
