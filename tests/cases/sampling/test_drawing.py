"""Drawing: sizes, shares, minimums, reserves, and that a seed gives the same sample again."""

from __future__ import annotations

import operator
import random
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.sampling.drawing import (
    Draw,
    Entry,
    LeftOut,
    choose_reserve,
    draw_sample,
    first_day,
    number_cases,
    rank,
    share_out,
)
from inspections.definition import SampleMinimum, SampleSize, SamplingMethod
from tests.cases.sampling.caseloads import AS_AT, make_entries, make_entry, make_facts

METHOD = SamplingMethod(
    months=12,
    terminated=True,
    strata="sentence_family",
    status="case_status",
    sizes=(SampleSize(50, 38), SampleSize(100, 62), SampleSize(175, 85), SampleSize(None, 99)),
    minimums=(
        SampleMinimum("High Risk of Harm", "rosh_by_yot", ("high", "very_high"), 10, 5),
        SampleMinimum("Young women", "gender", ("female",), 10, 5),
        SampleMinimum("Black and minority ethnic", "ethnicity", ("bme",), 10, 5),
    ),
    inference="",
)
WOMEN = SampleMinimum("Young women", "gender", ("female",), 0, 2)
HIGH = SampleMinimum("High Risk of Harm", "rosh_by_yot", ("high",), 0, 1)

FAMILIES = ("first_tier", "community", "custody")


@st.composite
def caseloads(draw: st.DrawFn, least: int = 40, most: int = 2000) -> list[Entry]:
    """Caseloads of every make-up: a family or a group may be rare, or hold nearly everybody."""
    number = draw(st.integers(least, most))
    chance = random.Random(draw(st.integers(0, 10_000)))
    weights = [draw(st.sampled_from((1, 20, 1000))) for _ in FAMILIES]
    shares = [draw(st.sampled_from((0.0, 0.01, 0.15, 0.5, 0.98))) for _ in range(4)]
    women, bme, high, old = shares

    def is_so(share: float) -> bool:
        return chance.random() < share

    return [
        make_entry(
            f"C{index}",
            days=chance.randrange(366, 800) if is_so(old * 0.5) else chance.randrange(365),
            current=is_so(0.7),
            sentence_family=chance.choices(FAMILIES, weights)[0],
            gender="female" if is_so(women) else "male",
            ethnicity="bme" if is_so(bme) else "white",
            rosh_by_yot="high" if is_so(high) else "low",
        )
        for index in range(number)
    ]


def families_of(entries: tuple[Entry, ...]) -> Counter[str]:
    return Counter(entry.facts["sentence_family"] for entry in entries)


def references_of(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.reference for entry in entries]


@settings(max_examples=60, deadline=None)
@given(caseload=caseloads(), seed=st.text(max_size=20))
def test_every_sample_keeps_the_method(caseload: list[Entry], seed: str) -> None:
    drawn = draw_sample(caseload, METHOD, seed, AS_AT)
    eligible = [entry for entry in caseload if entry.started_on >= date(2025, 1, 5)]
    check_nobody_is_lost_or_drawn_twice(drawn, caseload, eligible)
    assert len(drawn.sample) == METHOD.size_for(len(eligible))
    check_shares(drawn, eligible)
    for minimum in METHOD.minimums:
        there_are = sum(minimum.holds(entry.facts) for entry in eligible)
        kept = sum(minimum.holds(entry.facts) for entry in drawn.sample)
        assert kept >= min(minimum.needed_of(len(drawn.sample)), there_are)
        assert drawn.needed[minimum.label] <= kept


def check_nobody_is_lost_or_drawn_twice(
    drawn: Draw, caseload: list[Entry], eligible: list[Entry]
) -> None:
    sample, reserves = references_of(drawn.sample), references_of(drawn.reserves)
    assert sorted(sample + reserves) == sorted(entry.reference for entry in eligible)
    left_out = [entry.reference for entry, _ in drawn.left_out]
    assert sorted(sample + reserves + left_out) == sorted(e.reference for e in caseload)


def check_shares(drawn: Draw, eligible: list[Entry]) -> None:
    """Each stratum has its share to within one case, but for exchanges between strata."""
    counts = families_of(tuple(eligible))
    size = len(drawn.sample)
    assert sum(drawn.allotted.values()) == size
    rare = {family for family, count in counts.items() if count * size < len(eligible)}
    assert all(drawn.allotted[family] == 1 for family in rare)
    others = sum(count for family, count in counts.items() if family not in rare)
    for family in counts.keys() - rare:
        share = counts[family] * (size - len(rare)) / others
        assert abs(drawn.allotted[family] - share) < 1 or share < 1
    moved = Counter(drawn.allotted)
    for exchange in drawn.exchanges:
        moved[exchange.came_from] += 1
        moved[exchange.went_from] -= 1
    assert families_of(drawn.sample) == moved
    assert all(moved[family] >= 1 for family in counts)


@settings(max_examples=30, deadline=None)
@given(caseload=caseloads(most=400), seed=st.text(max_size=20), order=st.randoms())
def test_the_same_seed_gives_the_same_sample_whatever_the_order_of_the_file(
    caseload: list[Entry], seed: str, order: random.Random
) -> None:
    first = draw_sample(caseload, METHOD, seed, AS_AT)
    shuffled = list(caseload)
    order.shuffle(shuffled)
    assert draw_sample(shuffled, METHOD, seed, AS_AT) == first


@settings(max_examples=30, deadline=None)
@given(caseload=caseloads(least=0, most=38), seed=st.text(max_size=20))
def test_a_small_caseload_is_taken_whole(caseload: list[Entry], seed: str) -> None:
    drawn = draw_sample(caseload, METHOD, seed, AS_AT)
    assert (drawn.reserves, drawn.exchanges) == ((), ())
    assert len(drawn.sample) + len(drawn.left_out) == len(caseload)


@settings(max_examples=60, deadline=None)
@given(caseload=caseloads(most=300), seed=st.text(max_size=10), steps=st.integers(1, 30))
def test_replacements_keep_minimums_as_long_as_there_are_cases(
    caseload: list[Entry], seed: str, steps: int
) -> None:
    drawn = draw_sample(caseload, METHOD, seed, AS_AT)
    sample, reserves = list(drawn.sample), list(drawn.reserves)
    for step in range(min(steps, len(sample))):
        leaving = sample.pop(step % len(sample))
        choice = choose_reserve(leaving, sample, reserves, METHOD, drawn.needed, seed)
        if choice is None:
            assert reserves == []
            return
        endangered = [
            minimum
            for minimum in METHOD.minimums
            if minimum.holds(leaving.facts)
            and sum(minimum.holds(entry.facts) for entry in sample) < drawn.needed[minimum.label]
        ]

        costs = {
            entry.reference: (
                sum(not minimum.holds(entry.facts) for minimum in endangered),
                not families_match(entry, leaving),
            )
            for entry in reserves
        }
        cost = costs[choice.entry.reference]
        assert cost == min(costs.values())
        assert cost == (len(choice.short_of), not choice.same_stratum)
        reserves.remove(choice.entry)
        sample.append(choice.entry)


def families_match(one: Entry, other: Entry) -> bool:
    return one.facts["sentence_family"] == other.facts["sentence_family"]


def test_another_seed_gives_another_sample() -> None:
    caseload = make_entries(300)
    samples = {
        tuple(references_of(draw_sample(caseload, METHOD, str(seed), AS_AT).sample))
        for seed in range(10)
    }
    assert len(samples) == 10


def test_every_case_has_the_same_chance() -> None:
    """Without minimums, each of 100 alike cases comes into 62% of samples, give or take."""
    method = replace(METHOD, minimums=())
    caseload = [make_entry(f"C{index}") for index in range(100)]
    counts: Counter[str] = Counter()
    for seed in range(400):
        counts.update(references_of(draw_sample(caseload, method, str(seed), AS_AT).sample))
    # Four and a half standard deviations of 400 draws at 62% are 44.
    assert all(abs(counts[entry.reference] - 248) < 44 for entry in caseload)


def test_cases_that_are_too_old_are_left_out_and_those_of_the_first_day_are_not() -> None:
    entries = [
        replace(make_entry("A1"), started_on=date(2025, 1, 4)),
        replace(make_entry("A2"), started_on=date(2025, 1, 5)),
        make_entry("A3", current=False),
    ]
    drawn = draw_sample(entries, METHOD, "s", AS_AT)
    assert drawn.left_out == ((entries[0], LeftOut.TOO_OLD),)
    assert sorted(references_of(drawn.sample)) == ["A2", "A3"]
    current_only = draw_sample(entries, replace(METHOD, terminated=False), "s", AS_AT)
    assert current_only.left_out == (
        (entries[0], LeftOut.TOO_OLD),
        (entries[2], LeftOut.ENDED),
    )


@pytest.mark.parametrize(
    ("as_at", "months", "day"),
    [
        (date(2012, 11, 12), 12, date(2011, 11, 12)),
        (date(2012, 2, 29), 12, date(2011, 2, 28)),
        (date(2012, 3, 31), 1, date(2012, 2, 29)),
        (date(2012, 1, 31), 2, date(2011, 11, 30)),
        (date(2012, 12, 1), 24, date(2010, 12, 1)),
    ],
)
def test_months_are_counted_back_to_the_same_day(as_at: date, months: int, day: date) -> None:
    assert first_day(replace(METHOD, months=months), as_at) == day


@pytest.mark.parametrize(
    ("counts", "size", "shares"),
    [
        ({"a": 50, "b": 40, "c": 10}, 38, {"a": 19, "b": 15, "c": 4}),
        ({"a": 1, "b": 999}, 99, {"a": 1, "b": 98}),
        ({"a": 1, "b": 1, "c": 998}, 99, {"a": 1, "b": 1, "c": 97}),
        ({"a": 10, "b": 10}, 5, {"a": 3, "b": 2}),
        ({"a": 1, "b": 1, "c": 3}, 2, {"a": 1, "b": 0, "c": 1}),
        ({"a": 7}, 7, {"a": 7}),
        ({}, 0, {}),
    ],
)
def test_shares_are_by_largest_remainder(
    counts: dict[str, int], size: int, shares: dict[str, int]
) -> None:
    assert share_out(counts, size) == shares


def test_an_exchange_is_made_within_the_stratum_where_it_can_be() -> None:
    method = replace(METHOD, sizes=(SampleSize(None, 6),), minimums=(replace(WOMEN, cases=1),))
    caseload = [
        *(make_entry(f"F{index}", sentence_family="first_tier") for index in range(20)),
        *(make_entry(f"C{index}", sentence_family="custody") for index in range(20)),
        make_entry("W1", sentence_family="custody", gender="female"),
    ]
    for seed in range(30):
        drawn = draw_sample(caseload, method, str(seed), AS_AT)
        assert "W1" in references_of(drawn.sample)
        assert [(e.came.reference, e.within_stratum) for e in drawn.exchanges] in (
            [],
            [("W1", True)],
        )
        assert families_of(drawn.sample) == drawn.allotted


def test_an_exchange_between_strata_is_the_last_resort_and_takes_no_only_case() -> None:
    """Both young women are in custody, of which there is one place, that one of them holds."""
    method = replace(METHOD, sizes=(SampleSize(None, 6),), minimums=(WOMEN,))
    caseload = [
        *(make_entry(f"F{index}", sentence_family="first_tier") for index in range(50)),
        make_entry("W1", sentence_family="custody", gender="female"),
        make_entry("W2", sentence_family="custody", gender="female"),
    ]
    drawn = draw_sample(caseload, method, "s", AS_AT)
    assert drawn.allotted == {"custody": 1, "first_tier": 5}
    assert families_of(drawn.sample) == {"custody": 2, "first_tier": 4}
    (exchange,) = drawn.exchanges
    assert not exchange.within_stratum
    assert (exchange.came_from, exchange.went_from) == ("custody", "first_tier")
    assert {"W1", "W2"} <= set(references_of(drawn.sample))


def test_cases_are_numbered_in_an_order_that_tells_nothing_of_the_draw() -> None:
    drawn = draw_sample(make_entries(300), METHOD, "s", AS_AT)
    numbered = number_cases(drawn.sample, "s")
    assert sorted(e.reference for e in numbered) == sorted(references_of(drawn.sample))
    assert numbered == number_cases(reversed(drawn.sample), "s")
    in_drawn_order = sorted(numbered, key=lambda entry: rank("s", entry.reference))
    kept = sum(map(operator.is_, numbered, in_drawn_order))
    assert kept < 5  # of 99: about one is in its place by chance


class TestChoosingAReserve:
    needed = {"Young women": 2, "High Risk of Harm": 1}
    method = replace(METHOD, minimums=(WOMEN, HIGH))

    def choose(
        self, leaving: Entry, staying: list[Entry], reserves: list[Entry]
    ) -> tuple[str, bool, list[str]] | None:
        choice = choose_reserve(leaving, staying, reserves, self.method, self.needed, "s")
        if choice is None:
            return None
        return choice.entry.reference, choice.same_stratum, [m.label for m in choice.short_of]

    def test_it_is_the_next_of_the_same_stratum(self) -> None:
        reserves = [make_entry("A1", sentence_family="custody"), make_entry("A2")]
        assert self.choose(make_entry("X"), [], reserves) == ("A2", True, [])

    def test_it_is_one_of_another_stratum_where_there_is_none_of_the_same(self) -> None:
        reserves = [make_entry("A1", sentence_family="custody")]
        assert self.choose(make_entry("X"), [], reserves) == ("A1", False, [])

    def test_a_minimum_in_danger_comes_first(self) -> None:
        leaving = make_entry("X", gender="female")
        woman = make_entry("A1", sentence_family="custody", gender="female")
        assert self.choose(leaving, [], [make_entry("A2"), woman]) == ("A1", False, [])
        staying = [make_entry(f"S{index}", gender="female") for index in range(2)]
        assert self.choose(leaving, staying, [make_entry("A2"), woman]) == ("A2", True, [])

    def test_what_it_is_short_of_is_told(self) -> None:
        leaving = make_entry("X", gender="female", rosh_by_yot="high")
        reserves = [make_entry("A1"), make_entry("A2", rosh_by_yot="high")]
        assert self.choose(leaving, [], reserves) == ("A2", True, ["Young women"])

    def test_there_may_be_none(self) -> None:
        assert self.choose(make_entry("X"), [], []) is None


def test_a_minimum_holds_by_any_of_its_values_and_never_without_the_fact() -> None:
    minimum = METHOD.minimums[0]
    assert minimum.holds(make_facts(rosh_by_yot="very_high"))
    assert not minimum.holds(make_facts(rosh_by_yot="medium"))
    assert not minimum.holds({})
    assert [minimum.needed_of(size) for size in (38, 62, 85, 99)] == [5, 7, 9, 10]
