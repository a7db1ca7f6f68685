"""Figures in narrative: what each form prints, and what an author is told of one that cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases.models import Assessment
from inspections.catalogue import load_definition
from inspections.definition import Option
from inspections.models import Inspection
from reports.content import merge_small
from reports.figures import (
    Figure,
    FigureError,
    FigureFault,
    FigureSource,
    find_facts,
    make_source,
    parse_figure,
)
from scoring.arithmetic import Tally, score_tally
from scoring.scorecard import QuestionScore, score_inspection
from tests.casting import FACTS, make_case, make_inspection

SURVEYS = {
    "children": {
        "respondents": 80,
        "items": {
            "knew_why": {"count": 78, "of": 80},
            "met_victim": {"count": 1, "of": 5},
            "moved_home": {"count": 1, "of": 4},
            "went_abroad": {"count": 0, "of": 0},
        },
    }
}
TOO_FEW = "speaks of a group of fewer than five cases, or of all but so few."


@pytest.fixture
def inspection(db: None) -> Inspection:
    """Sixteen cases, 10 of them sufficient on 2.1.01.

    Six children are looked after, 2 of them sufficient there; three are girls.
    """
    inspection = make_inspection()
    for number in range(16):
        facts = {
            "looked_after": "yes" if 8 <= number < 14 else "no",
            "gender": "female" if number < 3 else "male",
        }
        make_case(
            inspection,
            f"ANY-{number:03}",
            facts=FACTS | facts,
            answers={
                "2.1.01": "sufficient" if number < 10 else "insufficient",
                "2.1.02/a": "sufficient" if number < 2 else "not_applicable",
                "2.1.02/b": "not_applicable",
            },
            rest="sufficient",
        )
    return inspection


@pytest.fixture
def source(inspection: Inspection) -> FigureSource:
    definition = load_definition(inspection.programme)
    spoken_of = ("looked_after", "gender", "risk_level")
    document = {
        "service_users": SURVEYS,
        "context": {"area": [f"[[cases where {fact}=yes]]" for fact in spoken_of]},
    }
    return make_source(inspection, definition, score_inspection(inspection), document)


PRINTED = {
    "2.1.01": "63%",
    "2.1.01:count": "10 out of 16",
    "2.1.01:both": "10 out of 16 (63%)",
    "2.1.01:words": "a majority",
    "2.1.01:not": "38%",
    "2.1.01:not-count": "6 out of 16",
    "2.1.01:not-both": "6 out of 16 (38%)",
    "2.1.01:not-words": "a minority",
    "2.1.01:relevant": "16",
    "2.1.02/a:count": "2 out of 2",
    "2.1.02:count": "2 out of 2",
    "cases": "16",
    "cases where looked_after=yes": "6",
    "cases where looked_after=no": "10",
    "cases where risk_level=high": "16",
    "2.1.01 where looked_after=no": "80%",
    "2.1.01:both where looked_after=no": "8 out of 10 (80%)",
    "2.1.01 where looked_after=no:both": "8 out of 10 (80%)",
    "headline safeguarding": "82%",
    "headline safeguarding where looked_after=yes": "67%",
    "headline safeguarding:band": "MINIMUM",
    "criterion 2.1": "67%",
    "criterion 2.1:band": "MODERATE",
    "section 1:count": "64 out of 64",
    "survey children.knew_why": "98%",
    "survey children.knew_why:both": "78 out of 80 (98%)",
    "survey children.met_victim": "20%",
    "  2.1.01 : count ": "10 out of 16",
    "cases where\nlooked_after=yes": "6",
    "headline\n  safeguarding where looked_after\n= yes": "67%",
}

REFUSED = {
    "9.9.99": "names a question that does not exist: 9.9.99.",
    "2.1.02/z": "names a row that does not exist: z.",
    "1.2.01": "has nothing relevant to count.",
    "2.1.02/b": "has nothing relevant to count.",
    "criterion 9.9": "names a criterion that does not exist: 9.9.",
    "section 9": "names a section that does not exist: 9.",
    "headline luck": "names a headline theme that does not exist: luck.",
    "survey children.liked": "names a questionnaire item that is not entered: children.liked.",
    "survey victims.knew_why": "names a questionnaire item that is not entered: victims.knew_why.",
    "survey children.knew_why where looked_after=yes": (
        "is from a questionnaire, which cannot be divided by facts."
    ),
    "2.1.01:percentage": "has a form that is not known: percentage.",
    "2.1.01:not-relevant": "has a form that is not known: not-relevant.",
    "2.1.01:band": "has no band.",
    "section 1:band": "has no band.",
    "cases:words": "is a number of cases, which has one form only.",
    "2.1.01 where hair=red": "names a fact that the programme does not have: hair.",
    "2.1.01 where looked_after=perhaps": (
        "names a value that “Looked after child” does not have: perhaps."
    ),
    "2.1.01 where risk_level=low": "speaks of a group without cases.",
    "cases where gender=female": TOO_FEW,
    "2.1.01:words where gender=female": TOO_FEW,
    "headline safeguarding where gender=male": TOO_FEW,
    "survey children.moved_home": "is of fewer than five answers.",
    "survey children.went_abroad": "has nothing relevant to count.",
    "2.1.01 where looked_after": "needs a group of cases, such as “where looked_after=yes”.",
    "2.1.01 where": "needs a group of cases, such as “where looked_after=yes”.",
    "2.1.01:count where looked_after=no:both": "has two forms; give one.",
    "": "is empty.",
    "where looked_after=yes": "is empty.",
}


def test_what_each_figure_prints(source: FigureSource) -> None:
    printed = {written: source.resolve(f"Of these, [[{written}]].", "here") for written in PRINTED}
    assert printed == {written: f"Of these, {text}." for written, text in PRINTED.items()}
    assert source.faults == []


def test_what_an_author_is_told(source: FigureSource) -> None:
    place = "criterion 1.1, strength 2"
    printed = {written: source.resolve(f"Of these, [[{written}]].", place) for written in REFUSED}
    assert printed == {
        written: f"Of these, ⟦{written}: {message}⟧." for written, message in REFUSED.items()
    }
    assert source.faults == [
        FigureFault(place, written, message) for written, message in REFUSED.items()
    ]


def test_text_without_figures_stays_as_it_is(source: FigureSource) -> None:
    text = "Square [brackets] and [[ unclosed ones, 50% and <b>markup</b>."
    assert source.resolve(text, "here") == text


@pytest.mark.parametrize(
    ("group", "others", "printed"),
    [(1, 9, False), (4, 9, False), (5, 9, True), (5, 5, True), (9, 4, False), (9, 1, False),
     (9, 0, True), (4, 0, False)],
)  # fmt: skip
def test_a_group_is_spoken_of_only_where_no_child_could_be_known(
    source: FigureSource, group: int, others: int, printed: bool
) -> None:
    source.scorecard = replace(source.scorecard, cases=group + others)
    source.groups = {"gender": {"female": replace(source.scorecard, cases=group)}}
    text = source.resolve("[[cases where gender=female]]", "here")
    fault = FigureFault("here", "cases where gender=female", TOO_FEW)
    assert (text == str(group), source.faults == [fault]) == (printed, not printed)


@pytest.mark.parametrize(
    ("sizes", "printed"),
    [
        ({"a": 12, "b": 70, "c": 3}, {"b"}),
        ({"a": 12, "b": 70, "c": 5}, {"a", "b", "c"}),
        ({"a": 12, "b": 70, "": 3}, {"b"}),
        ({"a": 12, "b": 12, "c": 3}, {"b"}),
        ({"c": 3, "b": 12, "a": 12}, {"a"}),
        ({"a": 12, "b": 2, "c": 3}, {"a"}),
    ],
)
def test_no_group_is_worked_out_from_figures_and_charts(
    source: FigureSource, sizes: dict[str, int], printed: set[str]
) -> None:
    """A figure speaks of no group that the chart of the cases joins with a smaller one."""
    gender = source.definition.facts_by_key["gender"]
    fact = replace(gender, type="choice", choices=tuple(Option(key, key) for key in "abc"))
    definition = replace(source.definition, facts=(fact,))
    card = replace(source.scorecard, cases=sum(sizes.values()))
    groups = {value: replace(card, cases=cases) for value, cases in sizes.items()}
    source = FigureSource(definition, card, {"gender": groups})
    shown = set()
    for value in sizes:
        if value and source.resolve(f"[[cases where gender={value}]]", "here") == str(sizes[value]):
            shown.add(value)
    chart = merge_small(list(sizes.items()), merged_label="Others")
    assert shown == {category.label for category in chart} & set(sizes) == printed


def test_few_answers_are_in_no_figure(source: FigureSource) -> None:
    """Though the group is not small: those who were asked are, or those who are left."""
    card = source.scorecard
    told = "speaks of fewer than five answers in a group, or leaves so few to another."
    for answers in ((4, 4), (5, 4), (5, 5), (5, 0)):
        source.groups = {
            "looked_after": {
                value: replace(
                    card,
                    cases=8,
                    questions={"2.1.01": QuestionScore(score_tally(Tally(number, number)), {})},
                )
                for value, number in zip(("yes", "no"), answers, strict=True)
            }
        }
        written = "2.1.01:count where looked_after=yes"
        printed = f"{answers[0]} out of {answers[0]}"
        if 4 in answers:
            printed = f"⟦{written}: {told}⟧"
        assert source.resolve(f"[[{written}]]", "here") == printed


def test_an_inspection_may_ask_for_larger_groups(inspection: Inspection) -> None:
    inspection.smallest_group = 11
    definition = load_definition(inspection.programme)
    card = replace(score_inspection(inspection), cases=30)
    source = make_source(inspection, definition, card, {})
    told = "speaks of a group of fewer than 11 cases, or of all but so few."
    for cases in (10, 11, 19, 20):
        source.groups = {"gender": {"female": replace(card, cases=cases)}}
        text = source.resolve("[[cases where gender=female]]", "here")
        small = cases in (10, 20)
        assert text == (f"⟦cases where gender=female: {told}⟧" if small else str(cases))


def test_a_figure_over_a_line_end_is_told_on_one_line(source: FigureSource) -> None:
    source.resolve("Of [[cases where\n  gender=female]]", "here")
    assert source.faults == [FigureFault("here", "cases where gender=female", TOO_FEW)]


def test_groups_are_scored_only_for_facts_that_are_spoken_of() -> None:
    document = {
        "foreword": '[[1.1.01 where custody=yes]] and "[[cases where\nlooked_after=no]]"',
        "examples": [{"text": "[[1.1.02 where]] [[cases]] [[1.1.02 where gender=male:words]]"}],
        "service_users": {"children": {"respondents": 80}},
    }
    assert find_facts(document) == {"custody", "looked_after", "gender"}


def test_a_figure_is_read_with_or_without_a_form() -> None:
    assert parse_figure("1.1.10:not-both where custody=yes") == Figure(
        "1.1.10", "custody", "yes", "not-both"
    )
    assert parse_figure("headline risk_of_harm") == Figure("headline risk_of_harm")
    assert parse_figure("\n1.1.10:count\nwhere custody = yes ") == Figure(
        "1.1.10", "custody", "yes", "count"
    )
    with pytest.raises(FigureError, match=r"is empty\."):
        parse_figure(" where custody=yes")


def test_an_incomplete_inspection_prints_what_is_known_so_far(inspection: Inspection) -> None:
    assessment: Assessment = make_case(inspection, "ANY-100", facts=FACTS)
    definition = load_definition(assessment.inspection.programme)
    source = make_source(inspection, definition, score_inspection(inspection), {})
    assert source.resolve("[[2.1.01:count]]", "here") == "10 out of 16"
