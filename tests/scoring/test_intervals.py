"""Intervals of scores: worked by hand, simulated, and what holds of every one of them."""

from __future__ import annotations

from fractions import Fraction
from math import comb, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.arithmetic import round_half_up
from scoring.statistics.intervals import FEW_CASES, Interval, estimate_intervals, estimate_ratios
from tests.scoring.simulation import Setting, measure_coverage, measure_finite_coverage

CASES = [(3, 4), (1, 2), (4, 6), (0, 1), (2, 3), (0, 0)]
"""Sufficient and relevant answers, case by case: 10 of 16 in five relevant cases."""


def columns(*cases: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return cases of one score as the functions take them."""
    counts = np.array(cases, dtype=np.int64).reshape(-1, 2)
    return counts[:, :1], counts[:, 1:]


def estimate(*cases: tuple[int, int], caseload: int | None = None) -> Interval | None:
    return estimate_intervals(*columns(*cases), caseload)[0]


def test_the_linearised_ratio_is_that_worked_by_hand() -> None:
    """By hand, in fractions: Cochran's estimate of the variance of a ratio of two sums."""
    share = Fraction(10, 16)
    residuals = [Fraction(y) - share * x for y, x in CASES]
    assert residuals[:5] == [Fraction(each, 8) for each in (4, -2, 2, -5, 1)]
    assert sum(residuals) == 0
    squares = sum(each**2 for each in residuals)
    assert squares == Fraction(50, 64)
    variance = Fraction(5, 4) * squares / 16**2
    assert variance == Fraction(125, 32768)
    ratios = estimate_ratios(*columns(*CASES))
    assert ratios.share.item() == pytest.approx(0.625)
    assert (ratios.answers.item(), ratios.cases.item()) == (16, 5)
    # Half the variance of 16 independent answers would be 15/2048, which is more: that is taken.
    assert variance < Fraction(15, 64) / 16 / 2
    assert ratios.effective.item() == pytest.approx(32)


def test_answers_that_are_alike_within_cases_are_worth_fewer() -> None:
    """By hand: two cases wholly sufficient, two wholly insufficient, one half and half."""
    cases = [(4, 4), (2, 2), (0, 4), (0, 2), (2, 4)]
    share, squares = Fraction(8, 16), Fraction(4 + 1 + 4 + 1 + 0)
    variance = Fraction(5, 4) * squares / 16**2
    effective = share * (1 - share) / variance
    assert effective == Fraction(128, 25)
    ratios = estimate_ratios(*columns(*cases))
    assert ratios.effective.item() == pytest.approx(float(effective))
    alike = (Fraction(16) / effective - 1) * 16 / (16 + 4 + 16 + 4 + 16 - 16)
    assert ratios.alike.item() == pytest.approx(float(alike))
    weights = [float((1 - alike) * x + alike * x * x) for _, x in cases]
    freedom = sum(weights) ** 2 / sum(each**2 for each in weights) - 1
    assert ratios.freedom.item() == pytest.approx(freedom)


def test_one_answer_a_case_gives_the_interval_of_wilson() -> None:
    """22 of 38, a case an answer: Wilson's formula, with 37 answers, as the variance is of 37."""
    z, answers, share = 1.9599639845, 37, 22 / 38
    wide = z * z / answers
    centre = (share + wide / 2) / (1 + wide)
    half = sqrt(share * (1 - share) * wide + wide**2 / 4) / (1 + wide)
    found = estimate(*[(1, 1)] * 22, *[(0, 1)] * 16)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(
        (100 * (centre - half), 100 * (centre + half)), rel=1e-5
    )
    assert found.printed == "41% to 73%"


SETTINGS = [
    Setting(38, "1", 0),
    Setting(38, "10", 0.05),
    Setting(38, "10", 0.3),
    Setting(38, "0 to 3", 0.15),
    Setting(38, "5 to 30", 0.0),
    Setting(38, "5 to 30", 0.3),
    Setting(38, "1 to 20", 0.15),
    Setting(38, "geometric", 0.15),
    Setting(62, "5 to 30", 0.3),
    Setting(85, "geometric", 0.3),
    Setting(99, "0 to 3", 0.3),
]


@pytest.mark.slow
@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_95_of_100_intervals_hold_the_truth(setting: Setting) -> None:
    covered = [measure_coverage(setting, share, 2500) for share in (0.3, 0.5, 0.7, 0.8, 0.9)]
    assert min(covered) >= 93
    assert max(covered) <= 97


@pytest.mark.slow
@pytest.mark.parametrize(("sampled", "caseload"), [(38, 50), (62, 100), (85, 175)])
def test_and_the_score_of_the_caseload_where_that_is_known(sampled: int, caseload: int) -> None:
    setting = Setting(sampled, "1 to 20", 0.15)
    covered = [measure_finite_coverage(setting, caseload, share, 2500) for share in (0.3, 0.6, 0.8)]
    assert 93 <= min(covered) <= max(covered) <= 97


@pytest.mark.parametrize("cases", [38, 62, 85, 99])
def test_of_one_answer_a_case_it_is_known_exactly(cases: int) -> None:
    """No simulation: binomial probabilities added up, for shares from 30% to 90%."""
    counts = np.tri(cases + 1, cases, -1, dtype=np.int64).T
    intervals = estimate_intervals(counts, np.ones_like(counts), None)
    covered = []
    for share in np.linspace(0.3, 0.9, 121):
        covered.append(
            100
            * sum(
                comb(cases, count) * share**count * (1 - share) ** (cases - count)
                for count, found in enumerate(intervals)
                if found and found.low <= 100 * share <= found.high
            )
        )
    assert 95 < np.mean(covered) < 95.6
    assert min(covered) > 93
    assert max(covered) < 97.5


def test_a_caseload_that_is_known_narrows_it() -> None:
    widths = []
    for caseload in (None, 500, 60, 7):
        found = estimate(*CASES, caseload=caseload)
        assert found is not None
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == len(widths)


def test_a_whole_caseload_leaves_nothing_to_doubt() -> None:
    found = estimate(*CASES, caseload=6)
    assert found == Interval(62.5, 62.5, cases=5)
    assert found.exact
    assert found.printed == "63%"


def test_a_caseload_smaller_than_the_sample_counts_as_not_known() -> None:
    assert estimate(*CASES, caseload=3) == estimate(*CASES) == estimate(*CASES, caseload=0)


@pytest.mark.parametrize(("answer", "printed"), [(1, "93% to 100%"), (0, "0% to 7%")])
def test_answers_all_alike_are_no_certainty(answer: int, printed: str) -> None:
    """Sixty cases of five answers are taken for sixty, not three hundred."""
    found = estimate(*[(5 * answer, 5)] * 60)
    assert found is not None
    assert found.printed == printed
    assert not found.exact


@pytest.mark.parametrize("cases", [[], [(0, 0)], [(3, 5)], [(3, 5), (0, 0)]])
def test_fewer_than_two_relevant_cases_have_none(cases: list[tuple[int, int]]) -> None:
    assert estimate(*cases) is None


def test_tells_of_few_cases() -> None:
    few = estimate(*[(1, 2)] * (FEW_CASES - 1), (0, 0))
    enough = estimate(*[(1, 2)] * FEW_CASES)
    assert few is not None
    assert enough is not None
    assert (few.few, enough.few) == (True, False)


@pytest.mark.parametrize(
    ("low", "high", "printed"),
    [(54.2, 65.9, "54% to 66%"), (54, 66, "54% to 66%"), (53.999, 66.001, "53% to 67%")],
)
def test_prints_whole_per_cents_outward(low: float, high: float, printed: str) -> None:
    assert Interval(low, high, cases=20).printed == printed


case = st.integers(0, 12).flatmap(lambda x: st.tuples(st.integers(0, x), st.just(x)))


@given(cases=st.lists(case, min_size=0, max_size=40), more=st.one_of(st.none(), st.integers(0, 50)))
def test_it_holds_the_score_and_lies_within_0_and_100(
    cases: list[tuple[int, int]], more: int | None
) -> None:
    found = estimate(*cases, caseload=None if more is None else len(cases) + more)
    sufficient, relevant = (sum(column) for column in zip((0, 0), *cases, strict=True))
    assert (found is None) == (sum(x > 0 for _, x in cases) < 2)
    if found:
        share = 100 * sufficient / relevant
        assert 0 <= found.low <= share + 1e-9
        assert share - 1e-9 <= found.high <= 100
        assert found.exact == (more == 0)
        percent = round_half_up(sufficient, relevant)
        assert percent is not None
        if not found.exact:
            low, high = (int(end.rstrip("%")) for end in found.printed.split(" to "))
            assert low <= percent <= high


@given(cases=st.lists(case, min_size=2, max_size=20))
def test_no_other_score_and_no_order_of_cases_changes_it(
    cases: list[tuple[int, int]],
) -> None:
    sufficient, relevant = columns(*cases)
    other = np.full_like(relevant, 3)
    beside = estimate_intervals(
        np.hstack([other, sufficient[::-1]]), np.hstack([other, relevant[::-1]]), 90
    )
    alone = estimate(*cases, caseload=90)
    assert (beside[1] is None) == (alone is None)
    if alone and beside[1]:
        assert (beside[1].low, beside[1].high) == pytest.approx((alone.low, alone.high))


@given(cases=st.lists(case, min_size=2, max_size=20))
def test_insufficient_answers_have_its_mirror(cases: list[tuple[int, int]]) -> None:
    found = estimate(*cases)
    mirrored = estimate(*[(x - y, x) for y, x in cases])
    if found and mirrored:
        assert (mirrored.low, mirrored.high) == pytest.approx((100 - found.high, 100 - found.low))
