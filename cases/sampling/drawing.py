"""Drawing a sample: pure functions of a caseload, a method and a seed.

The order in which cases are drawn is that of the SHA-256 of the seed and each case's reference. So
a draw does not depend on the order of the file, and whoever has the seed can repeat it.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from inspections.definition import SampleMinimum, SamplingMethod

NUMBERING = "numbering"
"""Sets the order in which cases are numbered apart from that in which they were drawn."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A case of the caseload: what is needed to draw it."""

    reference: str
    started_on: date
    current: bool
    facts: Mapping[str, str]


class LeftOut(StrEnum):
    """Why a case is not drawn from."""

    TOO_OLD = "too_old"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A case that came into the sample in place of another, so that a minimum is kept."""

    minimum: SampleMinimum
    came: Entry
    went: Entry
    came_from: str
    went_from: str

    @property
    def within_stratum(self) -> bool:
        """Whether the shares of the strata stayed as they were."""
        return self.came_from == self.went_from


@dataclass(frozen=True, slots=True)
class Draw:
    """What a draw came to; `sample` and `reserves` stand by stratum, in drawn order in each.

    `allotted` is how many cases each stratum was given, before any exchange; `needed` is how many
    of each minimum's group there had to be, by its label.
    """

    sample: tuple[Entry, ...]
    reserves: tuple[Entry, ...]
    left_out: tuple[tuple[Entry, LeftOut], ...]
    allotted: Mapping[str, int]
    needed: Mapping[str, int]
    exchanges: tuple[Exchange, ...]

    @property
    def eligible(self) -> int:
        """How many cases were drawn from."""
        return len(self.sample) + len(self.reserves)


@dataclass(frozen=True, slots=True)
class Choice:
    """The reserve that takes a case's place, and what that costs."""

    entry: Entry
    same_stratum: bool
    short_of: tuple[SampleMinimum, ...]


def draw_sample(entries: Iterable[Entry], method: SamplingMethod, seed: str, as_at: date) -> Draw:
    """Return the sample of `entries` as at a date that `method` and `seed` give.

    Cases that are too old, or ended where the method wants current ones, are left out. Each
    stratum has its share of the sample (`share_out`), the first of it in drawn order. Then cases
    are exchanged, within a stratum where that is possible, until every minimum is kept or all
    there are of its group are in. The rest are reserves. References must not repeat.
    """
    eligible: list[Entry] = []
    left_out: list[tuple[Entry, LeftOut]] = []
    for entry in sorted(entries, key=lambda entry: rank(seed, entry.reference)):
        reason = find_why_left_out(entry, method, as_at)
        if reason is None:
            eligible.append(entry)
        else:
            left_out.append((entry, reason))
    size = method.size_for(len(eligible))
    allotted = share_out(Counter(entry.facts[method.strata] for entry in eligible), size)
    selection = _Selection(eligible, method, size, allotted)
    exchanges = [exchange for minimum in method.minimums for exchange in selection.keep(minimum)]
    # Sorting keeps the drawn order within each stratum.
    by_stratum = sorted(eligible, key=lambda entry: entry.facts[method.strata])
    return Draw(
        sample=tuple(entry for entry in by_stratum if entry.reference in selection.chosen),
        reserves=tuple(entry for entry in by_stratum if entry.reference not in selection.chosen),
        left_out=tuple(sorted(left_out, key=lambda pair: pair[0].reference)),
        allotted=allotted,
        needed={minimum.label: selection.needed[minimum] for minimum in method.minimums},
        exchanges=tuple(exchanges),
    )


def find_why_left_out(entry: Entry, method: SamplingMethod, as_at: date) -> LeftOut | None:
    """Return why `entry` is not drawn from as at a date; None if it is."""
    if entry.started_on < first_day(method, as_at):
        return LeftOut.TOO_OLD
    if not entry.current and not method.terminated:
        return LeftOut.ENDED
    return None


def first_day(method: SamplingMethod, as_at: date) -> date:
    """Return the first day on which a case may have begun: the same day so many months before.

    Where that month has no such day, its last.
    """
    months = as_at.year * 12 + as_at.month - 1 - method.months
    year, month = divmod(months, 12)
    return date(year, month + 1, min(as_at.day, monthrange(year, month + 1)[1]))


def rank(seed: str, reference: str) -> str:
    """Return the place of a case in drawn order: whichever sorts first is drawn first."""
    return sha256(f"{seed}\n{reference}".encode()).hexdigest()


def number_cases(entries: Iterable[Entry], seed: str) -> list[Entry]:
    """Return `entries` in the order in which they are numbered, which tells nothing of the draw."""
    return sorted(entries, key=lambda entry: rank(f"{seed}\n{NUMBERING}", entry.reference))


def share_out(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many of `size` cases each stratum is given, in proportion to its `counts`.

    A stratum whose share is less than one case gets one. What is left is shared out among the
    others by largest remainder; where remainders are equal, the larger stratum comes first, then
    the one whose key sorts first. `size` is at most the sum of `counts`, which are above zero. If
    there are more strata than cases, none is sure of one.
    """
    given: dict[str, int] = {}
    others = dict(counts)
    if len(counts) <= size:
        while small := _find_small(others, size - len(given)):
            for stratum in small:
                given[stratum] = 1
                del others[stratum]
    left, total = size - len(given), sum(others.values())
    whole = {stratum: count * left // total for stratum, count in others.items()}
    by_remainder = sorted(
        others, key=lambda stratum: (-(others[stratum] * left % total), -others[stratum], stratum)
    )
    for stratum in by_remainder[: left - sum(whole.values())]:
        whole[stratum] += 1
    return {stratum: {**given, **whole}[stratum] for stratum in sorted(counts)}


def choose_reserve(
    leaving: Entry,
    staying: Sequence[Entry],
    reserves: Iterable[Entry],
    method: SamplingMethod,
    needed: Mapping[str, int],
    seed: str,
) -> Choice | None:
    """Return the reserve that takes the place of `leaving` in a sample; None if there is none.

    First comes what keeps the minimums (`needed` cases of each, by label), then the same stratum,
    then the drawn order.
    """
    endangered = [
        minimum
        for minimum in method.minimums
        if minimum.holds(leaving.facts)
        and sum(minimum.holds(entry.facts) for entry in staying) < needed[minimum.label]
    ]

    def short_of(entry: Entry) -> tuple[SampleMinimum, ...]:
        return tuple(minimum for minimum in endangered if not minimum.holds(entry.facts))

    def is_same(entry: Entry) -> bool:
        return entry.facts[method.strata] == leaving.facts[method.strata]

    best = min(
        reserves,
        key=lambda entry: (len(short_of(entry)), not is_same(entry), rank(seed, entry.reference)),
        default=None,
    )
    return None if best is None else Choice(best, is_same(best), short_of(best))


def _find_small(counts: Mapping[str, int], size: int) -> list[str]:
    """Return the strata whose share of `size` cases is less than one."""
    total = sum(counts.values())
    return [stratum for stratum, count in counts.items() if count * size < total]


class _Selection:
    """The cases chosen so far, out of `ranked` ones."""

    def __init__(
        self,
        ranked: Sequence[Entry],
        method: SamplingMethod,
        size: int,
        allotted: Mapping[str, int],
    ) -> None:
        self.ranked = ranked
        self.method = method
        by_stratum: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in ranked:
            by_stratum[self.stratum_of(entry)].append(entry)
        self.chosen = {
            entry.reference
            for stratum, cases in by_stratum.items()
            for entry in cases[: allotted[stratum]]
        }
        self.needed = {
            minimum: min(
                minimum.needed_of(size), sum(minimum.holds(entry.facts) for entry in ranked)
            )
            for minimum in method.minimums
        }

    def stratum_of(self, entry: Entry) -> str:
        return entry.facts[self.method.strata]

    def count(self, minimum: SampleMinimum) -> int:
        return sum(minimum.holds(e.facts) for e in self.ranked if e.reference in self.chosen)

    def keep(self, minimum: SampleMinimum) -> Iterable[Exchange]:
        """Exchange cases until so many of the minimum's group are chosen as there must be."""
        while self.count(minimum) < self.needed[minimum]:
            exchange = self._find_exchange(minimum)
            if exchange is None:  # no method that was checked comes to this
                return
            self.chosen.remove(exchange.went.reference)
            self.chosen.add(exchange.came.reference)
            yield exchange

    def _find_exchange(self, minimum: SampleMinimum) -> Exchange | None:
        """Return the next exchange: the first in drawn order comes, the last goes.

        Nobody goes who is needed for a minimum, and nobody who alone stands for a stratum makes
        way for another stratum.
        """
        spare = self._list_spare()
        last_of = {self.stratum_of(entry): entry for entry in spare}
        coming = [
            entry
            for entry in self.ranked
            if entry.reference not in self.chosen and minimum.holds(entry.facts)
        ]
        for came in coming:
            if went := last_of.get(self.stratum_of(came)):
                return self._exchange(minimum, came, went)
        numbers = Counter(self.stratum_of(e) for e in self.ranked if e.reference in self.chosen)
        going = [entry for entry in spare if numbers[self.stratum_of(entry)] > 1]
        return self._exchange(minimum, coming[0], going[-1]) if coming and going else None

    def _exchange(self, minimum: SampleMinimum, came: Entry, went: Entry) -> Exchange:
        return Exchange(minimum, came, went, self.stratum_of(came), self.stratum_of(went))

    def _list_spare(self) -> list[Entry]:
        """Return the chosen cases that no minimum needs, in drawn order."""
        tight = [m for m in self.method.minimums if self.count(m) <= self.needed[m]]
        return [
            entry
            for entry in self.ranked
            if entry.reference in self.chosen and not any(m.holds(entry.facts) for m in tight)
        ]
