"""Checking a caseload: what is guessed, what is wrong on which line, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from cases.sampling.checking import (
    Checked,
    Matching,
    check_caseload,
    check_columns,
)
from cases.sampling.fields import (
    Field,
    find_personal_columns,
    guess_columns,
    guess_value,
    list_fields,
)
from cases.sampling.reading import Sheet, read_sheet
from cases.sampling.references import check_reference
from inspections.definition import ProgrammeDefinition, SamplingMethod
from tests.cases.sampling.caseloads import AS_AT, read_definition

GOOD = {
    "Ref": "A1",
    "Start": "01/06/2025",
    "End": "",
    "Status": "",
    "Sex": "F",
    "Ethnicity": "White British",
    "Order": "Referral Order",
    "RoSH": "Low",
    "Worker": "CM01",
    "Custody": "",
    "Community": "",
}


@pytest.fixture(scope="module")
def definition() -> ProgrammeDefinition:
    return read_definition()


@pytest.fixture(scope="module")
def method(definition: ProgrammeDefinition) -> SamplingMethod:
    assert definition.sampling is not None
    return definition.sampling


@pytest.fixture(scope="module")
def fields(definition: ProgrammeDefinition, method: SamplingMethod) -> list[Field]:
    return list_fields(definition, method)


def sheet_of(*lines: Mapping[str, str]) -> Sheet:
    """Return a file of these lines, each the good one with changes."""
    rows = [list(GOOD), *([GOOD | dict(line)][0].values() for line in lines)]
    return read_sheet("\n".join(",".join(f'"{value}"' for value in row) for row in rows).encode())


LIKE_A_NAME = "The reference looks like a name: give a number or code that names nobody."
LIKE_A_DATE = "The reference has a date in it, perhaps of birth: give a number that names nobody."

COLUMNS = {
    "reference": 0, "started_on": 1, "ended_on": 2, "status": 3, "fact-gender": 4,
    "fact-ethnicity": 5, "fact-sentence_family": 6, "fact-rosh_by_yot": 7, "case_manager": 8,
    "fact-custody": 9, "fact-community": 10,
}  # fmt: skip


@pytest.fixture
def check(fields: list[Field], definition: ProgrammeDefinition, method: SamplingMethod) -> Any:
    """Return how lines are checked: all texts mean what they are guessed to mean."""

    def run(*lines: Mapping[str, str], without: tuple[str, ...] = ()) -> Checked:
        sheet = sheet_of(*lines)
        columns = {key: place for key, place in COLUMNS.items() if key not in without}
        values = {
            field.key: {
                text: guess_value(field.fact, text) for text in sheet.values_of(columns[field.key])
            }
            for field in fields
            if field.fact and field.key in columns
        }
        return check_caseload(sheet, fields, Matching(columns, values), definition, method, AS_AT)

    return run


def faults_of(checked: Checked) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.message) for problem in checked.problems]


def test_a_good_line_becomes_an_entry_with_what_was_matched(check: Any) -> None:
    checked = check(GOOD)
    (entry,) = checked.entries
    assert checked.problems == []
    assert (entry.reference, entry.case_manager) == ("A1", "CM01")
    assert (entry.started_on, entry.ended_on, entry.current) == (date(2025, 6, 1), None, True)
    assert entry.facts == {
        "gender": "female",
        "ethnicity": "white",
        "sentence_family": "first_tier",
        "rosh_by_yot": "low",
        "case_status": "current",
    }


@pytest.mark.parametrize(
    ("line", "ended", "current"),
    [
        ({}, None, True),
        ({"End": "05/01/2026"}, date(2026, 1, 5), False),
        ({"End": "06/01/2026"}, None, True),
        ({"Status": "Closed"}, None, False),
        ({"Status": "Open"}, None, True),
        ({"Status": "Open", "End": "06/06/2026"}, None, True),
        ({"Status": "Terminated", "End": "01/09/2025"}, date(2025, 9, 1), False),
    ],
)
def test_a_case_is_current_by_its_end_or_its_status(
    check: Any, line: dict[str, str], ended: date | None, current: bool
) -> None:
    checked = check(line)
    (entry,) = checked.entries
    assert (entry.ended_on, entry.current) == (ended, current)
    assert entry.facts["case_status"] == ("current" if current else "terminated")


def test_planned_ends_are_counted(check: Any) -> None:
    assert check({"End": "01/02/2026"}, {"Ref": "A2", "End": "01/03/2026"}).ends_later == 2


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"Ref": ""}, "The case has no reference."),
        ({"Start": ""}, "The case has no start date."),
        (
            {"Start": "June 2025"},
            "Start date: “June 2025” is not a date: write it as 31/03/2012 or 2012-03-31.",
        ),
        (
            {"Start": "06/01/2026"},
            "The case starts on 6 January 2026, after the date of the caseload.",
        ),
        ({"End": "31/05/2025"}, "The case ends on 31 May 2025, before it starts."),
        (
            {"Status": "Open", "End": "01/07/2025"},
            "The case is given as current, and ended on 1 July 2025.",
        ),
        (
            {"Status": "Closed", "End": "01/07/2026"},
            "The case is given as terminated, and ends on 1 July 2026.",
        ),
        ({"Sex": ""}, "“Gender” is empty."),
    ],
)
def test_what_is_wrong_with_a_line_is_told(check: Any, line: dict[str, str], fault: str) -> None:
    checked = check({"Ref": "B1"}, line)
    assert faults_of(checked) == [(3, fault)]
    assert [entry.reference for entry in checked.entries] == ["B1"]


def test_every_fault_of_every_line_is_told_in_order(check: Any) -> None:
    checked = check(
        {"Ref": "Smith", "Start": "x"},
        {},
        {"Ref": "a1", "End": "01/01/2020"},
        {"Ref": "A 2", "Custody": "no", "Community": "N"},
    )
    phase = "The custodial phase, the community phase or both must be yes."
    assert faults_of(checked) == [
        (2, LIKE_A_NAME),
        (2, "Start date: “x” is not a date: write it as 31/03/2012 or 2012-03-31."),
        (4, "The reference “a1” is on line 3 as well."),
        (4, "The case ends on 1 January 2020, before it starts."),
        (5, f"Custodial phase inspected: {phase}"),
        (5, f"Community phase inspected: {phase}"),
    ]


@pytest.mark.parametrize(
    "reference",
    [
        "A1", "YOS-0012", "2012/334", "cm 7", "12345678", "E.12_3", "YOT/2012/0034", "ANY-001",
        "HX1234", "20120034", "A1B2C3", "12345678901", "YOT-123456", "CV/2012/4",
    ],
)  # fmt: skip
def test_a_reference_may_be_any_number_or_code(reference: str) -> None:
    assert check_reference(reference) == ""


@pytest.mark.parametrize(
    ("reference", "fault"),
    [
        ("Smith", LIKE_A_NAME),
        ("Smith, John 2", LIKE_A_NAME),
        ("JS 12/03/1998", LIKE_A_DATE),
        *(
            (name, LIKE_A_NAME)
            for name in (
                "JOHN SMITH 1", "SMITH J 12", "SMITH-JOHN-2", "Smith1", "J Smith 3",
                "JONES/BARRY/2", "JSMITH010195", "JO_LEE_4", "Müller 7",
            )
        ),
        *(
            (day, LIKE_A_DATE)
            for day in (
                "A 04031995", "SMITH 04MAR95", "JS19950304", "JS 4 March 1995", "JS 04 03 95",
            )
        ),
        ("A" * 30 + "1", "The reference is longer than 30 characters."),
        ("A1!", "The reference “A1!” has a mark that is not allowed: use letters and digits."),
        ("=1+1", "The reference “=1+1” has a mark that is not allowed: use letters and digits."),
        ("-1", "The reference “-1” has a mark that is not allowed: use letters and digits."),
        ("é1", "The reference “é1” has a mark that is not allowed: use letters and digits."),
    ],
)  # fmt: skip
def test_a_reference_that_may_identify_somebody_is_refused(reference: str, fault: str) -> None:
    assert check_reference(reference) == fault


def test_references_that_are_mostly_days_are_refused(check: Any) -> None:
    checked = check({"Ref": "12031998"}, {"Ref": "20010405"}, {"Ref": "99999999"})
    assert faults_of(checked) == [
        (None, "Most references are dates, perhaps of birth: give numbers that name nobody.")
    ]
    assert check({"Ref": "12031998"}, {"Ref": "99999998"}).problems == []


def test_a_word_that_references_share_is_no_name(check: Any) -> None:
    same = [{"Ref": f"ROTHERHAM YOT-{number}"} for number in range(1, 13)]
    assert check(*same).problems == []
    assert check(*same[:3]).problems == []
    assert faults_of(check(*same, {"Ref": "SMITH YOT-13"})) == [(14, LIKE_A_NAME)]
    few = [{"Ref": "SMITH 1"}, {"Ref": "SMITH 2"}]
    assert faults_of(check(*few)) == [(2, LIKE_A_NAME), (3, LIKE_A_NAME)]
    assert len(faults_of(check(*few, {"Ref": "JONES 3"}))) == 3


def test_six_digits_are_a_date_where_nearly_all_of_one_make_are(check: Any) -> None:
    assert faults_of(check({"Ref": "HX1234"}, {"Ref": "JS010195"})) == [(3, LIKE_A_DATE)]
    serial = [{"Ref": f"HX{number}"} for number in range(100_900, 102_900, 37)]
    assert check(*serial).problems == []
    assert faults_of(check({"Ref": "010195"}, {"Ref": "980312"})) == [
        (None, "Most references are dates, perhaps of birth: give numbers that name nobody.")
    ]
    assert len(faults_of(check({"Ref": "²²²²²²²²"}))) == 1


def test_names_of_case_managers_become_keys(check: Any) -> None:
    checked = check(
        {"Worker": "Worker One"},
        {"Ref": "A2", "Worker": "Worker Two"},
        {"Ref": "A3", "Worker": "WORKER ONE"},
        {"Ref": "A4", "Worker": ""},
    )
    managers = [entry.case_manager for entry in checked.entries]
    assert managers == ["cm-01", "cm-02", "cm-01", ""]
    assert checked.managers_renamed == 2


def test_a_code_typed_in_two_ways_is_one_case_manager(check: Any) -> None:
    lines = [
        {"Ref": f"A{n}", "Worker": code} for n, code in enumerate(("CM01", "cm01", "", "Cm01"))
    ]
    checked = check(*lines)
    assert [entry.case_manager for entry in checked.entries] == ["CM01", "CM01", "", "CM01"]
    assert checked.managers_renamed == 0


def test_codes_of_case_managers_are_kept(check: Any) -> None:
    checked = check({"Worker": "CM01"}, {"Ref": "A2", "Worker": "cm-7"})
    assert [entry.case_manager for entry in checked.entries] == ["CM01", "cm-7"]
    assert checked.managers_renamed == 0


def test_needed_are_reference_start_and_the_facts_that_the_method_draws_by(
    fields: list[Field],
) -> None:
    assert [field.key for field in fields if field.needed] == [
        "reference", "started_on", "fact-sentence_family", "fact-rosh_by_yot", "fact-gender",
    ]  # fmt: skip
    assert [field.key for field in fields if not field.needed] == [
        "ended_on", "status", "case_manager", "fact-ethnicity", "fact-looked_after",
        "fact-custody", "fact-community",
    ]  # fmt: skip


def test_columns_are_guessed_by_their_names(fields: list[Field]) -> None:
    columns = [
        "Surname", "YOT ID", "Order type", "Sentence Start-Date", "Date closed", "SEX",
        "Ethnic Group", "RoSH level", "Allocated worker", "Status",
    ]  # fmt: skip
    assert guess_columns(fields, columns) == {
        "reference": 1,
        "started_on": 3,
        "ended_on": 4,
        "status": 9,
        "case_manager": 8,
        "fact-gender": 5,
        "fact-ethnicity": 6,
        "fact-sentence_family": 2,
        "fact-rosh_by_yot": 7,
    }


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("sentence_family", "Referral Order", "first_tier"),
        ("sentence_family", "First tier", "first_tier"),
        ("sentence_family", "Youth Rehabilitation Order (ISS)", "community"),
        ("sentence_family", "DTO - 8 months", "custody"),
        ("sentence_family", "Something else", ""),
        ("gender", "F", "female"),
        ("gender", "unknown", ""),
        ("ethnicity", "White - British", "white"),
        ("ethnicity", "White - Irish", ""),
        ("ethnicity", "Asian or Asian British - Indian", "bme"),
        ("ethnicity", "", "not_recorded"),
        ("rosh_by_yot", "V High", "very_high"),
        ("rosh_by_yot", "N/A", "not_recorded"),
        ("looked_after", "Y", "yes"),
        ("looked_after", "", ""),
    ],
)
def test_values_are_guessed_and_left_open_where_that_would_be_bold(
    definition: ProgrammeDefinition, key: str, text: str, value: str
) -> None:
    assert guess_value(definition.facts_by_key[key], text) == value


def test_columns_that_are_missing_or_cannot_be_of_a_fact_are_told(fields: list[Field]) -> None:
    lines = [{"Ref": f"A{n}", "Sex": f"text {n}"} for n in range(41)]
    columns = {"reference": 0, "fact-gender": 4, "fact-rosh_by_yot": 7}
    assert check_columns(fields, sheet_of(*lines), columns) == {
        "started_on": "Choose the column that holds “Start date”.",
        "ended_on": "Choose the column that holds the end date, or the status, or both.",
        "fact-gender": "Choose another column for “Gender”: this one has 41 different values.",
        "fact-sentence_family": "Choose the column that holds “Sentence family”.",
    }


def test_columns_that_look_personal_are_found() -> None:
    columns = ["YOT ID", "Surname", "D.O.B.", "Date of birth", "Home address", "Postcode", "Sex"]
    assert find_personal_columns(columns) == {
        "Surname": "a name",
        "D.O.B.": "a date of birth",
        "Date of birth": "a date of birth",
        "Home address": "an address",
        "Postcode": "an address",
    }
