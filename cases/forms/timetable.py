"""The forms of the timetable: its frame, planning, and one interview by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from cases.forms.versions import LARGEST_VERSION, NOT_READ, copy_sent, version_field
from cases.models import Assessment, Interview
from cases.timetable.bookings import Frame, Slot
from cases.timetable.frame_text import (
    read_days,
    read_places,
    read_times,
    write_days,
    write_times,
)
from cases.timetable.listing import Board, Clashes
from cases.timetable.slots import slot_of
from cases.timetable.storing import Scope
from frontend.fields import Choice

LONGEST = 5000
Value = TypeVar("Value")


def _lines(label: str, hint: str, rows: int, missing: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
        error_messages={
            "required": missing,
            "max_length": f"{label}: enter {LONGEST} characters at the most",
        },
    )


class FrameForm(forms.Form):
    """Days, times and rooms, one on each line."""

    days = _lines("Days", "One on each line, for example 12 January 2026.", 6, "Enter the days")
    times = _lines(
        "Times of a day", "One on each line, for example 09:15 to 10:30.", 5, "Enter the times"
    )
    places = _lines(
        "Rooms",
        "One on each line. As many interviews can be held at a time as there are rooms.",
        6,
        "Enter the rooms, one at least",
    )

    def __init__(self, frame: Frame, revision: int, data: Any = None) -> None:
        initial = {
            "days": write_days(frame.days),
            "times": write_times(frame.times),
            "places": "\n".join(frame.places),
        }
        super().__init__(data, initial=initial)
        self.fields["revision"] = version_field(revision)
        self.fields["take_off"] = forms.BooleanField(
            label="Take these interviews off the timetable", required=False
        )
        self.outside: Sequence[Interview] = ()

    def clean_days(self) -> tuple[date, ...]:
        """Return the days in order."""
        return self._read("days", read_days)

    def clean_times(self) -> tuple[tuple[time, time], ...]:
        """Return start and end of each slot of a day, in order."""
        return self._read("times", read_times)

    def clean_places(self) -> tuple[str, ...]:
        """Return the rooms."""
        return self._read("places", read_places)

    def _read(
        self, name: str, read: Callable[[str], tuple[list[Value], list[str]]]
    ) -> tuple[Value, ...]:
        values, problems = read(self.cleaned_data[name])
        if problems:
            raise ValidationError(problems)
        return tuple(values)

    def read_frame(self) -> Frame:
        """Return what a valid form says."""
        return Frame(
            self.cleaned_data["days"], self.cleaned_data["times"], self.cleaned_data["places"]
        )

    def keep_after_change(self, revision: int) -> None:
        """Say that the timetable was changed meanwhile; saved again, this replaces what it is."""
        self.data = copy_sent(self)
        self.data["revision"] = str(revision)
        self.add_error(
            None,
            "Not saved: somebody changed the timetable after you opened this page. What you "
            "entered is kept here. Save again to replace what is there now.",
        )

    def ask_to_take_off(self, outside: Sequence[Interview]) -> None:
        """Say which interviews lie outside the frame, and offer to take them off."""
        self.outside = outside
        references = ", ".join(interview.case.reference for interview in outside)
        interviews = "1 interview lies" if len(outside) == 1 else f"{len(outside)} interviews lie"
        self.add_error(
            "take_off",
            f"{interviews} outside these days, times and rooms: {references}. Confirm that you "
            "want to take them off, or change what you entered.",
        )


class PlanForm(forms.Form):
    """Which interviews are to be planned."""

    scope = forms.ChoiceField(
        label="Plan interviews",
        choices=[
            (Scope.REST, Choice("For cases that have none", "The others stay where they are.")),
            (
                Scope.ANEW,
                Choice(
                    "All anew",
                    "Whatever was arranged by hand is lost. Interviews that were held stay.",
                ),
            ),
        ],
        initial=Scope.REST,
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose which interviews are to be planned"
        ),
    )

    def __init__(self, revision: int, data: Any = None) -> None:
        super().__init__(data)
        self.fields["revision"] = version_field(revision)


class ArrangeForm(forms.Form):
    """Changes one interview; what it was when the page was made is sent with it.

    `name` is what its button sends, `place_of_errors` the field at which it says what went wrong.
    """

    name = ""
    place_of_errors: str | None = None

    def __init__(self, interview: Interview | None, data: Any = None) -> None:
        super().__init__(data if data and data.get("do") == self.name else None)
        self.fields["sequence"] = forms.IntegerField(
            initial=interview.sequence if interview else None,
            required=False,
            min_value=0,
            max_value=LARGEST_VERSION,
            widget=forms.HiddenInput(attrs={"id": f"id_{self.name}_sequence"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NOT_READ),
        )

    def add_choice(
        self, name: str, label: str, choices: Sequence[tuple[str, str]], missing: str, now: str = ""
    ) -> None:
        """Add a drop-down list, at first empty or at `now`; `missing` says what to choose."""
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=[("", missing), *choices],
            initial=now,
            error_messages=dict.fromkeys(("required", "invalid_choice"), missing),
        )

    def show_clashes(self, clashes: Clashes) -> None:
        """Say what is in the way."""
        for sentence in (*clashes.slot, *clashes.place):
            self.add_error(self.place_of_errors, sentence)

    def keep_after_change(self, interview: Interview | None) -> None:
        """Say that somebody else changed the interview meanwhile; sent again, this is done."""
        self.data = copy_sent(self)
        self.data["sequence"] = str(interview.sequence) if interview else ""
        now = (
            f"It is now on {describe_slot(slot_of(interview))}, in {interview.place}."
            if interview
            else "It was taken off the timetable."
        )
        self.add_error(
            self.place_of_errors,
            f"Not saved: somebody else changed this interview after you opened the page. {now}",
        )


class PlaceForm(ArrangeForm):
    """When and where the interview is to be."""

    name = "place"
    place_of_errors = "slot"

    def __init__(self, board: Board, assessment: Assessment, data: Any = None) -> None:
        case = assessment.case
        interview = board.interviews.get(case.reference)
        super().__init__(interview, data)
        slots, places = board.frame.slots, list(board.frame.places)
        if interview and slot_of(interview) not in slots:
            slots = sorted([*slots, slot_of(interview)])
        if interview and interview.place not in places:
            places.append(interview.place)
        self.slots = {_name_slot(slot): slot for slot in slots}
        choices = []
        for name, slot in self.slots.items():
            note = _note_slot(board, assessment, slot)
            choices.append((name, f"{describe_slot(slot)}{note}"))
        now = _name_slot(slot_of(interview)) if interview else ""
        self.add_choice("slot", "Time", choices, "Choose a time", now)
        rooms = [(place, place) for place in places]
        self.add_choice(
            "room", "Room", rooms, "Choose a room", interview.place if interview else ""
        )

    def show_clashes(self, clashes: Clashes) -> None:
        """Say at time and room what is in the way."""
        for name, sentences in (("slot", clashes.slot), ("room", clashes.place)):
            for sentence in sentences:
                self.add_error(name, sentence)

    def read_slot(self) -> Slot:
        """Return the time that a valid form chooses."""
        return self.slots[self.cleaned_data["slot"]]


class SwapForm(ArrangeForm):
    """With which other interview it is to change places."""

    name = "swap"
    place_of_errors = "other"

    def __init__(self, board: Board, interview: Interview, data: Any = None) -> None:
        super().__init__(interview, data)
        others = [
            (
                other.case.reference,
                f"{other.case.reference}: {describe_slot(slot_of(other))}, {other.place}, "
                f"{other.assessor.name}",
            )
            for other in board.shown
            if other.held_at is None and other.pk != interview.pk
        ]
        self.add_choice("other", "Change places with", others, "Choose an interview")


class RemoveForm(ArrangeForm):
    """That the interview is to be taken off the timetable."""

    name = "remove"


def make_arrange_forms(board: Board, reference: str, data: Any = None) -> dict[str, ArrangeForm]:
    """Return what can be done about the interview of a case, by the name of each form.

    Nothing can be done about one that was held. That form is filled in whose button was pressed.
    """
    interview = board.interviews.get(reference)
    assessment = board.assessments.get(reference)
    if interview is not None and interview.held_at is not None:
        return {}
    made: list[ArrangeForm] = []
    if assessment is not None:
        made.append(PlaceForm(board, assessment, data))
    if interview is not None:
        made += [SwapForm(board, interview, data), RemoveForm(interview, data)]
    return {form.name: form for form in made}


def describe_slot(slot: Slot) -> str:
    """Return a time in words: `Monday 12 January, 09:15 to 10:30`."""
    return f"{slot.day:%A} {slot.day.day} {slot.day:%B}, {slot.start:%H:%M} to {slot.end:%H:%M}"


def _note_slot(board: Board, assessment: Assessment, slot: Slot) -> str:
    """Return what follows a time in the list that cannot be had, empty for one that can."""
    own = [assessment.case.reference]
    if board.find_clashes(assessment, slot, ignoring=own).slot:
        return " (not free)"
    return "" if board.has_free_room(slot, ignoring=own) else " (no room free)"


def _name_slot(slot: Slot) -> str:
    return f"{slot.day.isoformat()} {slot.start:%H:%M} {slot.end:%H:%M}"
