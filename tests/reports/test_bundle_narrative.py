"""The shape of a narrative, in a bundle's report file and in the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition
from inspections.problems import RefusedError
from reports.bundle import check_narrative, import_inspection
from reports.models import Narrative
from tests.programmes import load_small_programme
from tests.reports.bundle_files import FILES, REPORT, Change, write_bundle, write_files

pytestmark = pytest.mark.django_db

NAME = "report.yaml"
CONTEXT = REPORT[REPORT.index("context:") :]


@pytest.fixture(autouse=True)
def definition() -> ProgrammeDefinition:
    return load_definition(load_small_programme())


FAULTS: list[tuple[str, str, list[str]]] = [
    ("language: en", "language: cy", ['1: "language" must be en']),
    ("language: en", "tongue: en", ['1: unknown key "tongue"']),
    ("language: en", "foreword: x", ['2: the key "foreword" is given twice, first on line 1']),
    ("2026-05", "May 2026", ['6: "signed_month" may hold only a month, YYYY-MM']),
    ("2026-05", "2026-13", ['6: "signed_month" may hold only a month, YYYY-MM']),
    ('  "1":\n', '  "3":\n', ['8: unknown key "3"']),
    ('  "1":\n', "  1:\n", ['8: the key 1 must be in quotes: "1"']),
    ("    commentary: |", "    comment: |", ['9: unknown key "comment"']),
    ('  "1.1":\n', '  "1.9":\n', ['12: unknown key "1.9"']),
    (
        '["Screenings were completed in [[1.1.01]] of cases."]',
        "Screenings",
        ['13: "strengths" must be a list'],
    ),
    ("- Few were good enough.", "- 5", ['15: "areas_for_improvement" must be in quotes: '
                                        "it was read as the number 5"]),
    ("furthermore", "later", ['18: "group" must be higher_proportion or furthermore']),
    ('text: "staff are trained", ', "", ['18: "text" is missing']),
    ('section: "2", ', "", ['21: "section" is missing']),
    ('section: "2"', 'section: "9"', ["21: there is no section 9"]),
    (
        'section: "2"',
        "section: 2",
        ['21: "section" must be in quotes: it was read as the number 2'],
    ),
    ('criterion: "1.1"', 'criterion: "1.7"', ["20: there is no criterion 1.7"]),
    ('criterion: "1.1"', 'criterion: "2.1"', ["20: criterion 2.1 is not in section 1"]),
    ("count: 78", "count: 81", ["25: 81 of 80 is more than all of them"]),
    ("count: 78", "count: -1", ['25: "count" must be a whole number from 0 to 1000000']),
    ("count: 78, of: 80", "count: 78", ['25: "of" is missing']),
    (
        "knew_why: {",
        "Knew why: {",
        ['25: the key "Knew why" may hold only small letters, digits and underscores, '
         "a letter first"],
    ),
    (
        "respondents: 80",
        "respondents: many",
        ['24: "respondents" must be a whole number from 0 to 1000000'],
    ),
    ("victims:", "staff:", ['27: unknown key "staff"']),
    ("  service: [", "  offices: [", ['30: unknown key "offices"']),
    (CONTEXT, "context: none\n", ['28: "context" must have keys and values']),
    ("January", "\x07January", ["3: holds a control character"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"), FAULTS, ids=[new or f"no {old}" for old, new, _ in FAULTS]
)
def test_faulty_report_is_refused(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    change: Change = (NAME, old, new)

    with pytest.raises(RefusedError) as refused:
        import_inspection(write_bundle(tmp_path / "bundle", [change]))

    assert str(refused.value).splitlines() == [f"{NAME}, line {problem}" for problem in expected]
    assert Narrative.objects.count() == 0


def test_report_is_kept_in_canonical_form(tmp_path: Path) -> None:
    inspection = import_inspection(write_bundle(tmp_path / "bundle"))

    assert list(inspection.narratives.values_list("language", "document", "version")) == [
        (
            "en",
            {
                "foreword": "Anyshire was inspected in January 2026.\n\n"
                "Of [[cases]] cases, screenings were done in [[1.1.01:count]].",
                "signed_month": "2026-05",
                "sections": {"1": {"commentary": "Plans were made in time."}},
                "criteria": {
                    "1.1": {
                        "strengths": ["Screenings were completed in [[1.1.01]] of cases."],
                        "areas_for_improvement": ["Few were good enough."],
                    }
                },
                "recommendations": [
                    {
                        "text": "screenings are done well",
                        "owner": "Head of Service",
                        "group": "higher_proportion",
                    },
                    {
                        "text": "staff are trained",
                        "owner": "Head of Service",
                        "group": "furthermore",
                    },
                ],
                "examples": [
                    {"section": "1", "criterion": "1.1", "text": "A screening done twice."},
                    {"section": "2", "text": "Work with a school."},
                ],
                "service_users": {
                    "children": {
                        "respondents": 80,
                        "items": {
                            "felt_afraid": {"count": 0, "of": 80},
                            "knew_why": {"count": 78, "of": 80},
                        },
                        "findings": ["[[survey children.knew_why]] knew why they came."],
                    },
                    "victims": {"respondents": 0},
                },
                "context": {
                    "area": ["Anyshire has two towns."],
                    "service": ["The service has three offices."],
                },
            },
            1,
        )
    ]


def test_report_is_optional_and_may_be_in_welsh_too(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if name != NAME}
    welsh = {"report.cy.yaml": "language: cy\nforeword: Gwaith da.\n"}

    none = import_inspection(write_files(tmp_path / "none", files))
    renamed = files["inspection.yaml"].replace("anyshire-2026", "anyshire-2027")
    both = import_inspection(
        write_files(
            tmp_path / "both",
            {**files, "inspection.yaml": renamed, **welsh, NAME: "foreword: Good work.\n"},
        )
    )

    assert none.narratives.count() == 0
    assert dict(both.narratives.values_list("language", "document")) == {
        "en": {"foreword": "Good work."},
        "cy": {"foreword": "Gwaith da."},
    }


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {}),
        ({"foreword": " One. \r\n\r\nTwo.\t \n"}, {"foreword": "One.\n\nTwo."}),
        ({"foreword": "", "sections": {"2": {"commentary": " "}}, "examples": []}, {}),
        (
            {"criteria": {"2.1": {"strengths": ["b", "a"]}, "1.1": {"strengths": ["c"]}}},
            {"criteria": {"1.1": {"strengths": ["c"]}, "2.1": {"strengths": ["b", "a"]}}},
        ),
        (
            {"recommendations": [{"group": "furthermore", "text": "do it", "owner": ""}]},
            {"recommendations": [{"text": "do it", "group": "furthermore"}]},
        ),
    ],
)
def test_an_edited_narrative_is_put_in_canonical_form(
    definition: ProgrammeDefinition, given: dict[str, Any], kept: dict[str, Any]
) -> None:
    checked = check_narrative(definition, given)

    assert checked == kept
    assert list(checked.get("criteria", {})) == list(kept.get("criteria", {}))
    assert check_narrative(definition, checked) == checked


def test_a_faulty_edited_narrative_is_refused_without_lines(
    definition: ProgrammeDefinition,
) -> None:
    document = {"foreword": 3, "criteria": {"9.9": {}}, "verdict": "good"}

    with pytest.raises(RefusedError) as refused:
        check_narrative(definition, document, "cy")

    assert str(refused.value).splitlines() == [
        'report.cy.yaml: "foreword" must be in quotes: it was read as the number 3',
        'report.cy.yaml: unknown key "9.9"',
        'report.cy.yaml: unknown key "verdict"',
    ]
