"""Reading files that people give us: UTF-8 text, a plain subset of YAML, and CSV.

Nothing read here can run code, expand, or take more memory than a few times its size. Every fault
carries the file's name and, where it has one, its line.
"""

from __future__ import annotations

import csv
import io
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from inspections.problems import Problem, RefusedError

MAX_BYTES = 10_000_000
MAX_DEPTH = 32
MAX_KEY = 100
MAX_VALUES = 200_000
MAX_COLUMNS = 500
MAX_ROWS = 200_000

# The file's size is the limit; Python's own limit would refuse a long note that was exported.
csv.field_size_limit(MAX_BYTES)

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHOLE_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL_NUMBER = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{0,18}")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

Step = str | int
"""One step into read data: a key of a mapping or an index of a list."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where each value of a YAML file stands."""

    lines: dict[tuple[Step, ...], int]

    def line(self, *path: Step) -> int:
        """Return the line of the value at `path`, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """What a YAML file holds, where each value stands, and faults that did not stop the reading."""

    data: dict[str, Any]
    places: Places
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row of a CSV file: the line it starts on, and its values by column name."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV file: its column names in order, and its rows."""

    header: tuple[str, ...]
    rows: tuple[CsvRow, ...]


def read_text(path: Path) -> str:
    """Return the text of the file at `path`, line ends as they are, a byte order mark left out.

    Raises RefusedError where there is no such file, it is no regular file, cannot be read, is
    larger than 10 MB (it is then not read at all), is not UTF-8 or holds a NUL character.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _refusal(path, None, "is not a file")
        if status.st_size > MAX_BYTES:
            raise _refusal(path, None, "is larger than 10 MB")
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _refusal(path, None, "does not exist") from None
    except OSError as error:
        raise _refusal(path, None, f"cannot be read: {error.strerror or error}") from None
    except ValueError:  # each Python says it in words of its own
        raise _refusal(path, None, "cannot be read: no file has such a name") from None
    if len(content) > MAX_BYTES:
        raise _refusal(path, None, "is larger than 10 MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refusal(path, line, "is not UTF-8 text") from None
    if "\0" in text:
        raise _refusal(path, _line_at(text, text.index("\0")), "holds a NUL character")
    return text


def read_yaml(path: Path) -> tuple[dict[str, Any], Places]:
    """Return the keys and values of the YAML file at `path`, and the line of each.

    Only mappings with text keys, lists, text, numbers, true, false and null are read: a date is
    text as it is written, and so are yes, no, on and off. Raises RefusedError as `read_text` does,
    and for anything that is not such plain YAML: anchors and aliases, tags, a key given twice,
    several documents, nesting deeper than 32.
    """
    read = scan_yaml(path)
    if read.problems:
        raise RefusedError(read.problems)
    return read.data, read.places


def scan_yaml(path: Path) -> YamlFile:
    """Read as `read_yaml` does, but return faulty keys as problems, to be told with later ones.

    Of a key given twice the first value is kept.
    """
    return _YamlReader(path).read()


def read_csv(path: Path, *, delimiters: str = ",") -> CsvFile:
    """Return the column names and rows of the CSV file at `path`; blank lines are left out.

    Of several `delimiters` it is the one that cuts its first line into most columns. Raises
    RefusedError as `read_text` does, and, all faults together, for columns without a name or of the
    same name, rows of another length than the header, and faulty quotation marks.
    """
    problems: list[Problem] = []
    rows: list[CsvRow] = []
    header: tuple[str, ...] = ()
    for line, values in _split_rows(path, read_text(path), delimiters, problems):
        if not header:
            header = tuple(values)
            problems.extend(_header_problems(path, line, header))
        elif len(values) != len(header):
            message = f"has {_count(len(values), 'value')}, the header {len(header)}"
            problems.append(Problem(_name(path), line, message))
        elif len(rows) == MAX_ROWS:
            problems.append(Problem(_name(path), line, f"has more than {MAX_ROWS:,} rows"))
            break
        else:
            rows.append(CsvRow(line, dict(zip(header, values, strict=True))))
    if not header and not problems:
        problems.append(Problem(_name(path), None, "is empty"))
    if problems:
        raise RefusedError(problems)
    return CsvFile(header, tuple(rows))


def _split_rows(
    path: Path, text: str, delimiters: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line it starts on; the first fault is the end."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    delimiter = max(delimiters, key=re.sub('"[^"]*"', "", first).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(Problem(_name(path), line, _explain_csv(str(error), delimiter)))
            return
        if values:
            yield line, values


def _explain_csv(reason: str, delimiter: str) -> str:
    if "end of data" in reason:
        return "a quotation mark is opened and never closed"
    if "expected after" in reason:
        name = {",": "comma", ";": "semicolon", "\t": "tab"}.get(delimiter, delimiter)
        return f"a {name} must follow a closing quotation mark"
    return f"is not well-formed CSV: {reason}"


def _header_problems(path: Path, line: int, header: tuple[str, ...]) -> Iterator[Problem]:
    if len(header) > MAX_COLUMNS:
        yield Problem(_name(path), line, f"has more than {MAX_COLUMNS} columns")
        return
    for index, name in enumerate(header):
        if not name.strip():
            yield Problem(_name(path), line, f"column {index + 1} has no name")
        elif name in header[:index]:
            yield Problem(_name(path), line, f'there are two columns "{name}"')


class _YamlReader:
    """Builds plain values from the events of the YAML parser, so nothing is ever expanded."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[tuple[Step, ...], int] = {}
        self.values = 0
        self.problems: list[Problem] = []

    def read(self) -> YamlFile:
        text = read_text(self.path)
        if found := _UNPRINTABLE.search(text):
            raise self._stop(_line_at(text, found.start()), "holds a control character")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events = (
            event
            for event in yaml.parse(text, Loader=loader)
            if not isinstance(event, (yaml.StreamStartEvent, yaml.DocumentEndEvent))
        )
        try:
            data = self._read_document()
        except yaml.YAMLError as error:
            raise self._stop(*_explain_yaml(error)) from None
        return YamlFile(data, Places(self.lines), tuple(self.problems))

    def _read_document(self) -> dict[str, Any]:
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise self._stop(None, "is empty")
        first = next(self.events)
        data = self._read_value(first, ())
        if not isinstance(following := next(self.events), yaml.StreamEndEvent):
            raise self._stop(_line(following), "a file must hold one document")
        if not isinstance(data, dict):
            raise self._stop(_line(first), "a file must hold keys and their values")
        return data

    def _read_value(self, event: Any, path: tuple[Step, ...]) -> Any:
        self._check(event)
        if len(path) > MAX_DEPTH:
            raise self._stop(_line(event), f"is nested more than {MAX_DEPTH} deep")
        # A value under a key stands on the key's line: a long text or a list starts below it.
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self._read_mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._read_list(path)
        return self._read_scalar(event)

    def _check(self, event: Any) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            raise self._stop(_line(event), f"holds more than {MAX_VALUES:,} keys and values")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self._stop(_line(event), "anchors and aliases (& and *) are not allowed")
        if getattr(event, "tag", None) is not None:
            raise self._stop(_line(event), "tags (!) are not allowed")

    def _read_mapping(self, path: tuple[Step, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._read_key(event)
            if key in values:
                first = self.lines[(*path, key)]
                self._note(_line(event), f'the key "{key}" is given twice, first on line {first}')
                self._skip_value((*path, key))
                continue
            self.lines[(*path, key)] = _line(event)
            values[key] = self._read_value(next(self.events), (*path, key))
        return values

    def _read_key(self, event: Any) -> str:
        self._check(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._stop(_line(event), "a key must be text")
        key = str(event.value)
        if len(key) > MAX_KEY or not key.isprintable():
            raise self._stop(_line(event), f"a key must be {MAX_KEY} printable characters at most")
        if not isinstance(self._read_scalar(event), str):
            self._note(_line(event), f'the key {key} must be in quotes: "{key}"')
        return key

    def _skip_value(self, path: tuple[Step, ...]) -> None:
        """Read a value for its faults only: its places are not those of the value kept."""
        kept, self.lines = self.lines, {}
        self._read_value(next(self.events), path)
        self.lines = kept

    def _read_list(self, path: tuple[Step, ...]) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self._read_value(event, (*path, len(values))))
        return values

    def _read_scalar(self, event: Any) -> Any:
        text = str(event.value)
        if "\0" in text:
            raise self._stop(_line(event), "holds a NUL character")
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _WHOLE_NUMBER.fullmatch(text):
            return int(text)
        if _DECIMAL_NUMBER.fullmatch(text):
            return float(text)
        return text

    def _note(self, line: int, message: str) -> None:
        self.problems.append(Problem(_name(self.path), line, message))

    def _stop(self, line: int | None, message: str) -> RefusedError:
        return RefusedError([*self.problems, Problem(_name(self.path), line, message)])


def _explain_yaml(error: yaml.YAMLError) -> tuple[int | None, str]:
    """Return the line and reason of a syntax fault, with where the faulty part began."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else None
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    began = getattr(error, "context_mark", None)
    if began and began.line + 1 != line:
        reason += f" {getattr(error, 'context', '')} that begins on line {began.line + 1}"
    return line, f"is not well-formed YAML: {reason}"


def _refusal(path: Path, line: int | None, message: str) -> RefusedError:
    return RefusedError([Problem(_name(path), line, message)])


def _name(path: Path) -> str:
    return path.name or str(path)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
