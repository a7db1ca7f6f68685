"""A sample beside the caseload that it was drawn from, for people to see that it is fair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cases.models import CaseloadEntry, SampledCase, SampleDraw
from inspections.definition import ProgrammeDefinition, SamplingMethod


@dataclass(frozen=True, slots=True)
class Share:
    """So many cases of so many."""

    cases: int
    total: int

    @property
    def percent(self) -> int:
        """The share in per cent, rounded half up; 0 where there is nothing to have a share of."""
        return (200 * self.cases + self.total) // (2 * self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A group of cases: its share of the caseload beside that of the sample.

    `wanted` is how many of it the method asks for, before any exchange or at the least.
    """

    label: str
    caseload: Share
    sample: Share
    wanted: int | None = None

    @property
    def is_kept(self) -> bool:
        """Whether there are as many as the method asks for."""
        return self.wanted is None or self.sample.cases >= self.wanted

    @property
    def has_all(self) -> bool:
        """Whether the sample has all there are, and they are fewer than the method would want."""
        return self.sample.cases == self.caseload.cases


@dataclass(frozen=True, slots=True)
class Comparison:
    """A sample as it stands, replacements included, beside the caseload as it was drawn from."""

    by: str
    strata: tuple[Compared, ...]
    minimums: tuple[Compared, ...]
    statuses: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """An exchange in words: what was taken in for what, and for which minimum."""

    minimum: str
    came: str
    went: str
    came_from: str
    went_from: str

    @property
    def within(self) -> bool:
        """Whether both cases are of the same group."""
        return self.came_from == self.went_from


def compare(
    draw: SampleDraw, sampled: Sequence[SampledCase], definition: ProgrammeDefinition
) -> Comparison:
    """Return the cases of `sampled` that are in the sample now beside the caseload."""
    method = SamplingMethod.from_document(draw.method)
    account = draw.account
    entries = [row.entry for row in list_standing(sampled)]
    size, eligible = len(entries), account["eligible"]
    return Comparison(
        by=label_strata(definition, method),
        strata=tuple(
            Compared(
                label_stratum(definition, method, value),
                Share(counts["cases"], eligible),
                Share(_count(entries, method.strata, value), size),
                counts["allotted"],
            )
            for value in list_strata(definition, draw)
            for counts in [account["strata"][value]]
        ),
        minimums=tuple(
            Compared(
                minimum.label,
                Share(account["minimums"][minimum.label]["cases"], eligible),
                Share(sum(minimum.holds(entry.facts) for entry in entries), size),
                account["minimums"][minimum.label]["needed"],
            )
            for minimum in method.minimums
        ),
        statuses=(
            Compared(
                "Current",
                Share(account["current"], eligible),
                Share(sum(entry.current for entry in entries), size),
            ),
            Compared(
                "Terminated",
                Share(eligible - account["current"], eligible),
                Share(sum(not entry.current for entry in entries), size),
            ),
        ),
    )


def list_standing(sampled: Sequence[SampledCase]) -> list[SampledCase]:
    """Return the cases that are in the sample now: drawn or brought in, and not replaced."""
    return [
        row
        for row in sampled
        if row.replaced_at is None and (not row.reserve or row.case_id is not None)
    ]


def tell_exchanges(draw: SampleDraw, definition: ProgrammeDefinition) -> list[Told]:
    """Return the exchanges of a draw, in the order in which they were made."""
    method = SamplingMethod.from_document(draw.method)
    return [
        Told(
            **{
                **exchange,
                "came_from": label_stratum(definition, method, exchange["came_from"]),
                "went_from": label_stratum(definition, method, exchange["went_from"]),
            }
        )
        for exchange in draw.account["exchanges"]
    ]


def label_stratum(definition: ProgrammeDefinition, method: SamplingMethod, value: str) -> str:
    """Return how a stratum is shown: as it is stored, where the programme does not know it."""
    fact = definition.facts_by_key.get(method.strata)
    return fact.label_of(value) if fact else value


def label_strata(definition: ProgrammeDefinition, method: SamplingMethod) -> str:
    """Return what the strata are, such as “Sentence family”."""
    fact = definition.facts_by_key.get(method.strata)
    return fact.label if fact else method.strata


def list_strata(definition: ProgrammeDefinition, draw: SampleDraw) -> list[str]:
    """Return the strata of a draw in the programme's order, then any that it does not know."""
    drawn = draw.account["strata"]
    fact = definition.facts_by_key.get(draw.method["strata"])
    known = [value for value in fact.values if value in drawn] if fact else []
    return [*known, *sorted(drawn.keys() - known)]


def _count(entries: Sequence[CaseloadEntry], key: str, value: str) -> int:
    return sum(entry.facts.get(key) == value for entry in entries)
