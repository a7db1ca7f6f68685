"""Reading what a device sends: JSON of one exact shape, or nothing of it is taken.

Whether what a change asks for can be stored is not decided here: that is refused change by
change, so that one of them does not keep the others back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias, cast
from uuid import RFC_4122, UUID

from cases.forms.items import unify_lines
from cases.forms.versions import LARGEST_VERSION
from cases.models import Judgement
from cases.recording import AnswerChange, FactChange

LARGEST_REQUEST = 1024 * 1024
"""Bytes that a request may have."""

MOST_CHANGES = 500
"""Changes that a request may have: more than the judgements of any case."""


class MalformedError(Exception):
    """What was sent does not have the shape that was agreed; says what is wrong."""


@dataclass(frozen=True, slots=True)
class AlertNote:
    """A concern about the case, to be raised as an alert."""

    concern: str


@dataclass(frozen=True, slots=True)
class PracticeNote:
    """An example of good practice met in the case."""

    criterion: str
    text: str


@dataclass(frozen=True, slots=True)
class Completion:
    """That the case is done; `looked`: what there is to look at in the review was looked at."""

    looked: bool


Content: TypeAlias = AnswerChange | FactChange | AlertNote | PracticeNote | Completion


@dataclass(frozen=True, slots=True)
class Sent:
    """One change as a device sent it.

    `assessment` is the key of the assessment that it was given in, empty where the device did not
    say, and None for what is of the case itself.
    """

    id: UUID
    kind: str
    content: Content
    assessment: str | None


def read_request(body: bytes) -> list[Sent]:
    """Return the changes of a request, in their order. Raises MalformedError."""
    document = _read_object(_parse(body), "The request", ("changes",))
    changes = document["changes"]
    if not isinstance(changes, list):
        raise MalformedError("“changes” must be a list.")
    if len(changes) > MOST_CHANGES:
        raise MalformedError(f"A request may have {MOST_CHANGES} changes at most.")
    sent = [_read_change(change, f"Change {n}") for n, change in enumerate(changes, start=1)]
    _refuse_repeated((str(change.id) for change in sent), "id")
    for kind in ("answer", "fact"):
        subjects = (_subject_of(change) for change in sent if change.kind == kind)
        _refuse_repeated(subjects, kind)
    return sent


def _parse(body: bytes) -> object:
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_read_pairs,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError:
        raise MalformedError("The request is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise MalformedError("The request is not JSON.") from None


def _read_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) != len(dict(pairs)):
        raise MalformedError("A name stands twice in one object.")
    return dict(pairs)


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(constant)


def _read_object(value: object, place: str, names: Iterable[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedError(f"{place} must be an object.")
    wanted = set(names)
    if missing := sorted(wanted - set(value)):
        raise MalformedError(f"{place} lacks “{missing[0]}”.")
    if set(value) - wanted:
        raise MalformedError(f"{place} has a name that is not known.")
    return value


def _read_change(value: object, place: str) -> Sent:
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise MalformedError(f"{place} is of no known kind.")
    fields, make = KINDS[kind]
    given = _read_object(
        {**OLDER.get(kind, {}), **cast(dict[str, Any], value)}, place, ("id", "kind", *fields)
    )
    mutation = _read_id(given["id"], f"{place}: “id”")
    read = {name: take(given[name], f"{place}: “{name}”") for name, take in fields.items()}
    assessment = read.pop("assessment", None)
    return Sent(mutation, kind, make(mutation, read), assessment)


def _read_id(value: object, place: str) -> UUID:
    """Return a random UUID, which is written in one way only."""
    try:
        mutation = UUID(value) if isinstance(value, str) else None
    except ValueError:
        mutation = None
    written = mutation is not None and str(mutation) == value
    if mutation is None or not written or (mutation.variant, mutation.version) != (RFC_4122, 4):
        raise MalformedError(f"{place} must be a random UUID, in small letters.")
    return mutation


def _read_text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise MalformedError(f"{place} must be text.")
    return value


def _read_note(value: object, place: str) -> str:
    return unify_lines(_read_text(value, place))


def _read_texts(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise MalformedError(f"{place} must be a list.")
    return tuple(_read_text(item, place) for item in value)


def _read_flag(value: object, place: str) -> bool:
    if not isinstance(value, bool):
        raise MalformedError(f"{place} must be true or false.")
    return value


def _read_version(value: object, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_VERSION:
        raise MalformedError(f"{place} must be a whole number from 0 to {LARGEST_VERSION}.")
    return value


def _read_answer(value: object, place: str) -> str:
    answer = _read_text(value, place)
    if answer and answer not in Judgement.Answer.values:
        raise MalformedError(f"{place} is none of the answers.")
    return answer


def _make_answer(mutation: UUID, read: dict[str, Any]) -> AnswerChange:
    return AnswerChange(base_version=read.pop("base"), mutation=mutation, **read)


def _make_fact(mutation: UUID, read: dict[str, Any]) -> FactChange:
    return FactChange(base_version=read.pop("base"), mutation=mutation, **read)


Reader: TypeAlias = Callable[[object, str], Any]
Maker: TypeAlias = Callable[[UUID, dict[str, Any]], Content]

ANSWER: Mapping[str, Reader] = {
    "assessment": _read_text,
    "code": _read_text,
    "row": _read_text,
    "base": _read_version,
    "answer": _read_answer,
    "reasons": _read_texts,
    "evidence": _read_note,
    "flagged": _read_flag,
    "note_to_lead": _read_note,
}
FACT: Mapping[str, Reader] = {
    "assessment": _read_text,
    "key": _read_text,
    "value": _read_text,
    "base": _read_version,
}
COMPLETION: Mapping[str, Reader] = {"assessment": _read_text, "looked": _read_flag}

KINDS: Mapping[str, tuple[Mapping[str, Reader], Maker]] = {
    "answer": (ANSWER, _make_answer),
    "decline_answer": (ANSWER, _make_answer),
    "fact": (FACT, _make_fact),
    "decline_fact": (FACT, _make_fact),
    "alert": ({"concern": _read_note}, lambda _, read: AlertNote(**read)),
    "practice": (
        {"criterion": _read_text, "text": _read_note},
        lambda _, read: PracticeNote(**read),
    ),
    "complete": (COMPLETION, lambda _, read: Completion(**read)),
}
"""Each kind of change: its fields, all of which must be given, and what they make."""

NO_KEY: Mapping[str, object] = {"assessment": ""}
OLDER: Mapping[str, Mapping[str, object]] = {
    **dict.fromkeys(("answer", "decline_answer", "fact", "decline_fact"), NO_KEY),
    "complete": {**NO_KEY, "looked": False},
}
"""What pages of before a deployment do not send yet."""


def _subject_of(sent: Sent) -> str:
    if isinstance(sent.content, AnswerChange):
        return f"{sent.content.code} {sent.content.row}"
    return sent.content.key if isinstance(sent.content, FactChange) else ""


def _refuse_repeated(names: Iterable[str], what: str) -> None:
    if any(number > 1 for number in Counter(names).values()):
        raise MalformedError(f"The same {what} stands twice in the request.")
