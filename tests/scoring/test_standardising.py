"""Indirect standardisation, against tables worked by hand and against a slow recomputation."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import sqrt
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.assessors.standardising import FEWEST_ANSWERS, Difference, Standardised, standardise
from scoring.statistics.student import quantile_of_t

YES, NO, NONE = 1, 0, None


class Row(NamedTuple):
    """A case: whether it is the assessor's own, its stratum, and its answers by place."""

    own: bool
    stratum: int
    answers: list[int | None]


def compare(rows: list[Row]) -> Standardised:
    """Standardise a table that is written as rows."""
    relevant = np.array([[a is not None for a in row.answers] for row in rows], np.bool_)
    own = np.array([[row.own] for row in rows], np.bool_)
    return standardise(
        np.array([[a == YES for a in row.answers] for row in rows], np.bool_),
        relevant & own,
        relevant & ~own,
        np.array([row.stratum for row in rows], np.int64),
    )


def mine(*answers: int | None, stratum: int = 0) -> Row:
    return Row(True, stratum, list(answers))


def theirs(*answers: int | None, stratum: int = 0) -> Row:
    return Row(False, stratum, list(answers))


class TestByHand:
    """Two questions. Of the others' answers 3 of 6 are Yes to the one, 5 of 6 to the other."""

    OTHERS = [theirs(YES, YES)] * 2 + [theirs(YES, NO)] + [theirs(NO, YES)] * 3

    def test_expected_is_what_the_others_shares_come_to_over_ones_own_questions(self) -> None:
        own = [mine(YES, YES), mine(YES, NONE), mine(NO, NONE), mine(YES, NONE), mine(YES, NONE)]
        result = compare([*own, *self.OTHERS])
        # Five answers to the one question, one to the other: 5 x 3/6 + 1 x 5/6 = 10/3.
        assert (result.cases, result.other_cases) == (5, 6)
        assert (result.answers, result.sufficient) == (6, 5)
        assert result.expected == pytest.approx(float(Fraction(10, 3)))
        assert (result.widened, result.unmatched) == (0, 0)
        assert result.difference is not None
        # 5 of 6 against 10/3 of 6: 5/18.
        assert result.difference.points == pytest.approx(100 * 5 / 18)

    def test_the_interval_adds_up_how_both_sides_vary(self) -> None:
        own = [mine(YES, NONE)] * 4 + [mine(NO, NONE)]
        result = compare([*own, *self.OTHERS])
        # 4 of 5 against 1/2: 0.3. Own cases are 1/2 or -1/2 over the expected, less 0.3: four of
        # 0.2 and one of -0.8, squares 0.8 in all, by 5/4, over 25: 0.04.
        # The others pull by 5/6 of a half either way, six of them: 6 x 25/144 x 6/5, over 25: 0.05.
        variance = 0.04 + 0.05
        freedom = variance**2 / (0.04**2 / 4 + 0.05**2 / 5)
        margin = float(quantile_of_t(0.05, freedom)) * sqrt(variance)
        assert result.difference is not None
        assert result.difference.low == pytest.approx(100 * (0.3 - margin))
        assert result.difference.high == pytest.approx(100 * (0.3 + margin))
        assert not result.difference.leaves_out_nought

    def test_comparable_cases_are_compared_where_there_are_answers_enough(self) -> None:
        own = [mine(YES, stratum=1)] * 5 + [mine(YES, stratum=2)]
        others = [theirs(YES, stratum=1)] * 4 + [theirs(NO, stratum=1)]
        others += [theirs(NO, stratum=2)] * 4
        result = compare([*own, *others])
        # Five at 4/5 in the first group; of the second there are 4 only: one at 4/9 over all.
        assert result.expected == pytest.approx(float(5 * Fraction(4, 5) + Fraction(4, 9)))
        assert (result.answers, result.widened, result.unmatched) == (6, 1, 0)

    def test_what_the_others_hardly_answered_is_not_compared(self) -> None:
        own = [mine(YES, YES)] * 5
        others = [theirs(YES, NO)] * 4 + [theirs(YES, NONE)] * 2
        result = compare([*own, *others])
        assert (result.answers, result.sufficient, result.unmatched) == (5, 5, 5)
        assert result.expected == 5

    def test_few_cases_on_either_side_are_not_enough_to_say(self) -> None:
        many, few = [mine(YES)] * 5, [mine(YES)] * 4
        others = [theirs(NO), theirs(YES), theirs(YES), theirs(NO), theirs(YES)]
        assert compare([*many, *others]).difference is not None
        assert compare([*few, *others]).difference is None
        twice = [theirs(NO, YES), theirs(YES, YES), theirs(YES, YES)]
        assert compare([*[mine(YES, YES)] * 5, *twice]).difference is None

    def test_cases_of_others_on_other_questions_do_not_count(self) -> None:
        others = [theirs(YES, NONE)] * 5 + [theirs(NONE, YES)] * 7
        assert compare([*[mine(NO, NONE)] * 5, *others]).other_cases == 5

    def test_nearly_the_same_answers_do_not_make_it_certain(self) -> None:
        """Four of 60 answers are No: all Yes in five cases is nothing out of the way."""
        others = [theirs(YES)] * 56 + [theirs(NO)] * 4
        result = compare([*[mine(YES)] * 5, *others])
        assert result.difference is not None
        assert result.difference.low < 0 < result.difference.high


answer = st.sampled_from([YES, NO, NONE])
tables = st.integers(1, 4).flatmap(
    lambda places: st.lists(
        st.builds(
            Row,
            st.booleans(),
            st.integers(0, 2),
            st.lists(answer, min_size=places, max_size=places),
        ),
        min_size=1,
        max_size=24,
    )
)


class TestAlways:
    @given(tables)
    def test_a_slow_recomputation_says_the_same(self, rows: list[Row]) -> None:
        self.check(rows)

    def test_and_the_same_of_larger_tables(self) -> None:
        rng = np.random.default_rng(1)
        choices: list[int | None] = [YES, YES, NO, NONE]
        for _ in range(20):
            rows = [
                Row(
                    rng.random() < 0.4,
                    int(rng.integers(3)),
                    [choices[i] for i in rng.integers(4, size=6)],
                )
                for _ in range(40)
            ]
            self.check(rows)
            assert compare(rows).difference is not None

    def check(self, rows: list[Row]) -> None:
        result, slow = compare(rows), recompute(rows)
        assert replace(result, difference=None, expected=0) == replace(
            slow, difference=None, expected=0
        )
        assert result.expected == pytest.approx(slow.expected)
        assert (result.difference is None) == (slow.difference is None)
        if result.difference and slow.difference:
            for end in ("points", "low", "high"):
                ends = getattr(result.difference, end), getattr(slow.difference, end)
                assert ends[0] == pytest.approx(ends[1], abs=1e-9)

    @given(tables)
    def test_alone_there_is_nothing_to_compare(self, rows: list[Row]) -> None:
        alone = compare([row._replace(own=True) for row in rows])
        given_answers = sum(a is not None for row in rows for a in row.answers)
        assert alone == Standardised(0, 0, 0, 0, 0.0, 0, given_answers, None)

    @given(tables)
    def test_the_order_of_cases_and_the_numbers_of_groups_make_no_difference(
        self, rows: list[Row]
    ) -> None:
        turned = [row._replace(stratum=9 - row.stratum) for row in reversed(rows)]
        one, other = compare(rows), compare(turned)
        assert (one.answers, one.widened) == (other.answers, other.widened)
        assert one.expected == pytest.approx(other.expected)

    @given(tables)
    def test_yes_for_no_turns_the_difference_round(self, rows: list[Row]) -> None:
        turned = [
            row._replace(answers=[a if a is None else 1 - a for a in row.answers]) for row in rows
        ]
        one, other = compare(rows).difference, compare(turned).difference
        assert (one is None) == (other is None)
        if one and other:
            assert one.points == pytest.approx(-other.points, abs=1e-9)
            assert one.low == pytest.approx(-other.high, abs=1e-9)


@pytest.mark.parametrize(
    ("cases", "people", "places", "strata"), [(85, 7, 60, 1), (40, 5, 12, 1), (85, 7, 30, 3)]
)
def test_one_interval_in_twenty_leaves_out_nought_where_all_judge_alike(
    cases: int, people: int, places: int, strata: int
) -> None:
    """The answers of a case go together, as some cases are better than others."""
    rng = np.random.default_rng(20120501)
    outside, tries = 0, 800
    for _ in range(tries):
        groups = rng.integers(0, strata, cases)
        quality = rng.normal(0.6, 0.5, (cases, 1)) + 0.8 * groups[:, np.newaxis]
        chances = 1 / (1 + np.exp(-quality - rng.normal(0, 0.8, places)))
        yes = rng.random((cases, places)) < chances
        asked = rng.random((cases, places)) < rng.choice([0.3, 0.6, 1], places)
        own = (np.arange(cases) % people == 0)[:, np.newaxis]
        result = standardise(yes, asked & own, asked & ~own, groups)
        assert result.difference is not None
        outside += result.difference.leaves_out_nought
    assert 0.03 <= outside / tries <= 0.075


def recompute(rows: list[Row]) -> Standardised:
    """Standardise with fractions and loops, from the definition and nothing else."""
    places = range(len(rows[0].answers))

    def share(place: int, stratum: int | None) -> tuple[Fraction, int] | None:
        answers = [
            row.answers[place]
            for row in rows
            if not row.own and (stratum is None or row.stratum == stratum)
        ]
        known = [a for a in answers if a is not None]
        return (Fraction(sum(known), len(known)), len(known)) if known else None

    def reference(place: int, stratum: int) -> tuple[Fraction, int | None] | None:
        for group in (stratum, None):
            found = share(place, group)
            if found and found[1] >= FEWEST_ANSWERS:
                return found[0], group
        return None

    answers = sufficient = widened = unmatched = 0
    expected, by_chance = Fraction(), Fraction()
    excesses: list[tuple[Fraction, int]] = []
    compared: dict[tuple[int, int | None], int] = {}
    for row in rows:
        excess, count = Fraction(), 0
        for place in places if row.own else ():
            given_answer = row.answers[place]
            if given_answer is None:
                continue
            found = reference(place, row.stratum)
            if found is None:
                unmatched += 1
                continue
            count += 1
            sufficient += given_answer
            widened += found[1] is None
            expected += found[0]
            by_chance += found[0] * (1 - found[0]) / 2
            excess += given_answer - found[0]
            key = (place, found[1])
            compared[key] = compared.get(key, 0) + 1
        answers += count
        if count:
            excesses.append((excess, count))
    asked = {place for place, _ in compared}
    others = [
        row
        for row in rows
        if not row.own and any(row.answers[place] is not None for place in asked)
    ]
    result = Standardised(
        len(excesses), len(others), answers, sufficient, float(expected), widened, unmatched, None
    )
    if min(len(excesses), len(others)) < 5:
        return result
    mean = sum((excess for excess, _ in excesses), Fraction()) / answers
    pulls = [
        sum(
            (
                weight * (row.answers[place] - share(place, group)[0]) / share(place, group)[1]  # type: ignore[operator, index]
                for (place, group), weight in compared.items()
                if row.answers[place] is not None and group in (None, row.stratum)
            ),
            Fraction(),
        )
        for row in others
    ]
    own_part = sum(((e - mean * n) ** 2 for e, n in excesses), Fraction())
    own_part = own_part * len(excesses) / (len(excesses) - 1)
    first = float(max(own_part, by_chance)) / answers**2
    second = float(sum(pull**2 for pull in pulls) * len(pulls) / (len(pulls) - 1)) / answers**2
    margin = 0.0
    if first + second:
        freedom = (first + second) ** 2 / (
            first**2 / (len(excesses) - 1) + second**2 / (len(pulls) - 1)
        )
        margin = float(quantile_of_t(0.05, freedom)) * sqrt(first + second)
    difference = Difference(
        100 * float(mean), 100 * (float(mean) - margin), 100 * (float(mean) + margin)
    )
    return replace(result, difference=difference)
