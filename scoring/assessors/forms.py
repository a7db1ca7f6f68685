"""Choosing the cases that assessors are compared on."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from frontend.layout import Buttons, LabelledField, Submit
from inspections.definition import ProgrammeDefinition


class ComparableForm(forms.Form):
    """Which cases are taken for comparable: all, or those that share the value of a fact."""

    def __init__(self, definition: ProgrammeDefinition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fact"] = forms.ChoiceField(
            label="Compare with answers in",
            required=False,
            choices=[
                ("", "All cases"),
                *((fact.key, f"Cases with the same: {fact.label}") for fact in definition.facts),
            ],
            error_messages={
                "invalid_choice": "This programme records no such fact. Choose one from the list."
            },
        )
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            LabelledField("fact"), Buttons(Submit("Compare", style="secondary", once=False))
        )
