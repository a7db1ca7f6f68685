"""Reading an inspection's timetable: its frame, its interviews, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import QuerySet

from cases.models import Assessment, Availability, Case, Interview, Timetable
from cases.timetable.bookings import Booking, Frame, Need, Slot
from cases.timetable.planning import Left, Plan, plan
from cases.timetable.slots import frame_of, slot_of
from inspections.models import Inspection


def list_interviews(inspection: Inspection) -> QuerySet[Interview]:
    """Return the interviews of cases on the list of work, in the order of time and room."""
    return (
        Interview.objects.filter(inspection=inspection, case__withdrawn=False)
        .select_related("case", "assessor")
        .order_by("day", "start", "place", "pk")
    )


def find_coming_interviews(inspection: Inspection, day: date) -> dict[int, datetime]:
    """Return when the interviews from a day on begin, by the id of the case, in one query.

    The moments are the clock's where the inspection is.
    """
    interviews = Interview.objects.filter(inspection=inspection, day__gte=day)
    return {
        case: datetime.combine(begins, start)
        for case, begins, start in interviews.values_list("case_id", "day", "start")
    }


def list_days_off(inspection: Inspection) -> dict[int, frozenset[date]]:
    """Return the days on which members are not there, by their id, in one query."""
    rows = Availability.objects.filter(member__inspection=inspection)
    return {
        member: frozenset(date.fromisoformat(day) for day in days)
        for member, days in rows.values_list("member_id", "days_off")
    }


def key_of_manager(case_manager: str) -> str:
    """Return one spelling of a case manager's code: `CM01` and `cm01` are one person."""
    return case_manager.casefold()


def need_of(assessment: Assessment) -> Need:
    """Return the interview that an allocated case needs; its assessor's key is their id."""
    case = assessment.case
    return Need(case.reference, str(assessment.assessor_id), key_of_manager(case.case_manager))


def booking_of(interview: Interview) -> Booking:
    """Return an interview as a plain value; its assessor's key is their id."""
    manager = key_of_manager(interview.case_manager)
    need = Need(interview.case.reference, str(interview.assessor_id), manager)
    return Booking(need, slot_of(interview), interview.place)


@dataclass(frozen=True)
class Clashes:
    """What keeps an interview from a time, and from a room then; each in sentences."""

    slot: tuple[str, ...] = ()
    place: tuple[str, ...] = ()


class Board:
    """An inspection's timetable as it stands, in four queries.

    `assessments` are the first markings that need an interview, by reference: those on the list of
    work that are allocated and not closed. `interviews` are all there are, by reference, those of
    withdrawn cases too if they were held, since they took somebody's time.
    """

    def __init__(self, inspection: Inspection) -> None:
        self.inspection = inspection
        self.timetable = Timetable.objects.filter(inspection=inspection).first()
        self.frame: Frame = frame_of(self.timetable)
        needed = (
            Assessment.objects.filter(
                inspection=inspection, kind=Assessment.Kind.FIRST, case__withdrawn=False, closed=""
            )
            .select_related("case", "assessor")
            .order_by("case__position", "case__reference")
        )
        self.unallocated: list[str] = []
        self.assessments: dict[str, Assessment] = {}
        for assessment in needed:
            if assessment.assessor_id is None:
                self.unallocated.append(assessment.case.reference)
            else:
                self.assessments[assessment.case.reference] = assessment
        interviews = (
            Interview.objects.filter(inspection=inspection)
            .select_related("case", "assessor")
            .order_by("day", "start", "place", "pk")
        )
        self.interviews: dict[str, Interview] = {
            interview.case.reference: interview for interview in interviews
        }
        self.away = list_days_off(inspection)

    @property
    def revision(self) -> int:
        """The number of changes that the timetable has seen."""
        return self.timetable.revision if self.timetable else 0

    @cached_property
    def shown(self) -> list[Interview]:
        """The interviews of cases on the list of work, in the order of time and room."""
        return [i for i in self.interviews.values() if not i.case.withdrawn]

    @property
    def waiting(self) -> list[Assessment]:
        """The cases that need an interview and have none, in order."""
        return [a for r, a in self.assessments.items() if r not in self.interviews]

    def list_open_slots(self, now: datetime) -> list[Slot]:
        """Return the slots that a plan may use: those to come, or all when none is to come."""
        moment = now.replace(tzinfo=None)
        slots = self.frame.slots
        to_come = [slot for slot in slots if datetime.combine(slot.day, slot.start) > moment]
        return to_come or slots

    @property
    def capacity(self) -> int:
        """How many interviews the days, times and rooms have place for."""
        return len(self.frame.slots) * len(self.frame.places)

    @property
    def demand(self) -> int:
        """How many cases need an interview, or have one."""
        return len({*self.assessments, *self.unallocated, *(i.case.reference for i in self.shown)})

    def has_free_room(self, slot: Slot, *, ignoring: Collection[str] = ()) -> bool:
        """Whether any room is free at a time; `ignoring` as for `find_clashes`."""
        taken = {
            interview.place
            for reference, interview in self.interviews.items()
            if reference not in ignoring and slot_of(interview).overlaps(slot)
        }
        return not taken.issuperset(self.frame.places)

    def find_clashes(
        self,
        about: Assessment | Interview,
        slot: Slot,
        place: str = "",
        *,
        ignoring: Collection[str] = (),
    ) -> Clashes:
        """Return what keeps an interview from a time, and from a room then.

        It is that of an interview that there is, or that an assessment needs. `ignoring` holds the
        references of cases whose interviews are about to move.
        """
        assessor = about.assessor
        manager = about.case.case_manager
        in_the_way, taken = [], []
        if slot.day in self.away.get(about.assessor_id or 0, ()):
            in_the_way.append(f"{assessor} is not there on that day.")
        for reference, other in self.interviews.items():
            if reference in ignoring or not slot_of(other).overlaps(slot):
                continue
            if other.assessor_id == about.assessor_id:
                in_the_way.append(f"{assessor} is interviewing about {reference} then.")
            if manager and key_of_manager(other.case_manager) == key_of_manager(manager):
                in_the_way.append(
                    f"Case manager {manager} is being interviewed about {reference} then."
                )
            if other.place == place:
                taken.append(f"{place} is taken then, for the interview about {reference}.")
        return Clashes(tuple(in_the_way), tuple(taken))

    def find_faults(self, interview: Interview) -> list[str]:
        """Return what no longer fits about an interview that was placed, in sentences."""
        if interview.held_at is not None:
            return []
        faults = []
        if interview.day in self.away.get(interview.assessor_id, ()):
            faults.append(f"{interview.assessor.name} is not there on that day.")
        if slot_of(interview) not in self.frame.slots:
            faults.append("That is none of the times for interviews.")
        if interview.place not in self.frame.places:
            faults.append("That is none of the rooms for interviews.")
        return faults


@dataclass(frozen=True)
class Waiting:
    """A case that needs an interview and has none; `reason` is empty where one can be planned."""

    assessment: Assessment
    reason: str


def explain_waiting(board: Board, now: datetime) -> list[Waiting]:
    """Return the cases that still need an interview, with why none can be planned; stores nothing.

    `now` is the clock's time where the inspection is.
    """
    if not board.waiting:
        return []
    left = find_plan(board, now).left
    return [
        Waiting(
            assessment,
            describe_left(left[reference], str(assessment.assessor), assessment.case)
            if (reference := assessment.case.reference) in left
            else "",
        )
        for assessment in board.waiting
    ]


def find_plan(board: Board, now: datetime) -> Plan:
    """Return times and rooms for the cases that wait, around the interviews that there are."""
    return plan(
        [need_of(assessment) for assessment in board.waiting],
        board.list_open_slots(now),
        board.frame.places,
        fixed=[booking_of(interview) for interview in board.interviews.values()],
        away={str(member): days for member, days in board.away.items()},
    )


def describe_left(reason: Left, assessor: str, case: Case) -> str:
    """Return in a sentence why no time was found for the interview about `case`."""
    manager = f"case manager {case.case_manager}" if case.case_manager else "the case manager"
    sentences = {
        Left.NO_FRAME: "There are no days and times for interviews yet.",
        Left.ASSESSOR_AWAY: f"{assessor} is not there on any of the days left.",
        Left.ASSESSOR_BUSY: f"{assessor} has no time left.",
        Left.MANAGER_BUSY: f"{manager[0].upper()}{manager[1:]} has no time left.",
        Left.NO_ROOM: f"No room is free at the times when {assessor} is there.",
        Left.NOTHING_SUITS: f"No time is left at which {assessor}, {manager} and a room are free.",
    }
    return sentences[reason]
