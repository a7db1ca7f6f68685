"""A group of cases beside all the others: how far apart they are, and how sure that is.

The interval of a difference is made of the intervals of the two shares (R. G. Newcombe, Interval
estimation for the difference between independent proportions, Statistics in Medicine 17, 1998, the
method without continuity correction, with the effective numbers of
`scoring.statistics.intervals`). Imports no Django. docs/SCORING.md, section 15, says how well it
covers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from scoring.statistics.intervals import (
    FEW_CASES,
    TAIL,
    Counts,
    Flags,
    Ratios,
    estimate_ratios,
    find_limits,
    keep_share,
)
from scoring.statistics.student import Numbers, quantile_of_t, tail_of_t


@dataclass(frozen=True, slots=True)
class Difference:
    """What a group's score is above (or, negative, below) that of all other cases, in points.

    Points are percentage points, not rounded; `low` and `high` are a 95% interval. `p_value` is the
    probability of so large a difference, either way, if what makes the group were of no account.
    `cases` and `others` have anything relevant.
    """

    points: float
    low: float
    high: float
    p_value: float
    cases: int
    others: int

    @property
    def few(self) -> bool:
        """Whether either side has so few cases that the reader is to be warned."""
        return min(self.cases, self.others) < FEW_CASES

    @property
    def printed(self) -> str:
        """The interval in whole points, rounded outward: `−27 to −3`."""
        low, high = math.floor(round(self.low, 6)), math.ceil(round(self.high, 6))
        return f"{sign_points(low)} to {sign_points(high)}"


def sign_points(points: int) -> str:
    """Return a whole number of points with its sign, that of minus as in print."""
    return f"{points:+d}".replace("-", "−") if points else "0"


def compare_groups(
    sufficient: Counts, relevant: Counts, groups: Flags, caseload: int | None = None
) -> list[list[Difference | None]]:
    """Return for every group, and of it for every score, its difference from all other cases.

    `groups` marks the cases of each group, cases down and groups across; the other two are as
    `estimate_intervals` takes them. None stands where either side has fewer than two relevant
    cases. The interval heeds a `caseload` that is known, since it speaks of that. The
    p-value does not: that two parts of a finite caseload are alike to the last case is never in
    question (Cochran, as in `scoring.statistics.intervals`, section 2.14).
    """
    ours = estimate_ratios(sufficient, relevant, groups)
    theirs = estimate_ratios(sufficient, relevant, ~groups)
    known = (ours.cases > 1) & (theirs.cases > 1)
    difference = ours.share - theirs.share
    freedom = np.where(known, _pool_freedom(ours, theirs), 1)
    with np.errstate(invalid="ignore"):
        t = quantile_of_t(TAIL, freedom)
        below, above = _find_reach(ours, theirs, keep_share(len(relevant), caseload), t)
    columns = (
        difference * 100,
        (difference - below) * 100,
        (difference + above) * 100,
        _find_p_values(sufficient, relevant, groups),
        ours.cases.astype(np.int64),
        theirs.cases.astype(np.int64),
    )
    shape = known.shape
    rows = zip(known.flat, *(column.ravel().tolist() for column in columns), strict=True)
    flat = [Difference(*values) if is_known else None for is_known, *values in rows]
    return [flat[row * shape[1] : (row + 1) * shape[1]] for row in range(shape[0])]


def _find_reach(ours: Ratios, theirs: Ratios, kept: float, t: Numbers) -> tuple[Numbers, Numbers]:
    """Return how far the difference of the two shares may lie below, and above, what it is."""
    our_low, our_high = find_limits(ours, kept, t)
    their_low, their_high = find_limits(theirs, kept, t)
    below = np.hypot(ours.share - our_low, their_high - theirs.share)
    above = np.hypot(our_high - ours.share, theirs.share - their_low)
    return below, above


def _find_p_values(sufficient: Counts, relevant: Counts, groups: Flags) -> Numbers:
    """Return by group and score how probable so large a difference is if the fact is of no account.

    It is the t-test of what the cases leave over once all have the same share: `sufficient` less
    its share of `relevant`, weighed by how much that varies where cases are of unlike size. The
    variance is that of all cases together, so that a few alike by chance cannot seem sure.
    """
    y, x = sufficient.astype(np.float64), relevant.astype(np.float64)
    ratios = estimate_ratios(sufficient, relevant)
    members = groups.T.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = y - ratios.share * x
        weights = x * (1 - ratios.alike) + ratios.alike * x * x
        ours, all_weights = members @ weights, weights.sum(axis=0)
        unexplained = np.where(x > 0, left**2 / weights, 0).sum(axis=0)
        explained = (members @ left) ** 2 * all_weights / (ours * (all_weights - ours))
        part = np.clip(np.nan_to_num(explained / unexplained), 0, 1)
        freedom = np.broadcast_to(np.maximum(ratios.cases - 2, 1), part.shape)
        return tail_of_t(np.sqrt(part * freedom / (1 - part)), freedom)


def _pool_freedom(ours: Ratios, theirs: Ratios) -> Numbers:
    """Return the degrees of freedom of a difference (Welch and Satterthwaite).

    Each variance is taken at a share that two answers of either kind were added to, since that of
    a group of like answers would be nought, and it as good as known.
    """
    variances = []
    for ratios in (ours, theirs):
        share = (ratios.share * ratios.effective + 2) / (ratios.effective + 4)
        variances.append(share * (1 - share) / ratios.effective)
    total = variances[0] + variances[1]
    parts = variances[0] ** 2 / ours.freedom + variances[1] ** 2 / theirs.freedom
    return np.asarray(total**2 / parts)
