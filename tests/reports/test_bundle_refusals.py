"""Bad bundles: every problem is told with file, line and reason, and nothing is stored."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps

from cases.checking import check_answer
from inspections.catalogue import load_definition
from inspections.models import Area, Programme
from inspections.problems import RefusedError
from reports.bundle import import_inspection
from tests.casting import make_inspection
from tests.programmes import load_small_programme
from tests.reports.bundle_files import FILES, HEADING, Change, write_bundle, write_files

HEAD, CASES, JUDGED, REPORT = FILES

TEAM = HEADING[HEADING.index("team:") : HEADING.index("comparators:")]
SUPPORT = "- {key: support, role: support_staff, name: Support officer}"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def programme() -> Programme:
    return load_small_programme()


def count_rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def refuse(folder: Path) -> list[str]:
    """Return what is said of the bundle in `folder`, which must be refused with nothing stored."""
    before = count_rows()
    with pytest.raises(RefusedError) as refused:
        import_inspection(folder)
    assert count_rows() == before
    return [str(problem) for problem in refused.value.problems]


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


FIELDWORK: list[tuple[Change, list[str]]] = [
    (
        (CASES, "A-2,local", "A-1,local"),
        [
            'cases.csv, line 3: the reference "A-1" is given twice, first on line 2',
            'judgements.csv, line 13: there is no case "A-2" in cases.csv',
            'judgements.csv, line 14: there is no case "A-2" in cases.csv',
        ],
    ),
    (
        (CASES, "A-2,local,,female", "A-2,local,,female,yes"),
        ["cases.csv, line 3: has 11 values, the header 10"],
    ),
    ((CASES, "A-2,local", "A-2,nobody"), ['cases.csv, line 3: there is no "nobody" in the team']),
    (
        (CASES, "A-2,local", "A-2,support"),
        ['cases.csv, line 3: "support" is support_staff and does not assess cases'],
    ),
    (
        (CASES, "cm-1", "The case manager"),
        [
            'cases.csv, line 2: the case manager "The case manager" must be 1 to 30 letters, '
            "digits and hyphens"
        ],
    ),
    (
        (CASES, "case_manager,gender", "case_manager,sex"),
        [
            'cases.csv, line 1: unknown column "sex"',
            'cases.csv, line 1: the column "gender" is missing',
        ],
    ),
    (
        (CASES, "reference,", "ref,"),
        [
            'cases.csv, line 1: unknown column "ref"',
            'cases.csv, line 1: the column "reference" is missing',
        ],
    ),
    ((CASES, ",male,", ",Male,"), ['cases.csv, line 2: gender "Male" is none of female, male']),
    # A condition on a faulty fact is not told of as well: 1.2.01 is asked where custody is yes.
    (
        (CASES, "female,yes,yes", "female,yes,true"),
        ['cases.csv, line 3: custody "true" is none of yes, no'],
    ),
    (
        (CASES, "high,yes,no", "high,no,yes"),
        [
            "cases.csv, line 2: plan_required: this cannot be yes while “Safeguarding needs” is no",
            "cases.csv, line 2: safeguarding_need: this cannot be no while "
            "“Safeguarding plan required” is yes",
        ],
    ),
    (
        (CASES, "female,yes,yes,no", "female,yes,no,no"),
        [
            f"cases.csv, line 3: {fact}: the custodial phase, the community phase or both are yes"
            for fact in ("custody", "community")
        ]
        + [
            "judgements.csv, line 14: 1.2.01 does not apply to A-2: "
            "it is asked where custody is yes"
        ],
    ),
    (
        (CASES, "A-2,local,,", '"A-2,local,,'),
        ["cases.csv, line 3: a quotation mark is opened and never closed"],
    ),
    (
        (JUDGED, "A-2,1.1.01", "A-3,1.1.01"),
        ['judgements.csv, line 13: there is no case "A-3" in cases.csv'],
    ),
    (
        (JUDGED, "A-2,1.1.01", "A-2,1.1.99"),
        ['judgements.csv, line 13: there is no question "1.1.99" in small@1'],
    ),
    (
        (JUDGED, "A-1,2.1.02,b", "A-1,2.1.02,a"),
        ["judgements.csv, line 9: 2.1.02/a is answered twice for A-1, first on line 8"],
    ),
    (
        (JUDGED, "A-1,1.2.03", "A-1,1.2.02"),
        ["judgements.csv, line 6: 1.2.02 is answered twice for A-1, first on line 5"],
    ),
    (
        (JUDGED, "A-1,2.1.02,b", "A-1,2.1.02,"),
        ["judgements.csv, line 9: 2.1.02 is a grid, so a row must be given"],
    ),
    (
        (JUDGED, "A-1,2.1.02,b", "A-1,2.1.02,c"),
        ['judgements.csv, line 9: 2.1.02 has no row "c"'],
    ),
    (
        (JUDGED, "A-1,1.2.02,", "A-1,1.2.02,a"),
        ['judgements.csv, line 5: 1.2.02 is no grid, so it has no row "a"'],
    ),
    *(
        (
            (JUDGED, "A-1,1.2.02,,sufficient", f"A-1,1.2.02,,{answer}"),
            [
                f'judgements.csv, line 5: the answer "{answer}" is none of '
                "sufficient, insufficient, not_applicable"
            ],
        )
        for answer in ("yes", "", "Sufficient")
    ),
    # What a gate with a faulty answer opens is not told of as well.
    (
        (JUDGED, "A-1,1.1.01,,sufficient", "A-1,1.1.01,,maybe"),
        [
            'judgements.csv, line 2: the answer "maybe" is none of '
            "sufficient, insufficient, not_applicable"
        ],
    ),
    (
        (JUDGED, "A-1,1.2.02,,sufficient", "A-1,1.2.02,,not_applicable"),
        ["judgements.csv, line 5: 1.2.02 cannot be not_applicable"],
    ),
    (
        (JUDGED, "A-1,1.2.02,,sufficient,inspector", "A-1,1.2.02,,sufficient,boss"),
        ['judgements.csv, line 5: there is no "boss" in the team'],
    ),
    (
        (JUDGED, "A-1,1.2.02,,sufficient,inspector", "A-1,1.2.02,,sufficient,"),
        ["judgements.csv, line 5: the assessor is missing"],
    ),
    (
        (JUDGED, "too_short;victims_left_out", "boring;too_short;too_short"),
        [
            'judgements.csv, line 4: 1.1.03 has no reason "boring"',
            'judgements.csv, line 4: the reason "too_short" is given twice',
        ],
    ),
    (
        (JUDGED, "insufficient,lead", "sufficient,lead"),
        ["judgements.csv, line 4: reasons are given only with insufficient"],
    ),
    (
        (JUDGED, "One line, and no more.", "x" * 5001),
        ["judgements.csv, line 4: the evidence is longer than 5,000 characters"],
    ),
    (
        (JUDGED, "One line", "One\x07line"),
        ["judgements.csv, line 4: the evidence holds a control character"],
    ),
    ((JUDGED, "One line", "One\0line"), ["judgements.csv, line 4: holds a NUL character"]),
    (
        (JUDGED, '"One line, and no more."', '"One line" and no more.'),
        ["judgements.csv, line 4: a comma must follow a closing quotation mark"],
    ),
    (
        (JUDGED, ",reasons,", ",why,"),
        [
            'judgements.csv, line 1: unknown column "why"',
            'judgements.csv, line 1: the column "reasons" is missing',
        ],
    ),
    (
        (JUDGED, "A-1,1.2.02", "A-1,1.2.01"),
        ["judgements.csv, line 5: 1.2.01 does not apply to A-1: it is asked where custody is yes"],
    ),
    (
        (JUDGED, "A-2,1.2.01,", "A-2,2.1.02,a"),
        [
            "judgements.csv, line 14: 2.1.02 does not apply to A-2: "
            "it is asked where community is yes"
        ],
    ),
    (
        (JUDGED, "A-2,1.2.01,,not_applicable", "A-2,1.2.03,,sufficient"),
        [
            "judgements.csv, line 14: it is not decided whether 1.2.03 applies to A-2: "
            "it is asked where plan_required is yes or risk_level is high or very_high"
        ],
    ),
    # A gate answered otherwise shuts all that hangs on it.
    (
        (JUDGED, "A-1,1.1.01,,sufficient", "A-1,1.1.01,,insufficient"),
        [
            "judgements.csv, line 3: 1.1.02 does not apply to A-1: "
            "it is asked where 1.1.01 is sufficient",
            "judgements.csv, line 4: 1.1.03 does not apply to A-1: "
            "it is asked where 1.1.02 is sufficient",
        ],
    ),
    (
        (JUDGED, "A-1,1.1.02,,sufficient,inspector,,\n", ""),
        [
            "judgements.csv, line 3: it is not decided whether 1.1.03 applies to A-1: "
            "it is asked where 1.1.02 is sufficient"
        ],
    ),
]


@pytest.mark.parametrize(
    ("change", "expected"), FIELDWORK, ids=[f"{c[2]:.40}" for c, _ in FIELDWORK]
)
def test_faulty_fieldwork_is_refused(tmp_path: Path, change: Change, expected: list[str]) -> None:
    assert refuse(write_bundle(tmp_path / "bundle", [change])) == expected


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
    Area.objects.create(name="Any-Shire", slug="anyshire")

    assert refuse(write_bundle(tmp_path / "bundle")) == [
        'inspection.yaml, line 3: the area "Anyshire" is written "Any-Shire" elsewhere'
    ]


@pytest.mark.parametrize("answer", ["sufficient", "insufficient", "not_applicable", "yes"])
@pytest.mark.parametrize("reasons", ["", "too_short", "boring"])
@pytest.mark.parametrize("length", [0, 5000, 5001])
@pytest.mark.parametrize("code", ["1.1.03", "1.2.02", "2.1.01"])
def test_an_answer_is_refused_where_the_form_would_refuse_it(
    tmp_path: Path, programme: Programme, code: str, answer: str, reasons: str, length: int
) -> None:
    lines = [line for line in FILES[JUDGED].splitlines() if f"A-1,{code}," not in line]
    lines.append(f"A-1,{code},,{answer},lead,{reasons},{'x' * length}")
    folder = write_files(tmp_path / "bundle", {**FILES, JUDGED: "\n".join(lines)})
    asked = tuple(filter(None, [reasons]))
    is_wrong = check_answer(load_definition(programme), code, answer, asked, "x" * length) != ""

    try:
        import_inspection(folder)
    except RefusedError:
        assert is_wrong
    else:
        assert not is_wrong
