"""How firm a score is: its 95% interval, with the case as the unit. Imports no Django.

Answers about one case are alike, so they are no independent observations: cases are. A score is a
ratio of two sums over cases, and its variance that of the linearised ratio (W. G. Cochran, Sampling
Techniques, 3rd edition, 1977, chapters 3 and 6). The interval is that of E. B. Wilson (1927) with
an effective number of answers in place of their number, as E. L. Korn and B. I. Graubard (1998) do
for that of Clopper and Pearson. docs/SCORING.md, section 13, says why, how well it covers and where
it does not.

All arrays have cases down and scores across.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.arithmetic import round_half_up
from scoring.statistics.student import Numbers, quantile_of_t

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

TAIL = 0.05
"""Of a hundred intervals, 95 hold what they are meant to hold."""

FEW_CASES = 10
"""Below so many cases with anything relevant, an interval itself rests on little (ours)."""

LEAST_DESIGN_EFFECT = 0.5
"""A variance below half that of independent answers is taken for luck (ours)."""

ENDLESS = 1e6
"""Degrees of freedom with which Student's t is as good as the normal distribution."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95% interval, in per cent from 0 to 100, not rounded; `cases` have anything relevant."""

    low: float
    high: float
    cases: int

    @property
    def few(self) -> bool:
        """Whether it rests on so few cases that the reader is to be warned."""
        return self.cases < FEW_CASES

    @property
    def exact(self) -> bool:
        """Whether it has no width, since every case of the caseload was inspected."""
        return self.low == self.high

    @property
    def printed(self) -> str:
        """The interval in whole per cents, rounded outward: print never claims more than there is.

        One without width is printed as the score is, a half rounded up.
        """
        if self.exact:
            return f"{round_half_up(round(self.low * 10**6), 10**8)}%"
        return f"{math.floor(round(self.low, 6))}% to {math.ceil(round(self.high, 6))}%"


@dataclass(frozen=True)
class Ratios:
    """Shares of sufficient answers, and what is known of their error, by group of cases and score.

    `share` is from 0 to 1; `answers` and `cases` are how many are relevant. `effective` is the
    number of independent answers that would give as large a variance, and `freedom` the degrees of
    freedom of that. `alike` is how alike the answers about a case are, from 0 to 1. These three
    are NaN where fewer than two cases are relevant.
    """

    share: Numbers
    answers: Numbers
    cases: Numbers
    effective: Numbers
    freedom: Numbers
    alike: Numbers


def estimate_intervals(
    sufficient: Counts, relevant: Counts, caseload: int | None
) -> list[Interval | None]:
    """Return the 95% interval of each score, None where fewer than two cases are relevant.

    `sufficient` and `relevant` hold the answers of every case of the sample, those with nothing
    relevant too. Of `caseload` cases they are the sample; None, or fewer than there are, is a
    caseload not known, which counts as one without end.
    """
    ratios = estimate_ratios(sufficient, relevant)
    low, high = find_limits(ratios, keep_share(len(relevant), caseload))
    return list_intervals(ratios, low, high)[0]


def list_intervals(ratios: Ratios, low: Numbers, high: Numbers) -> list[list[Interval | None]]:
    """Return as values, group by group, intervals that are given as shares from 0 to 1."""
    return [
        [
            Interval(100 * each_low, 100 * each_high, int(cases)) if cases > 1 else None
            for each_low, each_high, cases in zip(*columns, strict=True)
        ]
        for columns in zip(low.tolist(), high.tolist(), ratios.cases.tolist(), strict=True)
    ]


def keep_share(sampled: int, caseload: int | None) -> float:
    """Return the finite population correction: the share of the caseload not in the sample.

    It is 0 where every case was inspected, and 1 where the caseload is not known.
    """
    if caseload is None or caseload < sampled or not caseload:
        return 1.0
    return 1 - sampled / caseload


def keep_shares(still: Counts, sampled: int, caseload: int | None) -> Numbers:
    """Return the same for scores of which so many answers are open.

    There is no correction while any is: the answers so far are not all of those cases.
    """
    return np.where(still > 0, 1.0, keep_share(sampled, caseload))


def estimate_ratios(sufficient: Counts, relevant: Counts, groups: Flags | None = None) -> Ratios:
    """Return the ratios of each group and score, groups down; without `groups`, of all cases.

    `groups` marks the cases of each group, cases down and groups across.
    """
    y, x = sufficient.astype(np.float64), relevant.astype(np.float64)
    weights = np.ones((1, len(x))) if groups is None else groups.T.astype(np.float64)

    def total(values: Numbers) -> Numbers:
        return np.asarray(weights @ values)

    cases, answers, x2 = total((x > 0).astype(np.float64)), total(x), total(x * x)
    x3, x4 = total(x**3), total(x**4)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = total(y) / answers
        spread = share * (1 - share)
        residuals = total(y * y) - 2 * share * total(x * y) + share**2 * x2
        variance = residuals * cases / (cases - 1) / answers**2
        design_effect = np.maximum(variance * answers / spread, LEAST_DESIGN_EFFECT)
        # Where all answers are the same, nothing shows how alike those of a case are: wholly.
        alike = np.clip((design_effect - 1) * answers / (x2 - answers), 0, 1)
        alike = np.where(spread > 0, np.nan_to_num(alike), 1)
        # Cases weigh unequally, the more so the more alike their answers are.
        weighed = (1 - alike) * answers + alike * x2
        squared = (1 - alike) ** 2 * x2 + 2 * alike * (1 - alike) * x3 + alike**2 * x4
        effective = np.where(spread > 0, answers / design_effect, answers**2 / x2)
        freedom = np.maximum(weighed**2 / squared - 1, 1)
        # Of one answer a case nothing is estimated but the share: its variance follows from it.
        freedom = np.where(x2 > answers, freedom, ENDLESS)
        enough = cases > 1
        return Ratios(
            share=share,
            answers=answers,
            cases=cases,
            effective=np.where(enough, effective, np.nan),
            freedom=np.where(enough, freedom, np.nan),
            alike=np.where(enough, alike, np.nan),
        )


def find_limits(
    ratios: Ratios, kept: float | Numbers = 1.0, t: Numbers | None = None
) -> tuple[Numbers, Numbers]:
    """Return the lowest and highest share, from 0 to 1, that go with what was observed.

    They hold the share itself. `kept` is what the finite population correction leaves. `t` is how
    many standard errors are allowed for; if left out, those of a 95% interval.
    """
    t = quantile_of_t(TAIL, np.nan_to_num(ratios.freedom, nan=1)) if t is None else t
    share = ratios.share
    wide = kept * t * t / ratios.effective
    centre = (share + wide / 2) / (1 + wide)
    half = np.sqrt(share * (1 - share) * wide + wide * wide / 4) / (1 + wide)
    low = np.clip(centre - half, 0, np.minimum(share, 1))
    return low, np.clip(centre + half, share, 1)
