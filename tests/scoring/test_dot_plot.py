"""The dot plot: what it draws, and that nothing of it is for the eye or for colours alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from scoring.charts.dots import PLOT_LEFT, PLOT_WIDTH, WIDTH, Named, Strip, dot_plot

SVG = "{http://www.w3.org/2000/svg}"
OWN = Named("Anyshire", 60)


def draw(*strips: Strip) -> Any:
    return etree.fromstring(dot_plot("Scores", "Per cent.", strips))


def texts(chart: Any) -> list[str]:
    return [text.text for text in chart.iter(f"{SVG}text")]


def strip(*others: int, average: int | None = 50, own: Named = OWN, **more: Any) -> Strip:
    return Strip("Safeguarding", others, average if others else None, own, **more)


def test_its_first_child_says_all_that_it_shows() -> None:
    family = (Named("Kent", 59), Named("Essex", None))
    chart = draw(strip(40, 50, 50, average=47, own=Named("Anyshire", 60, 55, 65), family=family))
    assert chart.get("role") == "img"
    assert chart[0].tag == f"{SVG}title"
    assert chart[0].text == (
        "Scores. Per cent. Safeguarding. Anyshire: 55% to 65%; Kent: 59%; Essex: Not scored; "
        "3 other areas: 40% to 50%; their average: 47%; each of them: 40%, 50% (2 times)."
    )


def test_every_value_is_printed_beside_its_name() -> None:
    chart = draw(strip(40, 70, average=55, family=(Named("Kent", 59),)))
    assert texts(chart) == [
        "Safeguarding",
        "2 other areas", "40% to 70%", "Their average", "55%", "Anyshire", "60%", "Kent", "59%",
        "30%", "40%", "50%", "60%", "70%", "80%",
    ]  # fmt: skip


def test_marks_differ_in_shape_and_styles_are_attributes() -> None:
    svg = str(dot_plot("Scores", "", [strip(40, 70, family=(Named("Kent", 59),))]))
    assert svg.count("<circle") == 2
    assert svg.count("7l7 7l-7 7l-7 -7z") == 1  # the diamond
    assert svg.count("h9v9h-9z") == 1  # the square
    assert svg.count('stroke-dasharray="4 3"') == 1  # the average
    assert "style=" not in svg


def test_a_score_without_a_value_has_no_mark() -> None:
    svg = str(dot_plot("Scores", "", [strip(own=Named("Anyshire", None))]))
    assert "<circle" not in svg
    assert "7l7 7l-7 7" not in svg
    assert "Not scored" in svg
    assert "no other area" in svg


def test_the_same_scores_make_the_same_bytes_whatever_the_language() -> None:
    from django.utils import translation

    plots = set()
    for language in ("en-gb", "de"):
        with translation.override(language):
            plots.add(str(dot_plot("Scores", "", [strip(33, 67)])))
    assert len(plots) == 1


@given(
    st.lists(st.integers(0, 100), max_size=158),
    st.none() | st.integers(0, 100),
    st.lists(st.none() | st.integers(0, 100), max_size=10),
)
def test_everything_lies_within_the_chart(
    others: list[int], own: int | None, family: list[int | None]
) -> None:
    named = tuple(Named("A name of some length " * 4, percent) for percent in family)
    average = sum(others) // len(others) if others else None
    chart = draw(strip(*others, average=average, own=Named("Anyshire", own), family=named))
    height = float(chart.get("height"))
    dots = [(float(dot.get("cx")), float(dot.get("cy"))) for dot in chart.iter(f"{SVG}circle")]
    assert len(dots) == len(others)
    assert len(set(dots)) == len(others)  # none hides another
    assert all(PLOT_LEFT <= x <= PLOT_LEFT + PLOT_WIDTH and 0 < y < height for x, y in dots)
    assert all(0 <= float(t.get("x")) <= WIDTH for t in chart.iter(f"{SVG}text"))
    assert all(0 < float(t.get("y")) < height for t in chart.iter(f"{SVG}text"))
