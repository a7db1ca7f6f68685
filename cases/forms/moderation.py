"""The form with which the lead inspector settles a judgement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from cases.forms.items import Item, NoteField
from cases.forms.second_marking import ReasonForm
from cases.forms.versions import copy_sent, version_field
from cases.models import Judgement
from cases.moderation import ANSWER_MISSING

Answer = Judgement.Answer


class SettleJudgementForm(ReasonForm):
    """An answer with its reasons and evidence, as it stands, and why it is to be so.

    `version` is the one that the page shows, so that nothing written meanwhile is passed over.
    """

    field_order = ("answer", "reasons", "evidence", "reason", "version")

    def __init__(self, item: Item, data: Any = None) -> None:
        super().__init__(
            data,
            label="Why do you settle it so?",
            help_text="It is kept in the history of the case, which its assessor reads too.",
        )
        self.item = item
        question, judgement = item.question, item.judgement
        self.fields["answer"] = forms.ChoiceField(
            label="The answer",
            choices=[
                choice
                for choice in Answer.choices
                if choice[0] != Answer.NOT_APPLICABLE or question.allow_na
            ],
            initial=judgement.answer,
            widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
            error_messages={
                "required": ANSWER_MISSING,
                "invalid_choice": "Choose one of the answers.",
            },
        )
        if question.reasons:
            self.fields["reasons"] = forms.MultipleChoiceField(
                label="If No, why? Choose all that apply",
                choices=[(reason.key, reason.label) for reason in question.reasons],
                initial=judgement.reasons,
                required=False,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
                error_messages={"invalid_choice": "Choose one of the reasons."},
            )
        self.fields["evidence"] = NoteField(
            label="Evidence note",
            initial=judgement.evidence,
            required=False,
            strip=False,
            widget=forms.Textarea(attrs={"rows": 4, "data-note": ""}),
            error_messages={
                "null_characters_not_allowed": "The evidence note holds a character that cannot be "
                "stored."
            },
        )
        self.fields["version"] = version_field(judgement.version)
        self.order_fields(self.field_order)

    def clean_evidence(self) -> str:
        """Return the note as it is recorded where only spaces and line ends differ."""
        sent: str = self.cleaned_data["evidence"]
        recorded = self.item.judgement.evidence
        return recorded if sent.strip() == recorded.strip() else sent

    def show_current(self, item: Item) -> QueryDict:
        """Return what was sent, as sent by somebody who has now seen `item` as it stands."""
        data = copy_sent(self)
        data["version"] = str(item.judgement.version)
        return data
