"""Figures in narrative: what each form prints, and what an author is told of one that cannot."""

from __future__ import annotations

import pytest

from cases.models import Assessment
from inspections.catalogue import load_definition
from inspections.models import Inspection
from reports.figures import (
    Figure,
    FigureError,
    FigureFault,
    FigureSource,
    find_facts,
    make_source,
    parse_figure,
)
from scoring.scorecard import score_inspection
from tests.casting import FACTS, make_case, make_inspection

SURVEYS = {"children": {"respondents": 80, "items": {"knew_why": {"count": 78, "of": 80}}}}


@pytest.fixture
def inspection(db: None) -> Inspection:
    """Eight cases, 5 of 8 sufficient on 2.1.01; one is looked after, and insufficient there."""
    inspection = make_inspection()
    for number in range(8):
        make_case(
            inspection,
            f"ANY-{number:03}",
            facts={**FACTS, "looked_after": "yes" if number == 7 else "no"},
            answers={
                "2.1.01": "sufficient" if number < 5 else "insufficient",
                "2.1.02/a": "sufficient" if number < 2 else "not_applicable",
                "2.1.02/b": "not_applicable",
            },
            rest="sufficient",
        )
    return inspection


@pytest.fixture
def source(inspection: Inspection) -> FigureSource:
    definition = load_definition(inspection.programme)
    document = {"service_users": SURVEYS, "foreword": "[[cases where looked_after=yes]]"}
    return make_source(inspection, definition, score_inspection(inspection), document)


PRINTED = {
    "2.1.01": "63%",
    "2.1.01:count": "5 out of 8",
    "2.1.01:both": "5 out of 8 (63%)",
    "2.1.01:words": "a majority",
    "2.1.01:not": "38%",
    "2.1.01:not-count": "3 out of 8",
    "2.1.01:not-both": "3 out of 8 (38%)",
    "2.1.01:not-words": "a minority",
    "2.1.01:relevant": "8",
    "2.1.02/a:count": "2 out of 2",
    "2.1.02:count": "2 out of 2",
    "cases": "8",
    "cases where looked_after=yes": "1",
    "cases where looked_after=no": "7",
    "2.1.01 where looked_after=no": "71%",
    "2.1.01:both where looked_after=no": "5 out of 7 (71%)",
    "2.1.01 where looked_after=no:both": "5 out of 7 (71%)",
    "headline safeguarding": "83%",
    "headline safeguarding where looked_after=yes": "50%",
    "headline safeguarding:band": "MINIMUM",
    "criterion 2.1": "70%",
    "criterion 2.1:band": "MODERATE",
    "section 1:count": "32 out of 32",
    "survey children.knew_why": "98%",
    "survey children.knew_why:both": "78 out of 80 (98%)",
    "  2.1.01 : count ": "5 out of 8",
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
    "2.1.01 where gender=female": "speaks of a group without cases.",
    "2.1.01 where looked_after": "needs a group of cases, such as “where looked_after=yes”.",
    "2.1.01:count where looked_after=no:both": "has two forms; give one.",
    "": "is empty.",
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


def test_groups_are_scored_only_for_facts_that_are_spoken_of() -> None:
    text = "[[1.1.01 where custody=yes]] [[cases where looked_after=no]] [[1.1.02 where]] [[cases]]"
    assert find_facts(text) == {"custody", "looked_after"}


def test_a_figure_is_read_with_or_without_a_form() -> None:
    assert parse_figure("1.1.10:not-both where custody=yes") == Figure(
        "1.1.10", "custody", "yes", "not-both"
    )
    assert parse_figure("headline risk_of_harm") == Figure("headline risk_of_harm")
    with pytest.raises(FigureError, match=r"is empty\."):
        parse_figure(" where custody=yes")


def test_an_incomplete_inspection_prints_what_is_known_so_far(inspection: Inspection) -> None:
    assessment: Assessment = make_case(inspection, "ANY-100", facts=FACTS)
    definition = load_definition(assessment.inspection.programme)
    source = make_source(inspection, definition, score_inspection(inspection), {})
    assert source.resolve("[[2.1.01:count]]", "here") == "5 out of 8"
