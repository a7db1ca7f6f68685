"""Bar charts as inline SVG, the same on a page of the site and in a printed report.

Everything a chart shows is printed as text in it and said again, whole, in its text
alternative. Bars differ by pattern as well as by colour. Styles are presentation attributes,
since the content security policy allows no inline styles.
"""

import textwrap
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

# Lengths are in user units; the chart is drawn as wide as the place it stands in.
WIDTH = 720
BAR_LEFT = 288
BAR_WIDTH = 266  # of 100%
VALUE_RIGHT = 630
BAR_HEIGHT = 15
LINE_HEIGHT = 15
ROW_GAP = 7
GROUP_GAP = 8  # more room above a group's bar
AXIS_HEIGHT = 24
LABEL_CHARACTERS = 43


@dataclass(frozen=True)
class Bar:
    """One bar. `percent` is a whole number from 0 to 100, or None for *not scored*.

    Where `low` and `high` differ, the score is still open: the bar is solid to `low` and
    dotted on to `high`. `text` is printed in place of the percentage, `note` after it.
    """

    label: str
    percent: int | None
    low: int | None = None
    high: int | None = None
    note: str = ""
    text: str = ""
    is_group: bool = False  # drawn heavier: the bar of a section above those of its criteria

    @property
    def is_open(self) -> bool:
        return self.low is not None and self.high is not None and self.low != self.high

    @property
    def value(self) -> str:
        """What is printed beside the bar."""
        if self.text:
            return self.text
        if self.is_open:
            return _("%(low)d%% to %(high)d%%") % {"low": self.low, "high": self.high}
        return _("Not scored") if self.percent is None else f"{self.percent}%"

    @property
    def spoken(self) -> str:
        return f"{self.label}: {self.value}" + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True)
class Limit:
    """A light rule across the chart, such as the floor of a band. `at` is a percentage."""

    at: int


@dataclass(frozen=True)
class Row:
    """A bar, placed."""

    bar: Bar
    lines: list[tuple[int, str]]  # baseline and text of each line of the label
    top: int
    solid: int  # length of the solid part
    dotted: int  # and of the part that is still open
    baseline: int


def bar_chart(
    title: str, description: str, bars: Sequence[Bar], limits: Sequence[Limit] = ()
) -> SafeString:
    """A horizontal bar chart as an `<svg>` element of its own.

    `title` and `description` open its text alternative, which then reads out every bar. Print
    the title above it as well: it is not drawn.
    """
    rows = _place_rows(bars)
    axis = rows[-1].top + BAR_HEIGHT + ROW_GAP if rows else 0
    marks = [0, *(limit.at for limit in limits), 100] if limits else []
    alternative = f"{title}. {description} " + "; ".join(bar.spoken for bar in bars)
    return render_to_string(
        "scoring/charts/bar_chart.svg",
        {
            "id": f"chart-{zlib.crc32(alternative.encode()):08x}",
            "alternative": " ".join(alternative.split()) + ".",
            "rows": rows,
            "has_groups": any(bar.is_group for bar in bars),
            "rules": [_across(limit.at) for limit in limits],
            "marks": [(_across(percent), percent) for percent in marks],
            "width": WIDTH,
            "height": axis + (AXIS_HEIGHT if marks else 2),
            "axis": axis,
            "mark_baseline": axis + AXIS_HEIGHT - 6,
            "bar_left": BAR_LEFT,
            "bar_height": BAR_HEIGHT,
            "track": BAR_WIDTH,
            "value_right": VALUE_RIGHT,
            "note_left": VALUE_RIGHT + 7,
            "label_right": BAR_LEFT - 10,
        },
    )


def _across(percent: int) -> int:
    return BAR_LEFT + _length(percent)


def _length(percent: int) -> int:
    return round(percent * BAR_WIDTH / 100)


def _place_rows(bars: Sequence[Bar]) -> list[Row]:
    rows: list[Row] = []
    y = 4
    for bar in bars:
        if bar.is_group and rows:
            y += GROUP_GAP
        lines = textwrap.wrap(bar.label, LABEL_CHARACTERS) or [""]
        height = max(BAR_HEIGHT, len(lines) * LINE_HEIGHT)
        top = y + (height - BAR_HEIGHT) // 2
        first = y + (height - len(lines) * LINE_HEIGHT) // 2 + LINE_HEIGHT - 4
        rows.append(
            Row(
                bar=bar,
                lines=[(first + i * LINE_HEIGHT, line) for i, line in enumerate(lines)],
                top=top,
                solid=_length((bar.low if bar.is_open else bar.percent) or 0),
                dotted=_length(bar.high or 0) - _length(bar.low or 0) if bar.is_open else 0,
                baseline=top + BAR_HEIGHT - 3,
            )
        )
        y += height + ROW_GAP
    return rows
