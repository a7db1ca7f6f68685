"""What all charts share: lengths, rows with their labels, whiskers, the key, and the drawing."""

import textwrap
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

# Lengths are in user units; the chart is drawn as wide as the place it stands in.
WIDTH = 720
BAR_LEFT = 288
BAR_WIDTH = 266  # of 100%
VALUE_RIGHT = 630
BAR_HEIGHT = 15
LINE_HEIGHT = 15
ROW_GAP = 7
GROUP_GAP = 8  # more room above a group's bar
KEY_HEIGHT = 21  # of a line of the key
KEY_SAMPLE = 26  # length of what the key explains
LABEL_CHARACTERS = 43
CAP = 4.5  # half the height of a whisker's end


@dataclass(frozen=True)
class Row:
    """A label, placed, and the bar beside it."""

    lines: list[tuple[int, str]]  # baseline and text of each line of the label
    top: int
    baseline: int
    is_group: bool = False


@dataclass(frozen=True)
class KeyItem:
    """What one pattern means, placed."""

    kind: str
    text: str
    left: int
    top: int
    whisker: str = ""


def draw(
    template: str,
    alternative: Iterable[str],
    key: list[KeyItem],
    foot: int,
    more: dict[str, object],
) -> SafeString:
    """Return the chart that `template` draws of `more`, with its text alternative and its key.

    `foot` is where the chart ends if it has no key. Identifiers within it are its own.
    """
    words = " ".join(" ".join(alternative).split())
    return render_to_string(
        template,
        {
            "id": f"chart-{zlib.crc32(words.encode()):08x}",
            "alternative": words,
            "key": key,
            "width": WIDTH,
            "height": key[-1].top + KEY_HEIGHT if key else foot,
            "bar_left": BAR_LEFT,
            "bar_height": BAR_HEIGHT,
            "track": BAR_WIDTH,
            "value_right": VALUE_RIGHT,
            "note_left": VALUE_RIGHT + 7,
            "label_right": BAR_LEFT - 10,
            "key_sample": KEY_SAMPLE,
            **more,
        },
    )


def measure(percent: float) -> int:
    """Return the length of a bar of so many per cent."""
    return round(percent * BAR_WIDTH / 100)


def place_rows(labels: Iterable[tuple[str, bool]]) -> list[Row]:
    """Return a row for each label, one under another; the flag says whether it is of a group."""
    rows: list[Row] = []
    y = 4
    for label, is_group in labels:
        if is_group and rows:
            y += GROUP_GAP
        lines = textwrap.wrap(label, LABEL_CHARACTERS) or [""]
        height = max(BAR_HEIGHT, len(lines) * LINE_HEIGHT)
        top = y + (height - BAR_HEIGHT) // 2
        first = y + (height - len(lines) * LINE_HEIGHT) // 2 + LINE_HEIGHT - 4
        rows.append(
            Row(
                lines=[(first + i * LINE_HEIGHT, line) for i, line in enumerate(lines)],
                top=top,
                baseline=top + BAR_HEIGHT - 3,
                is_group=is_group,
            )
        )
        y += height + ROW_GAP
    return rows


def find_foot(rows: Sequence[Row]) -> int:
    """Return where the axis ends: under the last bar and the last line of its label."""
    if not rows:
        return 0
    last = rows[-1]
    return max(last.top + BAR_HEIGHT, last.lines[-1][0] + 4) + ROW_GAP


def trace_whisker(ends: tuple[float, float] | None, top: int) -> str:
    """Return the path of a line from end to end with a cap at each, over the middle of a bar."""
    if ends is None:
        return ""
    low, high = (round(BAR_LEFT + end * BAR_WIDTH / 100, 1) for end in ends)
    middle = top + BAR_HEIGHT / 2
    caps = " ".join(f"M{x} {middle - CAP}V{middle + CAP}" for x in (low, high))
    return f"{caps} M{low} {middle}H{high}"


def place_key(items: Iterable[tuple[str, str]], top: int) -> list[KeyItem]:
    """Return the items side by side under the bars, on as many lines as they take."""
    placed: list[KeyItem] = []
    left, y = BAR_LEFT, top + 8
    for kind, text in items:
        width = KEY_SAMPLE + 7 + round(len(text) * 6.2)
        if left > BAR_LEFT and left + width > WIDTH:
            left, y = BAR_LEFT, y + KEY_HEIGHT
        whisker = ""
        if kind == "whisker":
            start = 100 * (left - BAR_LEFT) / BAR_WIDTH
            whisker = trace_whisker((start, start + 100 * KEY_SAMPLE / BAR_WIDTH), y)
        placed.append(KeyItem(kind, text, left, y, whisker))
        left += width + 16
    return placed
