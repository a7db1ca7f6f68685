"""One judgement on the page of a topic: its names, its fields, and what it sends when untouched."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from cases.checking import NOTE_LIMIT
from cases.forms.versions import ANSWER_LABELS, describe_change, version_field
from cases.models import Judgement
from cases.topics import Topic, place_of
from inspections.definition import ProgrammeDefinition, QuestionDefinition

Answer = Judgement.Answer
Judgements = Mapping[tuple[str, str], Judgement]
"""The judgements of a topic by question code and row key."""

PARTS = ("answer", "reasons", "evidence", "flagged", "note", "version")
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
        return place_of(self.question.code, self.row)

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
    def parts(self) -> Sequence[str]:
        """The parts that it has: reasons only where the question offers some."""
        return PARTS if self.question.reasons else [part for part in PARTS if part != "reasons"]

    @property
    def stored(self) -> dict[str, list[str]]:
        """What a page sends that leaves the judgement as it is, by the part of the name."""
        judgement = self.judgement
        return {
            "answer": [judgement.answer] if judgement.answer else [],
            "reasons": judgement.reasons,
            "evidence": [judgement.evidence],
            "flagged": ["on"] if judgement.flagged else [],
            "note": [judgement.note_to_lead],
            "version": [str(judgement.version)],
        }

    def reason_labels(self, reasons: Collection[str]) -> Sequence[str]:
        """Return reasons of this question in words."""
        return [reason.label for reason in self.question.reasons if reason.key in reasons]

    def make_fields(self) -> dict[str, forms.Field]:
        """Return its fields by name."""
        made = {
            "answer": self._answer_field(),
            "reasons": self._reasons_field(),
            "evidence": self._note_field("Evidence note", self.judgement.evidence),
            "flagged": forms.BooleanField(
                label="Come back to this",
                initial=self.judgement.flagged,
                required=False,
            ),
            "note": self._note_field(
                "Private note to the lead inspector", self.judgement.note_to_lead
            ),
            "version": version_field(self.judgement.version),
        }
        return {f"{self.prefix}-{part}": made[part] for part in self.parts}

    def _answer_field(self) -> forms.Field:
        return forms.ChoiceField(
            label=f"{self.question.text} {self.row_label}".strip(),
            choices=[
                choice
                for choice in Answer.choices
                if choice[0] != Answer.NOT_APPLICABLE or self.question.allow_na
            ],
            initial=self.judgement.answer,
            required=False,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": f"{self.name}: choose one of the answers."},
        )

    def _reasons_field(self) -> forms.Field:
        return forms.MultipleChoiceField(
            label="If No, why? Choose all that apply",
            choices=[(reason.key, reason.label) for reason in self.question.reasons],
            initial=self.judgement.reasons,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": f"{self.name}: choose one of the reasons."},
        )

    def _note_field(self, label: str, text: str) -> forms.Field:
        words = label.partition(" to ")[0].lower()
        return NoteField(
            label=label,
            initial=text,
            required=False,
            strip=False,
            max_length=NOTE_LIMIT,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={
                "max_length": f"{self.name}: the {words} must be {NOTE_LIMIT:,} "
                "characters or fewer. It has %(show_value)d.",
                "null_characters_not_allowed": f"{self.name}: the {words} holds a character "
                "that cannot be stored.",
            },
        )


class NoteField(forms.CharField):
    """Text of several lines. A browser ends each line with two characters; one is kept."""

    def to_python(self, value: Any) -> str:
        """Return the text with plain line ends, before its length is looked at."""
        return unify_lines(super().to_python(value) or "")


def list_items(definition: ProgrammeDefinition, topic: Topic, judgements: Judgements) -> list[Item]:
    """Return every judgement of a topic, whether it applies or not, in the programme's order."""
    return [
        Item(question, row, labels.get(row, ""), judgements[question.code, row])
        for question in topic.questions
        for labels in [definition.row_labels(question)]
        for row in definition.rows_of(question)
    ]


def name_answer(judgement: Judgement) -> str:
    """Return the answer in words; empty where there is neither answer nor anything beside it."""
    has_more = judgement.evidence or judgement.note_to_lead or judgement.flagged
    return ANSWER_LABELS.get(judgement.answer) or ("no answer" if has_more else "")


def unify_lines(text: str) -> str:
    """Return `text` with one character at the end of each line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
