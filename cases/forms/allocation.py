"""The forms of the allocation: by hand, how to balance, and when assessors are there."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from cases.allocation.allocating import NOBODY, AllocationChange, AllocationOutcome, key_of
from cases.allocation.balancing import Managers
from cases.allocation.obstacles import Obstacles
from cases.allocation.proposing import Scope, Wishes
from cases.forms.versions import NOT_READ, copy_sent
from cases.models import Assessment
from frontend.fields import Choice, FieldView
from inspections.models import TeamMember

MOST_CASES = 200
NOT_ALLOCATED = "Not allocated"


@dataclass(frozen=True)
class AllocationRow:
    """A case on the page with its fields; without them where it cannot change hands."""

    assessment: Assessment
    assessor: FieldView | None = None
    base: FieldView | None = None
    confirm: FieldView | None = None


class AllocationForm(forms.Form):
    """Who judges each case. What it was when the page was made is sent with it."""

    def __init__(
        self, assessments: Sequence[Assessment], obstacles: Obstacles, data: Any = None
    ) -> None:
        super().__init__(data)
        self.assessments = {assessment.pk: assessment for assessment in assessments}
        self.unconfirmed: set[int] = set()
        for pk, assessment in self.assessments.items():
            if assessment.closed:
                continue
            reference = assessment.case.reference
            current = key_of(assessment.assessor)
            self.fields[f"case-{pk}"] = forms.CharField(
                label=f"Assessor of {reference}",
                initial=current,
                required=False,
                max_length=50,
                widget=forms.Select(choices=_list_choices(assessment, obstacles)),
            )
            self.fields[f"was-{pk}"] = forms.CharField(
                initial=current, required=False, widget=forms.HiddenInput
            )
            self.fields[f"sure-{pk}"] = forms.BooleanField(
                label=f"Yes, {reference} is to change hands", required=False
            )

    def clean(self) -> None:
        """Say at a case where it cannot be read whose it was when the page was made."""
        for pk in self.assessments:
            if self.errors.pop(f"was-{pk}", None):
                self.add_error(f"case-{pk}", NOT_READ)

    def read_changes(self) -> list[AllocationChange]:
        """Return what was sent for each case whose field is valid; what was not sent stands."""
        return [
            AllocationChange(
                assessment=pk,
                assessor=self.cleaned_data[f"case-{pk}"],
                base=self.cleaned_data[f"was-{pk}"],
                confirmed=self.cleaned_data[f"sure-{pk}"],
            )
            for pk in self.assessments
            if f"case-{pk}" in self.data and f"case-{pk}" in self.cleaned_data
        ]

    def count_lost(self) -> int:
        """Return how many cases were to change hands that can no longer do so."""
        return sum(
            1
            for name, value in self.data.items()
            if name.startswith("case-")
            and name not in self.fields
            and value != self.data.get(f"was-{name.removeprefix('case-')}")
        )

    def show_outcome(self, outcome: AllocationOutcome) -> None:
        """Say at each case what was not saved and why; all others stand as they are now."""
        data = copy_sent(self)
        refused = {refusal.change.assessment: refusal for refusal in outcome.list_refusals()}
        for pk, assessment in self.assessments.items():
            refusal = refused.get(pk)
            if refusal is None and f"case-{pk}" not in self.errors:
                data[f"case-{pk}"] = key_of(assessment.assessor)
            data[f"was-{pk}"] = key_of(assessment.assessor)
            if refusal and f"case-{pk}" in self.fields:
                self.add_error(f"case-{pk}", f"{assessment.case.reference}: {refusal.message}")
                if refusal.unconfirmed:
                    self.unconfirmed.add(pk)
        self.data = data

    def list_rows(self) -> list[AllocationRow]:
        """Return the cases in order."""
        return [
            AllocationRow(assessment)
            if f"case-{pk}" not in self.fields
            else AllocationRow(
                assessment,
                FieldView(self[f"case-{pk}"]),
                FieldView(self[f"was-{pk}"]),
                FieldView(self[f"sure-{pk}"]) if pk in self.unconfirmed else None,
            )
            for pk, assessment in self.assessments.items()
        ]


def _list_choices(assessment: Assessment, obstacles: Obstacles) -> list[tuple[str, str]]:
    """Return who may be chosen; somebody whom something keeps from this case is marked."""
    members = {member.key: member for member in obstacles.assessors}
    if assessment.assessor:
        members.setdefault(assessment.assessor.key, obstacles.team[assessment.assessor.key])
    choices = [(NOBODY, NOT_ALLOCATED)]
    for key, member in members.items():
        kept = obstacles.find(member, assessment.case)
        choices.append((key, f"{member.name} (kept from it)" if kept else member.name))
    return choices


class BalanceForm(forms.Form):
    """How the cases are to be shared out."""

    scope = forms.ChoiceField(
        label="Which cases",
        choices=[
            (Scope.REST, Choice("Those that nobody has yet", "The others stay where they are.")),
            (
                Scope.ANEW,
                Choice(
                    "All that have not been begun",
                    "Whoever has one of them may lose it. A case that was begun stays.",
                ),
            ),
        ],
        initial=Scope.REST,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose which cases are to be shared out",
            "invalid_choice": "Choose which cases are to be shared out",
        },
    )
    managers = forms.ChoiceField(
        label="The cases of one case manager",
        choices=[
            (
                Managers.SHARE,
                Choice(
                    "Shared between assessors",
                    "So that nobody’s work is judged by one person alone.",
                ),
            ),
            (
                Managers.TOGETHER,
                Choice(
                    "Kept with one assessor where possible",
                    "So that a case manager meets as few assessors as can be.",
                ),
            ),
        ],
        initial=Managers.SHARE,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose what is to become of the cases of one case manager",
            "invalid_choice": "Choose what is to become of the cases of one case manager",
        },
    )
    seed = forms.CharField(
        label="Seed",
        help_text="Decides where the choice is free. The same seed gives the same result again; "
        "another gives another that is as even.",
        initial=lambda: secrets.token_hex(4),
        max_length=64,
        validators=[RegexValidator("^[A-Za-z0-9-]+$", "Use only letters, digits and hyphens")],
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
        error_messages={
            "required": "Enter a seed: any letters and digits",
            "max_length": "The seed can have 64 characters",
        },
    )

    def read_wishes(self) -> Wishes:
        """Return what a valid form asks for."""
        return Wishes(
            seed=self.cleaned_data["seed"],
            scope=Scope(self.cleaned_data["scope"]),
            managers=Managers(self.cleaned_data["managers"]),
        )


class AvailabilityForm(forms.Form):
    """When one assessor is there, and how many cases they take."""

    def __init__(
        self,
        member: TeamMember,
        days: Sequence[date],
        days_off: Iterable[str],
        most_cases: int | None,
        data: Any = None,
    ) -> None:
        super().__init__(data, prefix=member.key)
        self.member = member
        self.days = days
        self.known = off = set(days_off)
        self.fields["there"] = forms.MultipleChoiceField(
            label=f"Days on which {member.name} is there",
            choices=[(day.isoformat(), f"{day:%a} {day.day} {day:%b}") for day in days],
            initial=[day.isoformat() for day in days if day.isoformat() not in off],
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
            error_messages={"invalid_choice": f"{member.name}: choose from the days shown"},
        )
        wrong = f"{member.name}: enter a number of cases from 0 to {MOST_CASES}, or leave it empty"
        self.fields["most_cases"] = forms.IntegerField(
            label=f"Most cases for {member.name}",
            initial=most_cases,
            required=False,
            min_value=0,
            max_value=MOST_CASES,
            widget=forms.TextInput(
                attrs={
                    "class": "govuk-input--width-3",
                    "inputmode": "numeric",
                    "autocomplete": "off",
                }
            ),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
        )

    @property
    def days_off(self) -> list[str]:
        """The days on which the assessor is not there, by a valid form; ISO dates, in order.

        Of days that are not asked for now, what was said before stands: they may come back.
        """
        asked = {day.isoformat() for day in self.days}
        there = set(self.cleaned_data["there"])
        return sorted((asked - there) | (self.known - asked))
