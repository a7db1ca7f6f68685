"""Counts of questionnaires as a CSV file: group, item, count, of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from cases.sampling.reading import Row, Sheet, read_sheet
from inspections.problems import Problem, RefusedError
from reports.questionnaires.counts import (
    GROUPS,
    MOST_ITEMS,
    RESERVED_KEY,
    Item,
    Survey,
    Surveys,
    check_item,
    check_key,
    check_number,
)

COLUMNS = ("group", "item", "count", "of")
FILE = "questionnaires"


def read_counts(content: bytes) -> Surveys:
    """Return the counts that a CSV file holds: only groups and items that it names.

    A line whose item is `respondents` gives how many of the group answered at all, as its count.
    Raises RefusedError with every fault and its line.
    """
    sheet = read_sheet(content, of="items")
    places = _find_columns(sheet)
    problems: list[Problem] = []
    found: dict[str, dict[str, tuple[int, Item]]] = {}
    respondents: dict[str, int] = {}
    for row in sheet.rows:
        group, key, count, of = (row.values[place] for place in places)
        group, key = group.lower(), key.lower()
        faults: list[str] = []
        if group not in GROUPS:
            faults.append(f"The group must be {' or '.join(GROUPS)}, not “{group}”.")
        elif key == RESERVED_KEY:
            _take_respondents(group, count, of, respondents, faults)
        else:
            _take_item(group, key, (count, of), row, found, faults)
        problems += [Problem(FILE, row.line, fault) for fault in faults]
    problems += _check_together(found, respondents)
    if problems:
        raise RefusedError(sorted(problems, key=lambda problem: problem.line or 0))
    return {
        group: Survey(
            respondents.get(group),
            {key: item for key, (_, item) in sorted(found.get(group, {}).items())},
        )
        for group in GROUPS
    }


def merge_counts(stored: Surveys, given: Surveys) -> Surveys:
    """Return `stored` with what a file gives put in its place; what the file leaves out stays."""
    return {
        group: Survey(
            stored[group].respondents
            if given[group].respondents is None
            else given[group].respondents,
            {**stored[group].items, **given[group].items},
        )
        for group in GROUPS
    }


def write_counts(surveys: Surveys) -> str:
    """Return counts as the CSV text that `read_counts` reads."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for group, survey in surveys.items():
        if survey.respondents is not None:
            writer.writerow((group, RESERVED_KEY, survey.respondents, ""))
        for key, item in survey.items.items():
            writer.writerow((group, key, item.count, item.of))
    return text.getvalue()


def _find_columns(sheet: Sheet) -> list[int]:
    """Return where the four columns are. Raises RefusedError where one is not there."""
    names = [name.lower() for name in sheet.columns]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise RefusedError([Problem(FILE, 1, f"There is no column “{name}”.") for name in missing])
    return [names.index(name) for name in COLUMNS]


def _take_respondents(
    group: str, count: str, of: str, respondents: dict[str, int], faults: list[str]
) -> None:
    number, fault = check_number(count, "the number who answered")
    if fault:
        faults.append(fault)
    if of:
        faults.append("The line of the respondents has a count, and nothing under “of”.")
    if group in respondents:
        faults.append(f"The respondents of {group} are given twice.")
    if number is not None:
        respondents[group] = number


def _take_item(
    group: str,
    key: str,
    numbers: tuple[str, str],
    row: Row,
    found: dict[str, dict[str, tuple[int, Item]]],
    faults: list[str],
) -> None:
    items = found.setdefault(group, {})
    count, count_fault = check_number(numbers[0], "the count")
    of, of_fault = check_number(numbers[1], "the number who answered it")
    faults += [fault for fault in (check_key(key), count_fault, of_fault) if fault]
    if key in items:
        faults.append(f"“{key}” of {group} is given twice, first on line {items[key][0]}.")
    elif count is not None and of is not None:
        items[key] = row.line, Item(count, of)


def _check_together(
    found: dict[str, dict[str, tuple[int, Item]]], respondents: dict[str, int]
) -> Iterable[Problem]:
    for group, items in found.items():
        for line, item in items.values():
            if fault := check_item(item, respondents.get(group)):
                yield Problem(FILE, line, fault)
        if len(items) > MOST_ITEMS:
            yield Problem(FILE, None, f"There are more than {MOST_ITEMS} items of {group}.")
