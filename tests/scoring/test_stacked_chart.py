"""Charts of how the answers to questions divide: what they say and show, in black and white too."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.charts.layout import BAR_LEFT, BAR_WIDTH
from scoring.charts.stacks import Stack, stacked_chart

SVG = "{http://www.w3.org/2000/svg}"


def draw(*stacks: Stack) -> ElementTree.Element:
    return ElementTree.fromstring(stacked_chart("Answers", "By question.", stacks))


def list_texts(chart: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in chart.iter(f"{SVG}text")]


def list_parts(chart: ElementTree.Element) -> list[tuple[int, int, str]]:
    """Left end, width and fill of every part of a bar."""
    return [
        (
            int(rect.get("x") or 0),
            int(rect.get("width") or 0),
            (rect.get("fill") or "").rpartition("-")[2].rstrip(")"),
        )
        for rect in chart.findall(f"{SVG}rect")
        if rect.get("stroke")
    ]


def test_the_first_child_is_the_whole_text_alternative() -> None:
    chart = draw(
        Stack("1.1 Asked?", 31, 53), Stack("1.2 In time?", 2, 1, 4), Stack("1.3 So?", 0, 0)
    )

    assert chart.get("role") == "img"
    assert chart[0].tag == f"{SVG}title"
    assert chart[0].text == (
        "Answers. By question. 1.1 Asked?: 31 sufficient, 53 insufficient; "
        "1.2 In time?: 2 sufficient, 1 insufficient, 4 open; 1.3 So?: None relevant."
    )


def test_labels_counts_and_the_key_are_printed() -> None:
    assert list_texts(draw(Stack("1.1 Asked?", 31, 53), Stack("1.2 So?", 20, 10, 30))) == [
        "1.1 Asked?", "31", "53", "31 of 84",
        "1.2 So?", "20", "10", "30", "20 of 30", "30 open",
        "Sufficient", "Insufficient", "Open: not yet answered, or not known to apply",
    ]  # fmt: skip


def test_a_count_without_room_is_left_to_what_stands_beside_the_bar() -> None:
    assert list_texts(draw(Stack("1.1 Asked?", 84, 1)))[:3] == ["1.1 Asked?", "84", "84 of 85"]


def test_parts_are_as_long_as_their_shares_and_differ_by_pattern() -> None:
    assert list_parts(draw(Stack("A", 2, 1, 1))) == [
        (BAR_LEFT, BAR_WIDTH // 2, "#143c4a"),
        (BAR_LEFT + BAR_WIDTH // 2, round(BAR_WIDTH * 3 / 4) - BAR_WIDTH // 2, "hatch"),
        (BAR_LEFT + round(BAR_WIDTH * 3 / 4), BAR_WIDTH - round(BAR_WIDTH * 3 / 4), "dots"),
    ]


def test_nothing_relevant_and_nothing_judged_yet() -> None:
    chart = draw(Stack("A", 0, 0), Stack("B", 0, 0, 12))
    assert list_texts(chart)[:5] == ["A", "None relevant", "B", "12", "None judged"]
    assert list_parts(chart) == [(BAR_LEFT, BAR_WIDTH, "dots")]


@given(st.tuples(*[st.integers(0, 3000)] * 3))
def test_parts_fill_the_bar_without_a_gap(counts: tuple[int, int, int]) -> None:
    parts = list_parts(draw(Stack("A", *counts)))
    assert sum(width for _, width, _ in parts) == (BAR_WIDTH if any(counts) else 0)
    assert [left for left, _, _ in parts[1:]] == [left + width for left, width, _ in parts[:-1]]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><b>', "A & B"])
def test_labels_are_escaped(hostile: str) -> None:
    chart = draw(Stack(hostile, 1, 1))
    assert hostile in list_texts(chart)
    assert [element.tag for element in chart.iter() if "script" in element.tag] == []


def test_nothing_needs_an_inline_style_and_no_identifier_is_shared() -> None:
    charts = [stacked_chart(title, "", [Stack("C", 1, 1, 1)]) for title in ("A", "B")]
    assert re.findall(r"\sstyle=|<style", "".join(charts)) == []
    first, second = (set(re.findall(r'\sid="([^"]+)"', chart)) for chart in charts)
    assert (len(first), first & second) == (2, set())


def test_a_chart_without_questions_is_still_a_chart() -> None:
    assert list_texts(draw()) == []
