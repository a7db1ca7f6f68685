"""Student's t: its quantiles against published tables, its tails far out too."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.statistics.student import quantile_of_t, tail_of_t

# Abramowitz and Stegun, table 26.10, by the probability of both tails together.
PUBLISHED = {
    0.1: {1: "6.314", 2: "2.920", 5: "2.015", 10: "1.812", 30: "1.697", 60: "1.671", 120: "1.658"},
    0.05: {1: "12.706", 2: "4.303", 5: "2.571", 10: "2.228", 30: "2.042", 60: "2.000"},
    0.02: {1: "31.821", 2: "6.965", 5: "3.365", 10: "2.764", 30: "2.457", 120: "2.358"},
    0.01: {1: "63.657", 2: "9.925", 5: "4.032", 10: "3.169", 30: "2.750", 120: "2.617"},
    0.001: {2: "31.599", 5: "6.869", 10: "4.587", 30: "3.646", 60: "3.460", 120: "3.373"},
}


@pytest.mark.parametrize("tail", PUBLISHED)
def test_quantiles_are_those_of_the_published_table(tail: float) -> None:
    table = PUBLISHED[tail]
    found = quantile_of_t(tail, list(table))
    assert [f"{value:.3f}" for value in found.tolist()] == list(table.values())


def test_tails_are_those_of_a_formula_where_there_is_one() -> None:
    for t in (0.0, 0.3, 1.0, 4.0, 50.0, 1e5):
        assert tail_of_t(t, 1) == pytest.approx(1 - 2 * math.atan(t) / math.pi, rel=1e-6)
        assert tail_of_t(t, 2) == pytest.approx(1 - t / math.sqrt(2 + t * t), rel=1e-5)


def test_a_far_tail_keeps_its_digits() -> None:
    assert float(tail_of_t(1e6, 1)) == pytest.approx(2e-6 / math.pi, rel=1e-9)
    assert float(tail_of_t(20.0, 1e9)) == pytest.approx(5.507e-89, rel=1e-3)  # as a normal one
    assert tail_of_t([math.inf, -math.inf, 1e200], 5).tolist() == [0, 0, 0]


@given(tail=st.floats(1e-9, 0.99), freedom=st.floats(1, 5000))
def test_a_quantile_is_exceeded_as_often_as_is_asked(tail: float, freedom: float) -> None:
    assert float(tail_of_t(quantile_of_t(tail, freedom), freedom)) == pytest.approx(tail, rel=1e-7)


@example(t=7.33337235404476e-06, freedom=355.0)
@given(t=st.floats(0, 30), freedom=st.floats(1, 500))  # further out it is 0 in any number
def test_tails_shrink_outward_and_with_more_freedom(t: float, freedom: float) -> None:
    tails = tail_of_t([t, t + 0.5], freedom)
    assert 1 >= tails[0] > tails[1] >= 0
    assert tail_of_t(t, freedom + 5) <= tails[0] + 1e-12
    assert float(tail_of_t(-t, freedom)) == pytest.approx(tails[0])


@pytest.mark.parametrize("tail", [0, 1, -0.1, 2])
def test_only_a_probability_has_a_quantile(tail: float) -> None:
    with pytest.raises(ValueError, match="Not a probability"):
        quantile_of_t(tail, np.array([5.0]))
