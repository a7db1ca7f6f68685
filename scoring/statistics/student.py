"""Student's t distribution, in numpy: its tails, and the quantiles that intervals are made with.

Source: M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), 26.5.8 (the
continued fraction of the incomplete beta function) and 26.7.1. Degrees of freedom may be broken.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.polynomial import Chebyshev
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]

DEGREE = 30
MOST_STEPS = 500
"""The continued fraction takes about as many steps as the root of the degrees of freedom."""
TINY = 1e-300
CLOSE = 1e-14

_log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])


def tail_of_t(t: ArrayLike, freedom: ArrayLike) -> Numbers:
    """Return the probability of a value at least as far from 0 as `t`, on either side.

    This is the two-sided p-value, exact far out too. `freedom` is above 0.
    """
    t, freedom = np.broadcast_arrays(np.abs(np.asarray(t, float)), np.asarray(freedom, float))
    with np.errstate(over="ignore", invalid="ignore"):
        x = np.where(np.isinf(t), 0.0, freedom / (freedom + t * t))
        rest = np.where(x < 0.5, 1 - x, t * t / (freedom + t * t))
    return _incomplete_beta(x, rest, freedom / 2, np.full_like(x, 0.5))


def quantile_of_t(tail: float, freedom: ArrayLike) -> Numbers:
    """Return the value that is exceeded, on either side, with probability `tail`.

    >>> round(float(quantile_of_t(0.05, 10)), 3)
    2.228

    Raises ValueError if `tail` is not between 0 and 1.
    """
    if not 0 < tail < 1:
        raise ValueError(f"Not a probability between 0 and 1: {tail}")
    freedom = np.asarray(freedom, float)
    if np.any(freedom < 1):
        return _solve_quantile(tail, freedom)
    return np.asarray(np.exp(_draw_curve(tail)(1 / freedom)))


@lru_cache(maxsize=8)
def _draw_curve(tail: float) -> Chebyshev:
    """Return the logarithm of the quantile over one divided by the degrees of freedom, 0 to 1.

    It is so smooth that the polynomial is as near to it as the solution is to the truth.
    """
    return Chebyshev.interpolate(
        lambda inverse: np.log(_solve_quantile(tail, 1 / inverse)), DEGREE, domain=[0, 1]
    )


def _solve_quantile(tail: float, freedom: Numbers) -> Numbers:
    z = NormalDist().inv_cdf(1 - tail / 2) if tail > 1e-12 else math.sqrt(-2 * math.log(tail))
    at = np.log(z + (z**3 + z) / (4 * freedom))
    scale = _log_gamma((freedom + 1) / 2) - _log_gamma(freedom / 2) - np.log(freedom * np.pi) / 2
    for _ in range(MOST_STEPS):  # Newton's method; the logarithm of the tail bends one way only
        t = np.exp(at)
        tails = np.maximum(tail_of_t(t, freedom), TINY)
        density = np.exp(scale - (freedom + 1) / 2 * np.log1p(t * t / freedom))
        step = np.log(tails / tail) * tails / np.maximum(2 * density * t, TINY)
        at = at + np.clip(step, -2, 2)
        if np.all(np.abs(step) < 1e-7):  # it doubles the digits with each step
            break
    return np.asarray(np.exp(at))


def _incomplete_beta(x: Numbers, rest: Numbers, a: Numbers, b: Numbers) -> Numbers:
    """Return the regularised incomplete beta function, by the side that converges.

    `rest` is 1 - `x`, given apart: where `x` is almost 1, taking it away would leave little of it.
    """
    near = x < (a + 1) / (a + b + 2)
    x, rest = np.where(near, x, rest), np.where(near, rest, x)
    a, b = np.where(near, a, b), np.where(near, b, a)
    with np.errstate(divide="ignore"):
        front = np.exp(
            _log_gamma(a + b)
            - _log_gamma(a)
            - _log_gamma(b)
            + a * np.log(x)
            + b * np.log(rest)
            - np.log(a)
        )
    part = front * _continued_fraction(x, a, b)
    return np.asarray(np.clip(np.where(near, part, 1 - part), 0, 1))


def _continued_fraction(x: Numbers, a: Numbers, b: Numbers) -> Numbers:
    """Return the fraction of 26.5.8 by the method of Lentz, for all elements at once."""
    c = np.ones_like(x)
    d = 1 / _off_zero(1 - (a + b) * x / (a + 1))
    value = d
    for n in range(1, MOST_STEPS):
        even = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n))
        odd = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1))
        change = np.ones_like(x)
        for term in (even, odd):
            d = 1 / _off_zero(1 + term * d)
            c = _off_zero(1 + term / c)
            change = c * d
            value = value * change
        if np.all(np.abs(change - 1) < CLOSE):
            break
    return value


def _off_zero(values: Numbers) -> Numbers:
    return np.where(np.abs(values) < TINY, TINY, values)
