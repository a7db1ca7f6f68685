"""The arithmetic of scores: whole numbers only, rounded once and half up. Imports no Django.

Source: HMI Probation, Core Case Inspection reports, appendix "Scoring approach"; band limits from
Essex County Council, cabinet paper of June 2012. docs/SCORING.md works through examples.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

Name = TypeVar("Name", bound=Hashable)


class BandLike(Protocol):
    """A band: its label, and the lowest rounded percentage that reaches it."""

    @property
    def label(self) -> str: ...
    @property
    def floor(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers counted: sufficient, relevant (sufficient or insufficient), open (may count yet)."""

    sufficient: int = 0
    relevant: int = 0
    open: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.sufficient <= self.relevant or self.open < 0:
            raise ValueError(f"Not a tally: {self.sufficient} of {self.relevant}, {self.open} open")

    @property
    def insufficient(self) -> int:
        """Answers judged insufficient."""
        return self.relevant - self.sufficient


class Score(NamedTuple):
    """A tally's percentage (0-100), the range it may end in, and its band, None where it has none.

    `percent` is None where nothing is relevant: not scored, never 0%. `low` and `high` are then 0
    and 100 while anything is open, and None once nothing is.
    """

    sufficient: int
    relevant: int
    open: int
    percent: int | None
    low: int | None
    high: int | None
    band: str | None


def pool(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of `tallies`: scores pool counts, they never average percentages."""
    sufficient = relevant = open_ = 0
    for tally in tallies:
        sufficient += tally.sufficient
        relevant += tally.relevant
        open_ += tally.open
    return Tally(sufficient, relevant, open_)


def round_half_up(part: int, whole: int) -> int | None:
    """Return `part` of `whole` as a percentage, a half rounded up; None if `whole` is 0.

    >>> round_half_up(5, 8)
    63
    """
    if whole == 0:
        return None
    return (200 * part + whole) // (2 * whole)


def is_small(count: int, smallest: int) -> bool:
    """Whether so few cases or people, but some, that a figure about them could point to a child.

    `smallest` is the fewest that a figure may be about; the figure of nobody points to nobody.
    """
    return 0 < count < smallest


def choose_hidden(sizes: Mapping[Name, int], smallest: int) -> set[Name]:
    """Return which groups, by name, nobody outside the team may be shown: see docs/SCORING.md 18.

    Those of fewer than `smallest`; and, since the total is shown too, so many more, the smallest
    first and those of one size in their order, that what is left over when the rest is taken from
    all is no single group, and not fewer than `smallest` either. Whatever shows groups asks here:
    two that hid others of the same groups would give away together what each hides.
    """
    hidden = {name for name, size in sizes.items() if is_small(size, smallest)}
    others = [name for name, size in sizes.items() if size and name not in hidden]
    others.sort(key=sizes.__getitem__)
    while hidden and others and not _conceals(hidden, sizes, smallest):
        hidden.add(others.pop(0))
    return hidden


def _conceals(hidden: set[Name], sizes: Mapping[Name, int], smallest: int) -> bool:
    return len(hidden) > 1 and sum(sizes[name] for name in hidden) >= smallest


def find_band(percent: int | None, bands: Sequence[BandLike]) -> str | None:
    """Return the label of the band of a rounded percentage; `bands` stand highest first."""
    if percent is None:
        return None
    for band in bands:
        if percent >= band.floor:
            return band.label
    return None


def score_tally(tally: Tally, bands: Sequence[BandLike] = ()) -> Score:
    """Return the score of `tally`, with a band if `bands` are given and the range lies in one.

    The range takes every open answer as insufficient, then as sufficient. Every completion lies
    within: not applicable, or a question that falls away, only takes an open answer out.
    """
    percent = low = high = round_half_up(tally.sufficient, tally.relevant)
    if tally.open:
        possible = tally.relevant + tally.open
        low = round_half_up(tally.sufficient, possible)
        high = round_half_up(tally.sufficient + tally.open, possible)
    band = find_band(low, bands)
    return Score(
        sufficient=tally.sufficient,
        relevant=tally.relevant,
        open=tally.open,
        percent=percent,
        low=low,
        high=high,
        band=band if band == find_band(high, bands) else None,
    )
