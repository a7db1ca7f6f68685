"""The forms of a case alert: raising it, and what the lead inspector records about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localtime, make_aware

from cases.alerts import ROLE_LIMIT, check_moment, check_text
from cases.forms.texts import MutationField, NamelessForm, TextField
from cases.models import CaseAlert


class ConcernForm(NamelessForm):
    """What an assessor is concerned about."""

    concern = TextField(
        name="concern",
        if_empty="Say what your concern is.",
        rows=8,
        label="What is your concern?",
        help_text="Say what you saw or heard, and where in the record it can be found. Leave out "
        "names, dates of birth and addresses: write “the child”, “the mother”.",
    )
    mutation = MutationField()

    def clean_concern(self) -> str:
        """Return the concern, unless it seems to name somebody."""
        return self.warn_of_names(self.cleaned_data["concern"])

    def read_mutation(self) -> UUID:
        """Return what names this concern: the same form with other words is another alert.

        So is what somebody writes who goes back in the browser to a form that was sent.
        """
        return uuid5(self.cleaned_data["mutation"], self.cleaned_data["concern"])


class MomentForm(forms.Form):
    """When something was done about an alert: a day and a time, at first this very minute."""

    day = forms.DateField(
        label="Day",
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "govuk-input--width-10"}
        ),
        error_messages={"required": "Enter the day.", "invalid": "Enter a real day."},
    )
    time = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(
            format="%H:%M", attrs={"type": "time", "class": "govuk-input--width-5"}
        ),
        error_messages={"required": "Enter the time.", "invalid": "Enter a real time."},
    )

    def __init__(self, alert: CaseAlert, data: Any = None) -> None:
        self.alert = alert
        now = localtime()
        super().__init__(data, prefix=self.name, initial={"day": now.date(), "time": now.time()})

    name = ""
    """What the names of its fields begin with, and what its button sends."""

    def clean(self) -> None:
        """Check day and time together."""
        day, time = self.cleaned_data.get("day"), self.cleaned_data.get("time")
        if day is None or time is None:
            return
        moment = make_aware(datetime.combine(day, time))
        if fault := check_moment(self.alert, moment):
            self.add_error("day", fault)
        self.cleaned_data["moment"] = moment


class ActionForm(MomentForm):
    """Something that was done."""

    name = "action"
    action = TextField(
        name="account of what was done",
        if_empty="Say what was done.",
        rows=4,
        label="What was done",
        help_text="Name people by their role.",
    )
    field_order = ("action", "day", "time")


class ToldForm(MomentForm):
    """That the service was told."""

    name = "told"
    whom = forms.CharField(
        label="Who was told, by their role",
        help_text="For example: head of service, duty social worker.",
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    field_order = ("whom", "day", "time")

    def clean_whom(self) -> str:
        """Return the role on one line."""
        whom = " ".join(self.cleaned_data["whom"].split())
        if fault := check_text("role", whom, "Say whom you told, by their role.", limit=ROLE_LIMIT):
            raise ValidationError(fault)
        return whom
