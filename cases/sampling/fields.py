"""What is asked of a caseload, and which column and which value of the file is probably which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cases.sampling.guesses import COLUMN_WORDS, VALUE_WORDS
from inspections.definition import FactDefinition, Option, ProgrammeDefinition, SamplingMethod

REFERENCE = "reference"
STARTED = "started_on"
ENDED = "ended_on"
STATUS = "status"
MANAGER = "case_manager"
FACT_PREFIX = "fact-"

CURRENT = "current"
TERMINATED = "terminated"

NOT_RECORDED = "not_recorded"
"""The value that facts have for what was not recorded, and what an empty cell is taken for."""

_PERSONAL = (
    (("surname", "forename", "first name", "last name", "full name", "name", "alias"), "a name"),
    (("dob", "d o b", "birth", "born"), "a date of birth"),
    (("address", "postcode", "post code", "street"), "an address"),
    (("phone", "telephone", "mobile", "email", "e mail"), "a way to reach somebody"),
    (("nhs", "pnc", "police number"), "a number that identifies somebody"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a column of the file may hold: of a fact, one of its values."""

    key: str
    label: str
    hint: str
    needed: bool
    fact: FactDefinition | None = None


def list_fields(definition: ProgrammeDefinition, method: SamplingMethod) -> list[Field]:
    """Return what a caseload under a programme gives, in the order in which it is asked for.

    Needed are a reference, the start, and each fact that the method draws by. Whether a case is
    current is known from its end or its status, of which one is needed (`check_columns`).
    """
    needed = [method.strata, *(minimum.fact for minimum in method.minimums)]
    facts = [fact for fact in definition.facts if fact.group == "case"]
    described = [
        Field(f"{FACT_PREFIX}{fact.key}", fact.label, fact.help, fact.key in needed, fact)
        for fact in facts
        if fact.key != method.status
    ]
    return [
        Field(REFERENCE, "Case reference", "A number or code that names nobody.", True),
        Field(STARTED, "Start date", "When the sentence began.", True),
        Field(
            ENDED,
            "End date",
            "Empty for a case that is current. This or the status is needed.",
            False,
        ),
        Field(
            STATUS,
            "Status",
            "Whether a case is current or has ended. This or the end date is needed.",
            False,
            _status_fact(),
        ),
        Field(
            MANAGER,
            "Case manager",
            "A code or a name. Names are not kept: each is replaced by a key such as cm-01.",
            False,
        ),
        *(field for field in described if field.needed),
        *(field for field in described if not field.needed),
    ]


def guess_columns(fields: Sequence[Field], columns: Sequence[str]) -> dict[str, int]:
    """Return the column that each field most likely is, by the names of the columns."""
    guessed: dict[str, int] = {}
    names = [_simplify(column) for column in columns]
    for field in fields:
        bare = field.key.removeprefix(FACT_PREFIX)
        words = [_simplify(bare), _simplify(field.label), *COLUMN_WORDS.get(bare, ())]
        if found := [names.index(word) for word in words if word in names]:
            guessed[field.key] = found[0]
    return guessed


def guess_value(fact: FactDefinition, text: str) -> str:
    """Return the value of a fact that `text` most likely is; empty where none is likely."""
    simple = _simplify(text)
    for value in fact.values:
        if simple in (_simplify(value), _simplify(fact.label_of(value))):
            return value
        if simple in VALUE_WORDS.get(value, ()):
            return value
    if not simple:
        return NOT_RECORDED if NOT_RECORDED in fact.values else ""
    return next(
        (
            value
            for value in fact.values
            if any(re.search(rf"\b{word}\b", simple) for word in VALUE_WORDS.get(f"~{value}", ()))
        ),
        "",
    )


def find_personal_columns(columns: Sequence[str]) -> dict[str, str]:
    """Return the columns whose names look personal, and what each looks like."""
    return {
        column: what
        for column in columns
        for words, what in _PERSONAL
        if any(re.search(rf"\b{word}\b", _simplify(column)) for word in words)
    }


def status_values() -> Mapping[str, str]:
    """Return the two states of a case, each with the word for it."""
    return {CURRENT: "Current", TERMINATED: "Terminated"}


def _status_fact() -> FactDefinition:
    choices = tuple(Option(value, label) for value, label in status_values().items())
    return FactDefinition(STATUS, "Status", "choice", choices, "case", "", ())


def _simplify(text: str) -> str:
    """Return `text` in small letters, with single spaces between its words and nothing else."""
    return " ".join(re.findall("[a-z0-9]+", text.casefold()))
