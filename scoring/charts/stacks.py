"""Charts of how the answers to questions divide, as inline SVG; see `scoring.charts.bars`."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from scoring.charts.layout import (
    BAR_LEFT,
    BAR_WIDTH,
    Row,
    draw,
    find_foot,
    measure,
    place_key,
    place_rows,
)

DIGIT = 8.5  # about as wide as a digit within a bar: a count without room is left out


@dataclass(frozen=True)
class Stack:
    """The answers to one question, counted: one bar of 100%, in up to three parts."""

    label: str
    sufficient: int
    insufficient: int
    open: int = 0

    @property
    def total(self) -> int:
        return self.sufficient + self.insufficient + self.open

    @property
    def value(self) -> str:
        """What is printed beside the bar."""
        relevant = self.sufficient + self.insufficient
        if not relevant:
            return _("None judged") if self.open else _("None relevant")
        return _("%(part)d of %(whole)d") % {"part": self.sufficient, "whole": relevant}

    @property
    def spoken(self) -> str:
        if not self.total:
            return f"{self.label}: {self.value}"
        words = _("%(sufficient)d sufficient, %(insufficient)d insufficient") % {
            "sufficient": self.sufficient,
            "insufficient": self.insufficient,
        }
        if self.open:
            words += _(", %(open)d open") % {"open": self.open}
        return f"{self.label}: {words}"


@dataclass(frozen=True)
class Part:
    """A part of a stacked bar: where it is, how it is filled, and its count if there is room."""

    kind: str
    left: int
    width: int
    middle: int
    count: str
    plate: int  # width of what is laid under the count


@dataclass(frozen=True)
class StackRow:
    """A stacked bar, placed."""

    row: Row
    stack: Stack
    parts: list[Part]


def stacked_chart(title: str, description: str, stacks: Sequence[Stack]) -> SafeString:
    """A chart of questions as an `<svg>`: how the answers to each divide, each bar being 100%.

    Counts are printed within the parts that have room for them, and sufficient of relevant beside
    each bar. The text alternative reads out every count. The key is part of the chart.
    """
    rows = place_rows([(stack.label, False) for stack in stacks])
    axis = find_foot(rows)
    key = place_key(_explain_stacks(stacks), axis)
    return draw(
        "scoring/charts/stacked_chart.svg",
        [f"{title}. {description}", "; ".join(stack.spoken for stack in stacks) + "."],
        key,
        axis + 2,
        {
            "rows": [
                StackRow(row=row, stack=stack, parts=_cut_stack(stack))
                for row, stack in zip(rows, stacks, strict=True)
            ],
            "axis": axis,
            "axis_right": BAR_LEFT + BAR_WIDTH,
        },
    )


def _cut_stack(stack: Stack) -> list[Part]:
    """Return the parts of a bar, left to right; they end where the shares do, so none drifts."""
    parts: list[Part] = []
    counts = (
        ("sufficient", stack.sufficient),
        ("insufficient", stack.insufficient),
        ("open", stack.open),
    )
    done = 0
    for kind, count in counts:
        if not count:
            continue
        left = measure(100 * done / stack.total)
        done += count
        width = measure(100 * done / stack.total) - left
        plate = round(len(str(count)) * DIGIT) + 4
        parts.append(
            Part(
                kind=kind,
                left=BAR_LEFT + left,
                width=width,
                middle=BAR_LEFT + left + width // 2,
                count=str(count) if plate + 2 <= width else "",
                plate=plate,
            )
        )
    return parts


def _explain_stacks(stacks: Sequence[Stack]) -> list[tuple[str, str]]:
    key = [("sufficient", _("Sufficient")), ("insufficient", _("Insufficient"))]
    if any(stack.open for stack in stacks):
        key.append(("open", _("Open: not yet answered, or not known to apply")))
    return key if stacks else []
