"""Charts as inline SVG, the same on a page of the site and in a printed document.

Everything a chart shows is printed as text in it and said again, whole, in its text
alternative. Parts differ by pattern as well as by colour. Styles are presentation attributes,
since the content security policy allows no inline styles.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from scoring.charts.layout import (
    BAR_LEFT,
    Row,
    draw,
    find_foot,
    measure,
    place_key,
    place_rows,
    trace_whisker,
)
from scoring.statistics.intervals import Interval

AXIS_HEIGHT = 24
NAMES_HEIGHT = 14  # of a line of names of bands under the axis
CHARACTER = 7.4  # about as wide as a character of small print: a name without room is left out


@dataclass(frozen=True)
class Bar:
    """One bar. `percent` is a whole number from 0 to 100, or None for *not scored*.

    Where `low` and `high` differ, the score is still open: the bar is solid to `low` and
    dotted on to `high`. `text` is printed in place of the percentage, `note` after it. `whisker`
    holds both ends of the 95% interval in per cent, 0 to 100 and unrounded.
    """

    label: str
    percent: int | None
    low: int | None = None
    high: int | None = None
    note: str = ""
    text: str = ""
    is_group: bool = False  # drawn heavier: the bar of a section above those of its criteria
    whisker: tuple[float, float] | None = None

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
    def interval(self) -> str:
        """The whisker in words; empty where there is none."""
        if self.whisker is None:
            return ""
        low, high = self.whisker
        return _("95%% interval %(ends)s") % {"ends": Interval(low, high, cases=0).printed}

    @property
    def spoken(self) -> str:
        asides = [aside for aside in (self.note, self.interval) if aside]
        return f"{self.label}: {self.value}" + (f" ({', '.join(asides)})" if asides else "")


@dataclass(frozen=True)
class Limit:
    """A light rule across the chart, such as the floor of a band. `at` is a percentage.

    `label` names what lies from there to the next limit; it is printed under the axis.
    """

    at: int
    label: str = ""


@dataclass(frozen=True)
class BarRow:
    """A bar, placed."""

    row: Row
    bar: Bar
    solid: int  # length of the solid part
    dotted: int  # and of the part that is still open
    whisker: str  # a path; empty where there is none


def bar_chart(
    title: str,
    description: str,
    bars: Sequence[Bar],
    limits: Sequence[Limit] = (),
    *,
    with_key: bool = False,
) -> SafeString:
    """A horizontal bar chart as an `<svg>` element of its own.

    `title` and `description` open its text alternative, which then reads out every bar. Print
    the title above it as well: it is not drawn. `with_key` draws under it what its patterns mean.
    """
    rows = place_rows([(bar.label, bar.is_group) for bar in bars])
    axis = find_foot(rows)
    marks = [0, *(limit.at for limit in limits if limit.at), 100] if limits else []
    names = _place_names(limits)
    mark_baseline = axis + AXIS_HEIGHT - 6
    foot = axis + (AXIS_HEIGHT + NAMES_HEIGHT * len({line for _, line, _ in names}) if marks else 2)
    key = place_key(_explain_bars(bars, limits), foot) if with_key else []
    named = "; ".join(
        _("%(band)s from %(at)d%%") % {"band": limit.label, "at": limit.at}
        for limit in limits
        if limit.label
    )
    return draw(
        "scoring/charts/bar_chart.svg",
        [f"{title}. {description}", "; ".join(bar.spoken for bar in bars) + ".", named],
        key,
        foot,
        {
            "rows": [
                BarRow(
                    row=row,
                    bar=bar,
                    solid=measure((bar.low if bar.is_open else bar.percent) or 0),
                    dotted=measure(bar.high or 0) - measure(bar.low or 0) if bar.is_open else 0,
                    whisker=trace_whisker(bar.whisker, row.top),
                )
                for row, bar in zip(rows, bars, strict=True)
            ],
            "has_groups": any(bar.is_group for bar in bars),
            "rules": [BAR_LEFT + measure(limit.at) for limit in limits if limit.at],
            "marks": [(BAR_LEFT + measure(percent), percent) for percent in marks],
            "names": [(x, mark_baseline + NAMES_HEIGHT * line, text) for x, line, text in names],
            "axis": axis,
            "mark_baseline": mark_baseline,
        },
    )


def _place_names(limits: Sequence[Limit]) -> list[tuple[int, int, str]]:
    """Return middle, line and text of each band's name: under its span, on the first of two lines
    on which it touches no other; one for which neither has room is left out.
    """
    placed: list[tuple[int, int, str]] = []
    ends: dict[int, float] = {}
    stops = [*(limit.at for limit in limits), 100]
    for limit in sorted(limits, key=lambda limit: limit.at):
        if not limit.label:
            continue
        stop = min((at for at in stops if at > limit.at), default=100)
        middle = BAR_LEFT + measure((limit.at + stop) / 2)
        half = len(limit.label) * CHARACTER / 2
        for line in (1, 2):
            if middle - half > ends.get(line, 0) + 4:
                placed.append((middle, line, limit.label))
                ends[line] = middle + half
                break
    return placed


def _explain_bars(bars: Sequence[Bar], limits: Sequence[Limit]) -> list[tuple[str, str]]:
    """Return kind and meaning of every pattern that the chart shows."""
    groups = {bar.is_group for bar in bars}
    key = [("group", _("Section")), ("member", _("Criterion"))] if len(groups) == 2 else []
    if any(bar.is_open for bar in bars):
        key.append(("open", _("Where it may end: still open")))
    if any(bar.whisker for bar in bars):
        key.append(("whisker", _("95% interval")))
    if limits:
        key.append(("limit", _("A band begins")))
    return key
