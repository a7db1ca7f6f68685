"""Choosing cases by what is recorded of them: the groups that a score can be narrowed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.answer_table import AnswerTable, CaseOfRecord, Flags

ASSESSOR = "assessor"
CASE_MANAGER = "case_manager"
"""What cases can be chosen by beside the programme's facts: the id of whoever judges them, as text,
and the anonymous key of their case manager. The empty value is nobody, or nothing recorded."""

AGREED = "agreed"
"""In place of an assessor's id: the cases that two people judged, and agreed on."""

OTHERS = "!"
"""Before a value: all other cases, those in which nothing is recorded too."""


class UnknownGroupError(ValueError):
    """Nothing of that name is recorded of cases, or it has no such value."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A group of cases: by what, with which value, and both in words."""

    fact: str
    value: str
    label: str
    value_label: str


def describe_choice(table: AnswerTable, fact: str, value: str) -> Choice:
    """Return the group of cases in which `fact` has `value`, or has not, where OTHERS is before it.

    Raises UnknownGroupError.
    """
    group = _describe_group(table, fact, value.removeprefix(OTHERS))
    if value.startswith(OTHERS):
        return Choice(fact, value, group.label, f"all but {group.value_label}")
    return group


def _describe_group(table: AnswerTable, fact: str, value: str) -> Choice:
    if fact == ASSESSOR:
        names = name_assessors(table)
        if value not in names:
            raise UnknownGroupError(value)
        return Choice(fact, value, "Assessor", names[value])
    if fact == CASE_MANAGER:
        if value not in {case.case_manager for case in table.cases}:
            raise UnknownGroupError(value)
        return Choice(fact, value, "Case manager", value or "Not recorded")
    known = table.definition.facts_by_key.get(fact)
    if known is None or value not in ("", *known.values):
        raise UnknownGroupError(f"{fact}={value}")
    return Choice(fact, value, known.label, known.label_of(value) or "Not recorded")


def mark_chosen(table: AnswerTable, choices: Sequence[Choice]) -> Flags:
    """Return which cases are in all of the groups; every case where there is none."""
    marked = np.ones(len(table.cases), np.bool_)
    for choice in choices:
        marked &= _mark(table, choice)
    return marked


def name_assessors(table: AnswerTable) -> dict[str, str]:
    """Return whose judgements count, in words, by the value that chooses their cases."""
    return {_value_of(case): case.judged_by for case in table.cases}


def _mark(table: AnswerTable, choice: Choice) -> Flags:
    value = choice.value.removeprefix(OTHERS)
    if choice.fact == ASSESSOR:
        values = [_value_of(case) for case in table.cases]
    elif choice.fact == CASE_MANAGER:
        values = [case.case_manager for case in table.cases]
    else:
        values = table.facts[choice.fact]
    marked = np.array([each == value for each in values], np.bool_)
    return ~marked if choice.value.startswith(OTHERS) else marked


def _value_of(case: CaseOfRecord) -> str:
    return AGREED if case.is_agreed else str(case.assessor_id or "")
