"""Reading a caseload file: encodings, separators, quotes, and what is no caseload at all."""

from __future__ import annotations

import base64
import random
import zlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.sampling.dates import looks_like_date, read_date
from cases.sampling.reading import MAX_BYTES, Row, Sheet, pack, read_sheet, unpack
from inspections.problems import RefusedError


def faults_of(content: bytes) -> list[tuple[int | None, str]]:
    with pytest.raises(RefusedError) as caught:
        read_sheet(content)
    return [(problem.line, problem.message) for problem in caught.value.problems]


PLAIN = Sheet(("Ref", "Sex"), (Row(2, ("A1", "F")), Row(3, ("A2", "M"))))


@pytest.mark.parametrize(
    "text",
    [
        "Ref,Sex\nA1,F\nA2,M\n",
        "Ref;Sex\r\nA1;F\r\nA2;M",
        "Ref\tSex\rA1\tF\rA2\tM\r",
        '"Ref","Sex"\n"A1","F"\n"A2","M"\n',
        "\ufeffRef,Sex\nA1,F\nA2,M\n",
        " Ref , Sex \nA1,  F\nA2\u00a0,M\n",
        "Ref,Sex,\nA1,F,\nA2,M,,\n",
        "Ref,Sex\nA1,F\nA2,M\n,\n",
    ],
)
def test_a_caseload_is_read_however_it_is_written(text: str) -> None:
    assert read_sheet(text.encode()) == PLAIN


def test_blank_lines_are_passed_over_and_lines_keep_their_numbers() -> None:
    sheet = read_sheet(b'\n\nRef,Note\n\nA1,"one\ntwo; three, four"\n\nA2,x\n')
    assert sheet.columns == ("Ref", "Note")
    assert sheet.rows == (Row(5, ("A1", "one two; three, four")), Row(8, ("A2", "x")))


def test_what_excel_writes_in_windows_1252_is_read_and_noted() -> None:
    sheet = read_sheet("Ref,Worker\nA1,Zoë – late\n".encode("cp1252"))
    assert sheet.rows == (Row(2, ("A1", "Zoë – late")),)
    assert sheet.in_windows_1252
    assert not read_sheet("Ref,Worker\nA1,Zoë\n".encode()).in_windows_1252


def test_values_of_a_column_are_each_given_once() -> None:
    sheet = read_sheet(b"Ref,Sex\nA1,m\nA2,\nA3,F\nA4,m\n")
    assert sheet.values_of(1) == ["", "F", "m"]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", [(None, "The file is empty.")]),
        (b" \n,,\n", [(None, "The file is empty.")]),
        (b"Ref,Sex\n", [(1, "There are no cases under the names of the columns.")]),
        (
            b"PK\x03\x04rest",
            [(None, "The file is a workbook. Save it as CSV, and choose that file.")],
        ),
        (
            b"\xd0\xcf\x11\xe0rest",
            [(None, "The file is a workbook. Save it as CSV, and choose that file.")],
        ),
        (
            "Ref,Sex\n".encode("utf-16"),
            [(None, "The file is Unicode text of another kind. Save it as CSV UTF-8.")],
        ),
        (
            b"Ref,Sex\nA1,F\nA2,\x00M\n",
            [(3, "There is a character that no text has. Save the file as CSV.")],
        ),
        (b"Ref,Sex\nA1,\x81\n", [(2, "There is a character that no text has. Save it as CSV.")]),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00",
            [(2, "There is a character that no text has. Save the file as CSV.")],
        ),
        (
            b'Ref,Sex\nA1,"F\nA2,M\n',
            [(2, "A quotation mark is missing, or stands where it should not.")],
        ),
        (
            b'Ref,Sex\nA1,"F"x\n',
            [(2, "A quotation mark is missing, or stands where it should not.")],
        ),
        (b"Ref\nA1\n", [(1, "There is one column only: are they separated by commas?")]),
        (b"Ref,ref \nA1,F\n", [(1, "Two columns are called “ref”.")]),
        (b"Ref,,Sex\nA1,x,F\n", [(1, "Column 2 has no name.")]),
        (
            b"A1,01/02/2012\nA2,03/04/2012\n",
            [
                (
                    1,
                    "“01/02/2012” is no name of a column: the first line must hold the names.",
                )
            ],
        ),
        (
            b"Ref,Sex\nA1\nA2,M,late\nRef,Sex\nA3,F\n",
            [
                (2, "There are 1 values, and 2 columns."),
                (3, "There are 3 values, and 2 columns."),
                (4, "The names of the columns stand here again."),
            ],
        ),
        (b"x" * (MAX_BYTES + 1), [(None, "The file is larger than 2 MB.")]),
        (b"R,S\n" + b"A,F\n" * 5001, [(None, "The file has more than 5,000 cases.")]),
        (b",".join(b"c%d" % n for n in range(201)) + b"\nA\n", None),
        (b"Ref," + b"x" * 101 + b"\nA1,F\n", [(1, "The name of column 2 is too long.")]),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_caseload_is_refused_with_the_line(
    content: bytes, faults: list[tuple[int | None, str]] | None
) -> None:
    found = faults_of(content)
    if faults is None:
        assert (1, "There are more than 200 columns.") in found
    else:
        assert found == faults


@settings(max_examples=150, deadline=None)
@given(
    content=st.binary(max_size=200) | st.text(alphabet='a,;"\n\r\t 1', max_size=60).map(str.encode)
)
def test_nothing_breaks_the_reading(content: bytes) -> None:
    try:
        sheet = read_sheet(content)
    except RefusedError:
        return
    assert sheet.rows
    assert {len(row.values) for row in sheet.rows} == {len(sheet.columns)}


def test_a_file_is_carried_as_it_is() -> None:
    content = "Ref,Worker\r\nA1,Zoë\r\n".encode("cp1252")
    assert unpack(pack(content)) == content


@pytest.mark.parametrize(
    "packed",
    [
        "",
        "not packed",
        "é",
        base64.b64encode(b"plain").decode(),
        base64.b64encode(zlib.compress(b"Ref,Sex\n")[:-4]).decode(),
        base64.b64encode(zlib.compress(b"x" * (MAX_BYTES + 2))).decode(),
    ],
)
def test_what_was_not_packed_is_not_unpacked(packed: str) -> None:
    with pytest.raises(ValueError, match="This is not a"):
        unpack(packed)


def test_what_does_not_pack_is_refused() -> None:
    content = random.Random(0).randbytes(1_900_000)
    with pytest.raises(RefusedError) as caught:
        pack(content)
    assert str(caught.value) == (
        "caseload: The file is too large: leave out columns that are not needed."
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/03/2012", date(2012, 3, 31)),
        ("1/4/2012", date(2012, 4, 1)),
        ("2012-03-31", date(2012, 3, 31)),
        ("31-03-2012", date(2012, 3, 31)),
        ("31.03.2012", date(2012, 3, 31)),
        ("2012-03-31 00:00:00", date(2012, 3, 31)),
        ("2012-03-31T09:15:00.000Z", date(2012, 3, 31)),
        ("31/03/2012 00:00", date(2012, 3, 31)),
    ],
)
def test_dates_are_read_as_services_write_them(text: str, day: date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("March 2012", "“March 2012” is not a date: write it as 31/03/2012 or 2012-03-31."),
        ("31/03/12", "“31/03/12” is not a date: write it as 31/03/2012 or 2012-03-31."),
        ("41000", "“41000” is not a date: write it as 31/03/2012 or 2012-03-31."),
        ("31/03-2012", "“31/03-2012” is not a date: write it as 31/03/2012 or 2012-03-31."),
        ("03/31/2012", "There is no day 03/31/2012. The day comes before the month."),
        ("2012-02-30", "There is no day 2012-02-30."),
        ("0000-01-01", "There is no day 0000-01-01."),
        ("01/01/1912", "01/01/1912 is before 1990."),
        ("٠١/٠٢/٢٠١٢", "“٠١/٠٢/٢٠١٢” is not a date: write it as 31/03/2012 or 2012-03-31."),
    ],
)
def test_what_is_no_date_is_told(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the message is compared below
        read_date(text)
    assert str(caught.value) == message


def test_a_date_is_seen_in_other_text() -> None:
    assert [
        looks_like_date(text)
        for text in ("JS 12/03/98", "2001-04-05", "born 1.2.2001", "YOS-0012", "12345678", "1-2-3")
    ] == [True, True, True, False, False, False]
