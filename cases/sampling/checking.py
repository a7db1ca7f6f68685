"""Checking a caseload, line by line, and taking from it what is asked for and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cases.checking import check_facts
from cases.models import CaseloadEntry
from cases.sampling.dates import read_date
from cases.sampling.fields import (
    CURRENT,
    ENDED,
    FACT_PREFIX,
    MANAGER,
    REFERENCE,
    STARTED,
    STATUS,
    TERMINATED,
    Field,
)
from cases.sampling.reading import FILE, Row, Sheet
from cases.sampling.references import (
    DATE,
    DATES,
    are_dates,
    check_reference,
    find_dated,
    find_shared_words,
)
from inspections.definition import ProgrammeDefinition, SamplingMethod
from inspections.problems import Problem

MANY_VALUES = 40
"""A column with more different values than this is not one of a fact."""

_CODE = re.compile(r"[A-Za-z]{0,4}[-_ ./]?\d{1,8}")


@dataclass(frozen=True, slots=True)
class Matching:
    """Which column each field is, by its place, and which value of the programme each text is."""

    columns: Mapping[str, int]
    values: Mapping[str, Mapping[str, str]]


@dataclass
class Checked:
    """What became of a caseload: its entries, or what is wrong, and what to know about them."""

    entries: list[CaseloadEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ends_later: int = 0
    managers_renamed: int = 0


def check_columns(
    fields: Sequence[Field], sheet: Sheet, columns: Mapping[str, int]
) -> dict[str, str]:
    """Return what is wrong with a choice of columns, a message by field key."""
    problems = {}
    for asked in fields:
        if asked.key not in columns:
            if asked.needed:
                problems[asked.key] = f"Choose the column that holds “{asked.label}”."
        elif asked.fact and len(found := sheet.values_of(columns[asked.key])) > MANY_VALUES:
            problems[asked.key] = (
                f"Choose another column for “{asked.label}”: this one has {len(found)} different "
                "values."
            )
    if ENDED not in columns and STATUS not in columns:
        problems[ENDED] = "Choose the column that holds the end date, or the status, or both."
    return problems


def check_caseload(
    sheet: Sheet,
    fields: Sequence[Field],
    matching: Matching,
    definition: ProgrammeDefinition,
    method: SamplingMethod,
    as_at: date,
) -> Checked:
    """Return the entries of a caseload as at a date, or everything that is wrong with its lines.

    `matching` has every needed field, and every text of the columns of facts. A case that ends
    after the date is current on it.
    """
    checked = Checked()
    references = [row.values[matching.columns[REFERENCE]] for row in sheet.rows]
    reader = _LineReader(checked, fields, matching, definition, method, as_at, references)
    for row in sheet.rows:
        reader.read(row)
    if are_dates(references):
        checked.problems.append(Problem(FILE, None, DATES))
    checked.managers_renamed = _rename_managers(checked.entries)
    checked.problems.sort(key=lambda problem: problem.line or 0)
    return checked


class _LineReader:
    """Reads line after line into `checked`, and remembers the references that it met."""

    def __init__(
        self,
        checked: Checked,
        fields: Sequence[Field],
        matching: Matching,
        definition: ProgrammeDefinition,
        method: SamplingMethod,
        as_at: date,
        references: Sequence[str],
    ) -> None:
        self.checked = checked
        self.shared = find_shared_words(references)
        self.dated = find_dated(references)
        self.labels = {asked.key: asked.label for asked in fields}
        self.facts = [asked for asked in fields if asked.fact and asked.key != STATUS]
        self.needed = {asked.key for asked in fields if asked.needed}
        self.matching = matching
        self.definition = definition
        self.method = method
        self.as_at = as_at
        self.lines: dict[str, int] = {}
        self.row = Row(0, ())
        self.sound = True

    def read(self, row: Row) -> None:
        """Take one line as an entry, or note what is wrong with it."""
        self.row, self.sound = row, True
        reference = self._read_reference()
        started = self._read_date(STARTED)
        if started is None and self.sound:
            self._note("The case has no start date.")
        elif started and started > self.as_at:
            self._note(f"The case starts on {_show(started)}, after the date of the caseload.")
        ended, current = self._read_end(started)
        facts = self._read_facts()
        if self.method.status:
            facts[self.method.status] = CURRENT if current else TERMINATED
        self._check_facts(facts)
        if self.sound and started:
            self.checked.entries.append(
                CaseloadEntry(
                    reference=reference,
                    case_manager=self._text(MANAGER),
                    started_on=started,
                    ended_on=ended,
                    current=current,
                    facts=facts,
                )
            )

    def _read_reference(self) -> str:
        reference = self._text(REFERENCE)
        if fault := check_reference(reference, self.shared):
            self._note(fault)
        elif reference in self.dated:
            self._note(DATE)
        elif (first := self.lines.setdefault(reference.casefold(), self.row.line)) != self.row.line:
            self._note(f"The reference “{reference}” is on line {first} as well.")
        return reference

    def _read_date(self, key: str) -> date | None:
        if not (text := self._text(key)):
            return None
        try:
            return read_date(text)
        except ValueError as error:
            self._note(f"{self.labels[key]}: {error}")
            return None

    def _read_end(self, started: date | None) -> tuple[date | None, bool]:
        """Return the day on which a case ended, if it is known, and whether it is current."""
        ended = self._read_date(ENDED)
        status = self._value(STATUS)
        if ended and started and ended < started:
            self._note(f"The case ends on {_show(ended)}, before it starts.")
        later = ended is not None and ended > self.as_at
        if status == CURRENT and ended and not later:
            self._note(f"The case is given as current, and ended on {_show(ended)}.")
        elif status == TERMINATED and ended and later:
            self._note(f"The case is given as terminated, and ends on {_show(ended)}.")
        if later:
            self.checked.ends_later += 1
            return None, True
        return ended, status == CURRENT if status else ended is None

    def _read_facts(self) -> dict[str, str]:
        facts = {}
        for asked in self.facts:
            value = self._value(asked.key)
            if value:
                facts[asked.key.removeprefix(FACT_PREFIX)] = value
            elif asked.key in self.needed:
                self._note(f"“{asked.label}” is empty.")
        return facts

    def _check_facts(self, facts: Mapping[str, str]) -> None:
        """Note what no assessor could record either."""
        if self.sound:
            for key, message in check_facts(self.definition, facts).items():
                self._note(f"{self.definition.facts_by_key[key].label}: {message}")

    def _text(self, key: str) -> str:
        column = self.matching.columns.get(key)
        return "" if column is None else self.row.values[column]

    def _value(self, key: str) -> str:
        if key not in self.matching.columns:
            return ""
        return self.matching.values[key][self._text(key)]

    def _note(self, message: str) -> None:
        self.sound = False
        self.checked.problems.append(Problem(FILE, self.row.line, message))


def _rename_managers(entries: Sequence[CaseloadEntry]) -> int:
    """Give case managers keys of our own unless all have codes; return how many were renamed.

    A code that is typed in several ways is kept as it stands first: it is one person's.
    """
    given: dict[str, str] = {}
    for entry in entries:
        if entry.case_manager:
            given.setdefault(entry.case_manager.casefold(), entry.case_manager)
    if all(_CODE.fullmatch(manager) for manager in given):
        for entry in entries:
            entry.case_manager = given.get(entry.case_manager.casefold(), "")
        return 0
    width = max(2, len(str(len(given))))
    keys = {manager: f"cm-{number:0{width}}" for number, manager in enumerate(given, start=1)}
    for entry in entries:
        entry.case_manager = keys.get(entry.case_manager.casefold(), "")
    return len(given)


def _show(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
