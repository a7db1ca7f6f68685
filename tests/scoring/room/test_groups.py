"""Scores by what is recorded of cases, differences and gaps: as a slow reference has them."""

from __future__ import annotations

import pytest

from scoring.answer_table import AnswerTable
from scoring.breakdowns.counting import (
    cross_divisions,
    divide_cases,
    list_facts,
    pool_groups,
    score_division,
    suggest_gaps,
)
from scoring.names import ScoreName
from scoring.statistics.groups import Difference
from scoring.tracing.choosing import ASSESSOR, CASE_MANAGER
from tests.scoring import slow_intervals
from tests.scoring import slow_reference as slow
from tests.scoring.room.known import Known, check_interval, is_open, pairs_of
from tests.scoring.slow_reference import Case, Raw

CLOSE = 1e-6
CROSSED = (("looked_after", "gender"), ("gender", ASSESSOR), (CASE_MANAGER, "looked_after"))


def value_of(case: Case, fact: str) -> str:
    """Return what a case is grouped by: the value of a fact, an assessor's id, a manager's key.

    What two people agreed on is neither's, and no case that nobody has.
    """
    if fact == ASSESSOR and case["agreed"]:
        return "agreed"
    if fact == ASSESSOR:
        return str(case["assessor_id"] or "")
    return str(case["manager"] if fact == CASE_MANAGER else case["facts"].get(fact, ""))


def group(raw: Raw, fact: str, value: str) -> Raw:
    return raw.choose(lambda case: value_of(case, fact) == value)


def others(raw: Raw, fact: str, value: str) -> Raw:
    return raw.choose(lambda case: value_of(case, fact) != value)


def headline_of(raw: Raw) -> str:
    return next(name for name in raw.programme.names if name.startswith("headline"))


def is_hidden(raw: Raw, cases: int) -> bool:
    """A group, or all cases but it, of one to four cases may point to a child."""
    return 0 < cases < 5 or 0 < len(raw.cases) - cases < 5


def list_hidden(raw: Raw, sizes: list[int]) -> set[int]:
    """Return the places of the groups that are hidden, or that would give away one that is.

    What is left when those shown are taken from all is two groups at least, and five cases.
    """
    hidden = {place for place, cases in enumerate(sizes) if 0 < cases < 5}
    for place in sorted(range(len(sizes)), key=lambda place: (sizes[place], place)):
        left = [sizes[each] for each in hidden]
        if hidden and (len(left) < 2 or sum(left) < 5):
            hidden.add(place)
    return hidden | {place for place, cases in enumerate(sizes) if is_hidden(raw, cases)}


def check_difference(found: Difference | None, raw: Raw, fact: str, value: str, name: str) -> None:
    """Check how far a group is from all others, and how sure that is."""
    expected = slow_intervals.compare(
        pairs_of(group(raw, fact, value), name),
        pairs_of(others(raw, fact, value), name),
        None if is_open(raw, name) else raw.caseload,
    )
    assert (found is None) == (expected is None)
    if found is None or expected is None:
        return
    assert (found.cases, found.others) == (expected.cases, expected.others)
    assert (found.points, found.low, found.high) == pytest.approx(
        (expected.points, expected.low, expected.high), abs=CLOSE
    )
    assert found.p_value == pytest.approx(expected.p_value, rel=CLOSE, abs=1e-9)


def test_each_fact_by_its_groups(known: Known, table: AnswerTable) -> None:
    raw, name = known.raw, headline_of(known.raw)
    assert [key for key, _ in list_facts(table.definition)] == [
        *raw.programme.facts,
        ASSESSOR,
        CASE_MANAGER,
    ]
    for fact, _ in list_facts(table.definition):
        division = divide_cases(table, fact)
        values = {value_of(case, fact) for case in raw.cases}
        assert sorted(choice.value for choice in division.groups) == sorted(values)
        whole, groups = score_division(known.inspection, table, known.name(name), division)
        assert whole.score._asdict() == slow.score(raw, name)
        hidden = list_hidden(raw, [each.cases for each in groups])
        assert {place for place, each in enumerate(groups) if each.hidden} == hidden
        for each in groups:
            assert each.choice is not None
            chosen = group(raw, fact, each.choice.value)
            assert each.score._asdict() == slow.score(chosen, name)
            assert each.cases == len(chosen.cases)
            assert each.relevant_cases == sum(x > 0 for _, x in pairs_of(chosen, name))
            check_interval(each.interval, chosen, name, raw.caseload, len(raw.cases))
            check_difference(each.difference, raw, fact, each.choice.value, name)


def test_every_score_by_one_fact(known: Known, table: AnswerTable) -> None:
    division = divide_cases(table, "looked_after")
    names = [known.name(written) for written in known.raw.programme.names]
    for name, (whole, *groups) in zip(names, pool_groups(table, names, division), strict=True):
        assert whole._asdict() == slow.score(known.raw, str(name))
        assert [score._asdict() for score in groups] == [
            slow.score(group(known.raw, "looked_after", choice.value), str(name))
            for choice in division.groups
        ]


def test_two_facts_crossed(known: Known, table: AnswerTable) -> None:
    for name in known.raw.programme.banded[:2]:
        for one, other in CROSSED:
            down, across = divide_cases(table, one), divide_cases(table, other)
            crossed = cross_divisions(known.inspection, table, known.name(name), down, across)
            for row, cells in zip(down.groups, crossed, strict=True):
                for column, cell in zip(across.groups, cells, strict=True):
                    chosen = group(group(known.raw, one, row.value), other, column.value)
                    assert cell.score._asdict() == slow.score(chosen, name)
                    assert cell.cases == len(chosen.cases)
                    assert cell.hidden == is_hidden(known.raw, cell.cases)
                    check_interval(
                        cell.interval, chosen, name, known.raw.caseload, len(known.raw.cases)
                    )


def test_the_gaps_that_are_suggested(known: Known, table: AnswerTable) -> None:
    """Every headline by every value of every fact, each division of the cases once; Holm's rule."""
    raw = known.raw
    compared: list[tuple[float, float, str, str, int]] = []
    seen: set[frozenset[str]] = set()
    whole = frozenset(case["reference"] for case in raw.cases)
    for fact in raw.programme.facts:
        values = raw.programme.values_of(fact)
        for value in values[:1] if raw.programme.facts[fact]["type"] == "boolean" else values:
            members = frozenset(case["reference"] for case in group(raw, fact, value).cases)
            if members in seen or not members or members == whole:
                continue
            seen |= {members, whole - members}
            for at, theme in enumerate(raw.programme.document["themes"]):
                name = f"headline {theme['key']}"
                apart = slow_intervals.compare(
                    pairs_of(group(raw, fact, value), name),
                    pairs_of(others(raw, fact, value), name),
                    raw.caseload,
                )
                if apart and min(apart.cases, apart.others) >= known.inspection.smallest_group:
                    compared.append((apart.p_value, apart.points, fact, value, at))
    compared.sort()
    gaps = suggest_gaps(known.inspection, table)
    assert gaps.compared == len(compared)
    found = {
        (gap.group.fact, gap.group.value, gap.score): gap
        for gap in (*gaps.standing_out, *gaps.worth_a_look)
    }
    assert set(found) == {(fact, value, at) for p, _, fact, value, at in compared if p < 0.05}
    adjusted = 0.0
    for rank, (p, points, fact, value, at) in enumerate(compared):
        adjusted = max(adjusted, min(1.0, (len(compared) - rank) * p))
        if p >= 0.05:
            break
        gap = found[fact, value, at]
        assert gap.adjusted == pytest.approx(adjusted, rel=CLOSE)
        assert gap.difference.points == pytest.approx(points, abs=CLOSE)
        assert (gap in gaps.standing_out) == (adjusted < 0.05)


def test_looked_after_children_of_hertfordshire(every: dict[str, Known], db: None) -> None:
    """What its commentary says: 39% of Risk of Harm to others among looked after children."""
    raw = every["hertfordshire-2012"].raw
    score = slow.score(raw.where("looked_after", "yes"), "headline risk_of_harm")
    assert (score["percent"], score["sufficient"], score["relevant"]) == (39, 94, 244)
    name = ScoreName("headline", "risk_of_harm")
    assert str(name) in raw.programme.names
