"""The form of one topic: its questions as radios, reasons, notes and a flag for each."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from cases.forms.blocks import make_blocks
from cases.forms.items import PARTS, Item, Judgements, list_items, name_answer, unify_lines
from cases.forms.versions import Theirs, copy_sent, describe_conflict
from cases.recording import AnswerChange, AnswersOutcome
from cases.topics import Topic
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember


class TopicForm(forms.Form):
    """All questions of `topic`; those that do not apply are in the page but hidden.

    The page follows the answers at once; the server decides anew what applies when it saves. What
    was sent is on the page too, even where it has ceased to apply, so that nothing is lost. What
    was not sent stands as it is recorded. With the `year` of the inspection, notes are looked
    through for what may identify somebody.
    """

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        definition: ProgrammeDefinition,
        topic: Topic,
        judgements: Judgements,
        *args: Any,
        year: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic
        self.year = year
        self.theirs: dict[str, Theirs] = {}
        self.items = list_items(definition, topic, judgements)
        for item in self.items:
            self.fields.update(item.make_fields())
        if self.is_bound:
            self._fill_unsent()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout("shown", *make_blocks(self.items))

    @property
    def asks(self) -> bool:
        """Whether there is anything on the page to be judged, or to be put right."""
        return any(item.applies or self.has_errors(item) for item in self.items)

    def _fill_unsent(self) -> None:
        unsent = [item for item in self.items if f"{item.prefix}-version" not in self.data]
        if not unsent:
            return
        data = copy_sent(self)
        for item in unsent:
            for part, values in item.stored.items():
                data.setlist(f"{item.prefix}-{part}", values)
        self.data = data

    def read_changes(self) -> list[AnswerChange]:
        """Return what is to be saved: every judgement of the page whose fields are valid.

        What nobody touched is among it; recording knows it by its values.
        """
        return [self._read_change(item) for item in self.items if not self.has_errors(item)]

    def find_change(self, prefix: str) -> AnswerChange | None:
        """Return what was sent for the judgement whose names begin with `prefix`, if it is valid.

        None too where it asks for what is recorded already.
        """
        for item in self.items:
            if item.prefix == prefix and not self.has_errors(item):
                change = self._read_change(item)
                return None if self._is_recorded(item, change) else change
        return None

    def has_errors(self, item: Item) -> bool:
        """Whether something is wrong with what was sent for `item`."""
        return any(f"{item.prefix}-{part}" in self.errors for part in PARTS)

    def _read_change(self, item: Item) -> AnswerChange:
        data, prefix = self.cleaned_data, item.prefix
        return AnswerChange(
            code=item.question.code,
            row=item.row,
            answer=data[f"{prefix}-answer"],
            base_version=data[f"{prefix}-version"],
            reasons=tuple(data.get(f"{prefix}-reasons", ())),
            evidence=_keep_form(data[f"{prefix}-evidence"], item.judgement.evidence),
            flagged=data[f"{prefix}-flagged"],
            note_to_lead=_keep_form(data[f"{prefix}-note"], item.judgement.note_to_lead),
        )

    def _is_recorded(self, item: Item, change: AnswerChange) -> bool:
        return all(
            value == getattr(item.judgement, column) for column, value in change.values.items()
        )

    def show_outcome(self, outcome: AnswersOutcome, by: TeamMember) -> None:
        """Say at each question what was not saved and why, and take on the new versions.

        `by` is who saved. A form shown again after this saves on top of what it has told them.
        """
        data = copy_sent(self)
        items = {(item.question.code, item.row): item for item in self.items}
        for change, version in outcome.saved:
            data[f"{items[change.code, change.row].prefix}-version"] = str(version)
        for conflict in outcome.conflicts:
            item, current = items[conflict.change.code, conflict.change.row], conflict.current
            data[f"{item.prefix}-version"] = str(current.version)
            self.theirs[item.prefix] = Theirs.of(current, item.reason_labels(current.reasons), by)
            message = describe_conflict(current, name_answer(current), by)
            self.add_error(f"{item.prefix}-answer", f"{item.name}: {message}")
        for refusal in outcome.refusals:
            item = items[refusal.change.code, refusal.change.row]
            self.add_error(f"{item.prefix}-answer", f"{item.name}: {refusal.message}")
        self.data = data


def _keep_form(sent: str, recorded: str) -> str:
    """Return a note as it was sent, or as it is recorded where only spaces and line ends differ."""
    if sent.strip() == unify_lines(recorded).strip():
        return recorded
    return sent if sent.strip() else ""
