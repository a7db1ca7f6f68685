"""The form in which counts of questionnaires are entered: a line for each item, and blank ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from reports.questionnaires.counts import (
    GROUPS,
    MOST_ITEMS,
    Item,
    Survey,
    Surveys,
    check_item,
    check_key,
    check_number,
    is_too_small,
    make_key,
    put_in_words,
)

BLANK_LINES = 3
MOST_LINES = MOST_ITEMS + 20
"""Lines of a group that are read at all."""

Uses = Mapping[str, list[str]]
"""Where the text speaks of items, by their names."""


@dataclass
class Line:
    """One item as it is typed; `errors` by the name of its part.

    `wording` is what was typed for its key where the key was made from it.
    """

    group: str
    number: int
    key: str = ""
    count: str = ""
    of: str = ""
    remove: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    uses: list[str] = field(default_factory=list)
    is_small: bool = False
    is_new: bool = False
    wording: str = ""

    @property
    def name(self) -> str:
        """What the names of its fields begin with."""
        return f"{self.group}-{self.number}"

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed in it."""
        return not (self.key or self.wording or self.count or self.of)


@dataclass(frozen=True)
class Known:
    """An item that can be chosen: its key, how it is read, and where the text speaks of it."""

    key: str
    words: str
    uses: list[str]


@dataclass
class Part:
    """The lines of a group, and how many of it answered at all."""

    group: str
    label: str
    respondents: str = ""
    error: str = ""
    lines: list[Line] = field(default_factory=list)
    known: list[Known] = field(default_factory=list)

    @property
    def missing(self) -> list[Known]:
        """The items of which the text speaks and that are not there."""
        there = {line.key for line in self.lines}
        return [item for item in self.known if item.uses and item.key not in there]


class CountsForm:
    """All groups. `check` gives what is typed as counts, or notes what is wrong with it."""

    def __init__(self, parts: list[Part], uses: Uses) -> None:
        self.parts = parts
        for line in self._lines():
            line.uses = uses.get(f"{line.group}.{line.key}", [])
        for part in parts:
            part.known = _list_known(part, uses)
            blank = sum(1 for line in part.lines if line.is_blank)
            self.add_lines(part.group, max(0, BLANK_LINES - blank))

    @classmethod
    def showing(cls, surveys: Surveys, uses: Uses, stored: Surveys | None = None) -> CountsForm:
        """Return the form of `surveys`; what differs from `stored`, if given, is marked as new."""
        parts = []
        for group, survey in surveys.items():
            part = Part(group, GROUPS[group], _show(survey.respondents))
            for number, (key, item) in enumerate(survey.items.items()):
                line = Line(group, number, key, _show(item.count), _show(item.of))
                line.is_small = is_too_small(item)
                line.is_new = stored is not None and stored[group].items.get(key) != item
                part.lines.append(line)
            parts.append(part)
        return cls(parts, uses)

    @classmethod
    def sent(cls, data: QueryDict, uses: Uses) -> CountsForm:
        """Return the form as it was sent."""
        parts = []
        for group, label in GROUPS.items():
            part = Part(group, label, data.get(f"{group}-respondents", "").strip())
            for number in range(_count_lines(data, group)):
                line = Line(group, number)
                for name in ("key", "count", "of"):
                    setattr(line, name, data.get(f"{line.name}-{name}", "").strip())
                typed, line.key = line.key, make_key(line.key)
                line.wording = typed if typed.lower() != line.key else ""
                line.remove = bool(data.get(f"{line.name}-remove"))
                part.lines.append(line)
            parts.append(part)
        return cls(parts, uses)

    def add_lines(self, group: str, number: int = BLANK_LINES) -> None:
        """Put further blank lines under a group."""
        for part in self.parts:
            if part.group == group:
                first = len(part.lines)
                part.lines += [Line(group, first + extra) for extra in range(number)]

    def check(self) -> Surveys | None:
        """Return what is typed, or None where something is wrong with it."""
        surveys = {part.group: self._check_part(part) for part in self.parts}
        return None if self.list_errors() else surveys

    def list_made_keys(self) -> list[tuple[str, str]]:
        """Return the wordings that were typed for keys, each with the key made from it."""
        return [
            (line.wording, line.key) for line in self._lines() if line.wording and not line.remove
        ]

    def refuse_removal(self, uses: Uses) -> None:
        """Note that lines which would go are spoken of in the text."""
        for line in self._lines():
            if line.remove and f"{line.group}.{line.key}" in uses:
                line.errors["remove"] = f"The text speaks of “{line.key}”: {'; '.join(line.uses)}."

    def list_errors(self) -> list[dict[str, str]]:
        """Return every error with the place that it leads to, in the order of the page."""
        errors = []
        for part in self.parts:
            if part.error:
                errors.append({"text": part.error, "href": f"#{part.group}-respondents"})
            for line in part.lines:
                for name, message in line.errors.items():
                    errors.append({"text": message, "href": f"#{line.name}-{name}"})
        return errors

    def _lines(self) -> Iterator[Line]:
        for part in self.parts:
            yield from part.lines

    def _check_part(self, part: Part) -> Survey:
        kept = [line for line in part.lines if not line.is_blank and not line.remove]
        respondents = None
        if part.respondents:
            respondents, part.error = check_number(part.respondents, "the number who answered")
        elif kept:
            part.error = "Enter the number who answered."
        if len(kept) > MOST_ITEMS:
            part.error = f"There can be {MOST_ITEMS} items at the most."
        items: dict[str, Item] = {}
        for line in kept:
            item = _check_line(line, respondents)
            if line.key in items:
                line.errors.setdefault("key", f"“{line.key}” is there twice.")
            elif item is not None:
                items[line.key] = item
        return Survey(respondents, dict(sorted(items.items())))


def _list_known(part: Part, uses: Uses) -> list[Known]:
    """Return the items of a group that are there or that the text speaks of, by key."""
    spoken_of = [name.partition(".") for name in uses]
    keys = {key for group, _, key in spoken_of if group == part.group}
    keys.update(line.key for line in part.lines if line.key)
    return [
        Known(key, put_in_words(key), uses.get(f"{part.group}.{key}", [])) for key in sorted(keys)
    ]


def _check_line(line: Line, respondents: int | None) -> Item | None:
    """Return the item of a line, or None and notes in it what is wrong."""
    count, count_fault = check_number(line.count, "the count")
    of, of_fault = check_number(line.of, "the number who answered it")
    faults = {"key": check_key(line.key), "count": count_fault, "of": of_fault}
    line.errors = {name: fault for name, fault in faults.items() if fault}
    if count is None or of is None:
        return None
    item = Item(count, of)
    line.is_small = is_too_small(item)
    if fault := check_item(item, respondents):
        line.errors["count" if count > of else "of"] = fault
    return item


def _count_lines(data: QueryDict, group: str) -> int:
    sent = data.get(f"{group}-lines", "")
    number = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 5 else 0
    return min(number, MOST_LINES)


def _show(number: int | None) -> str:
    return "" if number is None else str(number)
