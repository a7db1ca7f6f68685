"""Changing a timetable: its frame, a whole plan, one interview by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from cases.allocation.holding import hold_inspection
from cases.models import Interview, Timetable
from cases.timetable.bookings import Frame, Slot
from cases.timetable.following import rearrange, take_off_withdrawn
from cases.timetable.listing import (
    Board,
    Clashes,
    describe_left,
    find_plan,
    key_of_manager,
)
from cases.timetable.slots import slot_of
from inspections.models import Inspection


class Scope(StrEnum):
    """Which interviews a plan gives a time."""

    REST = "rest"
    ANEW = "anew"


class ChangedMeanwhileError(Exception):
    """The timetable, or an interview, is no longer as the person saw it; nothing was stored."""


class NotPlacedError(Exception):
    """An interview cannot be there; nothing was stored. `clashes` says what is in the way."""

    def __init__(self, clashes: Clashes) -> None:
        self.clashes = clashes
        super().__init__(" ".join((*clashes.slot, *clashes.place)))


@dataclass(frozen=True)
class PlanOutcome:
    """What a plan did: interviews placed, and by reference why a case has none."""

    placed: int
    left: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def save_frame(
    inspection: Inspection, frame: Frame, *, revision: int, take_off: bool
) -> list[Interview]:
    """Store the frame of the timetable.

    Interviews that are not held and would lie outside it are taken off if `take_off`; otherwise
    they are returned, and nothing is stored. Raises ChangedMeanwhileError unless the timetable is
    still at `revision`.
    """
    board = _open(inspection, revision)
    outside = list_outside(frame, board.shown)
    if outside and not take_off:
        return outside
    Timetable.objects.update_or_create(
        inspection=inspection,
        defaults={
            "days": [day.isoformat() for day in frame.days],
            "times": [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in frame.times],
            "places": list(frame.places),
        },
    )
    rearrange(inspection, outside, [])
    return []


def list_outside(frame: Frame, interviews: Iterable[Interview]) -> list[Interview]:
    """Return those of `interviews` that are not held and lie outside `frame`."""
    slots = set(frame.slots)
    return [
        interview
        for interview in interviews
        if interview.held_at is None
        and (slot_of(interview) not in slots or interview.place not in frame.places)
    ]


@transaction.atomic
def plan_interviews(inspection: Inspection, scope: Scope, *, revision: int) -> PlanOutcome:
    """Give an interview to every allocated case that has none; `ANEW`: to all that were not held.

    Times that have passed are left out, unless all have. Raises ChangedMeanwhileError unless the
    timetable is still at `revision`.
    """
    board = _open(inspection, revision)
    replaced = [
        interview
        for reference, interview in board.interviews.items()
        if scope == Scope.ANEW and interview.held_at is None and reference in board.assessments
    ]
    for interview in replaced:
        del board.interviews[interview.case.reference]
    found = find_plan(board, timezone.localtime())
    placed = [
        _book(board, booking.need.reference, booking.slot, booking.place)
        for booking in found.placed
    ]
    if placed or replaced:
        rearrange(inspection, replaced, placed)
    left = {}
    for reference, reason in found.left.items():
        assessment = board.assessments[reference]
        left[reference] = describe_left(reason, str(assessment.assessor), assessment.case)
    return PlanOutcome(len(placed), left)


@transaction.atomic
def place_interview(
    inspection: Inspection, reference: str, slot: Slot, place: str, *, sequence: int | None
) -> None:
    """Place the interview of the case `reference`, or move it.

    `sequence` is that of the interview as the person saw it, None where there was none. Raises
    ChangedMeanwhileError if that is no longer so, NotPlacedError if it cannot be there, and
    Interview.DoesNotExist where the case needs no interview.
    """
    board = _open(inspection)
    before = _find(board, reference, sequence)
    if before is not None and (slot_of(before), before.place) == (slot, place):
        return
    _refuse_if_held(before)
    assessment = board.assessments.get(reference)
    if assessment is None:
        raise Interview.DoesNotExist
    clashes = board.find_clashes(assessment, slot, place, ignoring=[reference])
    if clashes.slot or clashes.place:
        raise NotPlacedError(clashes)
    rearrange(inspection, [before] if before else [], [_book(board, reference, slot, place)])


@transaction.atomic
def swap_interviews(
    inspection: Inspection, reference: str, other: str, *, sequence: int | None
) -> None:
    """Let two interviews change places. Raises as `place_interview` does."""
    board = _open(inspection)
    first, second = _find(board, reference, sequence), board.interviews.get(other)
    if first is None or second is None or first == second:
        raise Interview.DoesNotExist
    _refuse_if_held(first, second)
    pair = [reference, other]
    clashes = [
        board.find_clashes(mine, slot_of(theirs), theirs.place, ignoring=pair)
        for mine, theirs in ((first, second), (second, first))
    ]
    if slot_of(first) != slot_of(second) and slot_of(first).overlaps(slot_of(second)):
        clashes.append(Clashes(("The two are at times that overlap.",)))
    in_the_way = tuple(sentence for clash in clashes for sentence in (*clash.slot, *clash.place))
    if in_the_way:
        raise NotPlacedError(Clashes(in_the_way))
    rearrange(
        inspection,
        [first, second],
        [
            _move(first, slot_of(second), second.place),
            _move(second, slot_of(first), first.place),
        ],
    )


@transaction.atomic
def remove_interview(inspection: Inspection, reference: str, *, sequence: int | None) -> None:
    """Take the interview of a case off the timetable. Raises as `place_interview` does."""
    before = _find(_open(inspection), reference, sequence)
    if before is None:
        raise Interview.DoesNotExist
    _refuse_if_held(before)
    rearrange(inspection, [before], [])


@transaction.atomic
def mark_held(interview: Interview, *, held: bool) -> None:
    """Record that an interview was held, or that it was not after all. Safe to do twice."""
    hold_inspection(interview.inspection)
    rows = Interview.objects.filter(case=interview.case_id, held_at__isnull=held)
    rows.update(held_at=timezone.now() if held else None)


def _open(inspection: Inspection, revision: int | None = None) -> Board:
    """Hold the inspection and read its timetable; see that it is still at `revision`, if given."""
    hold_inspection(inspection)
    board = Board(inspection)
    if revision is not None and board.revision != revision:
        raise ChangedMeanwhileError
    return Board(inspection) if take_off_withdrawn(inspection) else board


def _find(board: Board, reference: str, sequence: int | None) -> Interview | None:
    interview = board.interviews.get(reference)
    if (interview.sequence if interview else None) != sequence:
        raise ChangedMeanwhileError
    return interview


def _refuse_if_held(*interviews: Interview | None) -> None:
    for interview in interviews:
        if interview is not None and interview.held_at is not None:
            held = f"The interview about {interview.case} was held, so it stays where it was."
            raise NotPlacedError(Clashes((held,)))


def _book(board: Board, reference: str, slot: Slot, place: str) -> Interview:
    assessment = board.assessments[reference]
    return Interview(
        inspection=board.inspection,
        case=assessment.case,
        assessor=assessment.assessor,
        case_manager=key_of_manager(assessment.case.case_manager),
        day=slot.day,
        start=slot.start,
        end=slot.end,
        place=place,
        placed_on=timezone.localdate(),
    )


def _move(interview: Interview, slot: Slot, place: str) -> Interview:
    return Interview(
        inspection=interview.inspection,
        case=interview.case,
        assessor=interview.assessor,
        case_manager=key_of_manager(interview.case_manager),
        day=slot.day,
        start=slot.start,
        end=slot.end,
        place=place,
        placed_on=timezone.localdate(),
    )
