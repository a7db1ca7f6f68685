"""The template pack draws what govuk-frontend's own macros draw."""

from typing import Any

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from frontend.fields import Choice, FieldView
from tests.frontend.govuk import Example, load_examples, normalise

WIDGETS: dict[str, type[forms.Widget]] = {
    "input": forms.TextInput,
    "textarea": forms.Textarea,
    "select": forms.Select,
    "radios": forms.RadioSelect,
    "checkboxes": forms.CheckboxSelectMultiple,
    "password-input": forms.PasswordInput,
    "file-upload": forms.FileInput,
}
ATTRIBUTES = ("autocomplete", "inputmode", "rows")


def draw(example: Example) -> str:
    """Our HTML for what the macro of the example was given."""
    options = example.options
    legend = options.get("fieldset", {}).get("legend")
    label = legend or options["label"]
    attrs = {name: options[name] for name in ATTRIBUTES if name in options}
    if "classes" in options:
        attrs["class"] = options["classes"]
    field = make_field(example, label["text"], attrs)
    name = options["name"]
    form = forms.Form(auto_id=options.get("idPrefix") or options.get("id") or "%s")
    form.fields[name] = field
    if message := options.get("errorMessage"):
        form.is_bound = True
        form.data = MultiValueDict({name: chosen(options)})
        form.full_clean()
        form.errors[name] = form.error_class([message["text"]])
    size = label.get("classes", "").rpartition("--")[2]
    return FieldView(
        form[name],
        size=size,
        as_heading=label.get("isPageHeading", False),
        group_extra=options.get("formGroup", {}).get("classes", ""),
    ).html


def make_field(example: Example, label: str, attrs: dict[str, Any]) -> forms.Field:
    """A field with the label, hint, value and choices of the example."""
    options = example.options
    kwargs: dict[str, Any] = {
        "label": label,
        "help_text": options.get("hint", {}).get("text", ""),
        "disabled": options.get("disabled", False),
        "required": False,
        "widget": WIDGETS[example.component](attrs=attrs),
    }
    if "items" not in options:
        return forms.CharField(initial=options.get("value"), **kwargs)
    choices = [
        (item["value"], Choice(item["text"], item.get("hint", {}).get("text", "")))
        for item in options["items"]
    ]
    if example.component == "checkboxes":
        return forms.MultipleChoiceField(choices=choices, initial=chosen(options), **kwargs)
    return forms.ChoiceField(choices=choices, initial="".join(chosen(options)), **kwargs)


def chosen(options: dict[str, Any]) -> list[str]:
    """The values that the example shows as chosen."""
    return [str(item["value"]) for item in options.get("items", []) if item.get("checked")]


@pytest.mark.parametrize("example", load_examples(*WIDGETS), ids=str)
def test_field_is_drawn_as_in_the_design_system(example: Example) -> None:
    assert normalise(draw(example)) == normalise(example.html)


def view_of(field: forms.Field, data: dict[str, Any] | None = None) -> FieldView:
    form = forms.Form(data)
    form.fields["answer"] = field
    return FieldView(form["answer"])


def test_label_hint_and_choices_are_escaped() -> None:
    html = view_of(
        forms.ChoiceField(
            label="<b>Legend</b>",
            help_text="<i>Hint</i>",
            choices=[("<u>", Choice("<s>Yes</s>", hint="<em>One</em>"))],
            widget=forms.RadioSelect,
        )
    ).html

    for tag in ("b", "i", "s", "em", "u"):
        assert f"<{tag}>" not in html
    assert "&lt;b&gt;Legend&lt;/b&gt;" in html


def test_single_checkbox_stands_beside_its_label_and_hint() -> None:
    field = forms.BooleanField(label="I have seen it", help_text="All of it", required=False)

    assert normalise(view_of(field).html) == normalise(
        """
        <div class="govuk-form-group">
          <div class="govuk-checkboxes" data-module="govuk-checkboxes">
            <div class="govuk-checkboxes__item">
              <input class="govuk-checkboxes__input" id="id_answer" name="answer" type="checkbox"
                     aria-describedby="id_answer-hint">
              <label class="govuk-label govuk-checkboxes__label" for="id_answer">
                I have seen it
              </label>
              <div id="id_answer-hint" class="govuk-hint govuk-checkboxes__hint">All of it</div>
            </div>
          </div>
        </div>
        """
    )


def test_hidden_field_is_its_input_alone() -> None:
    html = view_of(forms.IntegerField(widget=forms.HiddenInput, initial=3)).html

    assert normalise(html) == normalise(
        '<input type="hidden" name="answer" value="3" id="id_answer">'
    )


def test_several_errors_share_one_message_that_describes_the_field() -> None:
    form = forms.Form({"answer": "x"})
    form.fields["answer"] = forms.CharField(help_text="Any")
    form.add_error("answer", ["Too short", "Too plain"])
    html = FieldView(form["answer"]).html

    assert 'aria-describedby="id_answer-hint id_answer-error"' in html
    assert html.count('id="id_answer-error"') == 1
    assert "Too short<br>Too plain" in html


def test_what_was_sent_is_shown_again() -> None:
    view = view_of(
        forms.ChoiceField(choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect),
        {"answer": "n"},
    )

    assert [(option.value, option.checked) for option in view.options] == [
        ("y", False),
        ("n", True),
    ]
    assert view.value == "n"


def test_unfilled_field_has_no_value() -> None:
    assert view_of(forms.CharField(required=False)).value == ""


def test_form_without_ids_still_joins_label_and_field() -> None:
    form = forms.Form(auto_id=False)
    form.fields["answer"] = forms.CharField()
    html = FieldView(form["answer"]).html

    assert 'for="answer"' in html
    assert 'id="answer"' in html
