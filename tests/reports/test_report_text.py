"""Authored text and numbers as they are set in print."""

import pytest

from reports.templatetags.report_text import grouped, inline, spelled


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Victims' safety, the child's life", "Victims’ safety, the child’s life"),
        ("the 'bedding in' stage", "the ‘bedding in’ stage"),
        ('"Do I?" she said ("no")', "“Do I?” she said (“no”)"),
        ("a form, *What do YOU think?*", "a form, <em>What do YOU think?</em>"),
        ("2 * 3 < 7 & 'so on'", "2 * 3 &lt; 7 &amp; ‘so on’"),
    ],
)
def test_authored_text_is_set_as_a_printer_sets_it(written: str, printed: str) -> None:
    assert inline(written) == printed


@pytest.mark.parametrize(
    ("number", "printed"), [(0, "no"), (5, "five"), (10, "ten"), (11, "11"), (1234, "1,234")]
)
def test_small_numbers_are_spelled_in_a_sentence(number: int, printed: str) -> None:
    assert spelled(number) == printed


def test_thousands_are_set_apart_in_a_table() -> None:
    assert [grouped(number) for number in (7, 803, 1920)] == ["7", "803", "1,920"]
