"""The form of the scorecard page."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from frontend.layout import Buttons, LabelledField, Submit
from inspections.definition import ProgrammeDefinition


class BreakdownForm(forms.Form):
    """Which fact of the programme to break the scores down by; none is a choice too."""

    def __init__(self, definition: ProgrammeDefinition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by"] = forms.ChoiceField(
            label="Break the scores down by",
            required=False,
            choices=[
                ("", "Choose a fact"),
                *((fact.key, fact.label) for fact in definition.facts),
            ],
            error_messages={
                "invalid_choice": "This programme records no such fact. Choose one from the list."
            },
        )
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = "#breakdown"
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            LabelledField("by"), Buttons(Submit("Show", style="secondary", once=False))
        )
