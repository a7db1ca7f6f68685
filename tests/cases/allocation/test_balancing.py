"""Sharing cases out: what must hold of any team, any conflicts and any seed."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.allocation.balancing import (
    Assessor,
    Balance,
    CaseToAllocate,
    Left,
    Managers,
    balance,
)

TEAM = [Assessor(key) for key in ("ann", "ben", "cas")]


def make_cases(number: int, *, managers: int = 1, strata: int = 1) -> list[CaseToAllocate]:
    return [
        CaseToAllocate(f"ANY-{n:03}", f"cm-{n % managers}", f"stratum {n % strata}")
        for n in range(number)
    ]


@st.composite
def situations(
    draw: st.DrawFn,
) -> tuple[list[CaseToAllocate], list[Assessor], dict[str, frozenset[str]], dict[str, str]]:
    cases = [
        CaseToAllocate(f"c{n}", draw(st.sampled_from(["", "m", "n"])), draw(st.sampled_from("ab")))
        for n in range(draw(st.integers(0, 14)))
    ]
    assessors = [
        Assessor(
            f"a{n}",
            share=draw(st.integers(0, 5)),
            most=draw(st.none() | st.integers(0, 6)),
            already=draw(st.integers(0, 2)),
        )
        for n in range(draw(st.integers(0, 4)))
    ]
    keys = [assessor.key for assessor in assessors]
    some = st.sets(st.sampled_from(keys)) if keys else st.just(set())
    conflicts = {case.reference: frozenset(draw(some)) for case in cases}
    holders = st.sampled_from([*keys, "gone", ""])
    existing = {case.reference: key for case in cases if (key := draw(holders))}
    return cases, assessors, conflicts, existing


@settings(deadline=None)
@given(situations(), st.text(max_size=5), st.sampled_from(Managers))
def test_every_case_is_allocated_or_listed_and_nothing_forbidden_is_done(
    situation: tuple[
        list[CaseToAllocate], list[Assessor], dict[str, frozenset[str]], dict[str, str]
    ],
    seed: str,
    managers: Managers,
) -> None:
    cases, assessors, conflicts, existing = situation
    found = balance(cases, assessors, conflicts, existing, seed=seed, managers=managers)
    references = {case.reference for case in cases}
    assert set(found.allocation) | set(found.left) == references
    assert not set(found.allocation) & set(found.left)
    assert {r: k for r, k in found.allocation.items() if r in existing} == existing
    by_key = {assessor.key: assessor for assessor in assessors}
    before = Counter(existing.values())
    for reference in references - set(existing) - set(found.left):
        key = found.allocation[reference]
        assert key not in conflicts[reference]
        assert by_key[key].share > 0
    for key, load in Counter(found.allocation.values()).items():
        if key in by_key and load > before[key]:
            most = by_key[key].most
            assert most is None or load <= most
    for reference, reason in found.left.items():
        open_to = [a for a in assessors if a.share and a.key not in conflicts[reference]]
        assert (reason == Left.BARRED) == (open_to == [])
        if reason == Left.FULL:
            loads = found.count_loads(assessors)
            assert all(a.most is not None and loads[a.key] >= a.most for a in open_to)
    assert found == balance(
        cases[::-1], assessors[::-1], conflicts, existing, seed=seed, managers=managers
    )


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 60), st.integers(1, 8), st.text(max_size=5), st.sampled_from(Managers))
def test_loads_differ_by_one_at_most_where_nothing_stands_in_the_way(
    number: int, people: int, seed: str, managers: Managers
) -> None:
    team = [Assessor(f"a{n}") for n in range(people)]
    cases = make_cases(number, managers=5, strata=3)
    loads = balance(cases, team, {}, {}, seed=seed, managers=managers).count_loads(team).values()
    assert sum(loads) == number
    assert max(loads) - min(loads) <= 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_other_allocation_is_more_even(data: st.DataObject) -> None:
    """Against every allocation that there is, of a few cases and three people."""
    cases = make_cases(data.draw(st.integers(0, 6)))
    conflicts = {
        case.reference: frozenset(
            data.draw(st.sets(st.sampled_from(["ann", "ben", "cas"]), max_size=2))
        )
        for case in cases
    }
    found = balance(cases, TEAM, conflicts, {}, seed="1")
    allowed = [[a.key for a in TEAM if a.key not in conflicts[case.reference]] for case in cases]
    best = min(sum(load**2 for load in Counter(choice).values()) for choice in product(*allowed))
    assert sum(load**2 for load in Counter(found.allocation.values()).values()) == best


def loads_of(found: Balance, team: list[Assessor]) -> list[int]:
    return list(found.count_loads(team).values())


def test_whoever_is_there_for_fewer_days_gets_fewer_cases() -> None:
    team = [Assessor("ann", share=5), Assessor("ben", share=5), Assessor("cas", share=2)]
    assert loads_of(balance(make_cases(24), team, {}, {}, seed="1"), team) == [10, 10, 4]


def test_whoever_is_never_there_gets_none() -> None:
    team = [Assessor("ann"), Assessor("ben", share=0)]
    assert loads_of(balance(make_cases(3), team, {}, {}, seed="1"), team) == [3, 0]


def test_nobody_gets_more_than_they_take_and_the_others_get_the_rest() -> None:
    team = [Assessor("ann", most=2), Assessor("ben"), Assessor("cas")]
    assert loads_of(balance(make_cases(12), team, {}, {}, seed="1"), team) == [2, 5, 5]


def test_cases_that_are_too_many_for_all_are_listed() -> None:
    team = [Assessor("ann", most=2), Assessor("ben", most=1)]
    found = balance(make_cases(5), team, {}, {}, seed="1")
    assert loads_of(found, team) == [2, 1]
    assert list(found.left.values()) == [Left.FULL, Left.FULL]


def test_second_markings_count_as_cases() -> None:
    team = [Assessor("ann", already=3), Assessor("ben")]
    assert loads_of(balance(make_cases(7), team, {}, {}, seed="1"), team) == [2, 5]


def test_others_make_way_for_a_case_that_only_one_may_take() -> None:
    """Ann alone may take the first four; without making way she would have those and more."""
    cases = make_cases(8)
    only_ann = {case.reference: frozenset({"ben"}) for case in cases[:4]}
    team = [Assessor("ann"), Assessor("ben")]
    for seed in map(str, range(20)):
        found = balance(cases, team, only_ann, {}, seed=seed)
        assert loads_of(found, team) == [4, 4]


def test_what_is_allocated_counts_and_stays() -> None:
    cases = make_cases(6)
    existing = dict.fromkeys(("ANY-000", "ANY-001", "ANY-002"), "ann")
    found = balance(cases, TEAM, {"ANY-000": frozenset({"ann"})}, existing, seed="1")
    assert {r: k for r, k in found.allocation.items() if k == "ann"} == existing
    assert sorted(loads_of(found, TEAM)) == [1, 2, 3]


def mixture_of(found: Balance, cases: list[CaseToAllocate], what: str) -> dict[str, list[int]]:
    """Return for each value of `what` how many cases of it each of those who have some has."""
    shares: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        shares[getattr(case, what)][found.allocation[case.reference]] += 1
    return {value: sorted(count.values()) for value, count in sorted(shares.items())}


def test_strata_are_shared_fairly() -> None:
    cases = make_cases(36, strata=3)
    for seed in map(str, range(10)):
        found = balance(cases, TEAM, {}, {}, seed=seed)
        assert mixture_of(found, cases, "stratum") == {f"stratum {n}": [4, 4, 4] for n in range(3)}


def test_cases_of_one_manager_are_shared_or_kept_together_as_is_wished() -> None:
    cases = make_cases(36, managers=12)
    shared = balance(cases, TEAM, {}, {}, seed="1", managers=Managers.SHARE)
    assert list(mixture_of(shared, cases, "case_manager").values()) == [[1, 1, 1]] * 12
    together = balance(cases, TEAM, {}, {}, seed="1", managers=Managers.TOGETHER)
    assert list(mixture_of(together, cases, "case_manager").values()) == [[3]] * 12
    assert loads_of(together, TEAM) == [12, 12, 12]


def test_another_seed_gives_another_allocation() -> None:
    cases = make_cases(30)
    found = {
        tuple(sorted(balance(cases, TEAM, {}, {}, seed=str(seed)).allocation.items()))
        for seed in range(5)
    }
    assert len(found) == 5
