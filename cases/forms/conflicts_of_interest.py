"""The forms of conflicts of interest: declaring one, and lifting one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cases.forms.texts import NamelessForm
from frontend.fields import Choice
from inspections.models import TeamMember

NOTE_LIMIT = 200
CASE, MANAGER = "case", "manager"

_SHORT = forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"})


class ConflictForm(NamelessForm):
    """A case, or a case manager, that somebody has a conflict of interest with.

    `members` are those for whom it may be declared: one, or all of the team for its lead inspector.
    """

    member = forms.ChoiceField(
        label="Who has the conflict of interest",
        error_messages={
            "required": "Choose who has the conflict of interest",
            "invalid_choice": "Choose who has the conflict of interest",
        },
    )
    subject = forms.ChoiceField(
        label="What it is with",
        choices=[
            (CASE, "A case"),
            (MANAGER, Choice("A case manager", "And so with all of their cases.")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose whether it is with a case or a case manager",
            "invalid_choice": "Choose whether it is with a case or a case manager",
        },
    )
    key = forms.CharField(
        label="Reference of the case, or key of the case manager",
        help_text="As your papers give it, for example ANY-001 or cm-05. Never a name.",
        max_length=30,
        widget=_SHORT,
        error_messages={
            "required": "Enter the reference of the case, or the key of the case manager",
            "max_length": "The reference or key can have 30 characters",
        },
    )
    note = forms.CharField(
        label="What the lead inspector should know (optional)",
        help_text=f"Up to {NOTE_LIMIT} characters. Do not name the child or their family: "
        "“a relative of mine works with the family” is enough.",
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": f"The note can have {NOTE_LIMIT} characters"},
    )

    def __init__(self, members: Sequence[TeamMember], data: Any = None, *, year: int) -> None:
        super().__init__(data, year=year)
        self.members = {member.key: member for member in members}
        if len(members) == 1:
            del self.fields["member"]
        else:
            choices = [("", "Choose somebody"), *((m.key, m.name) for m in members)]
            self.fields["member"] = forms.ChoiceField(
                label=self.fields["member"].label,
                choices=choices,
                error_messages=self.fields["member"].error_messages,
            )

    def clean_key(self) -> str:
        """Return the reference or key on one line."""
        return " ".join(self.cleaned_data["key"].split())

    def clean_note(self) -> str:
        """Return the note, unless it seems to name somebody."""
        return self.warn_of_names(" ".join(self.cleaned_data["note"].split()))

    def find_member(self) -> TeamMember:
        """Return whose conflict a valid form declares."""
        if "member" in self.fields:
            return self.members[self.cleaned_data["member"]]
        return next(iter(self.members.values()))

    def name_subject(self) -> dict[str, str]:
        """Return what a valid form is about: a reference, or the key of a case manager."""
        about_case = self.cleaned_data["subject"] == CASE
        return {"reference" if about_case else "case_manager": self.cleaned_data["key"]}


class LiftForm(NamelessForm):
    """Why a conflict of interest keeps nobody from a case after all."""

    reason = forms.CharField(
        label="Why it keeps nobody from the case after all",
        help_text=f"Up to {NOTE_LIMIT} characters. It is kept with the conflict of interest.",
        max_length=NOTE_LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Say why it is lifted",
            "max_length": f"The reason can have {NOTE_LIMIT} characters",
        },
    )

    def clean_reason(self) -> str:
        """Return the reason on one line, unless it seems to name somebody."""
        reason = " ".join(self.cleaned_data["reason"].split())
        if not reason:
            raise ValidationError("Say why it is lifted")
        return self.warn_of_names(reason)
