"""The difference between two versions of a programme, part by part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.programme_changes import Group, compare_programmes
from tests.inspections.programme_edits import (
    Edits,
    edit,
    read_fixture,
    read_small,
    text_of_question,
)

Told = list[tuple[str, ...]]
"""For each change: group, kind, name of the part, aspect, before and after."""


def tell(groups: Iterable[Group]) -> Told:
    told: Told = []
    for group in groups:
        for item in group.items:
            of = (group.title, item.kind, item.name)
            told.extend((*of, c.label, c.old, c.new) for c in item.changes)
            told.extend([of] if not item.changes else [])
    return told


LOOKED_AFTER = """\
- key: looked_after
  label: Looked after child
  type: boolean
  group: case
  help: At any time in the period.
"""

CASES: dict[str, tuple[Edits, Told]] = {
    "a version alone": ((("version: 1", "version: 2"),), []),
    "words and guidance": (
        (
            ("Was a screening completed?", "Was a full screening completed?"),
            ("Count it only if it can be seen in the record.", ""),
        ),
        [
            ("Questions", "changed", "1.1.01", "Question", "Was a screening completed?",
             "Was a full screening completed?"),
            ("Questions", "changed", "1.1.01", "Guidance",
             "Count it only if it can be seen in the record.", ""),
        ],
    ),
    "what it counts towards": (
        (("key_for: [safeguarding, risk_of_harm]", "key_for: [risk_of_harm]"),),
        [("Questions", "changed", "1.1.01", "Counts towards", "Safeguarding\nRisk of Harm",
          "Risk of Harm")],
    ),
    "the order in which that is written": (
        (("key_for: [safeguarding, risk_of_harm]", "key_for: [risk_of_harm, safeguarding]"),),
        [],
    ),
    "scoring": (
        (("scoring: question\n      reasons:", "scoring: none\n      reasons:"),),
        [("Questions", "changed", "1.1.03", "Scoring", "counts once", "counts in no score")],
    ),
    "conditions": (
        (
            ("- {fact: custody}\n", "- {fact: custody}\n      - {fact: looked_after}\n"),
            ("is: [high, very_high]", "is: very_high"),
            ("'1.1.02', answer: sufficient}", "'1.1.02', answer: insufficient}"),
            ("      - {fact: community}\n", ""),
            ("      applies_when:\n      scoring: rows", "      scoring: rows"),
        ),
        [
            ("Questions", "changed", "1.1.03", "Asked when", "1.1.02 is answered Yes",
             "1.1.02 is answered No"),
            ("Questions", "changed", "1.2.01", "Asked when", "“Custodial phase inspected” is Yes",
             "“Custodial phase inspected” is Yes\nand “Looked after child” is Yes"),
            ("Questions", "changed", "1.2.03", "Asked when",
             "“Safeguarding plan required” is Yes or “Level of risk” is High or Very high",
             "“Safeguarding plan required” is Yes or “Level of risk” is Very high"),
            ("Questions", "changed", "2.1.02", "Asked when", "“Community phase inspected” is Yes",
             "always"),
        ],
    ),
    "reasons": (
        (("{key: too_short, label: Too short}", "{key: brief, label: Too short}"),),
        [("Questions", "changed", "1.1.03", "Reasons for No",
          "too_short: Too short\nvictims_left_out: Victims left out",
          "brief: Too short\nvictims_left_out: Victims left out")],
    ),
    "a removed question": (
        ((text_of_question("1.2.02", "    - code: '1.2.03'"), ""),),
        [("Questions", "removed", "1.2.02", label, old, "") for label, old in (
            ("Question", "Has the young person kept to the plan?"),
            ("Guidance", "This is about conduct, not about work."),
            ("Criterion", "1.2 Planning"),
            ("Topic", "Plans"),
            ("Asked when", "always"),
            ("Scoring", "counts in no score"),
            ("Counts towards", "no headline"),
            ("May be not applicable", "No"),
            ("Says how things turned out", "Yes"),
        )],
    ),
    "bands": (
        (("{label: MODERATE, floor: 60}", "{label: MODERATE, floor: 65}"),),
        [("Improvement bands", "changed", "MODERATE", "Begins at", "60%", "65%")],
    ),
    "words for percentages": (
        (("{words: a minority, from: 1", "{words: some, from: 1"),),
        [
            ("Words for percentages", "removed", "a minority", "Stands for", "1% to 49%", ""),
            ("Words for percentages", "added", "some", "Stands for", "", "1% to 49%"),
        ],
    ),
    "themes": (
        (("title: Safeguarding, short: SG, bears_on_early_reinspection: true",
          "title: Safeguarding, short: SafeG, bears_on_early_reinspection: false"),),
        [
            ("Headline themes", "changed", "safeguarding", "Short", "SG", "SafeG"),
            ("Headline themes", "changed", "safeguarding", "Bears on an early reinspection", "Yes",
             "No"),
        ],
    ),
    "grids": (
        (("  - {key: b, label: Health}\n", ""),),
        [("Grids", "changed", "agencies", "Rows", "a: Social care\nb: Health", "a: Social care")],
    ),
    "facts": (
        (
            ("  label: Gender\n", "  label: Sex\n"),
            ("{value: male, label: Male}", "{value: male, label: Boy}"),
            ("  implies:\n  - safeguarding_need\n", "  implies:\n  - custody\n"),
        ),
        [
            ("Facts", "changed", "gender", "Label", "Gender", "Sex"),
            ("Facts", "changed", "gender", "Choices", "female: Female\nmale: Male",
             "female: Female\nmale: Boy"),
            ("Facts", "changed", "plan_required", "If Yes, then also Yes", "Safeguarding needs",
             "Custodial phase inspected"),
        ],
    ),
    "sections and criteria": (
        (
            ("statement: Risk is assessed well and in time.", "statement: null"),
            ("title: Delivery\n", "title: Delivery of the work\n"),
        ),
        [
            ("Sections", "changed", "2", "Title", "Delivery", "Delivery of the work"),
            ("Criteria", "changed", "1.1", "Statement", "Risk is assessed well and in time.", ""),
        ],
    ),
    "contradictions": (
        (("The risk was managed, yet the work was not delivered.", "This cannot be."),),
        [("Answers that contradict one another", "changed", "1.2.03 Yes and 2.1.01 No", "Message",
          "The risk was managed, yet the work was not delivered.", "This cannot be.")],
    ),
    "the programme itself": (
        (("short_title: Small inspection", "short_title: Tiny"),
         ("sample_max: 20", "sample_max: null")),
        [
            ("The programme itself", "changed", "Programme", "Short title", "Small inspection",
             "Tiny"),
            ("The programme itself", "changed", "Programme", "Size of samples", "1 to 20 cases",
             "1 to ? cases"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_tells_each_aspect_before_and_after(name: str) -> None:
    edits, told = CASES[name]
    assert tell(compare_programmes(read_small(), edit(*edits))) == told


def test_tells_of_a_question_that_went_to_another_criterion() -> None:
    first = text_of_question("1.1.01", "    - code: '1.1.02'")
    moved = text_of_question("1.2.02", "    - code: '1.2.03'")
    groups = compare_programmes(read_small(), edit((moved, ""), (first, moved + first)))
    assert tell(groups) == [
        ("Questions", "changed", "1.2.02", "Criterion", "1.2 Planning", "1.1 Risk")
    ]


def test_tells_which_question_moved_and_no_others() -> None:
    second = text_of_question("1.2.02", "    - code: '1.2.03'")
    third = text_of_question("1.2.03", "- number: '2'")
    groups = compare_programmes(read_small(), edit((third, ""), (second, third + second)))
    assert tell(groups) == [("Questions", "moved", "1.2.03")]


def test_says_which_part_it_is_unless_a_change_says_so() -> None:
    new = edit(
        ("{label: MODERATE, floor: 60}", "{label: MODERATE, floor: 65}"),
        ("Was a screening completed?", "Was a full screening completed?"),
        ("scoring: question\n      reasons:", "scoring: none\n      reasons:"),
        ("help: At any time in the period.", "help: At any time."),
    )
    titles = [
        (item.name, item.title) for g in compare_programmes(read_small(), new) for item in g.items
    ]
    assert titles == [
        ("MODERATE", ""),
        ("looked_after", "Looked after child"),
        ("1.1.01", ""),
        ("1.1.03", "Was the screening good enough?"),
    ]


def test_tells_of_a_removed_part_where_it_stood() -> None:
    new = edit(
        (LOOKED_AFTER, ""),
        ("  label: Gender\n", "  label: Sex\n"),
        ("  label: Custodial phase inspected\n", "  label: Custody\n"),
    )
    (facts,) = compare_programmes(read_small(), new)
    assert [(item.name, item.kind) for item in facts.items] == [
        ("gender", "changed"),
        ("looked_after", "removed"),
        ("custody", "changed"),
    ]
    assert (facts.count("changed"), facts.count("removed"), facts.count("added")) == (2, 1, 0)


@settings(deadline=None, max_examples=40)
@given(st.permutations(read_small().facts))
def test_tells_of_an_order_with_moves_alone(facts: list[Any]) -> None:
    new = replace(read_small(), facts=tuple(facts))
    groups = compare_programmes(read_small(), new)
    moved = {item.name for group in groups for item in group.items}
    assert {item.kind for group in groups for item in group.items} <= {"moved"}
    orders = [
        [fact.key for fact in programme.facts if fact.key not in moved]
        for programme in (read_small(), new)
    ]
    assert orders[0] == orders[1]
    assert moved or new == read_small()


@pytest.mark.parametrize("name", ["cci-2009", "cci-2012", "sqs-2013"])
def test_a_programme_differs_from_itself_in_nothing(name: str) -> None:
    assert compare_programmes(read_fixture(name), read_fixture(name)) == ()


def test_what_is_added_one_way_is_removed_the_other() -> None:
    old, new = read_fixture("cci-2009"), read_fixture("cci-2012")
    turned = {"added": "removed", "removed": "added"}
    there = [(i.name, i.kind) for g in compare_programmes(old, new) for i in g.items]
    back = [
        (i.name, turned.get(i.kind, i.kind)) for g in compare_programmes(new, old) for i in g.items
    ]
    assert sorted(there) == sorted(back)
    assert {kind for _, kind in there} == {"added", "removed", "changed"}


def test_tells_how_samples_are_drawn() -> None:
    old = read_fixture("cci-2012")
    assert old.sampling is not None
    longer = replace(old, sampling=replace(old.sampling, months=9))
    assert tell(compare_programmes(old, longer)) == [
        ("Drawing a sample", "changed", "Method", "Begun within", "12 months", "9 months")
    ]
    without = replace(old, sampling=None)
    kinds = [compare_programmes(a, b)[0].items[0].kind for a, b in ((old, without), (without, old))]
    assert kinds == ["removed", "added"]
