"""Faulty cases and judgements: every problem is told with its line, and nothing is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.checking import check_answer
from inspections.catalogue import load_definition
from inspections.models import Programme
from inspections.problems import RefusedError
from reports.bundle import import_inspection
from tests.programmes import load_small_programme
from tests.reports.bundle_files import FILES, Change, refuse, write_bundle, write_files

CASES, JUDGED = "cases.csv", "judgements.csv"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def programme() -> Programme:
    return load_small_programme()


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
            f"cases.csv, line 3: {fact}: "
            "the custodial phase, the community phase or both must be yes"
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
