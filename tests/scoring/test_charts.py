"""Bar charts: what they say, what they show, and that they are safe and well-formed."""

import re
from xml.etree import ElementTree

import pytest

from scoring.charts.bars import Bar, Limit, bar_chart
from scoring.charts.layout import BAR_LEFT, BAR_WIDTH, WIDTH

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


class TestWhiskers:
    def test_say_their_interval_rounded_outward(self) -> None:
        chart = draw(
            Bar("Risk", 49, note="SUBSTANTIAL", whisker=(44.3, 54.2)),
            Bar("Plans", 60, whisker=(54.0, 66.0)),
        )

        assert (chart[0].text or "").endswith(
            "Risk: 49% (SUBSTANTIAL, 95% interval 44% to 55%); "
            "Plans: 60% (95% interval 54% to 66%)."
        )

    def test_are_drawn_from_end_to_end_over_the_bar_in_black_upon_white(self) -> None:
        chart = draw(Bar("Half", 50, whisker=(40, 60)))

        left, right = (round(BAR_LEFT + BAR_WIDTH * end, 1) for end in (0.4, 0.6))
        paths = [path for path in chart.findall(f"{SVG}path") if "H" in (path.get("d") or "")]
        ends = re.findall(r"[MH]([\d.]+)", paths[1].get("d") or "")
        assert [path.get("stroke") for path in paths] == ["#fff", "#000"]
        assert paths[0].get("d") == paths[1].get("d")
        assert [float(end) for end in ends] == [left, right, left, right]
        order = list(chart)
        assert order.index(paths[0]) > order.index(chart.findall(f"{SVG}rect")[-1])

    def test_there_is_none_unless_it_is_given(self) -> None:
        assert [p.get("stroke") for p in draw(Bar("Half", 50)).findall(f"{SVG}path")] == ["#16222e"]


def test_bands_are_named_where_they_lie() -> None:
    limits = [
        Limit(75, "MINIMUM"),
        Limit(60, "MODERATE"),
        Limit(45, "SUBSTANTIAL"),
        Limit(0, "LOW"),
    ]
    chart = ElementTree.fromstring(bar_chart("Scores", "", [Bar("Risk", 49)], limits))

    names = {text.text: text for text in chart.iter(f"{SVG}text")}
    assert [
        int(names[name].get("x") or 0) for name in ("LOW", "SUBSTANTIAL", "MODERATE", "MINIMUM")
    ] == [BAR_LEFT + round(BAR_WIDTH * at) for at in (0.225, 0.525, 0.675, 0.875)]
    # What would touch its neighbour stands a line lower.
    assert names["LOW"].get("y") == names["SUBSTANTIAL"].get("y") == names["MINIMUM"].get("y")
    assert int(names["MODERATE"].get("y") or 0) > int(names["LOW"].get("y") or 0)
    assert (chart[0].text or "").endswith(
        "Risk: 49%. MINIMUM from 75%; MODERATE from 60%; SUBSTANTIAL from 45%; LOW from 0%"
    )


def test_a_name_without_room_is_left_out_and_still_said() -> None:
    limits = [Limit(at, "LONG NAME OF BAND") for at in (40, 43, 46, 49)]
    chart = ElementTree.fromstring(bar_chart("Scores", "", [Bar("Risk", 49)], limits))

    assert list_texts(chart).count("LONG NAME OF BAND") == 2
    assert (chart[0].text or "").count("LONG NAME OF BAND") == 4


def test_the_key_explains_what_the_chart_shows_and_nothing_else() -> None:
    def read_key(*bars: Bar, limits: tuple[Limit, ...] = ()) -> list[str]:
        chart = ElementTree.fromstring(bar_chart("A", "", bars, limits, with_key=True))
        return [text.text or "" for text in chart.findall(f"{SVG}g/{SVG}text")]

    assert read_key(Bar("A", 50)) == []
    assert read_key(Bar("A", 50, is_group=True), Bar("B", 50, whisker=(40, 60))) == [
        "Section", "Criterion", "95% interval",
    ]  # fmt: skip
    assert read_key(Bar("A", 50, low=40, high=60), limits=(Limit(45),)) == [
        "Where it may end: still open", "A band begins",
    ]  # fmt: skip
