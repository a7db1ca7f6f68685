"""The form of an area."""

from __future__ import annotations

from django import forms

from inspections.forms.fields import LineField


class AreaForm(forms.Form):
    """What an area is called."""

    name = LineField(
        name="name",
        limit=100,
        missing="Enter the name of the area",
        label="Name of the area",
        help_text="The local authority area with a youth offending team, as it stands in print.",
    )
