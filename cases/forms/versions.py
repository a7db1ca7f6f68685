"""What both forms share: hidden versions, and telling a person what became of a save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.timezone import localtime

from cases.models import Judgement, RecordedFact
from inspections.models import TeamMember

LARGEST_VERSION = 2**31 - 1
"""The largest number that the column of a version holds."""

ANSWER_LABELS = dict(Judgement.Answer.choices)
NOT_READ = "The page was not sent as it was made. Open it again before you save."


@dataclass(frozen=True)
class Theirs:
    """What was recorded meanwhile, beyond the answer that the error message names.

    `own` says that the same person did so, on another page or device.
    """

    reasons: Sequence[str] = ()
    evidence: str = ""
    note_to_lead: str = ""
    flagged: bool = False
    own: bool = False

    @classmethod
    def of(cls, current: Judgement, reasons: Sequence[str], by: TeamMember) -> Theirs:
        """Return what `current` says, with its `reasons` in words, to be shown to `by`."""
        own = current.changed_by_id == by.pk
        return cls(reasons, current.evidence, current.note_to_lead, current.flagged, own)


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
    return " ".join(filter(None, (name_writer(current), describe_moment(current))))


def describe_recorded(recorded: RecordedFact) -> str:
    """Return who recorded a fact and when, where somebody has."""
    return describe_change(recorded) if recorded.value else ""


def describe_conflict(current: RecordedFact | Judgement, value: str, by: TeamMember) -> str:
    """Return why a change by `by` was not stored; `value` is what `current` says, in words.

    `not saved. Lead inspector changed it to “No” on 12 January 2012 at 10:14.`, or `You, in
    another window, changed it`.
    """
    own = current.changed_by_id == by.pk
    writer = "You, in another window," if own else name_writer(current)
    deed = f"changed it to “{value}”" if value else "cleared it"
    words = filter(None, (writer, deed, describe_moment(current)))
    return f"not saved. {' '.join(words)}."


def copy_sent(form: forms.Form) -> QueryDict:
    """Return what `form` was sent, to be changed."""
    sent = QueryDict(mutable=True)
    sent.update(form.data)
    return sent


def name_writer(current: RecordedFact | Judgement) -> str:
    """Return who wrote `current` last."""
    """Return who wrote `current` last."""
    return current.changed_by.name if current.changed_by else "Somebody"


def describe_moment(current: RecordedFact | Judgement) -> str:
    """Return when `current` was written: `on 12 January 2012 at 10:14`; empty if it was not."""
    """Return when `current` was written last: `on 12 January 2012 at 10:14`; empty if never."""
    if current.changed_at is None:
        return ""
    moment = localtime(current.changed_at)
    return f"on {date_format(moment, 'j F Y')} at {date_format(moment, 'H:i')}"
