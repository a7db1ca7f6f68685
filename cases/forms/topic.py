"""The form of one topic: its questions as radios, reasons and an evidence note for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from cases.checking import EVIDENCE_LIMIT
from cases.forms.versions import (
    copy_sent,
    describe_change,
    describe_judgement_conflict,
    read_version,
    version_field,
)
from cases.models import Judgement
from cases.recording import AnswerChange, AnswersOutcome
from cases.topics import Topic, turns_on_page
from frontend.fields import FieldView
from frontend.layout import Block
from inspections.definition import ProgrammeDefinition, QuestionDefinition

Answer = Judgement.Answer
Judgements = Mapping[tuple[str, str], Judgement]
"""The judgements of a topic by question code and row key."""


@dataclass(frozen=True)
class Item:
    """One judgement on the page: a question, or a row of a grid question."""

    question: QuestionDefinition
    row: str
    row_label: str
    judgement: Judgement

    @property
    def prefix(self) -> str:
        """What the names of its fields begin with: `q1-1-01`, or `q2-3-07-a` for a row."""
        return _prefix_of(self.question, self.row)

    @property
    def answered(self) -> str:
        """Who answered and when, where somebody has."""
        return describe_change(self.judgement) if self.judgement.answer else ""


class TopicForm(forms.Form):
    """Questions of `topic` that apply, and those that an answer on the page may open.

    The latter are in the page but hidden; the server decides anew what applies when it saves.
    What was sent is on the page too, even where it has ceased to apply, so that nothing is lost.
    """

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        definition: ProgrammeDefinition,
        topic: Topic,
        judgements: Judgements,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.items = [
            Item(question, row, labels.get(row, ""), judgements[question.code, row])
            for question in topic.questions
            for labels in [_row_labels(definition, question)]
            for row in definition.rows_of(question)
            if _is_on_page(topic, question, judgements[question.code, row])
            or _prefix_of(question, row) + "-version" in self.data
        ]
        for item in self.items:
            self._add_fields(item)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("shown", *self._make_blocks())

    @property
    def questions(self) -> list[QuestionDefinition]:
        """The questions on the page."""
        return list({item.question.code: item.question for item in self.items}.values())

    def _add_fields(self, item: Item) -> None:
        judgement, question, prefix = item.judgement, item.question, item.prefix
        label = f"{question.text} {item.row_label}".strip()
        choices = [
            choice
            for choice in Answer.choices
            if choice[0] != Answer.NOT_APPLICABLE or question.allow_na
        ]
        self.fields[f"{prefix}-answer"] = forms.ChoiceField(
            label=label,
            choices=choices,
            initial=judgement.answer,
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": f"{question.code}: choose one of the answers."},
        )
        if question.reasons:
            self.fields[f"{prefix}-reasons"] = forms.MultipleChoiceField(
                label="If No, why? Choose all that apply",
                choices=[(reason.key, reason.label) for reason in question.reasons],
                initial=judgement.reasons,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": f"{question.code}: choose one of the reasons."},
            )
        self.fields[f"{prefix}-evidence"] = forms.CharField(
            label="Evidence note",
            initial=judgement.evidence,
            required=False,
            strip=False,
            max_length=EVIDENCE_LIMIT,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"{prefix}-version"] = version_field(judgement.version)

    def _make_blocks(self) -> Iterable[Block]:
        by_question: dict[str, list[Item]] = {}
        for item in self.items:
            by_question.setdefault(item.question.code, []).append(item)
        for items in by_question.values():
            yield GridBlock(items) if items[0].question.grid else QuestionBlock(items[0])

    def read_changes(self) -> list[AnswerChange]:
        """Return what is to be saved: every judgement of the page whose fields are valid.

        What nobody touched is among it; recording knows it by its values.
        """
        return [self._read_change(item) for item in self.items if not self._has_errors(item)]

    def _has_errors(self, item: Item) -> bool:
        return any(
            name.startswith(f"{item.prefix}-") and name in self.errors
            for name in (
                f"{item.prefix}-answer",
                f"{item.prefix}-reasons",
                f"{item.prefix}-evidence",
                f"{item.prefix}-version",
            )
        )

    def _read_change(self, item: Item) -> AnswerChange:
        data, prefix = self.cleaned_data, item.prefix
        evidence = _unify_lines(data[f"{prefix}-evidence"])
        if evidence.strip() == _unify_lines(item.judgement.evidence).strip():
            evidence = item.judgement.evidence
        return AnswerChange(
            code=item.question.code,
            row=item.row,
            answer=data[f"{prefix}-answer"],
            base_version=read_version(data, f"{prefix}-version"),
            reasons=tuple(data.get(f"{prefix}-reasons", ())),
            evidence=evidence if evidence.strip() else "",
        )

    def show_outcome(self, outcome: AnswersOutcome) -> None:
        """Say at each question what was not saved and why, and take on the new versions.

        A form shown again after this saves on top of what it has told the person about.
        """
        data = copy_sent(self)
        prefixes = {(item.question.code, item.row): item.prefix for item in self.items}

        def prefix_of(change: AnswerChange) -> str:
            return prefixes[change.code, change.row]

        for change, version in outcome.saved:
            data[f"{prefix_of(change)}-version"] = str(version)
        for conflict in outcome.conflicts:
            data[f"{prefix_of(conflict.change)}-version"] = str(conflict.current.version)
            self.add_error(
                f"{prefix_of(conflict.change)}-answer",
                f"{conflict.change.code}: {describe_judgement_conflict(conflict.current)}",
            )
        for refusal in outcome.refusals:
            self.add_error(
                f"{prefix_of(refusal.change)}-answer", f"{refusal.change.code}: {refusal.message}"
            )
        self.data = data


class QuestionBlock(Block):
    """One question with its answer, reasons, note and version."""

    template = "cases/question.html"

    def __init__(self, item: Item) -> None:
        names = {
            "answer": f"{item.prefix}-answer",
            "evidence": f"{item.prefix}-evidence",
            "version": f"{item.prefix}-version",
        }
        if item.question.reasons:
            names["reasons"] = f"{item.prefix}-reasons"
        super().__init__(
            context={
                "item": item,
                "question": item.question,
                "prefix": item.prefix,
                "is_hidden": item.judgement.state != Judgement.State.APPLIES,
            },
            **names,
        )


class GridBlock(Block):
    """A grid question: its rows under each other, each judged alone."""

    template = "cases/grid.html"

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        names = {
            f"{item.prefix}-{part}": f"{item.prefix}-{part}"
            for item in items
            for part in ("answer", "evidence", "version")
        }
        super().__init__(self.template, context={}, **names)

    def get_context(self, form: forms.BaseForm) -> dict[str, Any]:
        """Return the rows, each with the views of its fields."""
        question = self.items[0].question
        return {
            "question": question,
            "prefix": f"q{question.code.replace('.', '-')}",
            "is_hidden": self.items[0].judgement.state != Judgement.State.APPLIES,
            "rows": [
                {
                    "item": item,
                    "label": item.row_label,
                    "prefix": item.prefix,
                    "answer": FieldView(form[f"{item.prefix}-answer"]),
                    "evidence": FieldView(form[f"{item.prefix}-evidence"]),
                    "version": FieldView(form[f"{item.prefix}-version"]),
                }
                for item in self.items
            ],
        }


def _row_labels(definition: ProgrammeDefinition, question: QuestionDefinition) -> dict[str, str]:
    if not question.grid:
        return {}
    return {row.key: row.label for row in definition.grids_by_key[question.grid].rows}


def _is_on_page(topic: Topic, question: QuestionDefinition, judgement: Judgement) -> bool:
    return judgement.state == Judgement.State.APPLIES or turns_on_page(topic, question)


def _prefix_of(question: QuestionDefinition, row: str) -> str:
    code = question.code.replace(".", "-")
    return f"q{code}-{row}" if row else f"q{code}"


def _unify_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
