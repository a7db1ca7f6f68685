"""The form of a case's facts: descriptions of the case, then the assessor's own screening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from cases.forms.versions import (
    Theirs,
    copy_sent,
    describe_conflict,
    describe_recorded,
    version_field,
)
from cases.models import RecordedFact
from cases.recording import FactChange, FactsOutcome
from frontend.fields import FieldView
from frontend.layout import Block, Fieldset
from inspections.definition import FactDefinition, ProgrammeDefinition
from inspections.models import TeamMember

GROUP_TITLES = {"case": "About the case", "screening": "Your screening judgements"}
LONGEST_RADIOS = 7
"""More choices than this stand in a drop-down list."""


class FactsForm(forms.Form):
    """All facts of a programme, with what is recorded of them in one assessment.

    A fact that was not sent stands as it is recorded.
    """

    def __init__(
        self,
        definition: ProgrammeDefinition,
        recorded: Mapping[str, RecordedFact],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.recorded = recorded
        self.theirs: dict[str, Theirs] = {}
        for fact in definition.facts:
            self.fields[fact.key] = _fact_field(fact, recorded[fact.key].value)
            self.fields[f"{fact.key}-version"] = version_field(recorded[fact.key].version)
        if self.is_bound:
            self._fill_unsent()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            *(
                Fieldset(title, *self._make_blocks(group), size="l")
                for group, title in GROUP_TITLES.items()
                if any(fact.group == group for fact in definition.facts)
            )
        )

    def _fill_unsent(self) -> None:
        data = copy_sent(self)
        for key, fact in self.recorded.items():
            if f"{key}-version" not in data:
                data[key], data[f"{key}-version"] = fact.value, str(fact.version)
        self.data = data

    def _make_blocks(self, group: str) -> list[Block]:
        return [
            FactBlock(fact.key, describe_recorded(self.recorded[fact.key]))
            for fact in self.definition.facts
            if fact.group == group
        ]

    def read_changes(self) -> list[FactChange]:
        """Return what is to be saved: every fact whose fields are valid."""
        return [
            FactChange(
                key=key,
                value=self.cleaned_data[key],
                base_version=self.cleaned_data[f"{key}-version"],
            )
            for key in self.definition.facts_by_key
            if key not in self.errors and f"{key}-version" not in self.errors
        ]

    def list_changes(self) -> list[FactChange]:
        """Return what was sent, is valid, and is not what is recorded."""
        changes = self.read_changes()
        return [change for change in changes if change.value != self.recorded[change.key].value]

    def find_change(self, key: str) -> FactChange | None:
        """Return that of `list_changes` which is of the fact `key`, or None."""
        return next((change for change in self.list_changes() if change.key == key), None)

    def show_outcome(self, outcome: FactsOutcome, by: TeamMember) -> None:
        """Say at each fact what was not saved and why, and take on the new versions.

        `by` is who saved.
        """
        data = copy_sent(self)
        for change, version in outcome.saved:
            data[f"{change.key}-version"] = str(version)
        for conflict in outcome.conflicts:
            key, current = conflict.change.key, conflict.current
            fact = self.definition.facts_by_key[key]
            data[f"{key}-version"] = str(current.version)
            self.theirs[key] = Theirs(own=current.changed_by_id == by.pk)
            message = describe_conflict(current, fact.label_of(current.value), by)
            self.add_error(key, f"{fact.label}: {message}")
        for refusal in outcome.refusals:
            fact = self.definition.facts_by_key[refusal.change.key]
            self.add_error(fact.key, f"{fact.label}: {refusal.message}")
        self.data = data


class FactBlock(Block):
    """One fact with who recorded it, and its version."""

    template = "cases/fact.html"

    def __init__(self, key: str, recorded: str) -> None:
        self.key = key
        self.recorded = recorded
        super().__init__(version=f"{key}-version")

    def get_context(self, form: forms.BaseForm) -> dict[str, Any]:
        """Return the field with a bold label, and what the template says of it."""
        value = FieldView(form[self.key], size="s")
        return {
            "key": self.key,
            "recorded": self.recorded,
            "value": value,
            "theirs": cast(FactsForm, form).theirs.get(self.key),
        }


def _fact_field(fact: FactDefinition, value: str) -> forms.ChoiceField:
    choices = [(value, fact.label_of(value)) for value in fact.values]
    widget: forms.Widget
    if len(choices) > LONGEST_RADIOS:
        choices.insert(0, ("", "Not yet recorded"))
        widget = forms.Select()
    else:
        inline = "govuk-radios--inline" if fact.type == "boolean" else ""
        widget = forms.RadioSelect(attrs={"class": f"govuk-radios--small {inline}".strip()})
    return forms.ChoiceField(
        label=fact.label,
        help_text=fact.help,
        choices=choices,
        initial=value,
        required=False,
        widget=widget,
        error_messages={"invalid_choice": f"Choose one of the answers for “{fact.label}”."},
    )
