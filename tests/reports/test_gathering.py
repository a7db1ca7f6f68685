"""Gathering a report: what goes where, the same few queries for any number of cases."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from inspections.catalogue import load_definition
from inspections.models import Inspection
from reports import content
from reports.figures import FigureFault
from reports.gathering import gather_content
from reports.models import Narrative
from tests.casting import FACTS, make_case, make_inspection

DOCUMENT: dict[str, Any] = {
    "foreword": "We read [[cases]] cases.",
    "signed_month": "2026-03",
    "sections": {"1": {"commentary": "Good in [[1.1.01]] of cases."}},
    "criteria": {
        "1.1": {
            "strengths": ["Screened in [[1.1.01:count]] cases."],
            "areas_for_improvement": ["None.", "Nothing of [[7.7.77]]."],
        }
    },
    "recommendations": [{"text": "plan in time", "owner": "Head of Service"}],
    "examples": [{"section": "2", "criterion": "2.1", "text": "A boy was helped."}],
    "service_users": {
        "children": {
            "respondents": 10,
            "items": {"listened": {"count": 9, "of": 10}},
            "findings": ["[[survey children.listened:count]] were listened to."],
        }
    },
    "context": {"area": ["By the sea."], "service": ["One office."]},
}


@pytest.fixture
def inspection(db: None) -> Inspection:
    inspection = make_inspection(
        comparators={
            "scope": "Regions so far",
            "as_of": "2026-02",
            "safeguarding": {"lowest": 30, "highest": 90, "average": 60},
            "risk_of_harm": {"lowest": 20, "highest": 80, "average": 50},
        }
    )
    for number in range(6):
        make_case(inspection, f"ANY-{number:03}", facts=FACTS, rest="sufficient")
    make_case(inspection, "ANY-100", facts={**FACTS, "gender": "female"}, rest="insufficient")
    Narrative.objects.create(inspection=inspection, document=DOCUMENT)
    return inspection


def test_every_part_is_in_its_place(inspection: Inspection) -> None:
    gathered = gather_content(inspection, number=3)
    report = gathered.content
    assert report.foreword == "We read 7 cases."
    assert (report.number, report.area, report.cases) == (3, "Anyshire", 7)
    assert (report.dates.signed, report.dates.fieldwork_end) == ("2026-03", "2026-01-23")
    assert [headline.theme for headline in report.headlines] == ["safeguarding", "risk_of_harm"]
    assert [section.number for section in report.sections] == ["1", "2"]
    assert report.sections[0].commentary == "Good in 86% of cases."
    first = report.sections[0].criteria[0]
    assert first.strengths == ("Screened in 6 out of 7 cases.",)
    assert first.statement == "Risk is assessed well and in time."
    assert report.recommendations == (
        content.Recommendation(text="plan in time", owner="Head of Service"),
    )
    assert report.examples == (
        content.Example(section="2", criterion="2.1", text="A boy was helped."),
    )
    assert report.children == content.Survey(
        respondents=10, findings=("9 out of 10 were listened to.",)
    )
    assert report.victims is None
    assert (report.context_area, report.context_service) == (("By the sea.",), ("One office.",))
    assert report.comparators is not None
    assert report.comparators.rows[0] == content.Comparator(
        theme="safeguarding", lowest=30, highest=90, average=60
    )


def test_the_team_stands_by_role_in_the_order_of_print(inspection: Inspection) -> None:
    assert gather_content(inspection).content.team == (
        content.TeamRole("lead_inspector", ("Lead inspector",)),
        content.TeamRole("inspector", ("Inspector",)),
        content.TeamRole("practice_assessor", ("Practice assessor",)),
        content.TeamRole("local_assessor", ("Local assessor",)),
        content.TeamRole("support_staff", ("Support officer",)),
    )


def test_scores_are_those_of_the_scorecard(inspection: Inspection) -> None:
    gathered = gather_content(inspection)
    printed = {
        criterion.number: criterion.score and criterion.score.percent
        for section in gathered.content.sections
        for criterion in section.criteria
    }
    scored = {number: score.percent for number, score in gathered.scorecard.criteria.items()}
    assert printed == scored


def test_a_figure_without_a_value_is_told_with_its_place(inspection: Inspection) -> None:
    assert gather_content(inspection).faults == (
        FigureFault(
            "criterion 1.1, area for improvement 2",
            "7.7.77",
            "names a question that does not exist: 7.7.77.",
        ),
    )


def test_no_group_under_five_cases_is_printed(inspection: Inspection) -> None:
    charts = {
        chart.key: chart.categories for chart in gather_content(inspection).content.case_charts
    }
    assert charts == {
        "gender": (content.Category("Female, Male", 7),),
        "looked_after": (content.Category("No", 7),),
        "custody": (content.Category("No", 7),),
        "community": (content.Category("Yes", 7),),
    }


def test_the_content_survives_freezing(inspection: Inspection) -> None:
    report = gather_content(inspection).content
    assert content.ReportContent.from_document(report.to_document()) == report


def test_it_takes_the_same_queries_for_one_case_and_for_many(
    django_assert_num_queries: DjangoAssertNumQueries, db: None
) -> None:
    for area, cases in (("Anyshire", 1), ("Otherton", 12)):
        inspection = make_inspection(area)
        for number in range(cases):
            make_case(inspection, f"X-{number:03}", facts=FACTS, rest="sufficient")
        Narrative.objects.create(inspection=inspection, document=DOCUMENT)
        inspection = Inspection.objects.select_related("programme", "area").get(pk=inspection.pk)
        load_definition(inspection.programme)
        with django_assert_num_queries(4):
            gather_content(inspection)


def test_an_inspection_without_a_narrative_has_an_empty_report(db: None) -> None:
    inspection = make_inspection()
    gathered = gather_content(inspection)
    assert (gathered.content.foreword, gathered.content.cases, gathered.faults) == ("", 0, ())
