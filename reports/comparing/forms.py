"""The form of the comparison: by which date, of which region, and beside which family of areas."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError

from frontend.fields import Choice
from frontend.layout import Block, Buttons, Submit
from inspections.forms.fields import DayField
from reports.models import ComparatorChoice

ALL_REGIONS = "All regions"


class ComparisonForm(forms.Form):
    """What to compare with. `areas` are those that have results: name and region by slug."""

    as_of = DayField(
        name="the date",
        label="Results published by",
        help_text="A day, such as 31 May 2012, or a month alone: then up to its last day.",
    )
    region = forms.ChoiceField(
        label="Region",
        required=False,
        error_messages={"invalid_choice": "No result is of that region. Choose one from the list."},
    )
    family = forms.MultipleChoiceField(
        label="Family of comparators",
        required=False,
        help_text=f"Areas like this one, shown by name beside it: {ComparatorChoice.MAX_FAMILY} at "
        "most.",
        widget=forms.CheckboxSelectMultiple(
            attrs={"class": "govuk-checkboxes--small app-comparison-family"}
        ),
        error_messages={
            "invalid_choice": "One of the areas has no result under this programme. Choose from "
            "the list.",
            "invalid_list": "Choose areas from the list.",
        },
    )

    def __init__(
        self,
        regions: Collection[str],
        areas: Mapping[str, tuple[str, str]],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = [  # type: ignore[attr-defined]
            ("", ALL_REGIONS),
            *((region, region) for region in regions),
        ]
        self.fields["family"].choices = [  # type: ignore[attr-defined]
            (slug, Choice(name, region)) for slug, (name, region) in areas.items()
        ]
        self.helper = FormHelper()
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Block("reports/comparison_filter.html", as_of="as_of", region="region"),
            Block("reports/comparison_family.html", family="family"),
            Buttons(Submit("Compare", style="secondary", once=False)),
        )

    def clean_family(self) -> list[str]:
        """Return the areas chosen. Raises ValidationError for more than fit beside each other."""
        family: list[str] = list(dict.fromkeys(self.cleaned_data["family"]))
        if len(family) > ComparatorChoice.MAX_FAMILY:
            raise ValidationError(
                f"Choose {ComparatorChoice.MAX_FAMILY} areas at most: {len(family)} are chosen."
            )
        return family
