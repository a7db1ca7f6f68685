"""What the pages of the caseload refuse: files, days, columns and steps that cannot be."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Caseload, CaseloadEntry
from inspections.models import Inspection
from tests.cases.filling import errors_of, heading_of
from tests.cases.sampling.caseloads import (
    make_entries,
    make_opened,
    make_setting_up,
    write_caseload,
)
from tests.cases.sampling.pages import CASELOAD, DAY, as_file, go_to_columns, lead_of, send_file
from tests.casting import make_case, make_inspection
from tests.pages import read_page, texts_of

pytestmark = pytest.mark.django_db

TEXT = write_caseload(make_entries(30))


@pytest.fixture
def inspection() -> Inspection:
    return make_setting_up()


@pytest.fixture
def client(inspection: Inspection) -> Client:
    return lead_of(inspection)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04", "The file is a workbook. Save it as CSV, and choose that file."),
        (b"\x00\x01", "Line 1: There is a character that no text has. Save the file as CSV."),
        (b"x" * 2_000_001, "The file is larger than 2 MB."),
        (b"x" * 10_000_000, "The file is larger than 2 MB."),
        ("Ref\nA1\n", "Line 1: There is one column only: are they separated by commas?"),
        ("Ref,Ref,\n1\n", "The file cannot be read: 2 faults are listed below."),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_caseload_is_refused(client: Client, text: str | bytes, message: str) -> None:
    answer = send_file(client, text)
    assert answer.status_code == 422
    assert errors_of(read_page(answer)) == [(message, "#id_file")]
    assert not Caseload.objects.exists()


def test_a_file_must_be_chosen_and_a_day_given(client: Client) -> None:
    answer = client.post(CASELOAD, {"step": "file", "as_at": ""})
    assert answer.status_code == 422
    assert errors_of(read_page(answer)) == [
        ("Choose the CSV file of the caseload.", "#id_file"),
        ("Enter the date of the caseload.", "#id_as_at"),
    ]


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2999-01-01", "The date of the caseload must not be in the future."),
        ("1985-01-01", "The date of the caseload must be in 1990 or later."),
        ("31/02/2025", "Enter the date of the caseload as a real date, such as 31/03/2012."),
        ("\x00", "Enter the date of the caseload as a real date, such as 31/03/2012."),
        ("9" * 400, "Enter the date of the caseload as a real date, such as 31/03/2012."),
    ],
)
def test_the_day_must_be_one_that_a_caseload_can_have(
    client: Client, day: str, message: str
) -> None:
    answer = send_file(client, TEXT, day)
    assert answer.status_code == 422
    assert errors_of(read_page(answer)) == [(message, "#id_as_at")]


def test_columns_that_are_needed_must_be_chosen(client: Client) -> None:
    sheet = go_to_columns(client, TEXT)
    sheet.sent |= {"column-reference": [""], "column-ended_on": [""], "column-fact-gender": ["x"]}
    answer = sheet.save()
    assert answer.status_code == 422
    assert errors_of(read_page(answer)) == [
        ("Choose a column of the file for “Gender”.", "#id_column-fact-gender"),
    ]
    sheet.sent["column-fact-gender"] = ["Case ref"]
    answer = sheet.save()
    assert errors_of(read_page(answer)) == [
        ("Choose the column that holds “Case reference”.", "#id_column-reference"),
        (
            "Choose the column that holds the end date, or the status, or both.",
            "#id_column-ended_on",
        ),
    ]


@pytest.mark.parametrize("carried", ["", "x", "eJwDAAAAAAE=", "\x00", "é" * 50])
@pytest.mark.parametrize("step", ["columns", "values"])
def test_a_file_that_was_lost_on_the_way_is_asked_for_again(
    client: Client, step: str, carried: str
) -> None:
    answer = client.post(CASELOAD, {"step": step, "carried": carried, "as_at": DAY})
    assert answer.status_code == 422
    assert errors_of(read_page(answer)) == [("Choose the file again: it was lost on the way.", "")]


@pytest.mark.parametrize("step", ["", "nonsense", "\x00"])
def test_an_unknown_step_is_the_first(client: Client, step: str) -> None:
    answer = client.post(CASELOAD, {"step": step})
    assert answer.status_code == 422
    assert heading_of(read_page(answer)) == "Anyshire 2026 Upload the caseload"


class TestTooLate:
    def test_no_caseload_is_taken_once_cases_are_open(self) -> None:
        client = lead_of(make_opened())
        entries = CaseloadEntry.objects.count()
        assert client.get(CASELOAD).status_code == 200
        answer = client.post(CASELOAD, {"step": "file", "file": as_file(TEXT), "as_at": DAY})
        assert answer.status_code == 409
        assert errors_of(read_page(answer)) == [
            ("The cases of this sample are open already, so it can no longer be changed.", "")
        ]
        assert CaseloadEntry.objects.count() == entries

    def test_nor_where_cases_were_not_drawn(self, inspection: Inspection, client: Client) -> None:
        make_case(inspection)
        answer = client.post(CASELOAD, {"step": "file", "file": as_file(TEXT), "as_at": DAY})
        assert answer.status_code == 409
        assert errors_of(read_page(answer)) == [
            ("This inspection has cases already that were not drawn from a caseload.", "")
        ]

    def test_nor_under_a_programme_without_a_method(self) -> None:
        client = lead_of(make_inspection("Othershire"))
        url = CASELOAD.replace("anyshire", "othershire")
        assert texts_of(read_page(client.get(url)), "//div[@class='govuk-inset-text']") == [
            "The programme of this inspection says nothing of how a sample is drawn."
        ]
        assert client.post(url, {}).status_code == 409
        assert client.get(f"{url}template.csv").status_code == 404
