"""Fields that several forms of setting up share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from inspections.dates import YEARS, parse_day
from inspections.presentation import describe_date
from inspections.setting_up.texts import check_line

NO_ADDRESS = "Enter a whole email address, such as name@example.org"


class LineField(forms.CharField):
    """A text of one line, space in it made single. `name` is what a message calls it."""

    def __init__(self, *, name: str, limit: int, missing: str, **kwargs: Any) -> None:
        self.name, self.limit = name, limit
        kwargs.setdefault("error_messages", {"required": missing})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Return the text without space around it."""
        return " ".join(str(value or "").split(" ")).strip()

    def validate(self, value: str) -> None:
        """Raise ValidationError where it is missing, too long, or holds what cannot be printed."""
        super().validate(value)
        if fault := check_line(value, self.limit):
            raise ValidationError(f"The {self.name} {fault}")

    def run_validators(self, value: str) -> None:
        """Leave out Django's own: `validate` has looked at every character."""


class AddressField(forms.EmailField):
    """An e-mail address, in small letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": "Email address",
                "max_length": 254,
                "widget": forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
                "error_messages": {
                    "required": "Enter the email address",
                    "invalid": NO_ADDRESS,
                    "null_characters_not_allowed": NO_ADDRESS,
                    "max_length": "The email address must be 254 characters or fewer",
                },
                **kwargs,
            }
        )

    def to_python(self, value: Any) -> str:
        """Return the address in small letters."""
        return str(super().to_python(value) or "").lower()


class DayField(forms.CharField):
    """A day, or a month alone, typed in any of the usual ways; its value is ISO text.

    `name` is what a message calls it.
    """

    def __init__(self, *, name: str, **kwargs: Any) -> None:
        self.name = name
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-20"}))
        kwargs.setdefault("error_messages", {"required": f"Enter {name}"})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Return the day as ISO text; empty for none."""
        text = str(value or "").strip()
        if not text:
            return ""
        try:
            return parse_day(text)
        except ValueError:
            raise ValidationError(
                f"{self.name[0].upper()}{self.name[1:]} must be a real day from {YEARS[0]} to "
                f"{YEARS[1]}, such as 12 January 2026"
            ) from None

    def prepare_value(self, value: Any) -> Any:
        """Return a stored day in words, and what was typed as it is."""
        try:
            return describe_date(value)
        except (TypeError, ValueError):
            return value

    def run_validators(self, value: str) -> None:
        """Leave out Django's own: what was read as a day is one."""
