"""The form of an inspection."""

from __future__ import annotations

import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from frontend.layout import Fieldset
from inspections.dates import is_before
from inspections.forms.fields import DayField, LineField
from inspections.forms.people import area_field
from inspections.isbn import check_isbn
from inspections.models import Inspection, Programme
from inspections.setting_up.inspections import Details

LARGEST_CASELOAD = 1_000_000
CHIEF_INSPECTOR = "HM Chief Inspector of Probation"
REGIONS = (
    "East Midlands", "East of England", "London", "North East", "North West", "South East",
    "South West", "Wales", "West Midlands", "Yorkshire and the Humber",
)  # fmt: skip
TELEPHONE = re.compile(r"\+?[0-9() -]{5,}( ?(ext\.?|extension) ?[0-9]{1,6})?", re.IGNORECASE)
DAY_HINT = "For example, 12 January 2026."


class ProgrammeField(forms.ModelChoiceField):
    """A version of a programme, by title and version."""

    def label_from_instance(self, programme: Programme) -> str:
        """Return what the list shows of a version."""
        return f"{programme.short_title}, version {programme.version}"


class InspectionForm(forms.Form):
    """What an inspection is: where, of what, by which programme, and when."""

    area = area_field(label="Area to be inspected")
    programme = ProgrammeField(
        label="Programme",
        queryset=Programme.objects.order_by("-slug", "-version"),
        empty_label="Choose a programme",
        help_text="It cannot be changed once a caseload is uploaded, or a case or text is written.",
        error_messages={
            "required": "Choose the programme",
            "invalid_choice": "Choose the programme",
        },
    )
    region = LineField(
        name="region",
        limit=100,
        missing="Enter the region",
        label="Region",
        widget=forms.TextInput(attrs={"list": "regions"}),
    )
    country = forms.ChoiceField(
        label="Country",
        choices=Inspection.Country.choices,
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
        error_messages={"required": "Choose the country", "invalid_choice": "Choose the country"},
    )
    service_name = LineField(
        name="name of the service",
        limit=200,
        missing="Enter the name of the service",
        label="Name of the service",
        help_text="In full, such as “Anyshire Youth Offending Service”.",
    )
    service_title = LineField(
        name="short name of the service",
        limit=20,
        missing="Enter the short name of the service",
        label="Short name of the service",
        help_text="What it calls itself: YOT, YOS or YJS, for example.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    manager_title = LineField(
        name="title of its manager",
        limit=100,
        missing="Enter the title of its manager",
        label="Title of its manager",
        help_text="The post, not the person: “Head of Service”, for example.",
    )
    fieldwork_start = DayField(
        name="the first day of fieldwork", label="First day of fieldwork", help_text=DAY_HINT
    )
    fieldwork_end = DayField(
        name="the last day of fieldwork", label="Last day of fieldwork", help_text=DAY_HINT
    )
    publication_date = DayField(
        name="the publication date",
        label="Publication date (optional)",
        required=False,
        help_text="A month is enough: May 2026, for example.",
    )
    caseload = forms.IntegerField(
        label="Caseload (optional)",
        required=False,
        min_value=0,
        max_value=LARGEST_CASELOAD,
        help_text="How many cases the service had when it was asked.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"}),
        error_messages={
            "invalid": "The caseload must be a whole number, such as 140",
            "min_value": "The caseload must be 0 or more",
            "max_value": f"The caseload must be {LARGEST_CASELOAD:,} or fewer",
        },
    )
    urgent_telephone = LineField(
        name="telephone number",
        limit=40,
        missing="",
        required=False,
        label="Telephone number for urgent concerns (optional)",
        help_text="Of the lead inspector, for when a child may be in danger. Everybody in the team "
        "sees it. Without it they are told to telephone, and no number.",
        widget=forms.TextInput(attrs={"inputmode": "tel", "class": "govuk-input--width-20"}),
    )
    chief_inspector = LineField(
        name="title of the chief inspector",
        limit=150,
        missing="Enter the title of the chief inspector",
        label="Title of the chief inspector",
        help_text="As the foreword of the report is signed.",
        initial=CHIEF_INSPECTOR,
    )
    isbn = LineField(
        name="ISBN",
        limit=20,
        missing="",
        required=False,
        label="ISBN (optional)",
        help_text="Of the printed report, once it has one.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset("Where and what", "area", "programme", "region", "country"),
            Fieldset("The service", "service_name", "service_title", "manager_title", "caseload"),
            Fieldset("When", "fieldwork_start", "fieldwork_end", "publication_date"),
            Fieldset("If a child may be in danger", "urgent_telephone"),
            Fieldset("In print", "chief_inspector", "isbn"),
        )

    def clean_isbn(self) -> str:
        """Check that an ISBN is one."""
        isbn: str = self.cleaned_data["isbn"]
        if isbn and not check_isbn(isbn):
            raise forms.ValidationError("The ISBN must have 13 digits that add up")
        return isbn

    def clean_urgent_telephone(self) -> str:
        """Check that it can be dialled."""
        number: str = self.cleaned_data["urgent_telephone"]
        if number and not TELEPHONE.fullmatch(number):
            raise forms.ValidationError("Enter a telephone number, such as 01632 960001")
        return number

    def clean(self) -> None:
        """Check that the days are in order."""
        first, last = (self.cleaned_data.get(key) for key in ("fieldwork_start", "fieldwork_end"))
        published = self.cleaned_data.get("publication_date")
        if first and last and is_before(last, first):
            self.add_error("fieldwork_end", "Fieldwork must not end before it begins")
        elif last and published and is_before(published, last):
            self.add_error("publication_date", "Publication must not be before fieldwork ends")

    def read_details(self) -> Details:
        """Return what a sound form says."""
        return Details(**self.cleaned_data)

    def show_current(self, current: Inspection) -> None:
        """Say that the details were changed meanwhile, and at its place what stands now."""
        self.add_error(
            None,
            "Not saved: somebody changed the details after you opened this page. What you entered "
            "is kept, and it says below what stands now. Save again to replace that.",
        )
        wanted = dict(self.cleaned_data)
        for name in self.fields:
            value = getattr(current, name)
            if value != wanted.get(name):
                words = self._describe(name, value) or "empty"
                self.add_error(name, f"{self[name].label.removesuffix(' (optional)')}: now {words}")

    def _describe(self, name: str, value: Any) -> str:
        """Return a value that is stored as a person reads it."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return str(field.label_from_instance(value))
        if isinstance(field, forms.ChoiceField):
            return str(dict(Inspection.Country.choices)[value])
        return "" if value is None else str(field.prepare_value(value))

    @classmethod
    def initial_of(cls, inspection: Inspection) -> dict[str, object]:
        """Return the values of the form as they stand."""
        return {name: getattr(inspection, name) for name in cls.base_fields} | {
            "area": inspection.area_id,
            "programme": inspection.programme_id,
        }
