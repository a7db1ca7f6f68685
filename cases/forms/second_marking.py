"""The forms of second marking: drawing, picking, settling, calling off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cases.forms.texts import TextField
from cases.forms.versions import NOT_READ, copy_sent
from cases.models import Assessment
from cases.second_marking.choosing import SecondAssessors
from cases.second_marking.differences import AnswerDifference, Difference
from cases.second_marking.drawing import SEED_LIMIT, count_share
from cases.second_marking.settling import Choice
from frontend.fields import Choice as HintedChoice
from frontend.fields import FieldView
from inspections.models import TeamMember

LONGEST_RADIOS = 7
"""More choices than this stand in a drop-down list."""


class DrawForm(forms.Form):
    """How many cases to draw at random, and from which seed."""

    number = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=1000,
        widget=forms.NumberInput(
            attrs={"class": "govuk-input--width-4", "inputmode": "numeric", "autocomplete": "off"}
        ),
        error_messages={
            "required": "Enter how many cases to draw.",
            "invalid": "How many must be a whole number, such as 10.",
            "min_value": "How many must be 1 or more.",
            "max_value": "How many must be 1,000 or fewer.",
        },
    )
    unit = forms.ChoiceField(
        label="Counted as",
        choices=[("percent", "per cent of the cases"), ("cases", "cases")],
        initial="percent",
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline govuk-radios--small"}),
        error_messages={
            "required": "Choose per cent or cases.",
            "invalid_choice": "Choose per cent or cases.",
        },
    )
    seed = forms.CharField(
        label="Seed (optional)",
        help_text="Leave it empty for a new one. The same seed draws the same cases again.",
        required=False,
        max_length=SEED_LIMIT,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-10", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={
            "max_length": f"The seed must be {SEED_LIMIT} characters or fewer.",
            "null_characters_not_allowed": "The seed holds a character that cannot be stored.",
        },
    )

    def clean(self) -> None:
        """Refuse more than all of the cases."""
        if self.cleaned_data.get("unit") == "percent" and self.cleaned_data.get("number", 0) > 100:
            self.add_error("number", "The share must be 100 per cent or less.")

    def count(self, total: int) -> int:
        """Return how many of `total` cases are to be drawn."""
        number: int = self.cleaned_data["number"]
        if self.cleaned_data["unit"] == "percent":
            return count_share(number, total)
        return min(number, total)


@dataclass(frozen=True)
class PickRow:
    """A case on the form: its box to tick, and the choice of a second assessor."""

    assessment: Assessment
    pick: FieldView
    second: FieldView


class PickForm(forms.Form):
    """The cases that can be picked, each with who may judge it a second time.

    Where no second assessor is chosen, one is found. A case that nobody may judge cannot be ticked.
    """

    def __init__(
        self,
        pickable: Sequence[Assessment],
        assessors: SecondAssessors,
        *args: Any,
        drawn: Mapping[int, TeamMember | None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pickable, self.assessors = pickable, assessors
        for assessment in pickable:
            reference = assessment.case.reference
            members = assessors.list_for(assessment.case)
            second = (drawn or {}).get(assessment.case_id)
            self.fields[f"pick-{reference}"] = forms.BooleanField(
                label=f"Pick {reference}",
                required=False,
                initial=bool(members) and assessment.case_id in (drawn or {}),
                disabled=not members,
            )
            self.fields[f"second-{reference}"] = forms.ChoiceField(
                label=f"Second assessor for {reference}",
                required=False,
                choices=[("", "Find one"), *((member.key, member.name) for member in members)],
                initial=second.key if second else "",
                disabled=not members,
                error_messages={
                    "invalid_choice": f"{reference}: this person cannot judge the case a second "
                    "time."
                },
            )

    @property
    def rows(self) -> list[PickRow]:
        """The cases with their fields, in case order."""
        return [
            PickRow(
                assessment,
                FieldView(self[f"pick-{assessment.case.reference}"]),
                FieldView(self[f"second-{assessment.case.reference}"]),
            )
            for assessment in self.pickable
        ]

    def clean(self) -> None:
        """Ask for one case at least."""
        if self.pickable and not self.list_ticked():
            first = self.pickable[0].case.reference
            self.add_error(f"pick-{first}", "Pick at least one case.")

    def list_ticked(self) -> list[Assessment]:
        """Return the assessments whose cases are ticked."""
        return [a for a in self.pickable if self.cleaned_data.get(f"pick-{a.case.reference}")]

    def find_chosen(self) -> dict[int, TeamMember]:
        """Return the second assessors that were chosen, by the case's id."""
        members = {member.key: member for member in self.assessors.members}
        return {
            a.case_id: members[key]
            for a in self.list_ticked()
            if (key := self.cleaned_data.get(f"second-{a.case.reference}"))
        }

    def refuse(self, reference: str, message: str) -> None:
        """Say at a case why it could not be picked."""
        name = f"second-{reference}"
        self.add_error(name if name in self.fields else None, f"{reference}: {message}")


class ReasonForm(forms.Form):
    """Why something is done; `label` and `help_text` say what of."""

    reason = TextField(name="reason", if_empty="Give a reason.", rows=4, label="Reason")

    def __init__(self, *args: Any, label: str = "", help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["reason"].label = label
        if help_text:
            self.fields["reason"].help_text = help_text


class SettleForm(ReasonForm):
    """What one difference is settled as, and why.

    `hints` says of each value who chose it. `seen` is the settlement or proposal that the page
    shows, so that one made meanwhile is not passed over.
    """

    value = forms.ChoiceField(
        label="What should it be?",
        error_messages={
            "required": "Choose what it should be.",
            "invalid_choice": "Choose one of the answers.",
        },
    )
    seen = forms.IntegerField(
        required=False, widget=forms.HiddenInput, error_messages={"invalid": NOT_READ}
    )
    field_order = ("value", "reason", "seen")

    def __init__(
        self, difference: Difference, hints: Mapping[str, str], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.difference = difference
        field = self.fields["value"]
        choices = [
            (value, HintedChoice(label, hints.get(value, "")))
            for value, label in difference.values.items()
        ]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the types alone
        if len(choices) > LONGEST_RADIOS:
            choices.insert(0, ("", HintedChoice("Choose one")))
            field.widget = forms.Select()
        else:
            field.widget = forms.RadioSelect()
        field.choices = choices
        field.initial = difference.value
        settlement = difference.settlement
        self.fields["seen"].initial = settlement.pk if settlement else 0

    def read_choice(self) -> Choice:
        """Return what is chosen."""
        return Choice(
            self.difference.key, self.cleaned_data["value"], self.cleaned_data["seen"] or 0
        )

    def show_seen(self, difference: Difference) -> QueryDict:
        """Return what was sent, as sent by somebody who has now seen `difference` as it stands."""
        data = copy_sent(self)
        data["seen"] = str(difference.settlement.pk if difference.settlement else 0)
        return data


class OneSidedForm(ReasonForm):
    """Questions that one of the two was asked: which of them are settled as that one answered."""

    questions = forms.MultipleChoiceField(
        label="Take the answer that was given to",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
        error_messages={
            "invalid_choice": "Some of these were settled meanwhile. Look at the list again."
        },
    )
    field_order = ("questions", "reason")

    def __init__(self, differences: Sequence[AnswerDifference], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label="Why?", **kwargs)
        self.differences = {"/".join(filter(None, d.key)): d for d in differences}
        field = self.fields["questions"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - for the types alone
        field.choices = [
            (name, HintedChoice(f"{d.question.code} {d.question.text} {d.row_label}".strip(), hint))
            for name, d in self.differences.items()
            for hint in [f"{d.values[d.asked_of[0].answer]}: {d.asked_of[0].evidence}".strip(": ")]
        ]
        field.initial = list(self.differences)

    def clean_questions(self) -> list[str]:
        """Return what is ticked: one at least."""
        ticked: list[str] = self.cleaned_data["questions"]
        if not ticked:
            raise ValidationError("Choose at least one question.")
        return ticked

    def read_choices(self) -> list[Choice]:
        """Return the answers that were given to what is ticked."""
        ticked = [self.differences[name] for name in self.cleaned_data["questions"]]
        return [Choice(d.key, d.asked_of[0].answer) for d in ticked]
