"""A report's narrative, as it stands in `report.yaml` and in `Narrative.document`.

Its canonical form, which both hold: keys in the order of the programme, nothing that is empty, and
no space at the ends of a text or of its lines. The language is the file's and the row's, so the
document does not repeat it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from inspections.definition import ProgrammeDefinition
from inspections.problems import RefusedError
from inspections.reading import Places
from inspections.shape import Entry, Faults, Form, check_text
from reports.models import Language

NARRATIVE_FILES = {Language.ENGLISH.value: "report.yaml", Language.WELSH.value: "report.cy.yaml"}
"""The file of each language's narrative in a bundle."""

PROSE = Form(50_000)
PROSE_OR_NONE = replace(PROSE, may_be_empty=True)
NUMBER = Form(10)
OWNER = Form(200, "[^\n]+", "one line", may_be_empty=True)
MONTH = Form(100, "(?!0000)[0-9]{4}-(0[1-9]|1[0-2])", "a month, YYYY-MM", may_be_empty=True)
ITEM_KEY = Form(50, "[a-z][a-z0-9_]*", "small letters, digits and underscores, a letter first")
GROUPS = ("higher_proportion", "furthermore")
LARGEST_NUMBER = 1_000_000


def check_narrative(
    definition: ProgrammeDefinition, document: Mapping[str, Any], language: str = "en"
) -> dict[str, Any]:
    """Return the canonical form of `document`, a narrative without its language.

    Raises RefusedError with every fault of its shape; figures in the text are not looked at.
    """
    faults = Faults(NARRATIVE_FILES[language], Places({}))
    narrative = read_narrative(definition, Entry(faults, (), tidy(document)))
    if faults.problems:
        raise RefusedError(replace(problem, line=None) for problem in faults.problems)
    return narrative


def read_narrative(definition: ProgrammeDefinition, entry: Entry) -> dict[str, Any]:
    """Return the canonical form of what `entry` holds, tidied before, noting its faults."""
    sections = [section.number for section in definition.sections]
    narrative = {
        "foreword": entry.take_text("foreword", PROSE_OR_NONE, ""),
        "signed_month": entry.take_text("signed_month", MONTH, ""),
        "sections": _read_parts(entry, "sections", sections, _read_section),
        "criteria": _read_parts(entry, "criteria", definition.criteria, _read_criterion),
        "recommendations": [
            _read_recommendation(item) for item in entry.take_entries("recommendations", True)
        ],
        "examples": [
            _read_example(definition, item) for item in entry.take_entries("examples", True)
        ],
        "service_users": _read_parts(entry, "service_users", ("children", "victims"), _read_survey),
        "context": _read_context(take_entry(entry, "context")),
    }
    entry.close()
    return drop_empty(narrative)


def tidy(value: Any) -> Any:
    """Return `value` with every text in it as it is kept: see the top of this module."""
    if isinstance(value, Mapping):
        return {str(key): tidy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [tidy(item) for item in value]
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        return "\n".join(line.rstrip() for line in text.split("\n")).strip()
    return value


def take_entry(entry: Entry, key: str) -> Entry:
    """Return the mapping at `key` of `entry`, which may be left out; empty if faulty."""
    value = entry.take(key)
    if value is not None and not isinstance(value, dict):
        entry.note(f'"{key}" must have keys and values', key)
    return Entry(entry.faults, (*entry.path, key), value if isinstance(value, dict) else {})


def drop_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` without what holds nothing, in the mappings inside them too."""
    full = {
        key: drop_empty(value) if isinstance(value, dict) else value
        for key, value in values.items()
    }
    return {key: value for key, value in full.items() if value not in (None, "", [], {})}


def _read_parts(
    entry: Entry, key: str, names: Iterable[str], read: Callable[[Entry], dict[str, Any]]
) -> dict[str, Any]:
    """Return what stands at `key`: entries under some of `names`, each taken with `read`."""
    parts = take_entry(entry, key)
    values = {name: read(take_entry(parts, name)) for name in names if name in parts}
    parts.close()
    return values


def _read_section(entry: Entry) -> dict[str, Any]:
    values = {"commentary": entry.take_text("commentary", PROSE_OR_NONE, "")}
    entry.close()
    return values


def _read_criterion(entry: Entry) -> dict[str, Any]:
    values = {key: _take_texts(entry, key) for key in ("strengths", "areas_for_improvement")}
    entry.close()
    return values


def _read_recommendation(entry: Entry) -> dict[str, Any]:
    values = {
        "text": entry.take_text("text", PROSE),
        "owner": entry.take_text("owner", OWNER, ""),
        "group": entry.take_word("group", GROUPS) if "group" in entry else "",
    }
    entry.close()
    return drop_empty(values)


def _read_example(definition: ProgrammeDefinition, entry: Entry) -> dict[str, Any]:
    """An example stands under a section; its criterion, if it names one, is of that section."""
    sections = [section.number for section in definition.sections]
    section = _take_number(entry, "section", sections)
    criterion = ""
    if "criterion" in entry:
        criterion = _take_number(entry, "criterion", definition.criteria)
    if section and criterion and definition.section_of[criterion] != section:
        entry.note(f"criterion {criterion} is not in section {section}", "criterion")
    values = {"section": section, "criterion": criterion, "text": entry.take_text("text", PROSE)}
    entry.close()
    return drop_empty(values)


def _take_number(entry: Entry, key: str, known: Collection[str]) -> str:
    """Return the number at `key` of a part of the programme; "" if faulty."""
    number = entry.take_text(key, NUMBER)
    if number and number not in known:
        entry.note(f"there is no {key} {number}", key)
        return ""
    return number


def _read_survey(entry: Entry) -> dict[str, Any]:
    """Items are in the order of their keys, since the database keeps no other."""
    values: dict[str, Any] = {}
    if "respondents" in entry:
        values["respondents"] = entry.take_number("respondents", 0, LARGEST_NUMBER)
    items = take_entry(entry, "items")
    values["items"] = {}
    for key in sorted(items.values):
        _, fault = check_text(key, ITEM_KEY)
        if fault:
            items.note(f'the key "{key}" {fault}', key)
        values["items"][key] = _read_share(take_entry(items, key))
    values["findings"] = _take_texts(entry, "findings")
    entry.close()
    return values


def _read_share(entry: Entry) -> dict[str, Any]:
    """So many of so many."""
    values = {key: entry.take_number(key, 0, LARGEST_NUMBER) for key in ("count", "of")}
    if entry.is_sound("count", "of") and values["count"] > values["of"]:
        entry.note(f"{values['count']} of {values['of']} is more than all of them")
    entry.close()
    return values


def _read_context(entry: Entry) -> dict[str, Any]:
    values = {key: _take_texts(entry, key) for key in ("area", "service")}
    entry.close()
    return values


def _take_texts(entry: Entry, key: str) -> list[str]:
    return list(entry.take_texts(key, PROSE))
