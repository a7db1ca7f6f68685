"""Importing published results: what a file may look like, and every fault told at its line."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inspections.models import Area, Programme
from inspections.problems import RefusedError
from reports.comparing.importing import import_results
from reports.models import AreaResult
from tests.casting import make_area
from tests.programmes import load_small_programme

pytestmark = pytest.mark.django_db

HEADER = "area,programme,region,publication_date,safeguarding,risk_of_harm"
ROWS = "Ashby,small,North,2026-01,60,49\nBarton,small@1,South,2026-02-28,91,not scored\n"


@pytest.fixture(autouse=True)
def programme() -> Programme:
    return load_small_programme()


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "results.csv"
    path.write_bytes(text.encode(encoding))
    return path


def stored() -> list[tuple[object, ...]]:
    rows = AreaResult.objects.order_by("area__name", "publication_date")
    return [
        (
            r.area.name,
            r.programme,
            r.region,
            r.publication_date,
            r.scores["safeguarding"],
            r.scores["risk_of_harm"],
        )
        for r in rows
    ]


EXPECTED = [
    ("Ashby", "small", "North", "2026-01", 60, 49),
    ("Barton", "small", "South", "2026-02-28", 91, None),
]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (f"{HEADER}\n{ROWS}", "utf-8"),
        (f"{HEADER}\n{ROWS}", "utf-8-sig"),
        (f"{HEADER}\n{ROWS}".replace(",", ";").replace("\n", "\r\n"), "utf-8"),
        (
            "PUBLISHED,Risk of Harm,SG,Area,Programme, Region \n"
            "2026-01,49%,60 %,Ashby,small,North\n"
            "28 February 2026,Not scored,91.0%,Barton,small@1,South\n,,,,,\n",
            "utf-8",
        ),
        (
            "area,programme,region,publication-date,Safeguarding,RoH\n"
            '"Ashby",small,North,1/2026,60,49\nBarton,small,South,28/2/2026,91,NOT SCORED\n',
            "utf-8",
        ),
        (
            "Area\tProgramme\tRegion\tDate published\tSafeguarding (%)\tRisk of Harm score\n"
            "Ashby\tSMALL\tNorth\t2026-01\t60\t49\n"
            "Barton\tSmall@1\tSouth\t2026-02-28\t91\tnot scored\n",
            "utf-8",
        ),
    ],
    ids=[
        "plain",
        "byte order mark",
        "semicolons",
        "by title and short name",
        "quoted, other dates",
        "tabs, other names",
    ],
)
def test_a_file_may_be_written_in_several_ways(tmp_path: Path, text: str, encoding: str) -> None:
    imported = import_results(write(tmp_path, text, encoding))
    assert str(imported) == "2 added, 0 changed, 0 unchanged"
    assert stored() == EXPECTED
    assert set(Area.objects.values_list("name", flat=True)) == {"Ashby", "Barton"}


def test_the_same_file_changes_nothing_and_another_score_is_a_change(tmp_path: Path) -> None:
    call_command("import_results", write(tmp_path, f"{HEADER}\n{ROWS}"), stdout=StringIO())
    moments = list(AreaResult.objects.values_list("imported_at", flat=True))
    told = StringIO()
    call_command("import_results", str(tmp_path / "results.csv"), stdout=told)
    assert told.getvalue() == "Imported results.csv: 0 added, 0 changed, 2 unchanged.\n"
    assert list(AreaResult.objects.values_list("imported_at", flat=True)) == moments
    more = ROWS.replace("60,49", "61,49") + "Corby,small,North,2026-03,1,2\n"
    told = StringIO()
    call_command("import_results", str(write(tmp_path, f"{HEADER}\n{more}")), stdout=told)
    assert told.getvalue() == "Imported results.csv: 1 added, 1 changed, 1 unchanged.\n"
    assert [row[4] for row in stored()] == [61, 91, 1]


def test_every_fault_is_told_at_its_line_and_nothing_is_stored(tmp_path: Path) -> None:
    make_area("Ashby")
    Programme.objects.create(
        slug="letters", version=1, title="t", short_title="t", kind="sqs", scored=False, digest="d"
    )
    text = "\n".join([
        HEADER,
        "Corby,small,North,2026-01,60,49",
        "ashby,small,North,2026-01,101,49.5",
        ",small,,2026-13-01,,-1",
        "Derby,letters,North,2026-01,60,49",
        "Derby,nowhere@2,North,2026-01,60,49",
        "Corby,small@1,North,2026-01,60,49",
        "Corby,,North,,60,49",
        "???,small,North,2026-01,½,5%%",
    ])  # fmt: skip
    with pytest.raises(CommandError) as refused:
        call_command("import_results", str(write(tmp_path, text)))
    number = "a whole number from 0 to 100, or “not scored”"
    years = "is no date, YYYY-MM-DD, or month, YYYY-MM, from 1990 to 2100"
    assert str(refused.value).split("\n") == [
        "nothing was imported",
        'results.csv, line 3: the area "ashby" is written "Ashby" elsewhere',
        f'results.csv, line 3: "safeguarding" 101 is not {number}',
        f'results.csv, line 3: "risk_of_harm" 49.5 is not {number}',
        'results.csv, line 4: "area" is empty',
        'results.csv, line 4: "region" is empty',
        f'results.csv, line 4: "publication_date" 2026-13-01 {years}',
        f'results.csv, line 4: "safeguarding" is empty: give {number}',
        f'results.csv, line 4: "risk_of_harm" -1 is not {number}',
        'results.csv, line 5: the programme "letters" gives no scores',
        'results.csv, line 6: no programme "nowhere@2" is loaded: it must be small',
        "results.csv, line 7: Corby is given twice under small for 2026-01, first on line 2",
        'results.csv, line 8: "programme" is empty',
        'results.csv, line 8: "publication_date" is empty',
        'results.csv, line 9: the area "???" must have a letter or digit of the Latin alphabet',
        f'results.csv, line 9: "safeguarding" ½ is not {number}',
        f'results.csv, line 9: "risk_of_harm" 5%% is not {number}',
    ]
    assert stored() == []
    assert list(Area.objects.values_list("name", flat=True)) == ["Ashby"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["results.csv: is empty"]),
        (HEADER, ["results.csv: holds no results"]),
        (
            ROWS,
            [
                "results.csv, line 1: is no header: name the columns, area, programme, region, "
                "publication_date and each theme of the programme"
            ],
        ),
        (
            f"{HEADER}\nAshby,small,North,2026-01,1,2\nAshby,small,North,2026-01-09,1,2\n",
            [
                "results.csv, line 3: Ashby is given twice under small for 2026-01-09, first on "
                "line 2"
            ],
        ),
        (
            "area,programme,region,safeguarding,SG,note\nAshby,small,North,1,2,x\n",
            [
                'results.csv, line 1: unknown column "note"',
                'results.csv, line 1: there is no column "publication_date"',
                "results.csv, line 1: the columns safeguarding and SG are the same theme",
                'results.csv, line 1: there is no column "risk_of_harm", for Risk of Harm',
            ],
        ),
        (
            f"{HEADER},published\nAshby,small,North,2026-01,1,2,2026-02\n",
            ['results.csv, line 1: the column "published" is there twice'],
        ),
        (
            f"{HEADER}\nAshby,small,North\n",
            ["results.csv, line 2: has 3 values, the header 6"],
        ),
        (
            f'{HEADER}\nAsh\x07by,small,"North",2026-01,1,2\n',
            ['results.csv, line 2: "area" holds a control character'],
        ),
        (
            f"{HEADER}\nA\0,small,North,2026-01,1,2\n",
            ["results.csv, line 2: holds a NUL character"],
        ),
        (
            f"{HEADER}\n{'A' * 101},small,North,2026-01,1,99999999999\n",
            [
                'results.csv, line 2: "area" is longer than 100 characters',
                'results.csv, line 2: "risk_of_harm" 99999999999 is not a whole number from 0 to '
                "100, or “not scored”",
            ],
        ),
    ],
)
def test_a_file_that_is_no_table_of_results_is_refused(
    tmp_path: Path, text: str, problems: list[str]
) -> None:
    with pytest.raises(RefusedError) as refused:
        import_results(write(tmp_path, text))
    assert [str(problem) for problem in refused.value.problems] == problems
    assert stored() == []


@pytest.mark.parametrize("name", ["", "absent.csv", "."])
def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("import_results", str(tmp_path / name) if name else "")
    assert "Traceback" not in str(refused.value)


def test_other_text_than_utf_8_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEADER}\nYnys Môn,small,Wales,2026-01,1,2\n", "latin-1")
    with pytest.raises(RefusedError, match="line 2: is not UTF-8 text"):
        import_results(path)
