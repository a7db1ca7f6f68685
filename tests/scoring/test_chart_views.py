"""The page of charts: every chart with its numbers, for the lead inspector alone."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inspections.models import Inspection
from scoring.answer_table import read_answer_table
from scoring.charts.scorecard import LONGEST, draw_questions, draw_scores, draw_stacks
from scoring.names import ScoreName
from scoring.scored import score_table
from scoring.statistics.criteria import estimate_criteria
from tests.casting import (
    FACTS,
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    user_of,
)
from tests.pages import read_page, rows_of, text_of, texts_of

CHARTS = "/inspections/anyshire-2026/scorecard/charts/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    """Three cases of which one is without an answer to 2.1.01, and 1.2.03 is No in one."""
    inspection = make_inspection(caseload=40)
    make_case(inspection, "A-1", rest="sufficient")
    make_case(inspection, "A-2", answers={"1.2.03": "insufficient"}, rest="sufficient")
    open_case = make_case(inspection, "A-3", rest="sufficient")
    open_case.judgements.filter(question__code="2.1.01").update(answer="")
    return inspection


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    client = Client()
    client.force_login(user_of(inspection, "lead"))
    return client


def test_scores_stand_as_bars_and_in_the_table_beside_them(
    inspection: Inspection, lead: Client
) -> None:
    page = read_page(lead.get(CHARTS))
    assert texts_of(page, "//h1") == ["Anyshire 2026 Charts"]
    lines = rows_of(page, "scores-table")
    assert lines[0] == ["Score", "Per cent", "95% interval", "Sufficient"]
    assert [(line[0], line[1], line[3]) for line in lines[1:]] == [
        ("1 Assessment and planning", "92%", "11 of 12"),
        ("1.1 Risk", "100% MINIMUM", "9 of 9"),
        ("1.2 Planning", "67% MODERATE", "2 of 3"),
        ("2 Delivery", "100% may end at 89% to 100%", "8 of 8 1 open"),
        ("2.1 Working together", "100% may end at 89% to 100% MINIMUM", "8 of 8 1 open"),
    ]
    scored = score_table(inspection, read_answer_table(inspection))
    for line in lines[1:]:
        number, _ = line[0].split(" ", 1)
        kind = "criterion" if "." in number else "section"
        interval = scored.scores[ScoreName(kind, number)].interval  # type: ignore[arg-type]
        assert interval is not None
        assert line[2] == f"{interval.printed} few cases"
    (chart,) = page.xpath("//section[@aria-labelledby='scores']//*[local-name()='svg']/*[1]")
    assert "1.2 Planning: 67% (MODERATE, 95% interval " in chart.text_content()
    assert "MODERATE from 60%" in chart.text_content()


def test_answers_stand_by_question_as_stacks_and_in_the_table(lead: Client) -> None:
    page = read_page(lead.get(CHARTS))
    assert rows_of(page, "answers-1.2-1") == [
        ["Question", "Sufficient", "Insufficient", "Open", "Per cent"],
        ["1.2.01 Was the plan for custody good enough?", "0", "0", "0", "Not scored"],
        ["1.2.02 Has the young person kept to the plan? in no score", "3", "0", "0", "100%"],
        ["1.2.03 Did the plan manage the risk?", "2", "1", "0", "67%"],
    ]
    assert rows_of(page, "answers-2.1-1")[1] == [
        "2.1.01 Was the planned work delivered?", "2", "0", "1", "100%",
    ]  # fmt: skip
    (chart,) = page.xpath("//section[@aria-labelledby='criterion-2.1']//*[local-name()='svg']/*[1]")
    assert "2.1.01 Was the planned work delivered?: 2 sufficient, 0 insufficient, 1 open;" in (
        chart.text_content()
    )


def test_a_long_criterion_takes_charts_of_about_one_length(inspection: Inspection) -> None:
    scored = score_table(inspection, read_answer_table(inspection))
    criterion = scored.table.definition.criteria["1.1"]
    parts = list(draw_stacks(scored, replace(criterion, questions=criterion.questions * 10)))
    assert [len(part.lines) for part in parts] == [10, 10, 10]
    assert 2 * LONGEST < 30
    assert parts[1].title == "1.1 Risk: answers by question, part 2 of 3"
    assert len({part.key for part in parts}) == 3


def test_charts_are_well_formed_and_need_no_inline_style(inspection: Inspection) -> None:
    scored = score_table(inspection, read_answer_table(inspection))
    charts = [part.chart for part in draw_scores(scored)]
    charts += [part.chart for criterion in draw_questions(scored) for part in criterion.parts]
    assert len(charts) == 5
    for chart in charts:
        drawn = ElementTree.fromstring(chart)
        assert drawn[0].tag.endswith("title")
        assert "style" not in {name for element in drawn.iter() for name in element.attrib}


def test_says_where_there_are_no_cases(lead: Client) -> None:
    inspection = make_inspection("Elsewhere")
    client = Client()
    client.force_login(user_of(inspection, "lead"))
    page = read_page(client.get("/inspections/elsewhere-2026/scorecard/charts/"))
    assert "No cases have been drawn for this inspection yet" in text_of(page)
    assert page.xpath("//*[local-name()='svg'][@role='img']") == []


def test_is_the_lead_inspectors_alone(inspection: Inspection, lead: Client) -> None:
    answers = []
    for user in (
        user_of(inspection, "inspector"),
        user_of(inspection, "support"),
        make_manager(),
        make_administrator(),
    ):
        client = Client()
        client.force_login(user)
        answers.append(client.get(CHARTS).status_code)
    assert answers == [403, 404, 404, 404]
    assert Client().get(CHARTS).headers["Location"] == f"/accounts/login/?next={CHARTS}"
    assert lead.post(CHARTS).status_code == 405


def test_takes_the_same_queries_for_few_cases_and_many(
    inspection: Inspection, lead: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lead.get(CHARTS)
    for more in (0, 6):
        for number in range(more):
            make_case(inspection, f"B-{number}", rest="sufficient")
        with django_assert_num_queries(6):
            lead.get(CHARTS)


def test_a_report_has_the_same_intervals_from_one_query(
    inspection: Inspection, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_case(inspection, "C-1", facts=FACTS | {"custody": "yes"}, rest="insufficient")
    scored = score_table(inspection, read_answer_table(inspection))
    with django_assert_num_queries(1):
        found = estimate_criteria(inspection)
    assert found == {
        name: each.interval
        for name, each in scored.scores.items()
        if name.kind in ("section", "criterion")
    }
    assert estimate_criteria(make_inspection("Elsewhere")) == {}
