"""Files as people give them: what is read, and what is refused with which words."""

import csv
import io
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.problems import Problem, RefusedError
from inspections.reading import (
    MAX_BYTES,
    CsvRow,
    read_csv,
    read_text,
    read_yaml,
    scan_yaml,
)

PROGRAMMES = Path(__file__).parents[2] / "fixtures" / "programmes"


def write(folder: Path, content: str | bytes, name: str = "given.yaml") -> Path:
    """Return the path of a file in `folder` that holds `content`."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(read: Callable[[Path], object], path: Path) -> list[tuple[int | None, str]]:
    """Return line and message of each problem for which `read` refuses the file."""
    with pytest.raises(RefusedError) as caught:
        read(path)
    assert {problem.file for problem in caught.value.problems} == {path.name}
    return [(problem.line, problem.message) for problem in caught.value.problems]


class TestReadText:
    def test_keeps_line_ends_and_leaves_out_a_byte_order_mark(self, tmp_path: Path) -> None:
        assert read_text(write(tmp_path, "\ufeffcafé\r\nb\rc\n")) == "café\r\nb\rc\n"

    def test_names_the_line_that_is_not_utf_8(self, tmp_path: Path) -> None:
        path = write(tmp_path, "one\ncafé".encode("latin-1"))
        assert refusal(read_text, path) == [(2, "is not UTF-8 text")]

    def test_refuses_utf_16(self, tmp_path: Path) -> None:
        path = write(tmp_path, "one".encode("utf-16"))
        assert refusal(read_text, path) == [(1, "is not UTF-8 text")]

    def test_refuses_a_nul_character(self, tmp_path: Path) -> None:
        path = write(tmp_path, "one\ntwo\0")
        assert refusal(read_text, path) == [(2, "holds a NUL character")]

    def test_takes_a_file_of_exactly_10_mb(self, tmp_path: Path) -> None:
        assert len(read_text(write(tmp_path, b"x" * MAX_BYTES))) == MAX_BYTES

    def test_refuses_a_larger_file_unread(self, tmp_path: Path) -> None:
        path = tmp_path / "vast.yaml"
        with path.open("wb") as file:
            file.truncate(1 << 40)  # a sparse file: to read it would exhaust memory
        assert refusal(read_text, path) == [(None, "is larger than 10 MB")]

    def test_refuses_what_is_not_there(self, tmp_path: Path) -> None:
        assert refusal(read_text, tmp_path / "none.yaml") == [(None, "does not exist")]

    def test_refuses_a_folder(self, tmp_path: Path) -> None:
        assert refusal(read_text, tmp_path) == [(None, "is not a file")]

    def test_refuses_a_device_that_never_ends(self) -> None:
        assert refusal(read_text, Path("/dev/zero")) == [(None, "is not a file")]

    def test_refuses_a_pipe_without_waiting_for_it(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert refusal(read_text, tmp_path / "pipe") == [(None, "is not a file")]

    @pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read any file")
    def test_refuses_a_file_it_may_not_read(self, tmp_path: Path) -> None:
        path = write(tmp_path, "one")
        path.chmod(0)
        assert refusal(read_text, path) == [(None, "cannot be read: Permission denied")]

    def test_refuses_a_name_that_no_file_can_have(self, tmp_path: Path) -> None:
        path = tmp_path / ("a" * 300)
        assert refusal(read_text, path) == [(None, "cannot be read: File name too long")]
        path = tmp_path / "a\0b"
        assert refusal(read_text, path) == [(None, "cannot be read: no file has such a name")]


class TestReadYaml:
    def test_reads_values_and_the_line_of_each(self, tmp_path: Path) -> None:
        path = write(
            tmp_path,
            "# A comment\ntitle: One\nbands:\n- label: HIGH\n  floor: 75\n"
            "- {label: LOW, floor: 0}\ntext: |\n  two\n  lines\nnothing:\n",
        )
        data, places = read_yaml(path)
        assert data == {
            "title": "One",
            "bands": [{"label": "HIGH", "floor": 75}, {"label": "LOW", "floor": 0}],
            "text": "two\nlines\n",
            "nothing": None,
        }
        assert places.lines == {
            (): 2,
            ("title",): 2,
            ("bands",): 3,
            ("bands", 0): 4,
            ("bands", 0, "label"): 4,
            ("bands", 0, "floor"): 5,
            ("bands", 1): 6,
            ("bands", 1, "label"): 6,
            ("bands", 1, "floor"): 6,
            ("text",): 7,
            ("nothing",): 10,
        }

    def test_the_place_of_what_is_missing_is_that_around_it(self, tmp_path: Path) -> None:
        _, places = read_yaml(write(tmp_path, "a: 1\nb:\n- c: 2\n"))
        assert places.line("b", 0, "missing", 7) == 3
        assert places.line("missing") == 1

    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ("true", True),
            ("FALSE", False),
            ("null", None),
            ("~", None),
            ("12", 12),
            ("-3", -3),
            ("1.1", 1.1),
            ("'1.1'", "1.1"),
            ("yes", "yes"),
            ("no", "no"),
            ("on", "on"),
            ("2012-05", "2012-05"),
            ("2012-05-01", "2012-05-01"),
            ("2012-05-01 10:00:00", "2012-05-01 10:00:00"),
            ("012", "012"),
            ("0x1F", "0x1F"),
            ("1_000", "1_000"),
            ("12:30", "12:30"),
            ("9" * 5000, "9" * 5000),
            ("<<", "<<"),
            ("'quoted: yes'", "quoted: yes"),
        ],
    )
    def test_a_word_is_only_what_it_plainly_says(
        self, tmp_path: Path, written: str, value: object
    ) -> None:
        data, _ = read_yaml(write(tmp_path, f"value: {written}\n"))
        assert data == {"value": value}
        assert type(data["value"]) is type(value)

    @pytest.mark.parametrize(
        ("content", "problems"),
        [
            ("", [(None, "is empty")]),
            ("# nothing\n", [(None, "is empty")]),
            ("- 1\n", [(1, "a file must hold keys and their values")]),
            ("text\n", [(1, "a file must hold keys and their values")]),
            ("a: 1\n---\nb: 2\n", [(2, "a file must hold one document")]),
            ("a: 1\nb: &x [1]\n", [(2, "anchors and aliases (& and *) are not allowed")]),
            ("a: 1\nb: *x\n", [(2, "anchors and aliases (& and *) are not allowed")]),
            ("&x a: 1\n", [(1, "anchors and aliases (& and *) are not allowed")]),
            ("a:\n- !!str 1\n", [(2, "tags (!) are not allowed")]),
            ("!local\na: 1\n", [(1, "tags (!) are not allowed")]),
            (
                "a: !!python/object/apply:os.system ['true']\n",
                [(1, "tags (!) are not allowed")],
            ),
            ("a: !!python/name:os.system\n", [(1, "tags (!) are not allowed")]),
            ("? [a]\n: 1\n", [(1, "a key must be text")]),
            ('"a\\e[2J": 1\n', [(1, "a key must be 100 printable characters at most")]),
            (f"{'k' * 101}: 1\n", [(1, "a key must be 100 printable characters at most")]),
            ("a: 1\nb: \x07\n", [(2, "holds a control character")]),
            ('a: 1\nb: "\\0"\n', [(2, "holds a NUL character")]),
            (
                "a: 1\nb: {c: 1,\n c: [2],\n d: 3}\na: 4\n1.1: 5\n",
                [
                    (3, 'the key "c" is given twice, first on line 2'),
                    (5, 'the key "a" is given twice, first on line 1'),
                    (6, 'the key 1.1 must be in quotes: "1.1"'),
                ],
            ),
            ("a: " + "[" * 100, [(1, "is nested more than 32 deep")]),
            ("a: [" + "1," * 300_000 + "]", [(1, "holds more than 200,000 keys and values")]),
            ("a: 1\n" * 300_000, [(100_000, "holds more than 200,000 keys and values")]),
        ],
    )
    def test_refuses_what_is_not_plain_yaml(
        self, tmp_path: Path, content: str, problems: list[tuple[int | None, str]]
    ) -> None:
        found = refusal(read_yaml, write(tmp_path, content))
        # The last is what ends the reading; a great many repeated keys come before it in one case.
        assert (found[-1:] if len(found) > 99_000 else found) == problems

    def test_an_expanding_file_is_refused_at_its_first_anchor(self, tmp_path: Path) -> None:
        levels = ["a0: &a0 [lol, lol]"]
        levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
        assert refusal(read_yaml, write(tmp_path, "\n".join(levels))) == [
            (1, "anchors and aliases (& and *) are not allowed")
        ]

    @pytest.mark.parametrize(
        ("content", "line"),
        [("a: [1\n", 2), ("a: b: c\n", 1), ("a: 1\n\tb: 2\n", 2), ("a: 'open\nb: 1\n", 3)],
    )
    def test_a_syntax_fault_has_its_line(self, tmp_path: Path, content: str, line: int) -> None:
        ((found, message),) = refusal(read_yaml, write(tmp_path, content))
        assert found == line
        assert message.startswith("is not well-formed YAML: ")

    def test_an_open_quotation_says_where_it_began(self, tmp_path: Path) -> None:
        ((_, message),) = refusal(read_yaml, write(tmp_path, "a: 1\nb: 'open\nc: 1\n"))
        assert message.endswith("that begins on line 2")

    def test_scanning_returns_faulty_keys_and_keeps_the_first_value(self, tmp_path: Path) -> None:
        read = scan_yaml(write(tmp_path, "a: {b: 1}\nc: 2\na: {b: 3}\n"))
        assert read.data == {"a": {"b": 1}, "c": 2}
        assert read.places.line("a", "b") == 1
        assert read.problems == (
            Problem("given.yaml", 3, 'the key "a" is given twice, first on line 1'),
        )

    @pytest.mark.parametrize("name", ["cci-2009", "cci-2012", "sqs-2013"])
    def test_reads_a_programme_as_any_reader_does(self, name: str) -> None:
        path = PROGRAMMES / f"{name}.yaml"
        assert read_yaml(path)[0] == yaml.safe_load(path.read_text(encoding="utf-8"))

    # Line ends other than \n are lost in writing, by the library.
    plain_text = st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0\x85\u2028\u2029")
    )

    @settings(deadline=None)
    @given(
        data=st.dictionaries(
            st.text("abc019.-~", min_size=1, max_size=5),
            st.recursive(
                st.none() | st.booleans() | st.integers(-(10**17), 10**17) | plain_text,
                lambda inner: (
                    st.lists(inner, max_size=4)
                    | st.dictionaries(st.text("ab1~", min_size=1), inner, max_size=3)
                ),
                max_leaves=20,
            ),
            min_size=1,
        )
    )
    def test_what_was_written_is_read_back(
        self, tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]
    ) -> None:
        class Plain(yaml.SafeDumper):
            def ignore_aliases(self, data: object) -> bool:
                return True

        path = tmp_path_factory.mktemp("written") / "written.yaml"
        path.write_text(yaml.dump(data, Dumper=Plain, allow_unicode=True), "utf-8", newline="")
        assert read_yaml(path)[0] == data

    @settings(deadline=None)
    @given(
        content=st.binary(max_size=200) | st.text("ab:-[]{}#&*!|>'\"%?@, \n\t01.~").map(str.encode)
    )
    def test_no_content_ends_in_anything_but_values_or_a_refusal(
        self, tmp_path_factory: pytest.TempPathFactory, content: bytes
    ) -> None:
        path = write(tmp_path_factory.mktemp("any"), content)
        for read in (read_yaml, read_csv):
            with suppress(RefusedError):
                read(path)


class TestReadCsv:
    def test_reads_rows_with_the_line_each_starts_on(self, tmp_path: Path) -> None:
        path = write(tmp_path, '\ufeffa,b\r\n1,"x\r\ny, ""z"""\r\n\r\n2,\r\n', "given.csv")
        read = read_csv(path)
        assert read.header == ("a", "b")
        assert read.rows == (
            CsvRow(2, {"a": "1", "b": 'x\r\ny, "z"'}),
            CsvRow(5, {"a": "2", "b": ""}),
        )

    def test_reads_a_header_alone(self, tmp_path: Path) -> None:
        assert read_csv(write(tmp_path, "a,b\n", "given.csv")).rows == ()

    @pytest.mark.parametrize(
        ("content", "problems"),
        [
            ("", [(None, "is empty")]),
            ("\n\n", [(None, "is empty")]),
            (
                "a,b\n1\n2,3\n4,5,6\n",
                [(2, "has 1 value, the header 2"), (4, "has 3 values, the header 2")],
            ),
            (
                "a,,a, \n1,2,3\n",
                [
                    (1, "column 2 has no name"),
                    (1, 'there are two columns "a"'),
                    (1, "column 4 has no name"),
                    (2, "has 3 values, the header 4"),
                ],
            ),
            (
                'a,b\n1\n"x\ny",2\n"z,3\n4,5\n',
                [
                    (2, "has 1 value, the header 2"),
                    (5, "a quotation mark is opened and never closed"),
                ],
            ),
            ('a,b\n"x"y,2\n', [(2, "a comma must follow a closing quotation mark")]),
            ("a\n\0\n", [(2, "holds a NUL character")]),
            ("," * 1000, [(1, "has more than 500 columns")]),
            ("a,b\n" + ",\n" * 200_001, [(200_002, "has more than 200,000 rows")]),
        ],
    )
    def test_refuses_malformed_csv(
        self, tmp_path: Path, content: str, problems: list[tuple[int | None, str]]
    ) -> None:
        assert refusal(read_csv, write(tmp_path, content, "given.csv")) == problems

    def test_refuses_another_encoding(self, tmp_path: Path) -> None:
        path = write(tmp_path, "a,b\n1,é\n".encode("cp1252"), "given.csv")
        assert refusal(read_csv, path) == [(2, "is not UTF-8 text")]

    def test_takes_a_long_note(self, tmp_path: Path) -> None:
        note = "x" * 200_000
        assert read_csv(write(tmp_path, f"a\n{note}\n")).rows == (CsvRow(2, {"a": note}),)

    @settings(deadline=None)
    @given(
        rows=st.lists(
            st.tuples(
                st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
                st.text('a",\r\n;'),
            )
        )
    )
    def test_what_was_written_is_read_back(
        self, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
    ) -> None:
        written = io.StringIO(newline="")
        csv.writer(written).writerows([("a", "b"), *rows])
        path = write(tmp_path_factory.mktemp("written"), written.getvalue(), "written.csv")
        assert [tuple(row.values.values()) for row in read_csv(path).rows] == rows
