"""Groups beside all other cases, and gaps that are found by looking at many of them."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.breakdowns.gaps import adjust_for_many, find_gaps, list_distinct
from scoring.statistics.groups import Difference, compare_groups
from scoring.statistics.intervals import estimate_intervals
from scoring.statistics.student import tail_of_t
from tests.scoring.simulation import Setting, draw_answers

Columns = tuple[np.ndarray, np.ndarray]


def columns(cases: list[tuple[int, int]]) -> Columns:
    counts = np.array(cases, dtype=np.int64).reshape(-1, 2)
    return counts[:, :1], counts[:, 1:]


def compare(
    ours: list[tuple[int, int]], others: list[tuple[int, int]], caseload: int | None = None
) -> Difference | None:
    members = np.array([[True]] * len(ours) + [[False]] * len(others), dtype=np.bool_)
    return compare_groups(*columns(ours + others), members.reshape(-1, 1), caseload)[0][0]


def test_one_answer_a_case_gives_the_t_test_of_two_groups() -> None:
    """By hand: 2 of 6 against 6 of 8, whose residuals from 8 of 14 are 3/7 and -4/7."""
    found = compare([(1, 1)] * 2 + [(0, 1)] * 4, [(1, 1)] * 6 + [(0, 1)] * 2)
    assert found is not None
    assert (found.cases, found.others, found.few) == (6, 8, True)
    assert found.points == pytest.approx(float(100 * (Fraction(2, 6) - Fraction(6, 8))))
    ours = 2 * Fraction(3, 7) - 4 * Fraction(4, 7)
    squares = 8 * Fraction(3, 7) ** 2 + 6 * Fraction(4, 7) ** 2
    part = ours**2 * 14 / (6 * 8 * squares)
    assert part == Fraction(25, 144)
    t = sqrt(part * 12 / (1 - part))
    assert found.p_value == pytest.approx(float(tail_of_t(t, 12)))
    assert f"{found.p_value:.4f}" == "0.1383"


def test_the_interval_is_made_of_those_of_the_two_shares() -> None:
    """Newcombe's, where both sides have many cases and so nearly the same degrees of freedom."""
    ours, others = [(1, 1)] * 240 + [(0, 1)] * 160, [(1, 1)] * 200 + [(0, 1)] * 200
    found = compare(ours, others)
    mine, theirs = (estimate_intervals(*columns(cases), None)[0] for cases in (ours, others))
    assert found is not None
    assert mine is not None
    assert theirs is not None
    assert found.points == pytest.approx(10)
    assert found.low == pytest.approx(10 - np.hypot(60 - mine.low, theirs.high - 50), abs=0.02)
    assert found.high == pytest.approx(10 + np.hypot(mine.high - 60, 50 - theirs.low), abs=0.02)
    assert found.printed == "+3 to +17"


def test_a_caseload_narrows_the_interval_and_not_what_chance_could_do() -> None:
    ours, others = [(3, 4), (1, 5), (2, 2)] * 4, [(1, 4), (3, 5), (0, 2)] * 6
    whole, known = compare(ours, others), compare(ours, others, caseload=40)
    every = compare(ours, others, caseload=30)
    assert whole is not None
    assert known is not None
    assert every is not None
    assert known.high - known.low < whole.high - whole.low
    assert every.low == pytest.approx(every.points) == pytest.approx(every.high)
    assert whole.p_value == known.p_value == every.p_value


@pytest.mark.parametrize(
    ("ours", "others"),
    [([], [(1, 2), (2, 2)]), ([(1, 2)], [(1, 2), (2, 2)]), ([(1, 2), (2, 2)], [(0, 0), (1, 3)])],
)
def test_nothing_is_compared_with_fewer_than_two_cases(
    ours: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    assert compare(ours, others) is None


case = st.integers(0, 9).flatmap(lambda x: st.tuples(st.integers(0, x), st.just(x)))
cases_of_group = st.lists(case, min_size=0, max_size=15)


@given(ours=cases_of_group, others=cases_of_group)
def test_a_difference_holds_itself_and_is_the_mirror_of_the_others(
    ours: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    found, mirrored = compare(ours, others), compare(others, ours)
    assert (found is None) == (mirrored is None)
    if found and mirrored:
        assert -100 <= found.low <= found.points + 1e-9
        assert found.points - 1e-9 <= found.high <= 100
        assert 0 <= found.p_value <= 1
        assert (found.points, found.low, found.high, found.p_value) == pytest.approx(
            (-mirrored.points, -mirrored.high, -mirrored.low, mirrored.p_value), abs=1e-6
        )


@pytest.mark.slow
@pytest.mark.parametrize("size", [12, 30])
@pytest.mark.parametrize(("sizes", "alike"), [("5 to 30", 0.15), ("0 to 3", 0.15), ("10", 0.05)])
def test_of_groups_that_do_not_differ_few_seem_to(size: int, sizes: str, alike: float) -> None:
    setting = Setting(85, sizes, alike)
    sufficient, relevant = draw_answers(setting, 0.6, 3000, setting.generator)
    members = (np.arange(85) < size).reshape(-1, 1)
    found = [each for each in compare_groups(sufficient, relevant, members)[0] if each]
    p_values = np.array([each.p_value for each in found])
    assert 0.038 < (p_values < 0.05).mean() < 0.062
    assert (p_values < 0.001).mean() < 0.004
    held = np.mean([each.low <= 0 <= each.high for each in found])
    assert 0.93 < held < 0.985


def test_corrects_p_values_as_holm_does() -> None:
    """The smallest of four times four, the next times three: never less than the one before."""
    assert adjust_for_many([0.04, 0.01, 0.03, 0.005]) == pytest.approx([0.06, 0.03, 0.06, 0.02])
    assert adjust_for_many([0.9, 0.8]) == [1, 1]
    assert adjust_for_many([]) == []


@given(st.lists(st.floats(0, 1), max_size=30))
def test_corrected_p_values_keep_their_order(p_values: list[float]) -> None:
    adjusted = adjust_for_many(p_values)
    assert all(p <= each <= 1 for p, each in zip(p_values, adjusted, strict=True))
    ranked = sorted(range(len(p_values)), key=lambda place: p_values[place])
    assert [adjusted[place] for place in ranked] == sorted(adjusted)


def test_counts_a_comparison_once() -> None:
    groups = np.array(
        [[1, 0, 1, 0, 1, 0], [1, 0, 1, 0, 1, 1], [0, 1, 0, 0, 1, 1], [0, 1, 0, 0, 1, 0]], dtype=bool
    )
    assert list_distinct(groups) == [0, 5]


def test_finds_the_one_group_that_differs() -> None:
    random = np.random.default_rng(4)
    relevant = random.integers(5, 15, (80, 2))
    sufficient = random.binomial(relevant, 0.7)
    groups = np.stack([np.arange(80) < 20, np.arange(80) % 2 == 0, np.arange(80) < 4], axis=1)
    sufficient[:20, 1] = random.binomial(relevant[:20, 1], 0.35)
    gaps = find_gaps(sufficient, relevant, groups, ["first", "even", "four"], smallest=5)
    assert gaps.compared == 4
    assert gaps.by_chance == pytest.approx(0.2)
    assert [(gap.group, gap.score) for gap in gaps.standing_out] == [("first", 1)]
    assert gaps.standing_out[0].difference.points < -20
    assert gaps.worth_a_look == ()


@pytest.mark.slow
def test_of_chance_alone_hardly_anything_stands_out() -> None:
    """Two hundred inspections in which no fact has anything to do with the answers."""
    setting = Setting(60, "5 to 30", 0.1)
    random = setting.generator
    stood_out = found = compared = 0
    for _ in range(200):
        sufficient, relevant = draw_answers(setting, 0.6, 3, random)
        groups = random.random((60, 15)) < random.uniform(0.15, 0.6, 15)
        gaps = find_gaps(sufficient, relevant, groups, range(15), smallest=5)
        stood_out += bool(gaps.standing_out)
        found += len(gaps.standing_out) + len(gaps.worth_a_look)
        compared += gaps.compared
    assert stood_out <= 18
    assert 0.04 < found / compared < 0.06
