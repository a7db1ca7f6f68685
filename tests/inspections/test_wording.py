"""Two versions of a text beside each other."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.wording import compare_words

TEXTS = st.text("ab .\n", max_size=40)


def mark(old: str, new: str) -> tuple[str, str]:
    """Return both texts with what only they have in square brackets."""
    left, right = compare_words(old, new)
    return (
        "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in left),
        "".join(f"[{piece.text}]" if piece.changed else piece.text for piece in right),
    )


def test_marks_whole_words_and_leaves_the_space_around_them() -> None:
    assert mark("Was a plan made in time?", "Was a good plan made?") == (
        "Was a plan made [in time]?",
        "Was a [good] plan made?",
    )
    assert mark("Count it.", "Read first. Count it.") == ("Count it.", "[Read first.] Count it.")
    assert mark("in 5 days", "in 15 days") == ("in [5] days", "in [15] days")


def test_marks_all_of_a_text_that_stands_alone() -> None:
    assert mark("", "Look there.") == ("", "[Look there.]")
    assert mark("Look there.", "") == ("[Look there.]", "")


def test_marks_space_where_nothing_else_differs() -> None:
    assert mark("one\ntwo", "one two") == ("one[\n]two", "one[ ]two")


@settings(deadline=None, max_examples=40)
@given(TEXTS, TEXTS)
def test_the_pieces_are_the_texts(old: str, new: str) -> None:
    left, right = compare_words(old, new)
    assert ["".join(piece.text for piece in side) for side in (left, right)] == [old, new]
    unmarked = [
        "".join(piece.text for piece in side if not piece.changed) for side in (left, right)
    ]
    assert "".join(unmarked[0].split()) == "".join(unmarked[1].split())


def test_takes_no_time_over_a_text_that_says_one_word_again_and_again() -> None:
    began = time.monotonic()
    assert mark("no " * 900, "no " * 800 + "yes") == (
        f"[{('no ' * 900).strip()}] ",
        f"[{'no ' * 800}yes]",
    )
    assert time.monotonic() - began < 1
