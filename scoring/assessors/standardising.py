"""One assessor's share of sufficient answers against that of the others on like work. No Django.

Indirect standardisation, as health statistics compare hospitals: what the others' shares, question
by question, would come to over the very judgements that this assessor made. Source: R. Doll and
P. Cook, Summarizing indices for comparison of cancer incidence data, International Journal of
Cancer 2 (1967), 269-279, for the method; W. G. Cochran, Sampling Techniques, 3rd edition (1977),
section 6.3, for the variance of a ratio, with the case as the unit. docs/SCORING.md works through
an example.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scoring.statistics.intervals import LEAST_DESIGN_EFFECT, TAIL
from scoring.statistics.student import quantile_of_t

FEWEST_ANSWERS = 5
"""Of fewer answers by others no share is taken (ours)."""

FEWEST_CASES = 5
"""With fewer cases on either side no difference is given (ours)."""

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a share lies from the expected one, in percentage points, and its 95% interval."""

    points: float
    low: float
    high: float

    @property
    def leaves_out_nought(self) -> bool:
        """Whether the interval holds differences of one kind only."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Standardised:
    """One assessor's answers beside what the others' shares come to over the same questions.

    `answers` of theirs were compared, `sufficient` of them so judged, where `expected` would be.
    `widened` of them were compared with all cases, for want of answers on comparable ones;
    `unmatched` are not among them, for want of any. `difference` is None where cases are too few.
    """

    cases: int
    other_cases: int
    answers: int
    sufficient: int
    expected: float
    widened: int
    unmatched: int
    difference: Difference | None

    @property
    def is_enough(self) -> bool:
        """Whether there are cases enough on both sides to say anything."""
        return min(self.cases, self.other_cases) >= FEWEST_CASES


def standardise(
    sufficient: Flags, own: Flags, others: Flags, strata: NDArray[np.int64]
) -> Standardised:
    """Compare the judgements that `own` marks with those that `others` marks, place by place.

    The three have a row for each case and a column for each place; both marks are of relevant
    judgements alone. `strata` numbers the group of comparable cases that each case belongs to.
    A place is compared within the stratum where the others gave at least FEWEST_ANSWERS answers
    there, else over all cases where they gave as many, else not at all.
    """
    yes, theirs = sufficient.astype(np.float64), others.astype(np.float64)
    numbers, stratum_of = np.unique(strata, return_inverse=True)
    members = np.equal.outer(np.arange(len(numbers)), stratum_of).astype(np.float64)
    # By stratum and place: how many answers the others gave, and how many of them sufficient.
    answers, right = members @ theirs, members @ (theirs * yes)
    total = answers.sum(axis=0)
    share, overall = _divide(right, answers), _divide(right.sum(axis=0), total)
    narrow = answers >= FEWEST_ANSWERS
    wide = ~narrow & (total >= FEWEST_ANSWERS)
    expected = np.where(narrow, share, overall)[stratum_of]
    compared = own & (narrow | wide)[stratum_of]
    asked = members @ own.astype(np.float64)
    from_all = (asked * wide).sum(axis=0)  # own answers that are compared over all cases, by place
    # How much each answer of the others weighs in the expected number.
    pull = theirs * (
        _divide(asked * narrow, answers)[stratum_of] * (yes - share[stratum_of])
        + _divide(from_all, total) * (yes - overall)
    )
    return _sum_up(yes, own, compared, expected, pull, others, int(from_all.sum()))


def _sum_up(
    yes: Numbers,
    own: Flags,
    compared: Flags,
    expected: Numbers,
    pull: Numbers,
    others: Flags,
    widened: int,
) -> Standardised:
    answers = compared.sum(axis=1)
    excess = ((yes - expected) * compared).sum(axis=1)
    mine = answers > 0
    # Only cases that bear on what is expected: others may have answered other questions alone.
    places = compared.any(axis=0)
    theirs = others[:, places].any(axis=1)
    result = Standardised(
        cases=int(mine.sum()),
        other_cases=int(theirs.sum()),
        answers=int(answers.sum()),
        sufficient=int((yes * compared).sum()),
        expected=float((expected * compared).sum()),
        widened=widened,
        unmatched=int((own & ~compared).sum()),
        difference=None,
    )
    if not result.is_enough:
        return result
    by_chance = LEAST_DESIGN_EFFECT * float((expected * (1 - expected) * compared).sum())
    difference = _estimate(excess[mine], answers[mine], pull[theirs].sum(axis=1), by_chance)
    return replace(result, difference=difference)


def _estimate(
    excess: Numbers, answers: NDArray[np.int64], pulls: Numbers, by_chance: float
) -> Difference:
    """Return the mean excess of the own cases, and its interval.

    The own cases vary as those of a ratio do, the others by what each pulls the expected number
    up or down; both are added. Degrees of freedom are Welch's and Satterthwaite's. The own cases
    are never taken to vary less than `by_chance`, which matters where nearly all answers are alike.
    """
    total = answers.sum()
    mean = excess.sum() / total
    parts = [
        (max(_spread(excess - mean * answers), by_chance) / total**2, len(excess) - 1),
        (_spread(pulls) / total**2, len(pulls) - 1),
    ]
    variance = sum(part for part, _ in parts)
    margin = 0.0
    if variance > 0:
        freedom = variance**2 / sum(part**2 / degrees for part, degrees in parts)
        margin = float(quantile_of_t(TAIL, np.array(freedom)) * np.sqrt(variance))
    return Difference(
        points=float(100 * mean),
        low=float(100 * (mean - margin)),
        high=float(100 * (mean + margin)),
    )


def _spread(residuals: Numbers) -> float:
    """Return the variance of a sum of residuals, whose own sum is nought."""
    return float((residuals**2).sum() * len(residuals) / (len(residuals) - 1))


def _divide(part: Numbers, whole: Numbers) -> Numbers:
    """Return shares; nought where there is nothing to take one of."""
    return np.divide(part, whole, out=np.zeros(np.shape(part)), where=whole > 0)
