"""Pages that show every component and every kind of field, for the tests to look at."""

from types import SimpleNamespace
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from frontend.fields import Choice
from frontend.layout import Block, Buttons, Fieldset, LabelledField, LinkButton, Submit


def score(sufficient: int, relevant: int, band: str | None, **others: Any) -> SimpleNamespace:
    """A score as the components take it; complete unless `open`, `low` and `high` are given."""
    percent = (sufficient * 200 + relevant) // (2 * relevant) if relevant else None
    fields = {"open": 0, "low": percent, "high": percent, "percent": percent, "band": band}
    return SimpleNamespace(sufficient=sufficient, relevant=relevant, **{**fields, **others})


class EveryField(forms.Form):
    """One field of each kind that the template pack draws."""

    reference = forms.CharField(
        label="Case reference",
        help_text="For example, HER-014.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    started = forms.DateField(
        label="Start of the sentence",
        help_text="For example, 27/3/2012",
        widget=forms.DateInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )
    order = forms.ChoiceField(
        label="Kind of order",
        choices=[("", "Choose one"), ("ro", "Referral order"), ("yro", "Rehabilitation order")],
    )
    answer = forms.ChoiceField(
        label="Was there a sufficient assessment of the risk of harm to others?",
        help_text="Look at the full analysis, if one was required.",
        choices=[("sufficient", "Yes"), ("insufficient", "No"), ("na", "Not applicable")],
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline govuk-radios--small"}),
    )
    stage = forms.ChoiceField(
        label="How far has the supervision got?",
        choices=[
            ("start", Choice("Just begun", hint="In the first three months.")),
            ("end", Choice("Near its end", hint="In the last three months.")),
        ],
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label="Why was it not sufficient?",
        choices=[("late", "It was late"), ("none", "There was none"), ("copy", "It was copied")],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )
    evidence = forms.CharField(label="Evidence", widget=forms.Textarea)
    plan = forms.FileField(label="The plan, as a file", required=False)
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    agreed = forms.BooleanField(
        label="I have seen the whole case record", help_text="Electronic and on paper."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=3)

    @property
    def helper(self) -> FormHelper:
        """The layout, with all our layout objects in it."""
        helper = FormHelper()
        helper.layout = Layout(
            Fieldset("The case", "reference", "started", "order"),
            Block(
                "judgement.html", context={"code": "1.1.01"}, answer="answer", evidence="evidence"
            ),
            LabelledField("stage", size="m"),
            "reasons",
            "plan",
            "password",
            "agreed",
            "version",
            Buttons(Submit("Save"), LinkButton("Leave it", "/"), LinkButton("Back", "/", style="")),
        )
        return helper


COMPONENTS: dict[str, Any] = {
    "title": "Every component",
    "caption": "Hertfordshire, January 2012",
    "breadcrumbs": [{"label": "Inspections", "url": "/"}, {"label": "Hertfordshire", "url": "/"}],
    "tasks": [
        {"title": "Facts of the case", "url": "/", "status": "Completed"},
        {
            "title": "1.1 Assessment: likelihood of reoffending",
            "url": "/",
            "hint": "12 questions apply",
            "status": "In progress",
            "colour": "blue",
        },
        {"title": "1.2 Risk of harm", "url": "/", "status": "Not started", "colour": "grey"},
        {"title": "Complete the case", "status": "Cannot start yet"},
    ],
    "rows": [
        {
            "key": "Reference",
            "value": "HER-014",
            "actions": [{"label": "Change", "url": "/", "hidden": "reference"}],
        },
        {
            "key": "Assessor",
            "value": "Local assessor 2",
            "actions": [
                {"label": "Change", "url": "/", "hidden": "assessor"},
                {"label": "Remove", "url": "/", "hidden": "assessor"},
            ],
        },
        {"key": "Custody", "value": "No"},
    ],
    "head": ["Criterion", {"text": "Sufficient", "numeric": True}, {"text": "Of", "numeric": True}],
    "table": [
        [
            {"text": "1.1 Likelihood of reoffending", "url": "/", "header": True},
            {"text": 412, "numeric": True},
            {"text": 640, "numeric": True},
        ],
        [
            "1.2 Risk of harm to others",
            {"text": 0, "numeric": True},
            {"text": 512, "numeric": True},
        ],
    ],
    "wide_head": [f"Column {number}" for number in range(1, 13)],
    "wide_table": [[f"Cell {number}" for number in range(1, 13)]],
    "scores": [
        ("Safeguarding", score(1227, 2056, "MODERATE")),
        ("Risk of Harm to others", score(880, 1800, "SUBSTANTIAL")),
        ("Likelihood of Reoffending", score(1400, 1800, "MINIMUM")),
        ("A theme in the middle of fieldwork", score(22, 40, None, open=18, low=38, high=69)),
        ("A theme that went badly", score(30, 100, "DRASTIC")),
        ("A theme not begun", score(0, 0, None, open=240)),
    ],
    "bands": ["MINIMUM", "MODERATE", "SUBSTANTIAL", "DRASTIC", ""],
    "previous": {"url": "/", "title": "1.1 Likelihood of reoffending"},
    "next": {"url": "/", "title": "1.3 Safeguarding"},
}

NAVIGATION = {
    "navigation": [
        {"label": "Cases", "url": "/gallery/components/", "current": True},
        {"label": "Scorecard", "url": "/gallery/form/", "current": False},
        {"label": "Report", "url": "/", "current": False},
    ],
    "user_role": "Lead inspector",
}


def show_components(request: HttpRequest) -> HttpResponse:
    """Every component once."""
    if "message" in request.GET:
        messages.success(request, "The case has been completed.")
        messages.warning(request, "Somebody else has changed question 1.1.02.")
    return render(request, "gallery/components.html", {**COMPONENTS, **NAVIGATION})


def show_form(request: HttpRequest) -> HttpResponse:
    """Every kind of field; sent empty, every error."""
    form = EveryField(request.POST, request.FILES) if request.method == "POST" else EveryField()
    context = {
        "title": "Every field",
        "back_url": "/gallery/components/",
        "form": form,
        **NAVIGATION,
    }
    return render(request, "gallery/form.html", context)


def fail(request: HttpRequest) -> HttpResponse:
    """A fault, to see what a visitor is told."""
    raise RuntimeError("on purpose")


urlpatterns = [
    path("components/", show_components),
    path("form/", show_form),
    path("fault/", fail),
]
