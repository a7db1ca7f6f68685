"""The form with which an example of good practice is noted or changed."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid5

from django import forms

from cases.forms.texts import MutationField, NamelessForm, TextField
from inspections.definition import ProgrammeDefinition


class PracticeForm(NamelessForm):
    """An example, and the criterion that it stands under."""

    criterion = forms.ChoiceField(
        label="Criterion",
        error_messages={
            "required": "Choose a criterion.",
            "invalid_choice": "Choose a criterion of this programme.",
        },
    )
    text = TextField(
        name="example",
        if_empty="Describe the good practice.",
        rows=8,
        label="What was done well?",
        help_text="Say what was done, and what came of it for the child or for others. Leave out "
        "names and whatever else would tell who they are: it may be printed.",
    )
    mutation = MutationField()

    def __init__(self, definition: ProgrammeDefinition, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choices = [(c.number, f"{c.number} {c.title}") for c in definition.criteria.values()]
        cast(forms.ChoiceField, self.fields["criterion"]).choices = [
            ("", "Choose a criterion"),
            *choices,
        ]

    def clean_text(self) -> str:
        """Return the example, unless it seems to name somebody."""
        return self.warn_of_names(self.cleaned_data["text"])

    def read_mutation(self) -> UUID:
        """Return what names this example: the same form with other words is another one."""
        given = self.cleaned_data
        return uuid5(given["mutation"], f"{given['criterion']} {given['text']}")
