"""The arithmetic of scores, at its boundaries and against every completion."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.definition import Band
from scoring.arithmetic import Score, Tally, find_band, pool, round_half_up, score_tally

BANDS = (Band("MINIMUM", 75), Band("MODERATE", 60), Band("SUBSTANTIAL", 45), Band("DRASTIC", 0))


@st.composite
def tallies(draw: st.DrawFn, largest: int = 3000) -> Tally:
    relevant = draw(st.integers(0, largest))
    return Tally(draw(st.integers(0, relevant)), relevant, draw(st.integers(0, largest)))


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (0, 1, 0), (1, 1, 100), (5, 8, 63), (1, 8, 13), (3, 8, 38), (1, 200, 1), (1, 201, 0),
        (1, 3, 33), (2, 3, 67), (4, 13, 31), (31, 84, 37), (7, 48, 15), (0, 0, None),
        # the boundaries of the bands: x.5 goes up, just under it goes down
        (89, 200, 45), (88, 200, 44), (889, 2000, 44),
        (119, 200, 60), (118, 200, 59), (1189, 2000, 59),
        (149, 200, 75), (148, 200, 74), (1489, 2000, 74),
    ],
)  # fmt: skip
def test_percentages_round_half_up(part: int, whole: int, percent: int | None) -> None:
    assert round_half_up(part, whole) == percent


@given(tallies())
def test_rounding_is_half_up_of_the_exact_fraction(tally: Tally) -> None:
    percent = round_half_up(tally.sufficient, tally.relevant)
    if tally.relevant == 0:
        assert percent is None
        return
    exact = Fraction(100 * tally.sufficient, tally.relevant)
    assert percent is not None
    assert percent - Fraction(1, 2) <= exact < percent + Fraction(1, 2)


@pytest.mark.parametrize(
    ("percent", "band"),
    [
        (None, None), (0, "DRASTIC"), (44, "DRASTIC"), (45, "SUBSTANTIAL"), (59, "SUBSTANTIAL"),
        (60, "MODERATE"), (74, "MODERATE"), (75, "MINIMUM"), (100, "MINIMUM"),
    ],
)  # fmt: skip
def test_bands_are_those_of_the_rounded_percentage(percent: int | None, band: str | None) -> None:
    assert find_band(percent, BANDS) == band


@given(st.lists(tallies(50)))
def test_pooling_adds_counts(parts: list[Tally]) -> None:
    assert pool(parts) == Tally(
        sum(part.sufficient for part in parts),
        sum(part.relevant for part in parts),
        sum(part.open for part in parts),
    )


def test_pooling_is_not_the_mean_of_percentages() -> None:
    assert score_tally(pool([Tally(1, 1), Tally(0, 9)])).percent == 10


def test_a_score_with_open_answers_has_a_range_and_no_band_where_the_ends_differ() -> None:
    assert score_tally(Tally(29, 50, 3), BANDS) == Score(29, 50, 3, 58, 55, 60, None)


def test_a_band_where_both_ends_share_it() -> None:
    assert score_tally(Tally(45, 50, 3), BANDS) == Score(45, 50, 3, 90, 85, 91, "MINIMUM")


def test_nothing_relevant_is_not_scored() -> None:
    assert score_tally(Tally(), BANDS) == Score(0, 0, 0, None, None, None, None)


def test_nothing_judged_yet_may_end_anywhere() -> None:
    assert score_tally(Tally(0, 0, 4), BANDS) == Score(0, 0, 4, None, 0, 100, None)


@given(tallies(12))
def test_the_range_contains_every_completion(tally: Tally) -> None:
    """Each open answer ends sufficient, insufficient, or out of the count."""
    tally = Tally(tally.sufficient, tally.relevant, tally.open % 6)
    score = score_tally(tally, BANDS)
    for ending in product(("sufficient", "insufficient", "out"), repeat=tally.open):
        done = score_tally(
            Tally(
                tally.sufficient + ending.count("sufficient"),
                tally.relevant + ending.count("sufficient") + ending.count("insufficient"),
            ),
            BANDS,
        )
        if done.percent is None:
            continue
        assert score.low is not None
        assert score.high is not None
        assert score.low <= done.percent <= score.high
        if score.band is not None:
            assert done.band == score.band


@given(tallies())
def test_a_complete_score_has_a_range_of_one(tally: Tally) -> None:
    score = score_tally(Tally(tally.sufficient, tally.relevant), BANDS)
    assert score.low == score.high == score.percent


@pytest.mark.parametrize("counts", [(2, 1, 0), (-1, 1, 0), (0, 0, -1)])
def test_impossible_counts_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="Not a tally"):
        Tally(*counts)
