"""What both forms share: hidden versions, and telling a person what became of a save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.timezone import localtime

from cases.models import Judgement, RecordedFact

LARGEST_VERSION = 2**31 - 1
"""The largest number that the column of a version holds."""

ANSWER_LABELS = dict(Judgement.Answer.choices)
NOT_READ = "The page was not sent as it was made. Open it again before you save."


@dataclass(frozen=True)
class Theirs:
    """What somebody else recorded meanwhile, beyond the answer that the error message names."""

    reasons: Sequence[str] = ()
    evidence: str = ""


def version_field(version: int) -> forms.IntegerField:
    """Return the hidden field that carries the version a page was made from."""
    return forms.IntegerField(
        initial=version,
        min_value=0,
        max_value=LARGEST_VERSION,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), NOT_READ),
    )


def describe_change(current: RecordedFact | Judgement) -> str:
    """Return who wrote `current` last, and when: `Inspector 2 on 12 January 2012 at 10:14`."""
    return " ".join(filter(None, (_name_writer(current), _describe_moment(current))))


def describe_conflict(current: RecordedFact | Judgement, value: str) -> str:
    """Return why a change of `current` was not stored; `value` is what it says now, in words.

    `not saved. Lead inspector changed it to “No” on 12 January 2012 at 10:14.`
    """
    deed = f"changed it to “{value}”" if value else "cleared it"
    words = filter(None, (_name_writer(current), deed, _describe_moment(current)))
    return f"not saved. {' '.join(words)}."


def copy_sent(form: forms.Form) -> QueryDict:
    """Return what `form` was sent, to be changed."""
    sent = QueryDict(mutable=True)
    sent.update(form.data)
    return sent


def _name_writer(current: RecordedFact | Judgement) -> str:
    return current.changed_by.name if current.changed_by else "Somebody"


def _describe_moment(current: RecordedFact | Judgement) -> str:
    if current.changed_at is None:
        return ""
    moment = localtime(current.changed_at)
    return f"on {date_format(moment, 'j F Y')} at {date_format(moment, 'H:i')}"
