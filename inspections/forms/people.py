"""The forms about people and their accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.people import State
from frontend.fields import Choice
from inspections.forms.fields import AddressField, LineField
from inspections.models import Area
from inspections.problems import Problem
from inspections.setting_up.people import LIST_LIMIT, NAME_LIMIT, NewPerson

NAME_HINT = (
    "What other people see. A role and a number, such as “Inspector 1”, is enough where a name "
    "need not be known."
)
PROBLEMS_SHOWN = 50
NO_AREA = "Choose the area"


def _name_field() -> LineField:
    return LineField(
        name="name",
        limit=NAME_LIMIT,
        missing="Enter the name",
        label="Name",
        help_text=NAME_HINT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def area_field(areas: QuerySet[Area] | None = None, **kwargs: Any) -> forms.ModelChoiceField[Area]:
    """Return a field to choose an area with: any, or one of `areas`."""
    return forms.ModelChoiceField(
        **{
            "label": "Area",
            "queryset": Area.objects.order_by("name") if areas is None else areas,
            "empty_label": "Choose an area",
            "error_messages": {"required": NO_AREA, "invalid_choice": NO_AREA},
            **kwargs,
        }
    )


class InviteForm(forms.Form):
    """Somebody who is to have an account."""

    name = _name_field()
    email = AddressField(help_text="The invitation is sent to it.")
    tie = forms.ChoiceField(
        label="Where they belong",
        choices=[
            ("none", "To no area: they work for the inspectorate"),
            (
                "home",
                Choice(
                    "To the youth offending team of an area",
                    hint="They can be borrowed as an assessor, but never inspect their own area.",
                ),
            ),
            (
                "manager",
                Choice(
                    "They manage the service of an area",
                    hint="They read what is issued to that service, and nothing before.",
                ),
            ),
        ],
        initial="none",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose where they belong",
            "invalid_choice": "Choose where they belong",
        },
    )
    area = area_field(required=False, help_text="Leave it out for somebody who belongs to none.")
    is_administrator = forms.BooleanField(
        label="Make them an inspectorate administrator",
        required=False,
        help_text="They can then invite and remove people, change every inspection’s team, and "
        "make others administrators. You will be asked for your password.",
    )

    def clean(self) -> None:
        """Check that an area is chosen exactly where somebody belongs to one."""
        tie, area = self.cleaned_data.get("tie"), self.cleaned_data.get("area")
        if tie in ("home", "manager") and area is None and "area" not in self.errors:
            self.add_error("area", NO_AREA)
        if area is not None and tie == "none":
            self.add_error("tie", "Choose how they belong to the area, or leave the area out")

    def read_person(self) -> NewPerson:
        """Return what a sound form says."""
        data = self.cleaned_data
        return NewPerson(
            name=data["name"],
            email=data["email"],
            area=data["area"],
            is_manager=data["tie"] == "manager",
            is_administrator=data["is_administrator"],
        )


class InviteListForm(forms.Form):
    """Several people at once."""

    people = forms.CharField(
        label="People",
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
        help_text=f"Up to {LIST_LIMIT} people. One on each line: name, email address and, if they "
        "belong to one, home area, with commas between. Or copy the three columns from a "
        "spreadsheet.",
        error_messages={
            "required": "Enter at least one person",
            "max_length": "The list is too long. Invite people in several lists.",
            "null_characters_not_allowed": "The list holds a character that cannot be stored",
        },
    )

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Say at the field what is wrong, line by line."""
        for problem in problems[:PROBLEMS_SHOWN]:
            place = f"Line {problem.line}: " if problem.line else ""
            message = f"{place}{problem.message}"
            self.add_error("people", f"{message[0].upper()}{message[1:]}")
        if len(problems) > PROBLEMS_SHOWN:
            self.add_error("people", f"And {len(problems) - PROBLEMS_SHOWN} further faults")


class NameForm(forms.Form):
    """Under which name other people see somebody."""

    name = _name_field()


class AddressForm(forms.Form):
    """With which address somebody signs in."""

    email = AddressField(label="New email address")


class AreaTieForm(forms.Form):
    """An area to which somebody belongs."""

    area = area_field()
    tie = forms.ChoiceField(
        label="How they belong to it",
        choices=[("home", "It is their home area"), ("manager", "They manage its service")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose how they belong to it",
            "invalid_choice": "Choose how they belong to it",
        },
    )


class SearchPeopleForm(forms.Form):
    """Whom to list."""

    words = forms.CharField(label="Name or email address", required=False, max_length=100)
    state = forms.ChoiceField(
        label="State of the account",
        required=False,
        choices=[("", "Any"), *State.choices],
    )
