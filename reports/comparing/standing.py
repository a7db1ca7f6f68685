"""Lowest, highest and average of other areas' scores: of the percentages as they were printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.comparing.results import Result, fold
from scoring.arithmetic import round_half_up

FEW_AREAS = 3
"""Fewer other areas than these say little: one of them alone can make the average."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The scores of other areas for one theme, lowest first. Percentages are whole numbers."""

    theme: str
    results: tuple[Result, ...]
    values: tuple[int, ...]

    @property
    def areas(self) -> int:
        """How many areas it is made of: one that was not scored for the theme is left out."""
        return len(self.values)

    @property
    def few(self) -> bool:
        """Whether there are so few areas that the figures say little."""
        return self.areas < FEW_AREAS

    @property
    def lowest(self) -> int | None:
        """The lowest percentage; None where there are none."""
        return self.values[0] if self.values else None

    @property
    def highest(self) -> int | None:
        """The highest percentage; None where there are none."""
        return self.values[-1] if self.values else None

    @property
    def average(self) -> int | None:
        """The unweighted mean of the percentages, rounded half up; None where there are none."""
        return round_half_up(sum(self.values), 100 * self.areas)

    @property
    def lowest_in(self) -> list[str]:
        """The names of the areas that have the lowest percentage."""
        return self._names_at(self.lowest)

    @property
    def highest_in(self) -> list[str]:
        """The names of the areas that have the highest percentage."""
        return self._names_at(self.highest)

    def _names_at(self, percent: int | None) -> list[str]:
        pairs = zip(self.results, self.values, strict=True)
        return [result.area for result, value in pairs if value == percent]


def stand(theme: str, others: Iterable[Result]) -> Standing:
    """Return how other areas stand in one theme; those not scored for it are left out."""
    scored = [(percent, r) for r in others if (percent := r.percents.get(theme)) is not None]
    scored.sort(key=lambda pair: (pair[0], pair[1].area.casefold()))
    return Standing(theme, tuple(r for _, r in scored), tuple(percent for percent, _ in scored))


def stand_by_region(
    themes: Sequence[str], others: Iterable[Result]
) -> dict[str, dict[str, Standing]]:
    """Return the standing in each theme of the areas of each region, by name of the region."""
    regions: dict[str, list[Result]] = {}
    names: dict[str, str] = {}
    for result in others:
        name = names.setdefault(fold(result.region), result.region)
        regions.setdefault(name, []).append(result)
    return {
        name: {theme: stand(theme, regions[name]) for theme in themes} for name in sorted(regions)
    }
