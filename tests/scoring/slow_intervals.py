"""How firm a score is, once more: slowly, in fractions as far as they go, case by case.

From the sources that docs/SCORING.md names, without the code that it explains: the linearised ratio
of W. G. Cochran (1977), the interval of E. B. Wilson (1927) at an effective number of answers, and
the difference of two shares after R. G. Newcombe (1998).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from statistics import NormalDist

Pair = tuple[int, int]
"""Of one case: sufficient and relevant answers."""

SLICES = 400
ENDLESS = Fraction(10**6)
"""Degrees of freedom with which Student's t is as good as the normal distribution."""


@dataclass(frozen=True)
class Firmness:
    """A share as a fraction, of how many cases, the independent answers it is worth, and t."""

    share: Fraction
    cases: int
    effective: Fraction
    freedom: Fraction
    alike: Fraction

    def weigh(self, relevant: int) -> Fraction:
        """Return how much a sum of so many answers of one case varies, that of one being 1."""
        return (1 - self.alike) * relevant + self.alike * relevant * relevant

    def limit(self, kept: Fraction, t: float) -> tuple[float, float]:
        """Return both ends of Wilson's interval: `kept` of the caseload was not inspected."""
        share, wide = float(self.share), float(kept) * t * t / float(self.effective)
        centre = (share + wide / 2) / (1 + wide)
        half = math.sqrt(share * (1 - share) * wide + wide * wide / 4) / (1 + wide)
        return min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share)


def measure(cases: Sequence[Pair]) -> Firmness | None:
    """Return how firm the share of all answers is; None unless two cases have any relevant."""
    counting = [(y, x) for y, x in cases if x]
    if len(counting) < 2:
        return None
    n, answers = len(counting), sum(x for _, x in counting)
    share = Fraction(sum(y for y, _ in counting), answers)
    squares = sum(x * x for _, x in counting)
    alike = Fraction(1)
    if 0 < share < 1:
        residuals = sum((y - share * x) ** 2 for y, x in counting)
        variance = residuals * n / ((n - 1) * Fraction(answers) ** 2)
        design = max(variance / (share * (1 - share) / answers), Fraction(1, 2))
        effective = answers / design
        if squares > answers:  # else each case has one answer, and none that it is like
            alike = (design - 1) * answers / (squares - answers)
            alike = min(max(alike, Fraction(0)), Fraction(1))
    else:
        effective = Fraction(answers * answers, squares)
    weights = [(1 - alike) * x + alike * x * x for _, x in counting]
    freedom = Fraction(sum(weights)) ** 2 / sum(weight * weight for weight in weights) - 1
    if squares == answers:  # of one answer a case the share alone is estimated
        freedom = ENDLESS
    return Firmness(share, n, effective, max(freedom, Fraction(1)), alike)


def interval(
    cases: Sequence[Pair], caseload: int | None, sampled: int | None = None
) -> tuple[float, float, int] | None:
    """Return a 95% interval in per cent, and how many cases it rests on.

    `sampled` is how many cases of the caseload were drawn, where `cases` are a group of them.
    """
    firmness = measure(cases)
    if firmness is None:
        return None
    drawn = len(cases) if sampled is None else sampled
    low, high = firmness.limit(keep(drawn, caseload), t_of(float(firmness.freedom)))
    return 100 * low, 100 * high, firmness.cases


def keep(sampled: int, caseload: int | None) -> Fraction:
    """Return the share of the caseload that was not drawn; all of it where it is not known."""
    if not caseload or caseload < sampled:
        return Fraction(1)
    return 1 - Fraction(sampled, caseload)


def print_interval(low: float, high: float) -> str:
    """Return an interval in whole per cents, outward."""
    if low == high:
        return f"{math.floor(low + 0.5 + 1e-9)}%"
    return f"{math.floor(low + 1e-6)}% to {math.ceil(high - 1e-6)}%"


@dataclass(frozen=True)
class Apart:
    """By how many points a group lies above all others, the 95% interval, and the p-value."""

    points: float
    low: float
    high: float
    p_value: float
    cases: int
    others: int


def compare(group: Sequence[Pair], others: Sequence[Pair], caseload: int | None) -> Apart | None:
    """Return how far the share of a group lies from that of all other cases."""
    ours, theirs = measure(group), measure(others)
    if ours is None or theirs is None:
        return None
    freedom = pool_freedom(ours, theirs)
    difference = float(ours.share - theirs.share)

    def reach(kept: Fraction, t: float) -> tuple[float, float]:
        our_low, our_high = ours.limit(kept, t)
        their_low, their_high = theirs.limit(kept, t)
        return (
            math.hypot(float(ours.share) - our_low, their_high - float(theirs.share)),
            math.hypot(our_high - float(ours.share), float(theirs.share) - their_low),
        )

    below, above = reach(keep(len(group) + len(others), caseload), t_of(freedom))
    return Apart(
        points=100 * difference,
        low=100 * (difference - below),
        high=100 * (difference + above),
        p_value=find_p_value(group, others),
        cases=ours.cases,
        others=theirs.cases,
    )


def find_p_value(group: Sequence[Pair], others: Sequence[Pair]) -> float:
    """Return how often chance alone would set a group so far apart, by a weighted t-test.

    It is of what each case leaves over once all have the same share, weighed by how much that
    varies in a case of its size; the variance is that of all cases together.
    """
    whole = measure([*group, *others])
    assert whole is not None

    def sum_up(cases: Sequence[Pair]) -> tuple[Fraction, Fraction, Fraction]:
        left = [(y - whole.share * x, whole.weigh(x)) for y, x in cases if x]
        return (
            sum((each for each, _ in left), Fraction(0)),
            sum((weight for _, weight in left), Fraction(0)),
            sum((each * each / weight for each, weight in left), Fraction(0)),
        )

    ours, our_weight, our_squares = sum_up(group)
    theirs, their_weight, their_squares = sum_up(others)
    between = ours * ours / our_weight + theirs * theirs / their_weight
    within = our_squares + their_squares - between
    freedom = max(whole.cases - 2, 1)
    if not between:
        return 1.0
    return 0.0 if not within else 1 - 2 * area(math.sqrt(between * freedom / within), freedom)


def pool_freedom(ours: Firmness, theirs: Firmness) -> float:
    """Return Welch's degrees of freedom, each variance at a share with two answers of each kind."""
    variances = []
    for each in (ours, theirs):
        share = (each.share * each.effective + 2) / (each.effective + 4)
        variances.append(share * (1 - share) / each.effective)
    parts = zip(variances, (ours, theirs), strict=True)
    spread = sum((v**2 / each.freedom for v, each in parts), Fraction(0))
    return float(sum(variances, Fraction(0)) ** 2 / spread)


@cache
def t_of(freedom: float) -> float:
    """Return what Student's t exceeds, on either side, once in twenty, by Newton's method."""
    z = NormalDist().inv_cdf(0.975)
    t = z + (z**3 + z) / (4 * freedom)
    for _ in range(60):
        step = (area(t, freedom) - 0.475) / density(t, freedom)
        t = t - step if t - step > 0 else t / 2
        if abs(step) < 1e-11:
            break
    return t


def density(t: float, freedom: float) -> float:
    """Return the density of Student's t."""
    scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)
    return math.exp(scale - (freedom + 1) / 2 * math.log1p(t * t / freedom)) / math.sqrt(
        freedom * math.pi
    )


def area(t: float, freedom: float) -> float:
    """Return the probability between 0 and `t`, by Simpson's rule over the angle atan(t / √ν)."""
    end = math.atan(t / math.sqrt(freedom))
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2))
    ordinates = [math.cos(end * i / SLICES) ** (freedom - 1) for i in range(SLICES + 1)]
    total = ordinates[0] + ordinates[-1] + 4 * sum(ordinates[1:-1:2]) + 2 * sum(ordinates[2:-1:2])
    return float(scale / math.sqrt(math.pi) * end / SLICES / 3 * total)
