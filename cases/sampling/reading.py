"""Reading the caseload that a service gave: a CSV file, as spreadsheets write it.

The file is never stored. It is carried through the pages on which it is matched in the page
itself, packed as text, and read anew each time.
"""

from __future__ import annotations

import base64
import csv
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from cases.sampling.dates import looks_like_date
from inspections.problems import Problem, RefusedError

MAX_BYTES = 2_000_000
MAX_CASES = 5_000
MAX_COLUMNS = 200
MAX_NAME = 100
MAX_PACKED = 2_000_000
"""Characters: a form with more would be refused before we could say anything."""

DELIMITERS = ",;\t"
FILE = "caseload"

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_END = re.compile("\r\n|\r|\n")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file that is not blank, and its values by column."""

    line: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the file holds, spaces made single; `in_windows_1252` if it was not UTF-8."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    in_windows_1252: bool = False

    def values_of(self, column: int) -> list[str]:
        """Return the different values of a column, in the order of the alphabet."""
        return sorted({row.values[column] for row in self.rows}, key=lambda text: text.casefold())


def read_sheet(content: bytes, *, of: str = "cases") -> Sheet:
    """Return what a CSV file holds: separated by commas, semicolons or tabs, UTF-8 or Windows-1252.

    `of` is what its lines are, in the plural, as messages call them.
    Raises RefusedError, with every fault and its line, where it is too large, empty, no text or no
    table, or where a column has no name or one that another has.
    """
    if len(content) > MAX_BYTES:
        raise _refusal(None, "The file is larger than 2 MB.")
    text, in_windows_1252 = _decode(content)
    if found := _UNPRINTABLE.search(text):
        line = len(_LINE_END.findall(text, 0, found.start())) + 1
        raise _refusal(line, "There is a character that no text has. Save the file as CSV.")
    lines = list(_split(text))
    if not lines:
        raise _refusal(None, "The file is empty.")
    (first, columns), rows = lines[0], lines[1:]
    columns = _drop_blank_end(columns, rows)
    problems = [*_check_columns(first, columns), *_check_rows(columns, rows)]
    if len(rows) > MAX_CASES:
        problems.append(Problem(FILE, None, f"The file has more than {MAX_CASES:,} {of}."))
    elif not rows:
        problems.append(Problem(FILE, first, f"There are no {of} under the names of the columns."))
    if problems:
        raise RefusedError(problems)
    width = len(columns)
    return Sheet(
        tuple(columns),
        tuple(Row(line, tuple(values[:width])) for line, values in rows),
        in_windows_1252,
    )


def pack(content: bytes) -> str:
    """Return a file as text that a page can carry. Raises RefusedError where that is too long."""
    packed = base64.b64encode(zlib.compress(content)).decode()
    if len(packed) > MAX_PACKED:
        raise _refusal(None, "The file is too large: leave out columns that are not needed.")
    return packed


def unpack(packed: str) -> bytes:
    """Return the file that was packed. Raises ValueError where `packed` is nothing of ours."""
    try:
        reader = zlib.decompressobj()
        content = reader.decompress(base64.b64decode(packed, validate=True), MAX_BYTES + 1)
    except (ValueError, zlib.error) as error:
        raise ValueError("This is not a packed file.") from error
    if not reader.eof:
        raise ValueError("This is not a whole packed file.")
    return content


def _decode(content: bytes) -> tuple[str, bool]:
    """Return the text of a file, and whether it is Windows-1252 as Excel writes it."""
    if content.startswith(_WORKBOOKS):
        raise _refusal(None, "The file is a workbook. Save it as CSV, and choose that file.")
    if content.startswith(_UTF_16):
        raise _refusal(None, "The file is Unicode text of another kind. Save it as CSV UTF-8.")
    try:
        return content.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), True
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refusal(line, "There is a character that no text has. Save it as CSV.") from None


def _split(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each line that is not blank with its number, its values without needless space."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_find_delimiter(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            reason = "A quotation mark is missing, or stands where it should not."
            raise _refusal(line, reason) from None
        values = [" ".join(value.split()) for value in values]
        if any(values):
            yield line, values


def _find_delimiter(text: str) -> str:
    """Return the separator that cuts the first line into most columns; a comma if none does."""
    first = next((line for line in _LINE_END.split(text) if line.strip()), "")
    unquoted = re.sub('"[^"]*"', "", first)
    return max(DELIMITERS, key=unquoted.count)


def _drop_blank_end(columns: list[str], rows: list[tuple[int, list[str]]]) -> list[str]:
    """Return the columns without those at the end that have neither a name nor a value."""
    used = max((_length(values) for _, values in rows), default=0)
    return columns[: max(_length(columns), min(used, len(columns)))]


def _length(values: list[str]) -> int:
    """Return how many values there are up to the last that is not empty."""
    return next((n for n in range(len(values), 0, -1) if values[n - 1]), 0)


def _check_columns(line: int, columns: list[str]) -> Iterator[Problem]:
    if len(columns) == 1:
        yield Problem(FILE, line, "There is one column only: are they separated by commas?")
    if len(columns) > MAX_COLUMNS:
        yield Problem(FILE, line, f"There are more than {MAX_COLUMNS} columns.")
        return
    seen: set[str] = set()
    for number, name in enumerate(columns, start=1):
        if not name:
            yield Problem(FILE, line, f"Column {number} has no name.")
        elif len(name) > MAX_NAME:
            yield Problem(FILE, line, f"The name of column {number} is too long.")
        elif looks_like_date(name):
            message = f"“{name}” is no name of a column: the first line must hold the names."
            yield Problem(FILE, line, message)
        elif name.casefold() in seen:
            yield Problem(FILE, line, f"Two columns are called “{name}”.")
        seen.add(name.casefold())


def _check_rows(columns: list[str], rows: list[tuple[int, list[str]]]) -> Iterator[Problem]:
    for line, values in rows[: MAX_CASES + 1]:
        if values[: len(columns)] == columns:
            yield Problem(FILE, line, "The names of the columns stand here again.")
        elif len(values) < len(columns) or any(values[len(columns) :]):
            message = f"There are {len(values)} values, and {len(columns)} columns."
            yield Problem(FILE, line, message)


def _refusal(line: int | None, message: str) -> RefusedError:
    return RefusedError([Problem(FILE, line, message)])
