"""Bringing a bundle in: all of it, or nothing and every reason why."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from cases.opening import NewCase, open_cases
from inspections.definition import ProgrammeDefinition
from inspections.models import Area, Inspection, Programme, TeamMember
from inspections.problems import Problem, RefusedError
from inspections.reading import read_csv, scan_yaml
from inspections.setting_up.areas import create_area
from inspections.shape import Entry, Faults
from reports.bundle.fieldwork import (
    CASES_FILE,
    JUDGEMENTS_FILE,
    check_applicability,
    read_cases,
    read_judgements,
)
from reports.bundle.heading import HEADING_FILE, Heading, read_heading
from reports.bundle.narrative import NARRATIVE_FILES, read_narrative, tidy
from reports.models import Narrative

BUNDLE_FILES = (HEADING_FILE, CASES_FILE, JUDGEMENTS_FILE, *NARRATIVE_FILES.values())
"""The files of a bundle; whatever else is in its folder is left alone."""

T = TypeVar("T")


@dataclass(frozen=True)
class Bundle:
    """An inspection as read and found sound, not yet stored."""

    programme: Programme
    heading: Heading
    cases: tuple[NewCase, ...]
    narratives: Mapping[str, dict[str, Any]]


def import_inspection(folder: Path) -> Inspection:
    """Store the inspection that the bundle in `folder` holds, and return it.

    Areas are made where there are none of their names; users never. Raises RefusedError, with
    every problem of every file, and then stores nothing.
    """
    bundle = read_bundle(folder)
    try:
        return _store_bundle(bundle)
    except IntegrityError:
        slug = bundle.heading.columns["slug"]
        if not Inspection.objects.filter(slug=slug).exists():
            raise
        raise RefusedError(
            [Problem(HEADING_FILE, None, f"there is an inspection {slug} already")]
        ) from None


def read_bundle(folder: Path) -> Bundle:
    """Return what the bundle in `folder` holds, checked against the database but not stored.

    Raises RefusedError with every problem of every file, in the order of the files.
    """
    if not os.path.isdir(folder):
        reason = "is not a folder" if os.path.lexists(folder) else "does not exist"
        raise RefusedError([Problem(folder.name or str(folder), None, reason)])
    problems: list[Problem] = []
    heading = _attempt(lambda: read_heading(folder / HEADING_FILE, problems), problems)
    definition = heading.definition if heading else None
    cases = _read_fieldwork(folder, heading, definition, problems)
    narratives = {
        language: _read_narrative(folder / name, language, definition, problems)
        for language, name in NARRATIVE_FILES.items()
        if os.path.lexists(folder / name)
    }
    if problems or heading is None or heading.programme is None:
        order = {name: position for position, name in enumerate(BUNDLE_FILES)}
        raise RefusedError(sorted(problems, key=lambda p: (order[p.file], p.line or 0)))
    return Bundle(heading.programme, heading, cases, narratives)


def _attempt(read: Callable[[], T], problems: list[Problem]) -> T | None:
    """Return what `read` does, or None where it refuses; its problems are added to `problems`."""
    try:
        return read()
    except RefusedError as error:
        problems.extend(error.problems)
        return None


def _read_fieldwork(
    folder: Path,
    heading: Heading | None,
    definition: ProgrammeDefinition | None,
    problems: list[Problem],
) -> tuple[NewCase, ...]:
    """Read cases and judgements; without a programme only whether they are sound files."""
    case_file = _attempt(lambda: read_csv(folder / CASES_FILE), problems)
    judgement_file = _attempt(lambda: read_csv(folder / JUDGEMENTS_FILE), problems)
    if heading is None or definition is None:
        return ()
    drafts = None
    if case_file:
        drafts = read_cases(case_file, definition, heading.team, problems)
    if judgement_file:
        read_judgements(judgement_file, definition, heading.team, drafts, problems)
    if drafts is None:
        return ()
    check_applicability(definition, drafts.values(), problems)
    return tuple(draft.to_new_case() for draft in drafts.values())


def _read_narrative(
    path: Path,
    language: str,
    definition: ProgrammeDefinition | None,
    problems: list[Problem],
) -> dict[str, Any]:
    file = _attempt(lambda: scan_yaml(path), problems)
    if file is None:
        return {}
    problems.extend(file.problems)
    if definition is None:
        return {}
    faults = Faults(path.name, file.places)
    entry = Entry(faults, (), tidy(file.data))
    if "language" in entry:
        entry.take_word("language", (language,))
    narrative = read_narrative(definition, entry)
    problems.extend(faults.problems)
    return narrative


@transaction.atomic
def _store_bundle(bundle: Bundle) -> Inspection:
    heading = bundle.heading
    _hold_programme(bundle.programme)
    areas = {
        name: Area.objects.filter(name=name).first() or create_area(name)
        for name in dict.fromkeys((heading.area, *heading.homes.values()))
    }
    inspection = Inspection.objects.create(
        programme=bundle.programme, area=areas[heading.area], **heading.columns
    )
    team = list((heading.team or {}).values())
    for member in team:
        member.inspection = inspection
        if home := heading.homes.get(member.key):
            member.home_area = areas[home]
    # The cases refer to these very members, who have their ids from here on.
    TeamMember.objects.bulk_create(team)
    open_cases(inspection, bundle.cases)
    Narrative.objects.bulk_create(
        Narrative(inspection=inspection, language=language, document=document)
        for language, document in bundle.narratives.items()
    )
    return inspection


def _hold_programme(programme: Programme) -> None:
    """Refuse to go on if the programme was replaced since the bundle was checked against it."""
    same = Programme.objects.filter(pk=programme.pk, loaded_at=programme.loaded_at)
    if same.select_for_update().first() is None:
        raise RefusedError(
            [Problem(HEADING_FILE, None, f"{programme} was loaded anew meanwhile: import again")]
        )
