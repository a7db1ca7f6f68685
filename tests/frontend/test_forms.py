"""Whole forms: crispy's tag and filter, our layout objects, the error summary, and the speed."""

import re
from typing import Any

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Layout, Row
from crispy_forms.layout import Submit as CrispySubmit
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template

from frontend.fields import ErrorLink, summarise_errors
from frontend.layout import Block, Buttons, Fieldset, LabelledField, LinkButton, Submit
from tests.frontend.gallery import EveryField
from tests.frontend.govuk import Example, load_examples, normalise
from tests.frontend.rendering_speed import measure


class Note(forms.Form):
    text = forms.CharField(label="Text")
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )


def draw(form: forms.Form, *layout: Any, **settings: Any) -> str:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    for name, value in settings.items():
        setattr(helper, name, value)
    if layout:
        helper.layout = Layout(*layout)
    return str(render_crispy_form(form, helper))


def names_in(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r' name="([^"]*)"', html)))


def test_form_is_left_to_the_server_to_check() -> None:
    html = draw(Note(), form_tag=True, form_action="/notes/")

    assert re.findall(r"<form[^>]*>", html) == ['<form  action="/notes/" method="post" novalidate>']
    assert " required" not in html


def test_form_with_a_file_is_sent_as_multipart() -> None:
    assert 'enctype="multipart/form-data"' in draw(EveryField(), form_tag=True)


def test_form_without_layout_shows_all_fields_in_order() -> None:
    assert names_in(draw(Note())) == ["text", "kind"]


def test_filter_shows_all_fields_of_a_formset() -> None:
    formset = forms.formset_factory(Note, extra=2)(prefix="n")
    html = Template("{% load crispy_forms_filters %}{{ formset|crispy }}").render(
        Context({"formset": formset})
    )

    assert names_in(html) == [
        "n-TOTAL_FORMS", "n-INITIAL_FORMS", "n-MIN_NUM_FORMS", "n-MAX_NUM_FORMS",
        "n-0-text", "n-0-kind", "n-1-text", "n-1-kind",
    ]  # fmt: skip


def test_tag_shows_each_form_of_a_formset_by_its_layout() -> None:
    formset: Any = forms.formset_factory(Note, extra=1)(prefix="n")
    formset.helper = FormHelper()
    formset.helper.layout = Layout("kind")
    html = Template("{% load crispy_forms_tags %}{% crispy formset %}").render(
        Context({"formset": formset, "csrf_token": "token"})
    )

    assert names_in(html)[-1:] == ["n-0-kind"]
    assert "n-0-text" not in html
    assert html.count("<form") == 1


@pytest.mark.parametrize("example", load_examples("fieldset"), ids=str)
def test_fieldset_is_drawn_as_in_the_design_system(example: Example) -> None:
    legend = example.options["legend"]
    fieldset = Fieldset(
        legend["text"],
        size=legend["classes"].rpartition("--")[2],
        as_heading=legend.get("isPageHeading", False),
    )

    assert normalise(draw(Note(), fieldset)) == normalise(example.html)


def test_legend_is_text_and_never_a_template() -> None:
    html = draw(Note(), Fieldset("{{ form }} <b>", "text"))

    assert "{{ form }} &lt;b&gt;</legend>" in html


def test_labelled_field_sets_the_size_of_its_own_legend_only() -> None:
    html = draw(Note(), LabelledField("kind", size="l", as_heading=True), "text")

    assert '<legend class="govuk-fieldset__legend govuk-fieldset__legend--l"><h1' in html
    assert '<label class="govuk-label" for="id_text">Text</label>' in html


def test_buttons_stand_in_a_group() -> None:
    html = draw(
        Note(),
        Buttons(
            Submit("Save", "action", "save"),
            LinkButton("Preview", "/preview/"),
            LinkButton("Cancel", "/", style=""),
        ),
    )

    assert normalise(html) == normalise(
        """
        <div class="govuk-button-group">
          <button type="submit" name="action" value="save" data-prevent-double-click="true"
                  class="govuk-button" data-module="govuk-button">Save</button>
          <a href="/preview/" role="button" draggable="false" data-module="govuk-button"
             class="govuk-button govuk-button--secondary">Preview</a>
          <a class="govuk-link" href="/">Cancel</a>
        </div>
        """
    )


def test_layout_objects_of_crispy_take_our_classes() -> None:
    html = draw(
        Note(), Row(Column("text", css_class="one-half")), Div(CrispySubmit("save", "Save"))
    )

    assert '<div class="govuk-grid-row"><div class="govuk-grid-column-one-half">' in html
    assert re.findall(r"<input[^>]*submit[^>]*>", html) == [
        '<input type="submit" name="save" value="Save" class="govuk-button "'
        ' id="submit-id-save" data-module="govuk-button">'
    ]


def test_block_draws_its_fields_by_one_template(gallery: None) -> None:
    form = Note({"kind": "c", "text": "Seen"})
    block = Block("judgement.html", context={"code": "1.1.01"}, answer="kind", evidence="text")
    html = draw(form, block, render_unmentioned_fields=True)

    assert '<span class="app-code">1.1.01</span> Kind' in html
    assert 'aria-describedby="id_kind-error"' in html
    assert ">\nSeen</textarea>" in html
    assert names_in(html) == ["kind", "text"]


def test_block_leaves_nothing_behind_in_the_page(gallery: None) -> None:
    context = Context({"answer": "the page's own"})
    block = Block("judgement.html", answer="kind", evidence="text")
    block.render(Note(), context)

    assert context["answer"] == "the page's own"


def test_block_refuses_a_field_that_the_form_has_not(gallery: None) -> None:
    with pytest.raises(KeyError, match="absent"):
        Block("judgement.html", answer="absent").render(Note(), Context())


def test_error_summary_lists_the_faults_in_the_order_of_the_page() -> None:
    form = Note({"text": "", "kind": ""})
    form.add_error(None, "Someone else has saved this")

    assert summarise_errors(form) == [
        ErrorLink("Someone else has saved this"),
        ErrorLink("This field is required.", "#id_text"),
        ErrorLink("This field is required.", "#id_kind_0"),
    ]


def test_error_summary_gathers_forms_formsets_and_links_and_passes_over_the_rest() -> None:
    formset = forms.formset_factory(Note, extra=0, min_num=2, validate_min=True)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-kind": "a"}
    )

    assert summarise_errors(None, Note(), formset, [{"text": "Wrong", "href": "#here"}]) == [
        ErrorLink("Please submit at least 2 forms."),
        ErrorLink("This field is required.", "#id_form-0-text"),
        ErrorLink("Wrong", "#here"),
    ]


def test_error_summary_of_a_hidden_field_leads_nowhere() -> None:
    form = forms.Form({})
    form.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    assert summarise_errors(form) == [ErrorLink("This field is required.")]


def test_every_link_of_the_error_summary_leads_to_something_on_the_page(gallery: None) -> None:
    form = EveryField({})
    html = draw(form)
    links = [link.href for link in summarise_errors(form) if link.href]

    assert len(links) == 9
    assert [link for link in links if html.count(f' id="{link[1:]}"') != 1] == []


def test_forms_without_errors_have_no_summary() -> None:
    template = Template("{% load components %}{% error_summary form absent %}")

    assert template.render(Context({"form": Note()})) == ""


def test_drawing_a_page_of_questions_takes_at_most_half_as_long_again_as_django(
    gallery: None,
) -> None:
    times = measure()

    slow = {name: time / times["as_div"] for name, time in times.items()}
    assert {name: ratio for name, ratio in slow.items() if ratio > 1.5} == {}
