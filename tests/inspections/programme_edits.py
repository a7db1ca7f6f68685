"""The small programme with changes of its file's text."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from inspections.definition import ProgrammeDefinition
from inspections.programmes import read_programme
from tests.programmes import SMALL_PROGRAMME, write_programme

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/programmes"

Edits = tuple[tuple[str, str], ...]
"""Texts of the file, each of which occurs once, with what takes its place."""


def read_text(text: str) -> ProgrammeDefinition:
    """Return the programme in the text of a file."""
    with TemporaryDirectory() as folder:
        return read_programme(write_programme(Path(folder), text))


@cache
def read_small() -> ProgrammeDefinition:
    """Return the small programme."""
    return read_text(SMALL_PROGRAMME)


@cache
def read_fixture(name: str) -> ProgrammeDefinition:
    """Return one of the real programmes."""
    return read_programme(FIXTURES / f"{name}.yaml")


def edit_text(*edits: tuple[str, str]) -> str:
    """Return the text of the small programme's file after `edits`."""
    text = SMALL_PROGRAMME
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def edit(*edits: tuple[str, str]) -> ProgrammeDefinition:
    """Return the small programme after `edits`."""
    return read_text(edit_text(*edits))


def text_of_question(code: str, following: str) -> str:
    """Return the lines of a question in the file, up to those that begin with `following`."""
    begin = SMALL_PROGRAMME.index(f"    - code: '{code}'")
    return SMALL_PROGRAMME[begin : SMALL_PROGRAMME.index(following, begin + 1)]
