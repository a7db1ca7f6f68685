"""Taking values out of a file that was read, noting every fault at its place.

A faulty value is replaced by one that no sound file has ("" or -1), so that checking goes on and
all faults are told together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from inspections.problems import Problem, RefusedError
from inspections.reading import Places, Step

FAULTY_NUMBER = -1

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Form:
    """What a text must be like: at most so many characters and, if given, of these only."""

    limit: int
    pattern: str = ""
    rule: str = ""
    may_be_empty: bool = False


@dataclass(slots=True)
class Faults:
    """The faults found in one file so far."""

    file: str
    places: Places
    problems: list[Problem] = field(default_factory=list)

    def note(self, path: tuple[Step, ...], message: str) -> None:
        """Add a fault of the value at `path`."""
        self.problems.append(Problem(self.file, self.places.line(*path), message))

    def refuse_if_any(self) -> None:
        """Raise RefusedError with all faults in the order of the file, if there are any."""
        if self.problems:
            raise RefusedError(sorted(self.problems, key=lambda problem: problem.line or 0))


class Entry:
    """A mapping in a file, whose values are taken key by key; `close` notes keys not taken."""

    def __init__(self, faults: Faults, path: tuple[Step, ...], values: dict[str, Any]) -> None:
        self.faults = faults
        self.path = path
        self.values = values
        self._taken: set[str] = set()
        self._faulty: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.values

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.faults.places.line(*self.path)

    def note(self, message: str, *steps: Step) -> None:
        """Add a fault of this entry, or of what is at `steps` in it."""
        self.faults.note((*self.path, *steps), message)

    def note_text(self, message: str, key: str, text: str) -> None:
        """Add a fault of `text` in the list of texts at `key`."""
        texts = [str(value).strip() for value in self.values[key]]
        self.note(message, key, texts.index(text))

    def is_sound(self, *keys: str) -> bool:
        """Whether no fault was found in taking `keys`."""
        return self._faulty.isdisjoint(keys)

    def close(self) -> None:
        """Note every key that nothing has taken."""
        for key in self.values:
            if key not in self._taken:
                self.note(f'unknown key "{key}"', key)

    def take(self, key: str) -> Any:
        """Return what stands at `key`, unchecked; None if nothing does."""
        self._taken.add(key)
        return self.values.get(key)

    def take_text(self, key: str, form: Form, default: str | None = None) -> str:
        """Return the text at `key` without space around it; "" if faulty."""
        if self._is_left_out(key, default is not None):
            return default or ""
        text, fault = check_text(self.values.get(key), form)
        if fault:
            self._fault(key, f'"{key}" {fault}')
        return text

    def take_text_or_null(self, key: str, form: Form) -> str | None:
        """Return the text at `key`, or None where null is written."""
        if key in self.values and self.values[key] is None:
            self._taken.add(key)
            return None
        return self.take_text(key, form)

    def take_word(self, key: str, words: Sequence[str]) -> Any:
        """Return the text at `key`, one of `words`; "" if faulty."""
        if self._is_left_out(key, False):
            return ""
        value = self.values.get(key)
        if isinstance(value, str) and value in words:
            return value
        self._fault(key, f'"{key}" must be {join_or(words)}')
        return ""

    def take_flag(self, key: str, default: bool | None = None) -> bool:
        """Return true or false as it stands at `key`; false if faulty."""
        if self._is_left_out(key, default is not None):
            return bool(default)
        value = self.values.get(key)
        if not isinstance(value, bool):
            self._fault(key, f'"{key}" must be true or false')
        return value is True

    def take_number(self, key: str, low: int, high: int) -> int:
        """Return the whole number at `key`, from `low` to `high`; -1 if faulty."""
        if self._is_left_out(key, False):
            return FAULTY_NUMBER
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self._fault(key, f'"{key}" must be a whole number from {low} to {high}')
        return FAULTY_NUMBER

    def take_number_or_null(self, key: str, low: int, high: int) -> int | None:
        """Return the whole number at `key`, or None where null is written."""
        if key in self.values and self.values[key] is None:
            self._taken.add(key)
            return None
        return self.take_number(key, low, high)

    def take_list(self, key: str, optional: bool = False, at_least: int = 0) -> list[Any]:
        """Return the list at `key`; empty if faulty."""
        if self._is_left_out(key, optional):
            return []
        values = self.values.get(key)
        if not isinstance(values, list):
            self._fault(key, f'"{key}" must be a list')
            return []
        if len(values) < at_least:
            self._fault(key, f'"{key}" must have {at_least} or more items')
        return values

    def take_texts(self, key: str, form: Form) -> tuple[str, ...]:
        """Return the texts of the list at `key`, which may be left out.

        Faulty ones, and those given before, are noted and left out.
        """
        texts: list[str] = []
        for index, value in enumerate(self.take_list(key, optional=True)):
            text, fault = check_text(value, form)
            if text in texts:
                fault = f'names "{text}" twice'
            if fault:
                self._fault(key, f'"{key}" {fault}', index)
            else:
                texts.append(text)
        return tuple(texts)

    def take_entries(self, key: str, optional: bool = False, at_least: int = 0) -> list[Entry]:
        """Return the mappings of the list at `key`; what is no mapping is noted and left out."""
        entries = []
        for index, value in enumerate(self.take_list(key, optional, at_least)):
            if isinstance(value, dict):
                entries.append(Entry(self.faults, (*self.path, key, index), value))
            else:
                self._fault(key, f'an item of "{key}" must have keys and values', index)
        return entries

    def _is_left_out(self, key: str, optional: bool) -> bool:
        self._taken.add(key)
        if key in self.values:
            return False
        if not optional:
            self._fault(key, f'"{key}" is missing')
        return True

    def _fault(self, key: str, message: str, *steps: Step) -> None:
        self._faulty.add(key)
        self.note(message, key, *steps)


def check_text(value: Any, form: Form) -> tuple[str, str]:
    """Return `value` without space around it and "", or "" and what is wrong with it."""
    if isinstance(value, (bool, int, float)):
        shown = str(value).lower() if isinstance(value, bool) else f"the number {value}"
        return "", f"must be in quotes: it was read as {shown}"
    if value is not None and not isinstance(value, str):
        return "", "must be text"
    text = (value or "").strip()
    if not text and not form.may_be_empty:
        return "", "is empty"
    if len(text) > form.limit:
        return "", f"is longer than {form.limit} characters"
    if _CONTROL.search(text):
        return "", "holds a control character"
    if text and form.pattern and not re.fullmatch(form.pattern, text):
        return "", f"may hold only {form.rule}"
    return text, ""


def join_or(words: Sequence[str]) -> str:
    """Return `words` as they are read out: "a, b or c"."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def note_repeats(pairs: Sequence[tuple[Entry, str]], key: str, noun: str) -> None:
    """Note each entry whose value at `key`, given beside it, an earlier entry has too."""
    first: dict[str, Entry] = {}
    for entry, value in pairs:
        if value and first.setdefault(value, entry) is not entry:
            line = first[value].line
            entry.note(f'the {noun} "{value}" is given twice, first on line {line}', key)
