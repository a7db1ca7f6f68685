"""The pages on which the caseload is given: matched, checked, stored when all of it is right."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from cases.models import Caseload, CaseloadEntry
from inspections.models import Inspection
from tests.cases.filling import banners_of, errors_of, heading_of, open_sheet, sheet_of
from tests.cases.sampling.caseloads import (
    COLUMNS,
    make_entries,
    make_entry,
    make_setting_up,
    write_caseload,
)
from tests.cases.sampling.pages import (
    CASELOAD,
    DAY,
    SAMPLE,
    as_file,
    go_to_columns,
    go_to_values,
    lead_of,
)
from tests.pages import links_of, read_page, rows_of, texts_of

pytestmark = pytest.mark.django_db

TEXT = write_caseload(make_entries(30))
PERSONAL = (
    "Surname,DOB,Case ref,Start,End,Order type,Sex,Ethnic group,RoSH,Case worker\r\n"
    "Featherstonehaugh,03/04/1998,Y1,01/06/2025,,DTO,F,Mixed,High,Wilhelmina Marjoribanks\r\n"
    "Cholmondeley,05/06/1997,Y2,01/07/2025,,YRO,M,White British,Low,Wilhelmina Marjoribanks\r\n"
)


@pytest.fixture
def inspection() -> Inspection:
    return make_setting_up()


@pytest.fixture
def client(inspection: Inspection) -> Client:
    return lead_of(inspection)


def everything_stored() -> str:
    """Return all that the database holds, as text."""
    with connection.cursor() as cursor:
        rows: list[Any] = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return repr(rows)


def test_it_asks_for_the_file_and_its_day(client: Client) -> None:
    sheet = open_sheet(client, CASELOAD)
    assert heading_of(sheet.page) == "Anyshire 2026 Upload the caseload"
    assert texts_of(sheet.page, "//main//form//label") == [
        "Caseload (CSV file)",
        "Date of the caseload",
    ]
    assert sheet.sent == {"step": ["file"], "as_at": ["2026-01-12"]}
    assert links_of(sheet.page, "//main") == [
        ("Download a template (CSV)", f"{CASELOAD}template.csv")
    ]


def test_columns_are_guessed_and_the_first_lines_shown(client: Client) -> None:
    sheet = go_to_columns(client, TEXT)
    assert heading_of(sheet.page) == "Anyshire 2026 Match the columns"
    chosen = {name: value[0] for name, value in sheet.sent.items() if name.startswith("column-")}
    assert {key: name for key, name in chosen.items() if name} == {
        f"column-{key}": name for key, name in COLUMNS.items()
    }
    assert rows_of(sheet.page, "preview") == [line.split(",") for line in TEXT.splitlines()[:4]]
    assert not Caseload.objects.exists()


def test_texts_are_guessed_and_counted(client: Client) -> None:
    sheet = go_to_values(client, "Ref,Start,End,Order,Sex,RoSH\nA1,01/06/2025,,DTO,F,Low\n")
    assert texts_of(sheet.page, "//legend") == [
        "Sentence family: column “Order”",
        "Risk of serious harm: column “RoSH”",
        "Gender: column “Sex”",
    ]
    assert texts_of(sheet.page, "//fieldset//label") == [
        "DTO (1 case)",
        "Low (1 case)",
        "F (1 case)",
    ]
    assert [v for k, v in sheet.sent.items() if k.startswith("value-")] == [
        ["custody"],
        ["low"],
        ["female"],
    ]


def test_what_is_right_is_stored(client: Client, inspection: Inspection) -> None:
    answer = go_to_values(client, TEXT).save()
    assert (answer.status_code, answer["Location"]) == (302, SAMPLE)
    caseload = Caseload.objects.get()
    assert (caseload.inspection, caseload.as_at.isoformat()) == (inspection, DAY)
    assert caseload.columns == COLUMNS
    entries = {entry.reference: entry for entry in make_entries(30)}
    for stored in CaseloadEntry.objects.all():
        entry = entries.pop(stored.reference)
        assert stored.started_on == entry.started_on
        assert stored.current == entry.current
        assert stored.facts == {
            **entry.facts,
            "case_status": "current" if entry.current else "terminated",
        }
    assert entries == {}
    page = read_page(client.get(SAMPLE))
    assert banners_of(page) == [("Success", "The caseload of 30 cases is stored.")]


def test_nobodys_name_is_ever_stored(client: Client) -> None:
    sheet = go_to_columns(client, PERSONAL)
    assert texts_of(sheet.page, "//div[@class='govuk-inset-text']") == [
        "Some columns look as if they identify people: “Surname” (a name), “DOB” (a date of "
        "birth). Nothing of them is kept, and no name of a case manager: only what you match "
        "below, and of case managers a key."
    ]
    assert rows_of(sheet.page, "preview")[1][:3] == ["(not shown)", "(not shown)", "Y1"]
    assert sheet.save().status_code == 200
    assert go_to_values(client, PERSONAL).save().status_code == 302
    stored = everything_stored()
    for personal in ("Featherstonehaugh", "Cholmondeley", "Marjoribanks", "03/04/1998"):
        assert personal not in stored
    assert "Y1" in stored
    page = read_page(client.get(SAMPLE))
    assert banners_of(page) == [
        (
            "Success",
            "The caseload of 2 cases is stored. Keys such as cm-01 stand for 1 case manager: how "
            "the file names them is not kept.",
        )
    ]


def test_a_name_given_as_a_reference_is_refused(client: Client) -> None:
    sheet = go_to_columns(client, PERSONAL)
    sheet.sent["column-reference"] = ["Surname"]
    answer = sheet_of(client, CASELOAD, sheet.save()).save()
    assert answer.status_code == 422
    assert rows_of(read_page(answer), "faults") == [
        ["Line", "What is wrong"],
        ["2", "The reference looks like a name: give a number or code that names nobody."],
        ["3", "The reference looks like a name: give a number or code that names nobody."],
    ]
    assert "Featherstonehaugh" not in everything_stored()


class TestFaults:
    lines = TEXT.splitlines()
    faulty = "\r\n".join(
        [
            *lines[:2],
            lines[2].replace(lines[2].split(",")[1], "31/02/2025", 1),
            lines[3].replace(lines[3].split(",")[0], lines[1].split(",")[0]),
            *lines[4:],
        ]
    )

    def test_all_are_told_with_their_lines_and_nothing_is_stored(self, client: Client) -> None:
        sheet = go_to_values(client, self.faulty)
        answer = sheet.save()
        assert answer.status_code == 422
        page = read_page(answer)
        assert errors_of(page) == [
            ("2 things in the file are wrong. Nothing is stored.", "#problems")
        ]
        assert texts_of(page, "//title")[0].startswith("Error: ")
        assert rows_of(page, "faults")[1:] == [
            ["3", "Start date: There is no day 31/02/2025. The day comes before the month."],
            ["4", "The reference “YOS-00000” is on line 2 as well."],
        ]
        assert not Caseload.objects.exists()
        assert sheet_of(client, CASELOAD, answer).sent == sheet.sent

    def test_a_mended_file_keeps_what_was_matched(self, client: Client) -> None:
        sheet = go_to_values(client, self.faulty.replace(",DTO,", ",Inside,"))
        inside = next(
            label.get("for").removeprefix("id_")
            for label in sheet.page.xpath("//label")
            if label.text_content().strip().startswith("Inside")
        )
        sheet.sent[inside] = ["custody"]
        sheet.sent["as_at"] = ["2026-01-04"]
        page = sheet_of(client, CASELOAD, sheet.save())
        mended = as_file(TEXT.replace(",DTO,", ",Inside,"))
        assert client.post(CASELOAD, {**page.sent, "mended": mended}).status_code == 302
        assert Caseload.objects.get().as_at.isoformat() == "2026-01-04"
        kept = {entry.reference: entry.facts["sentence_family"] for entry in make_entries(30)}
        stored = CaseloadEntry.objects.values_list("reference", "facts__sentence_family")
        assert dict(stored) == kept

    def test_a_mended_file_may_be_faulty_too(self, client: Client) -> None:
        page = sheet_of(client, CASELOAD, go_to_values(client, self.faulty).save())
        answer = client.post(CASELOAD, {**page.sent, "mended": as_file(b"")})
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [("The file is empty.", "#id_mended")]
        answer = client.post(CASELOAD, {**page.sent, "mended": as_file("a,a\n1\n")})
        assert rows_of(read_page(answer), "faults")[1:] == [
            ["1", "Two columns are called “a”."],
            ["2", "There are 1 values, and 2 columns."],
        ]

    def test_a_mended_file_without_a_column_goes_back_to_the_columns(self, client: Client) -> None:
        page = sheet_of(client, CASELOAD, go_to_values(client, self.faulty).save())
        answer = client.post(
            CASELOAD, {**page.sent, "mended": as_file(TEXT.replace("Sex", "Gender"))}
        )
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [
            ("Choose a column of the file for “Gender”.", "#id_column-fact-gender")
        ]

    def test_the_first_hundred_are_shown(self, client: Client) -> None:
        text = write_caseload([make_entry(f"Name{n}", days=-5) for n in range(150)])
        page = read_page(go_to_values(client, text).save())
        assert len(rows_of(page, "faults")) == 101
        assert "And 50 more." in texts_of(page, "//section[@id='problems']//p")


def test_texts_that_mean_nothing_yet_must_be_matched(client: Client) -> None:
    sheet = go_to_values(client, TEXT.replace(",DTO,", ",Inside,"))
    answer = sheet.save()
    assert answer.status_code == 422
    ((message, target),) = errors_of(read_page(answer))
    assert message == "Choose what “Inside” means under “Sentence family”."
    assert target.startswith("#id_value-fact-sentence_family-")
    sheet.sent[target.removeprefix("#id_")] = ["nonsense"]
    assert errors_of(read_page(sheet.save())) == [(message, target)]
    sheet.sent[target.removeprefix("#id_")] = ["custody"]
    assert sheet.save().status_code == 302


def test_one_can_go_back_to_the_columns(client: Client) -> None:
    sheet = go_to_values(client, TEXT)
    answer = sheet.save(back="yes")
    assert answer.status_code == 200
    back = sheet_of(client, CASELOAD, answer)
    assert heading_of(back.page) == "Anyshire 2026 Match the columns"
    assert back.sent == go_to_columns(client, TEXT).sent


def test_how_the_file_was_read_is_told(client: Client) -> None:
    text = TEXT.replace("White British", "White – British").encode("cp1252")
    go_to_values(client, text).save()
    ((_, told),) = banners_of(read_page(client.get(SAMPLE)))
    assert told == (
        "The caseload of 30 cases is stored. The file was not UTF-8, so it was read as "
        "Windows-1252."
    )


def test_planned_ends_are_told(client: Client) -> None:
    text = (
        "Ref;Start;End;Order;Sex;RoSH\nA1;2025-06-01;2026-06-01;YRO;F;Low\n"
        "A2;2025-06-01;2025-12-01;YRO;F;Low\n"
    )
    go_to_values(client, text).save()
    ((_, told),) = banners_of(read_page(client.get(SAMPLE)))
    assert told == (
        "The caseload of 2 cases is stored. 1 case with an end after the date of the caseload "
        "counted as current."
    )
    assert dict(CaseloadEntry.objects.values_list("reference", "current")) == {
        "A1": True,
        "A2": False,
    }


def test_the_template_is_a_caseload_that_can_be_stored(client: Client) -> None:
    answer = client.get(f"{CASELOAD}template.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="caseload-template.csv"'
    assert go_to_values(client, answer.content).save().status_code == 302
    assert CaseloadEntry.objects.get().facts == {
        "sentence_family": "first_tier",
        "rosh_by_yot": "low",
        "gender": "female",
        "case_status": "current",
    }
