"""What both forms share: hidden versions, and telling a person what became of a save."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.timezone import localtime

from cases.models import Judgement, RecordedFact

ANSWER_LABELS = dict(Judgement.Answer.choices) | {"": "no answer"}


def version_field(version: int) -> forms.IntegerField:
    """Return the hidden field that carries the version a page was made from."""
    return forms.IntegerField(
        initial=version, min_value=0, required=False, widget=forms.HiddenInput
    )


def describe_change(current: RecordedFact | Judgement) -> str:
    """Return who wrote `current` last, and when: `Inspector 2 on 12 January 2012 at 10:14`."""
    if current.changed_at is None:
        return "nobody yet"
    moment = localtime(current.changed_at)
    who = current.changed_by.name if current.changed_by else "Somebody"
    return f"{who} on {date_format(moment, 'j F Y')} at {date_format(moment, 'H:i')}"


def describe_judgement_conflict(current: Judgement) -> str:
    """Return what to tell a person whose answer was not stored because of `current`."""
    message = (
        f"Not saved: this was changed by {describe_change(current)}, "
        f"to “{ANSWER_LABELS[current.answer]}”"
    )
    if current.evidence:
        message += f" with the note “{current.evidence}”"
    return f"{message}. Yours is kept below: save again to replace theirs."


def describe_fact_conflict(current: RecordedFact, label: str) -> str:
    """Return what to tell a person whose fact was not stored because of `current`."""
    return (
        f"Not saved: this was changed by {describe_change(current)}, to “{label}”. "
        "Yours is kept below: save again to replace theirs."
    )


def read_version(cleaned: dict[str, Any], name: str) -> int:
    """Return the version in the field `name`; 0, which is never too new, where it was tampered."""
    return cleaned.get(name) or 0


def copy_sent(form: forms.Form) -> QueryDict:
    """Return what `form` was sent, to be changed."""
    sent = QueryDict(mutable=True)
    sent.update(form.data)
    return sent
