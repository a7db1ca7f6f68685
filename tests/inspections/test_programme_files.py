"""Programmes written as files and read back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.programme_files import write_programme
from tests.inspections.programme_edits import read_fixture, read_small, read_text

PRINTABLE = st.characters(exclude_categories=("C", "Zl", "Zp"))


@pytest.mark.parametrize("name", ["cci-2009", "cci-2012", "sqs-2013"])
def test_a_programme_is_read_back_as_it_was_written(name: str) -> None:
    assert read_text(write_programme(read_fixture(name))) == read_fixture(name)


@settings(deadline=None, max_examples=40)
@given(st.text(PRINTABLE, min_size=1, max_size=60).map(str.strip).filter(bool))
def test_whatever_its_texts_are(text: str) -> None:
    definition = replace(read_small(), title=text)
    assert read_text(write_programme(definition)) == definition


@pytest.mark.parametrize(
    "text",
    [
        "yes", "null", "2012", "1.5", "2012-01-01", "~", "'", '"', "# no", "a: b", "- a", "*a",
        "one\ntwo", "a  b", "Wörter – “words”",
    ],
)  # fmt: skip
def test_texts_that_might_be_taken_for_something_else(text: str) -> None:
    definition = replace(read_small(), title=text)
    assert read_text(write_programme(definition)) == definition
