"""Gathering a report: what goes where, the same few queries for any number of cases."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment
from cases.recording import FactChange, record_facts
from inspections.catalogue import load_definition
from inspections.models import Inspection
from inspections.problems import RefusedError
from reports import content
from reports.bundle import check_narrative
from reports.figures import FigureFault
from reports.gathering import gather_content
from reports.models import Narrative
from reports.publication import list_obstacles
from reports.rendering import render_html, render_web
from tests.casting import FACTS, make_case, make_inspection, member_of

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


def test_an_inspection_may_ask_for_larger_groups(inspection: Inspection) -> None:
    inspection.smallest_group = 8
    gathered = gather_content(inspection).content
    assert gathered.smallest_group == 8
    assert {chart.categories for chart in gathered.case_charts} == {()}


def test_content_from_before_groups_could_be_larger_is_read(inspection: Inspection) -> None:
    document = gather_content(inspection).content.to_document()
    del document["smallest_group"]
    assert content.ReportContent.from_document(document).smallest_group == 5


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
        with django_assert_num_queries(6):
            gather_content(inspection)


def test_an_inspection_without_a_narrative_has_an_empty_report(db: None) -> None:
    inspection = make_inspection()
    gathered = gather_content(inspection)
    assert (gathered.content.foreword, gathered.content.cases, gathered.faults) == ("", 0, ())


def test_what_a_narrative_may_leave_out_is_left_out_or_made_good(inspection: Inspection) -> None:
    document = {
        "recommendations": [{"text": "plan in time"}],
        "service_users": {"children": {"findings": ["Most were heard."]}},
    }
    Narrative.objects.update(document=document)
    report = gather_content(inspection).content
    assert report.recommendations == (
        content.Recommendation(text="plan in time", owner="Head of Service"),
    )
    assert report.children == content.Survey(respondents=None, findings=("Most were heard.",))
    assert content.ReportContent.from_document(report.to_document()) == report
    printed = render_html(report, draft=False)
    assert "Most were heard." in printed
    assert "Questionnaires were completed" not in printed


def test_a_group_so_small_that_a_child_could_be_known_keeps_a_report_from_print(
    inspection: Inspection,
) -> None:
    Narrative.objects.update(
        document={"examples": [{"section": "1", "text": "[[1.1.01\n where gender=female]]"}]}
    )
    assert list_obstacles(inspection, gather_content(inspection)) == [
        "example 1: [[1.1.01 where gender=female]] speaks of a group of fewer than five cases, "
        "or of all but so few."
    ]


FIGURES = st.builds(
    "[[{}{}{}]]".format,
    st.sampled_from(
        ["1.1.01", "2.1.02/a", "9.9.99", "cases", "criterion 1.1", "section 2", "headline x",
         "headline safeguarding", "survey children.a", "survey victims.b", "survey", "", "/"]
    ),
    st.sampled_from(["", ":", ":both", ":words", ":not", ":not-band", ":band", ":x:y"]),
    st.sampled_from(
        ["", " where", " where gender=male", "\nwhere custody=yes", " where x=y", " where where="]
    ),
)  # fmt: skip
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.just("\n"), max_size=12
)
TEXTS = st.lists(WORDS | FIGURES, min_size=1, max_size=3).map(" ".join)
LISTS = st.lists(TEXTS, max_size=2)
SURVEYS = st.fixed_dictionaries(
    {},
    optional={
        "respondents": st.integers(0, 1_000_000),
        "items": st.dictionaries(
            st.sampled_from("abc"),
            st.fixed_dictionaries({"count": st.integers(0, 5), "of": st.integers(0, 9)}),
        ),
        "findings": LISTS,
    },
)
NARRATIVES = st.fixed_dictionaries(
    {},
    optional={
        "foreword": TEXTS,
        "signed_month": st.sampled_from(["0000-05", "0001-01", "2012-05", "9999-12"]),
        "sections": st.dictionaries(
            st.sampled_from("12"), st.fixed_dictionaries({}, optional={"commentary": TEXTS})
        ),
        "criteria": st.dictionaries(
            st.sampled_from(["1.1", "1.2", "2.1"]),
            st.fixed_dictionaries(
                {}, optional={"strengths": LISTS, "areas_for_improvement": LISTS}
            ),
        ),
        "recommendations": st.lists(
            st.fixed_dictionaries(
                {"text": TEXTS},
                optional={
                    "owner": WORDS,
                    "group": st.sampled_from(["higher_proportion", "furthermore"]),
                },
            ),
            max_size=3,
        ),
        "examples": st.lists(
            st.fixed_dictionaries(
                {"section": st.just("1"), "text": TEXTS},
                optional={"criterion": st.sampled_from(["1.1", "1.2"])},
            ),
            max_size=2,
        ),
        "service_users": st.fixed_dictionaries(
            {}, optional={"children": SURVEYS, "victims": SURVEYS}
        ),
        "context": st.fixed_dictionaries({}, optional={"area": LISTS, "service": LISTS}),
    },
)


@pytest.mark.usefixtures("inspection")
@settings(max_examples=60, deadline=None)
@given(NARRATIVES, st.booleans())
def test_any_narrative_that_is_accepted_can_be_shown(
    document: dict[str, Any], as_draft: bool
) -> None:
    inspection = Inspection.objects.get()
    try:
        document = check_narrative(load_definition(inspection.programme), document)
    except RefusedError:
        reject()
    Narrative.objects.update(document=document)
    report = gather_content(inspection).content
    assert content.ReportContent.from_json(report.to_json()) == report
    for render in (render_html, render_web):
        assert "Acknowledgements" in render(report, draft=as_draft)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_is_recorded_meanwhile_is_no_part_of_it(transactional_db: None) -> None:
    inspection = make_inspection()
    for number in range(6):
        make_case(inspection, f"ANY-{number:03}", facts=FACTS, rest="sufficient")
    Narrative.objects.create(inspection=inspection, document=DOCUMENT)
    load_definition(inspection.programme)
    before = gather_content(inspection).content
    recorded = []

    def record() -> None:
        lead = member_of(inspection, "lead")
        for assessment in Assessment.objects.filter(inspection=inspection):
            changes = [FactChange("custody", "yes", 1), FactChange("community", "no", 1)]
            recorded.append(record_facts(assessment, changes, lead).complete)
        connection.close()

    def record_before_cases_are_counted(execute: Any, sql: str, *rest: Any) -> Any:
        if "cases_recordedfact" in sql and not recorded:
            elsewhere = Thread(target=record)
            elsewhere.start()
            elsewhere.join()
        return execute(sql, *rest)

    with connection.execute_wrapper(record_before_cases_are_counted):
        during = gather_content(inspection).content
    after = gather_content(inspection).content
    assert recorded == [True] * 6
    assert replace(during, dates=before.dates) == before
    assert replace(after, dates=before.dates) != before
