"""The forms of the breakdown page: what to break down by what, and which groups are too small."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms

from frontend.layout import Buttons, LabelledField, Submit
from inspections.definition import ProgrammeDefinition
from inspections.models.inspection import SMALLEST_GROUP
from scoring.breakdowns.counting import list_facts
from scoring.names import ScoreName, list_score_names, parse_score_name, title_of

LARGEST_SMALLEST_GROUP = 50
"""A sample has at most 99 cases: beyond this there would be nothing to show."""

LONGEST_TITLE = 90
KINDS = {
    "headline": "Headline scores",
    "section": "Sections",
    "criterion": "Criteria",
    "question": "Questions",
}

NO_SUCH_FACT = "Nothing of that name is recorded of cases. Choose one from the list."
NO_SUCH_SCORE = "This programme has no such score. Choose one from the list."


class BreakdownForm(forms.Form):
    """A score and a fact to break it down by, and a second fact to cross it with, if any."""

    def __init__(self, definition: ProgrammeDefinition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        facts = list_facts(definition)
        self.fields["score"] = forms.ChoiceField(
            label="Score",
            required=False,
            choices=[("", "All headlines and criteria"), *list_score_choices(definition)],
            error_messages={"invalid_choice": NO_SUCH_SCORE},
        )
        self.fields["fact"] = forms.ChoiceField(
            label="Break down by",
            required=False,
            choices=[("", "Choose a fact"), *facts],
            error_messages={"invalid_choice": NO_SUCH_FACT},
        )
        self.fields["second"] = forms.ChoiceField(
            label="Cross with (optional)",
            required=False,
            choices=[("", "No second fact"), *facts],
            error_messages={"invalid_choice": NO_SUCH_FACT},
        )
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.form_action = "#breakdown"
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Div(
                LabelledField("score"),
                LabelledField("fact"),
                LabelledField("second"),
                css_class="app-breakdown-form",
            ),
            Buttons(Submit("Show", style="secondary", once=False)),
        )

    def clean(self) -> dict[str, Any]:
        """Refuse choices that do not go together, each at its place."""
        chosen: dict[str, Any] = super().clean() or {}
        score, fact, second = (chosen.get(key, "") for key in ("score", "fact", "second"))
        if (score or second) and not fact and "fact" not in self.errors:
            self.add_error("fact", "Choose what to break it down by.")
        if second and second == fact:
            self.add_error("second", "Choose another fact to cross it with.")
        elif second and not score and "score" not in self.errors:
            self.add_error("score", "Choose one score to cross two facts for.")
        return chosen

    @property
    def name(self) -> ScoreName | None:
        """The score that was chosen, None for all headlines and criteria."""
        written = self.cleaned_data["score"]
        return parse_score_name(self.definition, written) if written else None


class SmallestGroupForm(forms.Form):
    """How many cases a group must have to be seen outside the team."""

    smallest_group = forms.IntegerField(
        label="Smallest group shown outside the team",
        help_text=(
            "Figures about fewer cases, or about all but so few, are left out of reports and "
            "exports. Reports that are published already stay as they are."
        ),
        min_value=SMALLEST_GROUP,
        max_value=LARGEST_SMALLEST_GROUP,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={
            "required": "Enter how many cases the smallest group has",
            "invalid": "The smallest group must be a whole number, such as 5",
            "min_value": f"The smallest group must be {SMALLEST_GROUP} cases or more",
            "max_value": f"The smallest group must be {LARGEST_SMALLEST_GROUP} cases or fewer",
        },
    )

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_action = action
        self.helper.layout = Layout(
            LabelledField("smallest_group"), Buttons(Submit("Save", style="secondary"))
        )


def list_score_choices(
    definition: ProgrammeDefinition,
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every score as it is written and called, by its kind; rows of grids are there too."""
    groups: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS}
    for name in list_score_names(definition, rows=True):
        groups[name.kind].append((str(name), _call(definition, name)))
    return [(KINDS[kind], choices) for kind, choices in groups.items() if choices]


def _call(definition: ProgrammeDefinition, name: ScoreName) -> str:
    title = title_of(definition, name)
    if name.kind != "headline":
        title = f"{name.key} {title}"
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
