"""The arithmetic of agreement, against published examples and against what must always hold."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.agreement.coefficients import CrossTable, count_pairs, pool_tables, round_coefficient

CATEGORIES = "abcdefgh"


def table(*counts: Sequence[int]) -> CrossTable:
    return CrossTable(tuple(CATEGORIES[: len(counts)]), tuple(tuple(row) for row in counts))


def rounded(value: Fraction | None, digits: int) -> float:
    assert value is not None
    return round(float(value), digits)


class TestPublishedExamples:
    def test_grant_applications(self) -> None:
        """The example of textbooks and encyclopaedias: 50 applications, read by two."""
        grants = table((20, 5), (10, 15))
        assert (grants.pairs, grants.alike, grants.percent) == (50, 35, 70)
        assert grants.kappa == Fraction(2, 5)

    def test_abstractors(self) -> None:
        """100 women by kind of pregnancy: K. L. Gwet, Handbook of Inter-Rater Reliability (4th ed.
        2014); the coefficients as his R package irrCAC prints them (vignette "Calculating
        Chance-corrected Agreement Coefficients", data set cont3x3abstractors)."""
        abstractors = table((13, 0, 0), (0, 20, 7), (0, 4, 56))
        assert (abstractors.pairs, abstractors.percent) == (100, 89)
        assert rounded(abstractors.kappa, 7) == 0.7964094
        assert rounded(abstractors.ac1, 7) == 0.8493305

    def test_diagnoses(self) -> None:
        """223 patients by diagnosis: the same book (irrCAC, data set cont4x4diagnosis)."""
        diagnoses = table((40, 4, 4, 17), (6, 25, 2, 13), (4, 1, 21, 12), (15, 5, 9, 45))
        assert diagnoses.pairs == 223
        assert rounded(diagnoses.kappa, 3) == 0.432
        assert rounded(diagnoses.ac1, 3) == 0.456

    @pytest.mark.parametrize(
        ("counts", "kappa"),
        [(((40, 9), (6, 45)), 0.70), (((80, 10), (5, 5)), 0.32)],
    )
    def test_the_first_paradox_of_kappa(
        self, counts: tuple[tuple[int, int], tuple[int, int]], kappa: float
    ) -> None:
        """A. R. Feinstein and D. V. Cicchetti, High agreement but low kappa, Journal of Clinical
        Epidemiology 43 (1990), 543-549: 85% twice, and two very different kappas."""
        paradox = table(*counts)
        assert paradox.percent == 85
        assert rounded(paradox.kappa, 2) == kappa


class TestWhatIsNotDefined:
    def test_nothing_is_without_pairs(self) -> None:
        empty = table((0, 0), (0, 0))
        assert (empty.pairs, empty.percent, empty.kappa, empty.ac1) == (0, None, None, None)

    @pytest.mark.parametrize("place", [0, 1, 2])
    def test_kappa_is_not_where_all_chose_one_category(self, place: int) -> None:
        counts = [[0] * 3 for _ in range(3)]
        counts[place][place] = 7
        alike = table(*counts)
        assert (alike.percent, alike.kappa, alike.ac1) == (100, None, Fraction(1))

    def test_kappa_is_nought_where_one_person_never_varies(self) -> None:
        assert table((3, 0), (2, 0)).kappa == 0

    @pytest.mark.parametrize(
        "counts",
        [((1,),), ((1, 2), (3,)), ((1, 2),), ((1, -1), (0, 2)), ((1, 2), (3, 4), (5, 6))],
    )
    def test_what_is_no_table_is_refused(self, counts: tuple[tuple[int, ...], ...]) -> None:
        with pytest.raises(ValueError, match=r"Not a table|negative"):
            CrossTable(("a", "b")[: max(len(counts[0]), 1)], counts)


class TestRounding:
    @pytest.mark.parametrize(
        ("value", "printed"),
        [
            (Fraction(1), "1.00"),
            (Fraction(5, 8), "0.63"),
            (Fraction(-5, 8), "−0.63"),
            (Fraction(-1), "−1.00"),
            (Fraction(0), "0.00"),
            (Fraction(-1, 1000), "0.00"),
            (Fraction(5, 1000), "0.01"),
            (Fraction(-5, 1000), "−0.01"),
            (Fraction(4999, 1_000_000), "0.00"),
            (Fraction(199, 200), "1.00"),
            (Fraction(2, 3), "0.67"),
        ],
    )
    def test_two_decimals_and_a_half_away_from_nought(self, value: Fraction, printed: str) -> None:
        assert round_coefficient(value) == printed

    @given(st.fractions(min_value=-1, max_value=1))
    def test_is_never_off_by_more_than_half_a_hundredth(self, value: Fraction) -> None:
        printed = Fraction(round_coefficient(value).replace("−", "-"))
        assert abs(printed - value) <= Fraction(1, 200)


@st.composite
def tables(draw: st.DrawFn, largest: int = 40) -> CrossTable:
    """Tables of two to four categories with a pair at least."""
    size = draw(st.integers(2, 4))
    counts = [[draw(st.integers(0, largest)) for _ in range(size)] for _ in range(size)]
    if not any(map(sum, counts)):
        counts[draw(st.integers(0, size - 1))][draw(st.integers(0, size - 1))] = 1
    return table(*counts)


class TestWhatAlwaysHolds:
    @given(tables())
    def test_the_two_people_can_be_exchanged(self, given_table: CrossTable) -> None:
        turned = given_table.turn()
        assert (turned.pairs, turned.alike) == (given_table.pairs, given_table.alike)
        assert (turned.kappa, turned.ac1) == (given_table.kappa, given_table.ac1)
        assert turned.turn() == given_table

    @given(tables(), st.randoms(use_true_random=False))
    def test_the_order_of_the_categories_does_not_matter(
        self, given_table: CrossTable, random: Random
    ) -> None:
        order = list(range(len(given_table.categories)))
        random.shuffle(order)
        moved = table(*([given_table.counts[i][j] for j in order] for i in order))
        assert (moved.percent, moved.kappa, moved.ac1) == (
            given_table.percent, given_table.kappa, given_table.ac1,
        )  # fmt: skip

    @given(tables())
    def test_coefficients_lie_between_minus_one_and_one(self, given_table: CrossTable) -> None:
        assert given_table.ac1 is not None
        assert -1 <= given_table.ac1 <= 1
        if given_table.kappa is not None:
            assert -1 <= given_table.kappa <= 1

    @given(st.lists(st.integers(0, 40), min_size=2, max_size=4).filter(any))
    def test_equal_markings_agree_wholly(self, chosen: list[int]) -> None:
        size = range(len(chosen))
        equal = table(*([chosen[i] if i == j else 0 for j in size] for i in size))
        assert (equal.percent, equal.ac1) == (100, Fraction(1))
        assert equal.kappa == (1 if sum(map(bool, chosen)) > 1 else None)

    @given(tables(), st.integers(2, 9))
    def test_only_proportions_matter(self, given_table: CrossTable, times: int) -> None:
        more = pool_tables(given_table.categories, [given_table] * times)
        assert more.pairs == times * given_table.pairs
        assert (more.kappa, more.ac1) == (given_table.kappa, given_table.ac1)

    @given(tables())
    def test_a_coefficient_never_exceeds_the_share_that_is_alike(
        self, given_table: CrossTable
    ) -> None:
        share = Fraction(given_table.alike, given_table.pairs)
        assert given_table.ac1 is not None
        assert given_table.ac1 <= share
        assert given_table.kappa is None or given_table.kappa <= share

    @given(tables())
    def test_a_further_category_that_nobody_chose_leaves_kappa_as_it_is(
        self, given_table: CrossTable
    ) -> None:
        wider = pool_tables((*given_table.categories, "never"), [given_table])
        assert wider.kappa == given_table.kappa
        assert given_table.ac1 is not None
        assert wider.ac1 is not None
        assert wider.ac1 >= given_table.ac1


def test_pairs_are_counted_by_first_and_second() -> None:
    pairs = {("yes", "no"): 3, ("no", "no"): 2, ("yes", "yes"): 1}
    counted = count_pairs(("yes", "no"), pairs)
    assert counted.counts == ((1, 3), (0, 2))
    assert (counted.pairs, counted.alike, counted.unlike) == (6, 3, 3)


def test_tables_of_different_answers_are_pooled() -> None:
    narrow = count_pairs(("yes", "no"), {("yes", "no"): 1})
    wide = count_pairs(("yes", "no", "na"), {("na", "no"): 2, ("yes", "no"): 4})
    pooled = pool_tables(("yes", "no", "na"), [narrow, wide])
    assert pooled.counts == ((0, 5, 0), (0, 0, 0), (0, 2, 0))
