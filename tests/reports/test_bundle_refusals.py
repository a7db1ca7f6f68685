"""Bad bundles: every problem is told with file, line and reason, and nothing is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspections.models import Area, Programme
from tests.casting import make_inspection
from tests.programmes import load_small_programme
from tests.reports.bundle_files import FILES, HEADING, Change, refuse, write_bundle, write_files

HEAD, CASES, JUDGED, REPORT = FILES

TEAM = HEADING[HEADING.index("team:") : HEADING.index("comparators:")]
SUPPORT = "- {key: support, role: support_staff, name: Support officer}"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def programme() -> Programme:
    return load_small_programme()


HEADINGS: list[tuple[Change, list[str]]] = [
    ((HEAD, "programme: small@1\n", ""), ['1: "programme" is missing']),
    ((HEAD, "small@1", "small@2"), ['1: no programme "small@2" is loaded']),
    ((HEAD, "small@1", "small"), ['1: no programme "small" is loaded']),
    (
        (HEAD, "slug: anyshire-2026", "slug: any shire"),
        ['2: "slug" may hold only letters, digits, hyphens and underscores'],
    ),
    ((HEAD, "region:", "regoin:"), ['1: "region" is missing', '4: unknown key "regoin"']),
    (
        (HEAD, "region: East of England", "region: East\nregion: West"),
        ['5: the key "region" is given twice, first on line 4'],
    ),
    ((HEAD, "country: england", "country: france"), ['5: "country" must be england or wales']),
    (
        (HEAD, "service_title: YOS", "service_title: the whole youth service"),
        ['6: "service_title" is longer than 20 characters'],
    ),
    ((HEAD, "service_title: YOS", "service_title: ''"), ['6: "service_title" is empty']),
    (
        (HEAD, "manager_title: Head of Service", 'manager_title: "Head\\nof"'),
        ['8: "manager_title" may hold only one line'],
    ),
    (
        (HEAD, "978-1-84099-522-0", "978-1-84099-522-1"),
        ['9: "isbn" 978-1-84099-522-1 is not a valid ISBN of 13 digits'],
    ),
    (
        (HEAD, "978-1-84099-522-0", "1-84099-522-X"),
        ['9: "isbn" 1-84099-522-X is not a valid ISBN of 13 digits'],
    ),
    (
        (HEAD, "fieldwork_start: 2026-01-12", "fieldwork_start: 12 January 2026"),
        ['10: "fieldwork_start" may hold only a date, YYYY-MM-DD, or a month, YYYY-MM'],
    ),
    (
        (HEAD, "fieldwork_start: 2026-01-12", "fieldwork_start: 2026-02-30"),
        ['10: "fieldwork_start" 2026-02-30 does not exist'],
    ),
    (
        (HEAD, "fieldwork_start: 2026-01-12", "fieldwork_start: 2026-01-24"),
        ['11: "fieldwork_end" 2026-01-23 is before "fieldwork_start" 2026-01-24'],
    ),
    (
        (HEAD, "publication_date: 2026-05", "publication_date: 2025-12"),
        ['12: "publication_date" 2025-12 is before "fieldwork_end" 2026-01-23'],
    ),
    (
        (HEAD, "caseload: 120", "caseload: -1"),
        ['14: "caseload" must be a whole number from 0 to 1000000'],
    ),
    ((HEAD, TEAM, "team: us\n"), ['15: "team" must be a list']),
    ((HEAD, TEAM, "team: []\n"), ['15: "team" must have 1 or more items']),
    (
        (HEAD, "role: lead_inspector", "role: inspector"),
        ["15: a team has one lead_inspector, this one has 0"],
    ),
    (
        (HEAD, "role: support_staff", "role: lead_inspector"),
        ["15: a team has one lead_inspector, this one has 2"],
    ),
    ((HEAD, "key: support", "key: lead"), ['19: the key "lead" is given twice, first on line 16']),
    ((HEAD, ", home_area: Otherton", ""), ['18: a local_assessor must have a "home_area"']),
    (
        (HEAD, SUPPORT, "- {key: r, role: regional_assessor, name: R}"),
        ['19: a regional_assessor must have a "home_area"'],
    ),
    (
        (HEAD, "role: support_staff", "role: boss"),
        [
            '19: "role" must be lead_inspector, inspector, practice_assessor, local_assessor, '
            "regional_assessor, support_staff, publications_team, editor or "
            "assistant_chief_inspector"
        ],
    ),
    (
        (HEAD, SUPPORT, SUPPORT.replace("}", ", home_area: ANYSHIRE}")),
        ["19: nobody whose home area is ANYSHIRE can be put on its inspection"],
    ),
    (
        (HEAD, SUPPORT, SUPPORT.replace("}", ", home_area: otherton, age: 50}")),
        ['19: the area "otherton" is written "Otherton" elsewhere', '19: unknown key "age"'],
    ),
    (
        (HEAD, "area: Anyshire\n", "area: '!'\n"),
        ['3: the area "!" must have a letter or digit of the Latin alphabet'],
    ),
    ((HEAD, "  scope: the regions inspected so far\n", ""), ['20: "scope" is missing']),
    ((HEAD, "as_of: 2026-04", "as_of: 2026-13"), ['22: "as_of" 2026-13 does not exist']),
    (
        (HEAD, "lowest: 30, highest: 90", "lowest: 61, highest: 90"),
        ["23: the average must be from the lowest to the highest"],
    ),
    (
        (HEAD, "highest: 80", "highest: 101"),
        ['24: "highest" must be a whole number from 0 to 100'],
    ),
    ((HEAD, ", average: 60", ""), ['23: "average" is missing']),
    ((HEAD, "  risk_of_harm:", "  weather:"), ['24: unknown key "weather"']),
]


@pytest.mark.parametrize(("change", "expected"), HEADINGS, ids=[str(c[2]) for c, _ in HEADINGS])
def test_faulty_heading_is_refused(tmp_path: Path, change: Change, expected: list[str]) -> None:
    folder = write_bundle(tmp_path / "bundle", [change])

    assert refuse(folder) == [f"inspection.yaml, line {problem}" for problem in expected]


def test_problems_of_all_files_are_told_together(tmp_path: Path) -> None:
    changes = [
        (HEAD, "country: england", "country: france"),
        (HEAD, "caseload: 120", "caseload: many"),
        (CASES, "cm-1", "c m"),
        (CASES, "A-2,local", "A-2,nobody"),
        (JUDGED, "A-1,1.2.02", "A-1,1.2.01"),
        (JUDGED, "A-2,1.1.01,,insufficient", "A-2,1.1.99,,never"),
        (REPORT, "signed_month: 2026-05", "signed_month: May"),
    ]
    folder = write_bundle(tmp_path / "bundle", changes)
    (folder / "report.cy.yaml").write_text("language: en\n", encoding="utf-8")

    assert refuse(folder) == [
        'inspection.yaml, line 5: "country" must be england or wales',
        'inspection.yaml, line 14: "caseload" must be a whole number from 0 to 1000000',
        'cases.csv, line 2: the case manager "c m" must be 1 to 30 letters, digits and hyphens',
        'cases.csv, line 3: there is no "nobody" in the team',
        "judgements.csv, line 5: 1.2.01 does not apply to A-1: it is asked where custody is yes",
        'judgements.csv, line 13: the answer "never" is none of '
        "sufficient, insufficient, not_applicable",
        'judgements.csv, line 13: there is no question "1.1.99" in small@1',
        'report.yaml, line 6: "signed_month" may hold only a month, YYYY-MM',
        'report.cy.yaml, line 1: "language" must be cy',
    ]


def test_files_are_read_even_where_the_inspection_cannot_be(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "bundle", {CASES: "reference,reference\n", REPORT: "- a\n"})

    assert refuse(folder) == [
        "inspection.yaml: does not exist",
        'cases.csv, line 1: there are two columns "reference"',
        "judgements.csv: does not exist",
        "report.yaml, line 1: a file must hold keys and their values",
    ]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encodings_are_refused(tmp_path: Path, name: str, encoding: str) -> None:
    folder = write_bundle(tmp_path / "bundle")
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_bytes(text.replace("A", "É", 1).encode(encoding))
    line = text[: text.index("A")].count("\n") + 1 if encoding == "cp1252" else 1

    assert refuse(folder) == [f"{name}, line {line}: is not UTF-8 text"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_over_10_mb_is_refused_unread(tmp_path: Path, name: str) -> None:
    folder = write_bundle(tmp_path / "bundle")
    with (folder / name).open("r+b") as file:
        file.truncate(50_000_000_000)  # sparse: to read it would fail, or take minutes

    assert refuse(folder) == [f"{name}: is larger than 10 MB"]


BOMB = "\n".join(
    ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]
)


@pytest.mark.parametrize("name", [HEAD, REPORT])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (BOMB, "1: anchors and aliases (& and *) are not allowed"),
        ("a: !!python/object/apply:os.getcwd []", "1: tags (!) are not allowed"),
        ("slug: x\na: !!python/name:os.system", "2: tags (!) are not allowed"),
    ],
)
def test_yaml_that_expands_or_names_objects_is_refused(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    folder = write_files(tmp_path / "bundle", {**FILES, name: text})

    assert refuse(folder) == [f"{name}, line {problem}"]


@pytest.mark.parametrize(
    ("name", "problem"), [("absent", "does not exist"), ("file", "is not a folder")]
)
def test_what_is_no_folder_is_refused(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")

    assert refuse(tmp_path / name) == [f"{name}: {problem}"]


def test_a_slug_that_exists_is_refused(tmp_path: Path) -> None:
    make_inspection("Anyshire")  # its slug is that of the bundle

    assert refuse(write_bundle(tmp_path / "bundle")) == [
        "inspection.yaml, line 2: there is an inspection anyshire-2026 already"
    ]


def test_an_area_like_a_stored_one_is_refused(tmp_path: Path) -> None:
    Area.objects.create(name="ANYSHIRE", slug="anyshire")

    assert refuse(write_bundle(tmp_path / "bundle")) == [
        'inspection.yaml, line 3: the area "Anyshire" is written "ANYSHIRE" elsewhere'
    ]
