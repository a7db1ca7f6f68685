"""A dot plot: where one score stands among those of others, theme by theme.

The same on a page of the site and in a printed report. Whatever has a name has a line of its own
with its value printed; marks differ by shape as well as by colour, and everything is said again,
whole, in the text alternative. Styles are presentation attributes, since the content security
policy allows no inline styles.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Lengths are in user units; the chart is drawn as wide as the place it stands in.
WIDTH = 720
LABEL_RIGHT = 208
PLOT_LEFT = 226
PLOT_WIDTH = 390
VALUE_RIGHT = 716
LINE_HEIGHT = 15
ROW_HEIGHT = 22
TITLE_HEIGHT = 24
STRIP_GAP = 14
AXIS_HEIGHT = 24
LABEL_CHARACTERS = 32
RADIUS = 2.8
STACK_HEIGHT = 78.0  # the highest that a stack of equal dots grows: then they overlap
NARROWEST = 40  # per cent that the axis spans at least

Mark = Literal["dots", "average", "own", "family"]


@dataclass(frozen=True)
class Named:
    """A score with a name. `percent` is a whole number from 0 to 100, None for *not scored*.

    Where `low` and `high` differ, the score is still open and can end anywhere between.
    """

    label: str
    percent: int | None
    low: int | None = None
    high: int | None = None

    @property
    def is_open(self) -> bool:
        return self.low is not None and self.high is not None and self.low != self.high

    @property
    def value(self) -> str:
        """What is printed beside it."""
        if self.is_open:
            return _("%(low)d%% to %(high)d%%") % {"low": self.low, "high": self.high}
        return _("Not scored") if self.percent is None else f"{self.percent}%"


@dataclass(frozen=True)
class Strip:
    """One theme: the scores of others, their average, this one's, and others that have a name."""

    title: str
    others: tuple[int, ...]
    average: int | None
    own: Named
    family: tuple[Named, ...] = ()

    @property
    def label(self) -> str:
        """How many others there are."""
        return ngettext("%(n)d other area", "%(n)d other areas", len(self.others)) % {
            "n": len(self.others)
        }

    @property
    def spread(self) -> str:
        """From which score to which the others go."""
        if not self.others:
            return "–"
        low, high = min(self.others), max(self.others)
        if low == high:
            return f"{low}%"
        return _("%(low)d%% to %(high)d%%") % {"low": low, "high": high}

    @property
    def spoken(self) -> str:
        """All that is drawn, in words."""
        parts = [f"{self.own.label}: {self.own.value}"]
        parts += [f"{named.label}: {named.value}" for named in self.family]
        if self.others:
            parts.append(f"{self.label}: {self.spread}")
            parts.append(_("their average: %(percent)d%%") % {"percent": self.average})
            parts.append(_("each of them: %(values)s") % {"values": _list_values(self.others)})
        else:
            parts.append(_("no other area"))
        return f"{self.title}. {'; '.join(parts)}."


@dataclass(frozen=True)
class Row:
    """A line of the chart: its label and value, and where its marks are."""

    mark: Mark
    lines: list[tuple[float, str]]  # baseline and text of each line of the label
    value: str
    top: float
    height: float
    middle: float
    foot: float
    baseline: float  # of its value
    x: float | None = None
    span: tuple[float, float] | None = None  # of a score that is still open
    dots: list[tuple[float, float]] | None = None


@dataclass(frozen=True)
class PlacedStrip:
    """A strip with its lines; `average` is where the line through it stands."""

    title: str
    baseline: float
    top: float
    foot: float
    rows: list[Row]
    average: float | None


@dataclass(frozen=True)
class Axis:
    """From which percentage to which the plot goes."""

    low: int
    high: int

    def across(self, percent: float) -> float:
        """Return where a percentage is."""
        share = (percent - self.low) / (self.high - self.low)
        return round(PLOT_LEFT + share * PLOT_WIDTH, 1)

    @property
    def marks(self) -> list[tuple[float, int]]:
        """Where each ten per cent are."""
        return [(self.across(percent), percent) for percent in range(self.low, self.high + 1, 10)]


def dot_plot(title: str, description: str, strips: Sequence[Strip]) -> SafeString:
    """A dot plot as an `<svg>` element of its own, one strip above the next.

    `title` and `description` open its text alternative, which then reads out every strip. Print
    the title above it as well: it is not drawn.
    """
    axis = _find_axis(strips)
    placed = list(_place_strips(strips, axis))
    foot = placed[-1].foot + 4 if placed else 0
    alternative = f"{title}. {description} " + " ".join(strip.spoken for strip in strips)
    return render_to_string(
        "scoring/charts/dot_plot.svg",
        {
            "alternative": " ".join(alternative.split()),
            "strips": placed,
            "marks": axis.marks,
            "width": WIDTH,
            "height": foot + AXIS_HEIGHT,
            "foot": foot,
            "mark_baseline": foot + AXIS_HEIGHT - 7,
            "plot_left": PLOT_LEFT - 8,
            "plot_width": PLOT_WIDTH + 16,
            "label_right": LABEL_RIGHT,
            "value_right": VALUE_RIGHT,
            "radius": RADIUS,
        },
    )


def _find_axis(strips: Sequence[Strip]) -> Axis:
    """Whole tens around everything that is drawn; dots need no nought to stand on."""
    drawn = [value for strip in strips for value in strip.others]
    for strip in strips:
        for named in (strip.own, *strip.family):
            ends = (named.low, named.high) if named.is_open else ()
            drawn += [value for value in (named.percent, *ends) if value is not None]
    low = min(drawn, default=0) // 10 * 10
    high = -(-max(drawn, default=100) // 10) * 10
    while high - low < NARROWEST:
        low, high = max(0, low - 10), min(100, high + 10)
    return Axis(low, high)


def _place_strips(strips: Sequence[Strip], axis: Axis) -> Iterator[PlacedStrip]:
    y = 0.0
    for strip in strips:
        top = y
        y += TITLE_HEIGHT
        rows: list[Row] = []
        for mark, label, value, named in _list_rows(strip):
            row = _place_row(mark, label, value, named, strip.others, y, axis)
            rows.append(row)
            y = row.foot
        average = None if strip.average is None else axis.across(strip.average)
        yield PlacedStrip(strip.title, top + TITLE_HEIGHT - 8, top + TITLE_HEIGHT, y, rows, average)
        y += STRIP_GAP


def _list_rows(strip: Strip) -> Iterator[tuple[Mark, str, str, Named | None]]:
    if strip.others:
        yield "dots", strip.label, strip.spread, None
        yield "average", _("Their average"), f"{strip.average}%", Named("", strip.average)
    yield "own", strip.own.label, strip.own.value, strip.own
    for named in strip.family:
        yield "family", named.label, named.value, named


def _place_row(
    mark: Mark,
    label: str,
    value: str,
    named: Named | None,
    others: Sequence[int],
    top: float,
    axis: Axis,
) -> Row:
    dots = _stack(others) if mark == "dots" else []
    lines = textwrap.wrap(label, LABEL_CHARACTERS) or [""]
    tallest = max((up for _percent, up in dots), default=0.0)
    height = round(max(ROW_HEIGHT + tallest, len(lines) * LINE_HEIGHT + 6), 1)
    # The lowest dots of a stack, and the words beside them, stand where other lines have theirs.
    middle = round(top + height - ROW_HEIGHT / 2 if dots else top + height / 2, 1)
    first = middle - (len(lines) - 1) * LINE_HEIGHT / 2 + 4.5
    span = None
    if named is not None and named.is_open:
        span = axis.across(named.low or 0), axis.across(named.high or 0)
    return Row(
        mark=mark,
        lines=[(first + i * LINE_HEIGHT, line) for i, line in enumerate(lines)],
        value=value,
        top=top,
        height=height,
        middle=middle,
        foot=round(top + height, 1),
        baseline=middle + 4.5,
        x=None if named is None or named.percent is None else axis.across(named.percent),
        span=span,
        dots=[(axis.across(percent), round(middle - up, 1)) for percent, up in dots],
    )


def _stack(values: Sequence[int]) -> list[tuple[int, float]]:
    """Return each value with how far above the line its dot is: equal ones are stacked."""
    counts = Counter(values)
    most = max(counts.values(), default=1)
    step = min(2 * RADIUS + 1.2, STACK_HEIGHT / max(most - 1, 1))
    return [(value, i * step) for value in sorted(counts) for i in range(counts[value])]


def _list_values(values: Sequence[int]) -> str:
    counts = Counter(values)
    return ", ".join(
        f"{value}%"
        if counts[value] == 1
        else _("%(percent)d%% (%(times)d times)") % {"percent": value, "times": counts[value]}
        for value in sorted(counts)
    )
