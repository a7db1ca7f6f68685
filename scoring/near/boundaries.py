"""How near a score is to another band: how many of its answers, changed, would take it there.

Exact and in whole numbers. One change turns one sufficient answer insufficient, or back; how many
answers are relevant stays as it is, so an answer that decides whether others are asked is taken
to leave them as they are. Imports no Django.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.arithmetic import BandLike, Tally, find_band, round_half_up


@dataclass(frozen=True, slots=True)
class NearLine:
    """The fewest changes that take a score out of its band, either way, and into which band.

    None where there is no band further that way, or where the score has none.
    """

    up: int | None = None
    up_band: str | None = None
    down: int | None = None
    down_band: str | None = None

    @property
    def nearest(self) -> int | None:
        """The fewer of the two."""
        return min(
            (changes for changes in (self.up, self.down) if changes is not None), default=None
        )


def find_nearest_bands(tally: Tally, bands: Sequence[BandLike]) -> NearLine:
    """Return how many changes take `tally` out of its band; `bands` stand highest first.

    Answers that are still open are left out: this is of the score so far.
    """
    place = _find_place(tally, bands)
    if place is None:
        return NearLine()
    up = down = None
    if place > 0:
        up = count_needed(bands[place - 1].floor, tally.relevant) - tally.sufficient
    if (floor := bands[place].floor) > 0:
        down = tally.sufficient - count_needed(floor, tally.relevant) + 1
    return NearLine(
        up=up,
        up_band=None if up is None else _band_after(tally, up, bands),
        down=down,
        down_band=None if down is None else _band_after(tally, -down, bands),
    )


def count_needed(floor: int, relevant: int) -> int:
    """Return the fewest sufficient answers of `relevant` whose rounded percentage reaches `floor`.

    >>> count_needed(45, 1000)
    445
    """
    return max(0, -(-(2 * floor - 1) * relevant // 200))


def _find_place(tally: Tally, bands: Sequence[BandLike]) -> int | None:
    percent = round_half_up(tally.sufficient, tally.relevant)
    label = find_band(percent, bands)
    return next((place for place, band in enumerate(bands) if band.label == label), None)


def _band_after(tally: Tally, changes: int, bands: Sequence[BandLike]) -> str | None:
    return find_band(round_half_up(tally.sufficient + changes, tally.relevant), bands)
