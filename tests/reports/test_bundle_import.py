"""What a sound bundle stores."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cases.models import Assessment, FactRevision, Judgement, JudgementRevision, RecordedFact
from inspections.isbn import check_isbn
from inspections.models import Area, Programme, TeamMember
from reports.bundle import import_inspection
from tests.programmes import load_small_programme
from tests.reports.bundle_files import CASES, FILES, JUDGEMENTS, write_bundle, write_files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def programme() -> Programme:
    return load_small_programme()


def test_the_inspection_and_its_team_are_stored(tmp_path: Path, programme: Programme) -> None:
    inspection = import_inspection(write_bundle(tmp_path / "bundle"))

    inspection.refresh_from_db()
    columns = {
        field.name: field.value_from_object(inspection)
        for field in inspection._meta.concrete_fields
        if field.name not in ("id", "created_at", "area")
    }
    assert columns == {
        "slug": "anyshire-2026",
        "programme": programme.pk,
        "region": "East of England",
        "country": "england",
        "service_title": "YOS",
        "service_name": "Anyshire Youth Offending Service",
        "manager_title": "Head of Service",
        "isbn": "978-1-84099-522-0",
        "fieldwork_start": "2026-01-12",
        "fieldwork_end": "2026-01-23",
        "publication_date": "2026-05",
        "chief_inspector": "HM Chief Inspector of Probation",
        "caseload": 120,
        "urgent_telephone": "",
        "smallest_group": 5,
        "locked_at": None,
        "comparators": {
            "scope": "the regions inspected so far",
            "as_of": "2026-04",
            "safeguarding": {"lowest": 30, "highest": 90, "average": 60},
            "risk_of_harm": {"lowest": 40, "highest": 80, "average": 40},
        },
    }
    assert (inspection.area.name, inspection.area.slug) == ("Anyshire", "anyshire")
    team = inspection.team.select_related("home_area")
    assert [(m.key, m.role, m.name, str(m.home_area), m.user) for m in team] == [
        ("lead", "lead_inspector", "Lead inspector", "None", None),
        ("inspector", "inspector", "Inspector", "None", None),
        ("local", "local_assessor", "Local assessor", "Otherton", None),
        ("support", "support_staff", "Support officer", "None", None),
    ]
    assert User.objects.count() == 0


def test_the_fieldwork_is_stored(tmp_path: Path) -> None:
    inspection = import_inspection(write_bundle(tmp_path / "bundle"))

    assert list(inspection.cases.values_list("reference", "case_manager")) == [
        ("A-1", "cm-1"),
        ("A-2", ""),
    ]
    assert list(
        Assessment.objects.values_list(
            "case__reference", "assessor__key", "of_record", "facts_missing"
        )
    ) == [("A-1", "inspector", True, 0), ("A-2", "local", True, 1)]
    second = RecordedFact.objects.filter(assessment__case__reference="A-2")
    assert dict(second.values_list("fact__key", "value")) == {
        "gender": "female",
        "looked_after": "yes",
        "custody": "yes",
        "community": "no",
        "risk_level": "low",
        "safeguarding_need": "",
        "plan_required": "",
    }
    judgement = Judgement.objects.get(
        assessment__case__reference="A-1", question__code="1.1.03", row=""
    )
    assert (
        judgement.answer,
        judgement.reasons,
        judgement.evidence,
        judgement.state,
        judgement.version,
        judgement.changed_by,
    ) == (
        "insufficient",
        ["too_short", "victims_left_out"],
        "One line, and no more.",
        "applies",
        1,
        TeamMember.objects.get(key="lead"),
    )
    answered = len(JUDGEMENTS.splitlines()) - 1
    assert Judgement.objects.exclude(answer="").count() == answered
    assert JudgementRevision.objects.count() == answered
    assert FactRevision.objects.count() == 12


def test_columns_may_stand_in_any_order_and_optional_ones_be_left_out(tmp_path: Path) -> None:
    judgements = "assessor,answer,row,reasons,question_code,case_reference\n"
    cases = "plan_required,safeguarding_need,risk_level,community,custody,looked_after,gender,"
    files = {
        **FILES,
        "cases.csv": f"{cases}assessor,reference\r\nno,yes,high,yes,no,no,male,,B-7\r\n",
        "judgements.csv": f"{judgements}lead,sufficient,b,,2.1.02,B-7\n",
    }

    inspection = import_inspection(write_files(tmp_path / "bundle", files))

    assessment = Assessment.objects.get(inspection=inspection)
    assert (assessment.case.reference, assessment.assessor) == ("B-7", None)
    assert list(
        assessment.judgements.exclude(answer="").values_list("question__code", "row", "answer")
    ) == [("2.1.02", "b", "sufficient")]


def test_an_inspection_may_have_no_cases_yet(tmp_path: Path) -> None:
    files = {
        **FILES,
        "cases.csv": CASES.splitlines()[0],
        "judgements.csv": JUDGEMENTS.splitlines()[0],
    }

    inspection = import_inspection(write_files(tmp_path / "bundle", files))

    assert inspection.cases.count() == 0


def test_areas_that_are_there_are_used(tmp_path: Path) -> None:
    area = Area.objects.create(name="Anyshire", slug="anyshire")

    inspection = import_inspection(write_bundle(tmp_path / "bundle"))

    assert inspection.area == area
    assert list(Area.objects.values_list("name", flat=True)) == ["Anyshire", "Otherton"]


def test_days_and_months_are_compared_as_finely_as_both_allow(tmp_path: Path) -> None:
    change = ("inspection.yaml", "publication_date: 2026-05", "publication_date: 2026-01")

    inspection = import_inspection(write_bundle(tmp_path / "bundle", [change]))

    assert inspection.publication_date == "2026-01"


def write_many(folder: Path, number: int) -> Path:
    """Return a bundle with the first case `number` times, each under its own reference."""
    head, first, _ = CASES.splitlines()
    columns, *answers = [line for line in JUDGEMENTS.splitlines() if "A-2" not in line]
    references = [f"C-{index}" for index in range(number)]
    cases = [head, *(first.replace("A-1", reference) for reference in references)]
    judgements = [line.replace("A-1", ref) for ref in references for line in answers]
    return write_files(
        folder,
        {
            **FILES,
            "cases.csv": "\n".join(cases),
            "judgements.csv": "\n".join([columns, *judgements]),
        },
    )


# SQLite takes so few parameters that Django cuts the rows of more cases into several statements.
MANY = 100 if connection.vendor == "postgresql" else 5


@pytest.mark.parametrize("number", [1, MANY])
def test_queries_do_not_grow_with_the_cases(tmp_path: Path, number: int) -> None:
    folder = write_many(tmp_path / "bundle", number)

    with CaptureQueriesContext(connection) as queries:
        import_inspection(folder)

    assert Assessment.objects.count() == number
    assert len(queries) == 42


@pytest.mark.parametrize(
    ("isbn", "is_valid"),
    [
        ("978-1-84099-522-0", True),
        ("9781840995220", True),
        ("978 1 84099 248 9", True),
        ("978-1-84099-522-1", False),
        ("978-1-84099-252-0", False),  # two digits changed places
        ("977-1-84099-522-3", False),
        ("978-1-84099-522", False),
        ("978-1-84099-522-X", False),
        ("٩٧٨١٨٤٠٩٩٥٢٢٠", False),
    ],
)
def test_isbn_is_checked_by_its_last_digit(isbn: str, is_valid: bool) -> None:
    assert check_isbn(isbn) is is_valid
