"""Fields for what people write in words: kept as it is stored, and checked by the same rule."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError

from cases.alerts import check_text, tidy_text
from cases.identifying import describe_findings, find_identifying
from inspections.models import Inspection


class TextField(forms.CharField):
    """Text of several lines that must not be empty; `name` is what a message calls it."""

    def __init__(self, *, name: str, if_empty: str, rows: int = 5, **kwargs: Any) -> None:
        self.name, self.if_empty = name, if_empty
        super().__init__(
            widget=forms.Textarea(attrs={"rows": rows, "data-note": "private"}),
            required=False,
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        """Return the text as it is kept."""
        return tidy_text(str(value or ""))

    def validate(self, value: str) -> None:
        """Raise ValidationError where the text could not be stored."""
        if fault := check_text(self.name, value, self.if_empty):
            raise ValidationError(fault)

    def run_validators(self, value: str) -> None:
        """Leave out Django's own: `validate` has looked at every character."""


class MutationField(forms.UUIDField):
    """Names what a form sends, so that a form sent twice is taken once; not for people to see."""

    def __init__(self) -> None:
        super().__init__(required=False, initial=uuid4, widget=forms.HiddenInput)

    def clean(self, value: Any) -> UUID:
        """Return what was sent, or a new one where that is none."""
        try:
            sent = super().clean(value)
        except ValidationError:
            sent = None
        return sent or uuid4()


def year_of(inspection: Inspection) -> int:
    """Return the year of the fieldwork, against which a date may be a date of birth."""
    return int(inspection.fieldwork_start[:4])


class NamelessForm(forms.Form):
    """A form whose text should name nobody: it says so once where it seems to, and then gives way.

    `year` is that of the inspection. `identifies` is set where the warning was given: the page then
    offers a button called `AS_IT_IS`.
    """

    AS_IT_IS = "as_it_is"

    def __init__(self, data: Any = None, *, year: int, **kwargs: Any) -> None:
        self.year, self.identifies = year, False
        super().__init__(data, **kwargs)

    def warn_of_names(self, text: str) -> str:
        """Return `text`. Raises ValidationError where it may identify somebody."""
        warning = describe_findings(find_identifying(text, self.year))
        if warning and self.AS_IT_IS not in self.data:
            self.identifies = True
            raise ValidationError(f"{warning} Change it, or send it as it is.")
        return text
