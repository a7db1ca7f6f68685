"""Made-up samples of cases, to see how often an interval holds what it is meant to hold.

The answers about a case are drawn with a probability of its own, from a beta distribution whose
intraclass correlation is `alike`: 0 for none, 1 where all answers about a case are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from scoring.statistics.intervals import estimate_ratios, find_limits

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Setting:
    """How many cases there are, how many answers each has, and how alike these are."""

    cases: int
    sizes: str
    alike: float

    @property
    def generator(self) -> np.random.Generator:
        """Random numbers of its own, always the same."""
        return np.random.default_rng(crc32(f"{self.cases} {self.sizes} {self.alike}".encode()))


SIZES = ("1", "10", "0 to 3", "5 to 30", "1 to 20", "geometric")
"""Answers about a case; of the geometric ones the mean is 9, and a few cases have 40."""


def draw_answers(
    setting: Setting, share: float, samples: int, random: np.random.Generator, cases: int = 0
) -> tuple[Counts, Counts]:
    """Return sufficient and relevant answers, cases down and samples across."""
    relevant = _draw_sizes(setting.sizes, (cases or setting.cases, samples), random)
    if setting.alike == 0:
        return random.binomial(relevant, share), relevant
    spread = (1 - setting.alike) / setting.alike
    if spread == 0:
        return relevant * (random.random(relevant.shape) < share), relevant
    own = random.beta(share * spread, (1 - share) * spread, relevant.shape)
    return random.binomial(relevant, own), relevant


def measure_coverage(setting: Setting, share: float, samples: int) -> float:
    """Return in what percentage of samples the interval holds `share`, for a caseload without end.

    Samples with fewer than two relevant cases have none, and do not count.
    """
    sufficient, relevant = draw_answers(setting, share, samples, setting.generator)
    low, high = find_limits(ratios := estimate_ratios(sufficient, relevant))
    held = (low <= share) & (share <= high)
    return float(100 * held[ratios.cases > 1].mean())


def measure_finite_coverage(setting: Setting, caseload: int, share: float, samples: int) -> float:
    """Return how often the interval holds the score that the whole caseload would have had."""
    sufficient, relevant = draw_answers(setting, share, samples, setting.generator, caseload)
    truth = sufficient.sum(axis=0) / relevant.sum(axis=0)
    drawn = slice(0, setting.cases)  # the cases of a caseload stand in no order
    ratios = estimate_ratios(sufficient[drawn], relevant[drawn])
    low, high = find_limits(ratios, 1 - setting.cases / caseload)
    return float(100 * ((low <= truth) & (truth <= high)).mean())


def _draw_sizes(sizes: str, shape: tuple[int, int], random: np.random.Generator) -> Counts:
    if sizes == "geometric":
        return 1 + random.geometric(0.12, shape)
    low, _, high = sizes.partition(" to ")
    return random.integers(int(low), int(high or low) + 1, shape)
