"""The two forms by themselves: which fields they have, and what they take from what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.http import QueryDict
from lxml import html  # type: ignore[import-untyped]

from cases.forms import FactsForm, TopicForm
from cases.forms.items import PARTS
from cases.models import Assessment, Judgement, RecordedFact
from cases.recording import AnswerChange, FactChange
from cases.topics import find_topic
from inspections.catalogue import load_definition
from inspections.definition import Option, ProgrammeDefinition
from tests.casting import FACTS, make_case, make_inspection
from tests.pages import text_of, texts_of

pytestmark = pytest.mark.django_db

PLAIN_PARTS = [part for part in PARTS if part != "reasons"]
"""The fields of a judgement whose question offers no reasons."""


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


def definition_of(assessment: Assessment) -> ProgrammeDefinition:
    return load_definition(assessment.inspection.programme)


def recorded_of(assessment: Assessment) -> dict[str, RecordedFact]:
    return {fact.fact.key: fact for fact in assessment.facts.select_related("fact", "changed_by")}


def judgements_of(assessment: Assessment) -> dict[tuple[str, str], Judgement]:
    rows = assessment.judgements.select_related("question", "changed_by")
    return {(row.question.code, row.row): row for row in rows}


def topic_form(
    assessment: Assessment,
    number: str,
    slug: str,
    sent: Mapping[str, str] | None = None,
    definition: ProgrammeDefinition | None = None,
    year: int | None = None,
) -> TopicForm:
    definition = definition or definition_of(assessment)
    topic = find_topic(definition, number, slug)
    assert topic is not None
    data: Any = () if sent is None else (_query_dict(sent),)
    return TopicForm(definition, topic, judgements_of(assessment), *data, year=year)


def facts_form(assessment: Assessment, sent: Mapping[str, str]) -> FactsForm:
    form = FactsForm(definition_of(assessment), recorded_of(assessment), _query_dict(sent))
    form.is_valid()
    return form


def _query_dict(values: Mapping[str, str]) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update(values)
    return data


class TestFactsForm:
    def test_many_values_are_a_list_and_few_are_radios(self, assessment: Assessment) -> None:
        definition = definition_of(assessment)
        gender = definition.facts_by_key["gender"]
        ages = tuple(Option(str(age), f"{age} years") for age in range(10, 18))
        long = replace(definition, facts=(replace(gender, choices=ages), *definition.facts[1:]))
        form = FactsForm(long, recorded_of(assessment))
        field = form.fields["gender"]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(field.widget, forms.Select)
        assert not isinstance(field.widget, forms.RadioSelect)
        assert list(field.widget.choices)[:2] == [("", "Not yet recorded"), ("10", "10 years")]
        few = form.fields["risk_level"]
        assert isinstance(few, forms.ChoiceField)
        assert isinstance(few.widget, forms.RadioSelect)
        assert list(few.widget.choices) == [
            ("low", "Low"),
            ("high", "High"),
            ("very_high", "Very high"),
        ]

    def test_changes_are_every_fact_as_sent(self, assessment: Assessment) -> None:
        form = facts_form(assessment, {"gender": "female", "gender-version": "1"})
        assert form.errors == {}
        assert form.read_changes() == [
            FactChange(key, value, 1) for key, value in (FACTS | {"gender": "female"}).items()
        ]

    def test_a_fact_with_nothing_chosen_is_cleared(self, assessment: Assessment) -> None:
        form = facts_form(assessment, {"gender-version": "1"})
        assert form.read_changes()[0] == FactChange("gender", "", 1)

    def test_what_is_not_valid_is_left_out(self, assessment: Assessment) -> None:
        form = facts_form(assessment, {"gender": "none", "gender-version": "1"})
        assert [change.key for change in form.read_changes()] == list(FACTS)[1:]


class TestTopicForm:
    def test_has_fields_for_what_applies_and_what_may_come(self, assessment: Assessment) -> None:
        assert list(topic_form(assessment, "1.1", "screening").fields) == [
            "shown",
            *(f"q1-1-01-{part}" for part in PLAIN_PARTS),
            *(f"q1-1-02-{part}" for part in PLAIN_PARTS),
        ]
        assert list(topic_form(assessment, "1.1", "analysis").fields) == [
            "shown",
            *(f"q1-1-03-{part}" for part in PARTS),
        ]

    def test_every_question_of_a_topic_is_on_the_page_and_those_not_asked_are_hidden(
        self, assessment: Assessment
    ) -> None:
        """A script may show them at once, without the server."""
        form = topic_form(assessment, "1.2", "plans")
        page = html.fromstring(f"<div>{render_crispy_form(form, form.helper)}</div>")
        assert [
            (block.get("data-block"), block.get("hidden") is not None)
            for block in page.xpath("//*[@data-block]")
        ] == [("1.2.01", True), ("1.2.02", False), ("1.2.03", False)]

    def test_each_judgement_has_the_places_that_scripts_fill(self, assessment: Assessment) -> None:
        form = topic_form(assessment, "2.1", "delivery")
        page = html.fromstring(f"<div>{render_crispy_form(form, form.helper)}</div>")
        items = page.xpath("//*[@data-item]")
        assert [
            (item.get("data-item"), item.get("data-question"), item.get("data-row"))
            for item in items
        ] == [
            ("q2-1-01", "2.1.01", ""),
            ("q2-1-02-a", "2.1.02", "a"),
            ("q2-1-02-b", "2.1.02", "b"),
        ]
        for item in items:
            name = item.get("data-item")
            assert sorted(set(item.xpath(".//input/@name | .//textarea/@name"))) == sorted(
                f"{name}-{part}" for part in PLAIN_PARTS
            )
            for slot in ("state", "conflict", "meta"):
                assert item.xpath(f".//@data-{slot}-of") == [name]

    def test_a_flag_and_a_private_note_are_part_of_a_change(self, assessment: Assessment) -> None:
        form = topic_form(
            assessment,
            "1.1",
            "screening",
            {
                "q1-1-01-version": "0",
                "q1-1-01-flagged": "on",
                "q1-1-01-note": "Ask me.\r\n",
                "q1-1-02-version": "0",
            },
        )
        assert form.is_valid()
        assert form.read_changes() == [
            AnswerChange("1.1.01", "", "", 0, flagged=True, note_to_lead="Ask me.\n"),
            AnswerChange("1.1.02", "", "", 0),
        ]

    def test_a_private_note_may_not_be_too_long(self, assessment: Assessment) -> None:
        sent = {"q1-1-01-version": "0", "q1-1-01-note": "x" * 5001}
        form = topic_form(assessment, "1.1", "screening", sent)
        assert form.errors == {
            "q1-1-01-note": [
                "1.1.01: the private note must be 5,000 characters or fewer. It has 5001."
            ]
        }
        assert [change.code for change in form.read_changes()] == ["1.1.02"]

    def test_warns_beside_a_note_that_may_identify_somebody(self, assessment: Assessment) -> None:
        assessment.judgements.filter(question__code="1.1.01").update(
            evidence="Seen at SG1 1AA.", note_to_lead="Liam Marlowe again."
        )
        form = topic_form(assessment, "1.1", "screening", year=2026)
        page = html.fromstring(f"<div>{render_crispy_form(form, form.helper)}</div>")
        assert [
            (line.get("data-warning-of"), text_of(line))
            for line in page.xpath("//*[@data-warning-of]")
        ] == [
            (
                "id_q1-1-01-evidence",
                "This may identify somebody. It looks as if it holds a postcode (“SG1 1AA”).",
            ),
            (
                "id_q1-1-01-note",
                "This may identify somebody. It looks as if it holds a name (“Liam Marlowe”).",
            ),
        ]

    def test_what_was_not_sent_is_taken_as_it_stands(self, assessment: Assessment) -> None:
        case = make_case(
            assessment.inspection,
            "ANY-002",
            answers={"1.1.01": "sufficient", "1.1.02": "sufficient", "1.1.03": "insufficient"},
        )
        case.judgements.filter(question__code="1.1.03").update(
            reasons=["too_short"], evidence="A\nB", version=4
        )
        form = topic_form(case, "1.1", "analysis", {"next": "case"})
        assert form.is_valid()
        assert form.read_changes() == [
            AnswerChange("1.1.03", "", "insufficient", 4, ("too_short",), "A\nB")
        ]
        shown = str(render_crispy_form(form, form.helper))
        assert html.fromstring(f"<div>{shown}</div>").xpath("//input[@checked]/@value") == [
            "insufficient",
            "too_short",
        ]

    def test_edges_of_a_note_are_no_change(self, assessment: Assessment) -> None:
        assessment.judgements.filter(question__code="1.1.01").update(evidence=" A\r\nB\n")
        form = topic_form(
            assessment,
            "1.1",
            "screening",
            {"q1-1-01-version": "0", "q1-1-01-evidence": "A\r\nB"},
        )
        assert form.is_valid()
        assert form.read_changes()[0].evidence == " A\r\nB\n"

    def test_asks_only_where_something_is_to_be_judged(self, assessment: Assessment) -> None:
        assert topic_form(assessment, "1.1", "screening").asks is True
        assert topic_form(assessment, "1.1", "analysis").asks is False

    def test_text_of_a_programme_is_never_markup(self, assessment: Assessment) -> None:
        definition = definition_of(assessment)
        section = definition.sections[0]
        criterion = section.criteria[0]
        question = replace(
            criterion.questions[0],
            text="Was <b>it</b> & all done?",
            guidance="<script>alert(1)</script>",
            na_when="<i>x</i>",
            reasons=(Option("r", "<u>r</u>"),),
        )
        criterion = replace(criterion, questions=(question, *criterion.questions[1:]))
        section = replace(section, criteria=(criterion, *section.criteria[1:]))
        marked = replace(definition, sections=(section, *definition.sections[1:]))
        form = topic_form(assessment, "1.1", "screening", definition=marked)
        page = html.fromstring(f"<div>{render_crispy_form(form, form.helper)}</div>")
        assert page.xpath("//script | //b | //i | //u") == []
        block = page.xpath("//section[@id='q1-1-01']")[0]
        assert texts_of(block, ".//legend") == [
            "1.1.01 Was <b>it</b> & all done?",
            "If No, why? Choose all that apply",
        ]
        assert texts_of(block, ".//*[@id='q1-1-01-guidance']") == [
            "<script>alert(1)</script> Not applicable: <i>x</i>."
        ]

    def test_ids_are_each_given_once_and_labels_lead_to_them(self, assessment: Assessment) -> None:
        for number, slug in (("1.1", "screening"), ("2.1", "delivery"), ("2.1", "factors")):
            form = topic_form(assessment, number, slug)
            page = html.fromstring(f"<div>{render_crispy_form(form, form.helper)}</div>")
            ids = page.xpath("//@id")
            assert len(ids) == len(set(ids))
            named = page.xpath("//@for") + " ".join(page.xpath("//@aria-describedby")).split()
            assert {name for name in named if name not in ids} == {"note-advice"}
