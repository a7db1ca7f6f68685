"""Bar charts: what they say, what they show, and that they are safe and well-formed."""

import re
from xml.etree import ElementTree

import pytest

from scoring.charts import BAR_LEFT, BAR_WIDTH, WIDTH, Bar, Limit, bar_chart

SVG = "{http://www.w3.org/2000/svg}"


def draw(*bars: Bar, limits: tuple[Limit, ...] = ()) -> ElementTree.Element:
    return ElementTree.fromstring(bar_chart("Scores", "Share that was sufficient.", bars, limits))


def list_texts(chart: ElementTree.Element) -> list[str]:
    return ["".join(text.itertext()) for text in chart.iter(f"{SVG}text")]


def list_bars(chart: ElementTree.Element) -> list[tuple[int, int, str]]:
    """Left end, length and kind of fill of what is drawn upon the tracks."""
    kinds = {"#143c4a": "solid", "#34708a": "plain"}
    found = []
    for rect in chart.findall(f"{SVG}rect"):
        if rect.get("stroke"):
            fill = rect.get("fill") or ""
            kind = kinds.get(fill) or fill.rpartition("-")[2].rstrip(")")
            found.append((int(rect.get("x") or 0), int(rect.get("width") or 0), kind))
    return found


def test_the_first_child_is_the_whole_text_alternative() -> None:
    chart = draw(
        Bar("1. Assessment", 58, is_group=True),
        Bar("1.1 Risk", 49, note="SUBSTANTIAL"),
        Bar("1.2 Likelihood", None),
        Bar("1.3 Safeguarding", 55, low=40, high=70),
    )

    assert chart.get("role") == "img"
    assert chart[0].tag == f"{SVG}title"
    assert chart[0].text == (
        "Scores. Share that was sufficient. 1. Assessment: 58%; 1.1 Risk: 49% (SUBSTANTIAL); "
        "1.2 Likelihood: Not scored; 1.3 Safeguarding: 40% to 70%."
    )


def test_labels_values_notes_and_limits_are_printed() -> None:
    chart = draw(Bar("Risk", 49, note="SUBSTANTIAL"), Bar("Plans", 7), limits=(Limit(45),))

    printed = ["0%", "45%", "100%", "Risk", "49%", "SUBSTANTIAL", "Plans", "7%"]
    assert list_texts(chart) == printed


def test_a_bar_is_as_long_as_its_percentage() -> None:
    chart = draw(Bar("None", 0), Bar("Half", 50), Bar("All", 100))

    assert list_bars(chart) == [
        (BAR_LEFT, round(BAR_WIDTH / 2), "plain"),
        (BAR_LEFT, BAR_WIDTH, "plain"),
    ]


def test_what_is_not_scored_has_no_bar() -> None:
    chart = draw(Bar("Nothing judged", None))

    assert list_bars(chart) == []
    assert list_texts(chart) == ["Nothing judged", "Not scored"]


def test_an_open_score_is_solid_to_its_low_end_and_dotted_to_its_high_end() -> None:
    chart = draw(Bar("Open", 60, low=40, high=80))

    low, high = round(BAR_WIDTH * 0.4), round(BAR_WIDTH * 0.8)
    assert list_bars(chart) == [
        (BAR_LEFT, low, "plain"),
        (BAR_LEFT + low, high - low, "dots"),
    ]
    assert list_texts(chart) == ["Open", "40% to 80%"]


def test_groups_differ_from_their_members_by_pattern() -> None:
    chart = draw(Bar("Section", 50, is_group=True), Bar("Criterion", 50))

    assert [kind for _, _, kind in list_bars(chart)] == ["solid", "hatch"]


def test_a_long_label_is_broken_into_lines_that_lose_nothing() -> None:
    label = "2.1 Protecting the public by minimising Risk of Harm to others"

    texts = list_texts(draw(Bar(label, 52)))

    assert texts[:-1] == ["2.1 Protecting the public by minimising", "Risk of Harm to others"]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><b>', "A & B"])
def test_labels_are_escaped(hostile: str) -> None:
    chart = draw(Bar(hostile, 50, note=hostile))

    assert [element.tag for element in chart.iter() if "script" in element.tag] == []
    assert hostile in list_texts(chart)
    assert hostile in (chart[0].text or "")


def test_nothing_is_printed_smaller_than_seven_points() -> None:
    chart = draw(Bar("Risk", 49, note="SUBSTANTIAL", is_group=True), limits=(Limit(45),))

    sizes = [float(size) for element in chart.iter() if (size := element.get("font-size"))]
    points = [size * (160 / 25.4 * 72) / WIDTH for size in sizes]  # it is printed 160 mm wide
    assert len(points) > 1
    assert min(points) > 7


def test_nothing_needs_an_inline_style() -> None:
    assert re.findall(r"\sstyle=|<style", bar_chart("A", "B", [Bar("C", 50)])) == []


def test_charts_of_one_page_share_no_identifiers() -> None:
    pages = [bar_chart(title, "", [Bar("C", 50, is_group=True)]) for title in ("A", "B")]

    first, second = (set(re.findall(r'\sid="([^"]+)"', page)) for page in pages)
    assert len(first) == 2
    assert first & second == set()


def test_a_chart_without_bars_is_still_a_chart() -> None:
    assert list_texts(draw()) == []
