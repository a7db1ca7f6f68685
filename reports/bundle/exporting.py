"""Taking an inspection out as a bundle, in one canonical form.

What is not in a bundle: revisions, users, cases withdrawn from the sample, answers without their
question applying (set aside, or undecided) and notes without an answer.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cases.models import Assessment, Case, Judgement, RecordedFact
from inspections.catalogue import fact_ids, load_definition, question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection, TeamMember
from inspections.problems import Problem, RefusedError
from reports.bundle.fieldwork import (
    CASE_COLUMNS,
    CASES_FILE,
    EVIDENCE_COLUMN,
    JUDGEMENT_COLUMNS,
    JUDGEMENTS_FILE,
    REASON_SEPARATOR,
)
from reports.bundle.heading import HEADING_FILE
from reports.bundle.importing import BUNDLE_FILES
from reports.bundle.narrative import NARRATIVE_FILES, check_narrative, drop_empty
from reports.bundle.writing import Paragraphs, write_csv, write_yaml
from reports.comparing.choice import find_choice, find_comparators
from reports.models import Narrative
from reports.snapshot import at_one_moment

PARAGRAPHS = frozenset({"foreword", "commentary"})
"""Keys of narrative whose text is written as a block, however short."""


def export_inspection(inspection: Inspection, folder: Path) -> None:
    """Write the bundle of `inspection` into `folder`, which is made if there is none.

    Raises RefusedError where a file of a bundle is there already or `folder` cannot be written to;
    it then leaves no file of its own behind.
    """
    with at_one_moment():
        files = build_bundle(inspection)
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        present = [name for name in BUNDLE_FILES if os.path.lexists(folder / name)]
        if present:
            raise RefusedError(
                Problem(name, None, "is in the folder already, and is not overwritten")
                for name in present
            )
        for name, text in files.items():
            with (folder / name).open("x", encoding="utf-8", newline="") as file:
                written.append(folder / name)
                file.write(text)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        reason = f"cannot be written to: {error.strerror}"
        raise RefusedError([Problem(folder.name or str(folder), None, reason)]) from None


def build_bundle(inspection: Inspection) -> dict[str, str]:
    """Return the text of each file of the bundle of `inspection`, by file name.

    Takes the same number of queries for any number of cases. Raises RefusedError where a stored
    narrative is not of the shape that could be imported again.
    """
    definition = load_definition(inspection.programme)
    team = list(inspection.team.select_related("home_area"))
    keys: dict[int | None, str] = {None: "", **{member.pk: member.key for member in team}}
    # By position: as imported, and then as they were added.
    cases = list(
        Case.objects.filter(inspection=inspection, withdrawn=False).order_by(
            "position", "reference"
        )
    )
    return {
        HEADING_FILE: write_yaml(_describe_heading(inspection, definition, team)),
        CASES_FILE: _write_cases(inspection, definition, cases, keys),
        JUDGEMENTS_FILE: _write_judgements(inspection, definition, cases, keys),
        **_write_narratives(inspection, definition),
    }


def _describe_heading(
    inspection: Inspection, definition: ProgrammeDefinition, team: list[TeamMember]
) -> dict[str, Any]:
    heading = {
        "programme": definition.identity,
        "slug": inspection.slug,
        "area": inspection.area.name,
        "region": inspection.region,
        "country": inspection.country,
        "service_title": inspection.service_title,
        "service_name": inspection.service_name,
        "manager_title": inspection.manager_title,
        "isbn": inspection.isbn,
        "fieldwork_start": inspection.fieldwork_start,
        "fieldwork_end": inspection.fieldwork_end,
        "publication_date": inspection.publication_date,
        "chief_inspector": inspection.chief_inspector,
        "caseload": inspection.caseload,
        "team": [_describe_member(member) for member in team],
        "comparators": _describe_comparators(inspection, definition),
    }
    return drop_empty(heading)


def _describe_member(member: TeamMember) -> dict[str, Any]:
    home = member.home_area.name if member.home_area else ""
    described = {"key": member.key, "role": member.role, "name": member.name, "home_area": home}
    return drop_empty(described)


def _describe_comparators(
    inspection: Inspection, definition: ProgrammeDefinition
) -> dict[str, Any]:
    """Return what the report prints of other areas: where it goes, their results are not known.

    Keys are ordered by the programme: the database keeps no order of its own.
    """
    comparators = find_comparators(inspection, definition, find_choice(inspection))
    if comparators is None:
        return {}
    rows = {row.theme: row for row in comparators.rows}
    return {"scope": comparators.scope, "as_of": comparators.as_of} | {
        theme.key: {key: getattr(rows[theme.key], key) for key in ("lowest", "highest", "average")}
        for theme in definition.themes
        if theme.key in rows
    }


def _write_cases(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    cases: list[Case],
    keys: Mapping[int | None, str],
) -> str:
    fact_keys = {pk: key for key, pk in fact_ids(inspection.programme).items()}
    recorded: dict[int, dict[str, str]] = {}
    facts = RecordedFact.objects.filter(
        assessment__inspection=inspection, assessment__of_record=True
    )
    for case_id, fact_id, value in facts.values_list("assessment__case_id", "fact_id", "value"):
        recorded.setdefault(case_id, {})[fact_keys[fact_id]] = value
    of_record = Assessment.objects.filter(inspection=inspection, of_record=True)
    assessors = dict(of_record.values_list("case_id", "assessor_id"))
    rows = [
        [
            case.reference,
            keys[assessors.get(case.pk)],
            case.case_manager,
            *(recorded.get(case.pk, {}).get(key, "") for key in definition.facts_by_key),
        ]
        for case in cases
    ]
    return write_csv([*CASE_COLUMNS, *definition.facts_by_key], rows)


def _write_judgements(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    cases: list[Case],
    keys: Mapping[int | None, str],
) -> str:
    """By case, then in the order of the programme and of the rows of its grids."""
    codes = {pk: code for code, pk in question_ids(inspection.programme).items()}
    references = {case.pk: case.reference for case in cases}
    case_order = {case.pk: position for position, case in enumerate(cases)}
    row_order = {
        (code, row): (position, index)
        for position, (code, question) in enumerate(definition.questions.items())
        for index, row in enumerate(definition.rows_of(question))
    }
    judgements = (
        Judgement.objects.filter(
            assessment__inspection=inspection,
            assessment__of_record=True,
            state=Judgement.State.APPLIES,
        )
        .exclude(answer="")
        .values_list(
            "assessment__case_id",
            "question_id",
            "row",
            "answer",
            "changed_by_id",
            "reasons",
            "evidence",
        )
    )
    rows = []
    for case_id, question_id, row, answer, by, reasons, evidence in judgements:
        code = codes[question_id]
        place = (case_order[case_id], row_order[code, row])
        given = (answer, keys[by], REASON_SEPARATOR.join(reasons), evidence)
        rows.append((place, (references[case_id], code, row, *given)))
    rows.sort()
    lines = [line for _, line in rows]
    if any(line[-1] for line in lines):
        return write_csv([*JUDGEMENT_COLUMNS, EVIDENCE_COLUMN], lines)
    return write_csv(JUDGEMENT_COLUMNS, [line[:-1] for line in lines])


def _write_narratives(inspection: Inspection, definition: ProgrammeDefinition) -> dict[str, str]:
    documents = dict(
        Narrative.objects.filter(inspection=inspection).values_list("language", "document")
    )
    return {
        name: write_yaml(
            {
                "language": language,
                **_mark_paragraphs(check_narrative(definition, documents[language], language)),
            }
        )
        for language, name in NARRATIVE_FILES.items()
        if language in documents
    }


def _mark_paragraphs(value: Any) -> Any:
    """Return a narrative with the texts that run over paragraphs marked to be written as blocks."""
    if not isinstance(value, dict):
        return value
    return {
        key: Paragraphs(item) if key in PARAGRAPHS else _mark_paragraphs(item)
        for key, item in value.items()
    }
