"""The form of one topic: its questions as radios, reasons and an evidence note for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from cases.checking import NOTE_LIMIT
from cases.forms.versions import (
    ANSWER_LABELS,
    Theirs,
    copy_sent,
    describe_change,
    describe_conflict,
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


PARTS = ("answer", "reasons", "evidence", "version")
"""What the names of an item's fields end with."""


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
    def name(self) -> str:
        """What a message calls it: `1.1.01`, or `2.3.07 Police` for a row."""
        return f"{self.question.code} {self.row_label}".strip()

    @property
    def applies(self) -> bool:
        """Whether its question is asked as the facts and answers stand."""
        return self.judgement.state == Judgement.State.APPLIES

    @property
    def answered(self) -> str:
        """Who answered and when, where somebody has."""
        return describe_change(self.judgement) if self.judgement.answer else ""

    @property
    def stored(self) -> dict[str, list[str]]:
        """What a page sends that leaves the judgement as it is, by the part of the name."""
        judgement = self.judgement
        return {
            "answer": [judgement.answer] if judgement.answer else [],
            "reasons": judgement.reasons,
            "evidence": [judgement.evidence],
            "version": [str(judgement.version)],
        }


class NoteField(forms.CharField):
    """Text of several lines. A browser ends each line with two characters; one is kept."""

    def to_python(self, value: Any) -> str:
        """Return the text with plain line ends, before its length is looked at."""
        return _unify_lines(super().to_python(value) or "")


class TopicForm(forms.Form):
    """Questions of `topic` that apply, and those that an answer on the page may open.

    The latter are in the page but hidden; the server decides anew what applies when it saves.
    What was sent is on the page too, even where it has ceased to apply, so that nothing is lost.
    What was not sent stands as it is recorded.
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
        self.theirs: dict[str, Theirs] = {}
        self.items = [
            Item(question, row, labels.get(row, ""), judgements[question.code, row])
            for question in topic.questions
            for labels in [_row_labels(definition, question)]
            for row in definition.rows_of(question)
            if _is_on_page(topic, question, judgements[question.code, row])
            or self._was_sent(_prefix_of(question, row))
        ]
        for item in self.items:
            self._add_fields(item)
        if self.is_bound:
            self._fill_unsent()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("shown", *self._make_blocks())

    @property
    def questions(self) -> list[QuestionDefinition]:
        """The questions on the page."""
        return list({item.question.code: item.question for item in self.items}.values())

    @property
    def asks(self) -> bool:
        """Whether there is anything on the page to be judged, or to be put right."""
        return any(item.applies or self.has_errors(item) for item in self.items)

    def _was_sent(self, prefix: str) -> bool:
        return f"{prefix}-version" in self.data

    def _fill_unsent(self) -> None:
        unsent = [item for item in self.items if not self._was_sent(item.prefix)]
        if not unsent:
            return
        data = copy_sent(self)
        for item in unsent:
            for part, values in item.stored.items():
                data.setlist(f"{item.prefix}-{part}", values)
        self.data = data

    def _add_fields(self, item: Item) -> None:
        judgement, question, prefix = item.judgement, item.question, item.prefix
        self.fields[f"{prefix}-answer"] = forms.ChoiceField(
            label=f"{question.text} {item.row_label}".strip(),
            choices=[
                choice
                for choice in Answer.choices
                if choice[0] != Answer.NOT_APPLICABLE or question.allow_na
            ],
            initial=judgement.answer,
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": f"{item.name}: choose one of the answers."},
        )
        if question.reasons:
            self.fields[f"{prefix}-reasons"] = forms.MultipleChoiceField(
                label="If No, why? Choose all that apply",
                choices=[(reason.key, reason.label) for reason in question.reasons],
                initial=judgement.reasons,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": f"{item.name}: choose one of the reasons."},
            )
        self.fields[f"{prefix}-evidence"] = NoteField(
            label="Evidence note",
            initial=judgement.evidence,
            required=False,
            strip=False,
            max_length=NOTE_LIMIT,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={
                "max_length": f"{item.name}: the evidence note must be {NOTE_LIMIT:,} "
                "characters or fewer. It has %(show_value)d.",
                "null_characters_not_allowed": f"{item.name}: the evidence note holds a character "
                "that cannot be stored.",
            },
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
        return [self._read_change(item) for item in self.items if not self.has_errors(item)]

    def has_errors(self, item: Item) -> bool:
        """Whether something is wrong with what was sent for `item`."""
        return any(f"{item.prefix}-{part}" in self.errors for part in PARTS)

    def _read_change(self, item: Item) -> AnswerChange:
        data, prefix = self.cleaned_data, item.prefix
        evidence = data[f"{prefix}-evidence"]
        if evidence.strip() == _unify_lines(item.judgement.evidence).strip():
            evidence = item.judgement.evidence
        return AnswerChange(
            code=item.question.code,
            row=item.row,
            answer=data[f"{prefix}-answer"],
            base_version=data[f"{prefix}-version"],
            reasons=tuple(data.get(f"{prefix}-reasons", ())),
            evidence=evidence if evidence.strip() else "",
        )

    def show_outcome(self, outcome: AnswersOutcome) -> None:
        """Say at each question what was not saved and why, and take on the new versions.

        A form shown again after this saves on top of what it has told the person about.
        """
        data = copy_sent(self)
        items = {(item.question.code, item.row): item for item in self.items}
        for change, version in outcome.saved:
            data[f"{items[change.code, change.row].prefix}-version"] = str(version)
        for conflict in outcome.conflicts:
            item, current = items[conflict.change.code, conflict.change.row], conflict.current
            data[f"{item.prefix}-version"] = str(current.version)
            self.theirs[item.prefix] = Theirs(_reason_labels(item, current), current.evidence)
            message = describe_conflict(current, _name_answer(current))
            self.add_error(f"{item.prefix}-answer", f"{item.name}: {message}")
        for refusal in outcome.refusals:
            item = items[refusal.change.code, refusal.change.row]
            self.add_error(f"{item.prefix}-answer", f"{item.name}: {refusal.message}")
        self.data = data


class QuestionBlock(Block):
    """One question with its answer, reasons, note and version."""

    template = "cases/question.html"

    def __init__(self, item: Item) -> None:
        self.item = item
        parts = PARTS if item.question.reasons else [part for part in PARTS if part != "reasons"]
        super().__init__(context={}, **{part: f"{item.prefix}-{part}" for part in parts})

    def get_context(self, form: forms.BaseForm) -> dict[str, Any]:
        """Return the question, and what is to be said of its answer."""
        return {"question": self.item.question, **_describe_item(form, self.item)}


class GridBlock(Block):
    """A grid question: its rows under each other, each judged alone."""

    template = "cases/grid.html"

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        super().__init__(self.template, context={})

    def get_context(self, form: forms.BaseForm) -> dict[str, Any]:
        """Return the rows, each with the views of its fields."""
        question = self.items[0].question
        rows = [self._describe_row(form, item) for item in self.items]
        return {
            "question": question,
            "prefix": _prefix_of(question, ""),
            "is_hidden": all(row["is_hidden"] for row in rows),
            "rows": rows,
        }

    def _describe_row(self, form: forms.BaseForm, item: Item) -> dict[str, Any]:
        views = {
            part: FieldView(form[f"{item.prefix}-{part}"])
            for part in ("answer", "evidence", "version")
        }
        return {**views, **_describe_item(form, item)}


def _describe_item(form: forms.BaseForm, item: Item) -> dict[str, Any]:
    """Return what the template of a judgement needs beside its fields.

    A question that does not apply is hidden, unless there is an error to be seen.
    """
    page = cast(TopicForm, form)
    has_errors = page.has_errors(item)
    return {
        "item": item,
        "prefix": item.prefix,
        "is_hidden": not item.applies and not has_errors,
        "ceased": not item.applies and has_errors,
        "theirs": page.theirs.get(item.prefix),
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


def _reason_labels(item: Item, judgement: Judgement) -> Sequence[str]:
    return [reason.label for reason in item.question.reasons if reason.key in judgement.reasons]


def _name_answer(judgement: Judgement) -> str:
    """Return the answer in words; empty where there is neither answer nor note."""
    return ANSWER_LABELS.get(judgement.answer) or ("no answer" if judgement.evidence else "")


def _unify_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
