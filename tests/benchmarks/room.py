"""The lead inspector's room: every figure of an inspection of 99 cases, against its bare queries.

Hertfordshire, extended to the largest sample there is by copying cases, twelve of them judged
twice, beside the results of 157 other areas. All that its pages show is computed, HTML aside, from
what is read once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from random import Random
from time import perf_counter, process_time

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Assessment, Judgement, RecordedFact, SecondMarking
from cases.opening import GivenAnswer, NewCase, open_assessments, open_cases
from cases.second_marking.comparing import begin_comparison
from inspections.catalogue import load_definition
from inspections.models import Area, Inspection, TeamMember
from reports.comparing.previous import find_previous
from reports.comparing.results import read_results, select_others
from reports.comparing.standing import stand, stand_by_region
from reports.models import AreaResult
from scoring.agreement.markings import read_markings
from scoring.agreement.tables import measure_agreement
from scoring.answer_table import AnswerTable, read_answer_table
from scoring.arithmetic import Score
from scoring.assessors.comparing import compare_assessors, compare_by_criterion, find_given_answers
from scoring.breakdowns.counting import cross_divisions, divide_cases, score_division, suggest_gaps
from scoring.names import ScoreName
from scoring.near.listing import find_holders, list_near
from scoring.near.unsettled import find_unsettled
from scoring.scorecard import Scorecard
from scoring.scored import ScoredTable, score_table
from scoring.signing.reading import stand_criteria
from scoring.tracing.missing import list_missing
from scoring.tracing.scores import trace_score
from tests.benchmarks.timing import Result, measure_ratio

TRACED = ScoreName("criterion", "1.2")
BROKEN_DOWN = ScoreName("headline", "risk_of_harm")
FACT, CROSSED = "looked_after", "sentence_family"
CASES, JUDGED_TWICE, OTHER_AREAS = 99, 12, 157


def measure(inspection: Inspection) -> Iterator[Result]:
    """Give the queries, and the ratio; what was added is taken back."""
    with transaction.atomic():
        extend(inspection)
        judge_twice(inspection)
        import_results(inspection)
        inspection = Inspection.objects.select_related("programme", "area").get(pk=inspection.pk)
        compute_room(inspection)
        with CaptureQueriesContext(connection) as queries:
            compute_room(inspection)
        bare = [query["sql"] for query in queries.captured_queries]
        # SQLite works in this process, of which alone the time counts then.
        clock = process_time if connection.vendor == "sqlite" else perf_counter
        ratio = measure_ratio(
            partial(compute_room, inspection), partial(run_bare, bare), clock=clock
        )
        transaction.set_rollback(True)
    yield Result("queries of the room, 99 cases", len(queries), 12, "queries")
    yield Result("every figure of the room, against its bare queries", ratio, 3)


def compute_room(inspection: Inspection) -> None:
    """Compute what each page of the room shows, reading everything once."""
    table = read_answer_table(inspection)
    markings = read_markings(inspection)
    unsettled = find_unsettled(table, markings)
    scored = score_table(inspection, table)
    stand_criteria(inspection, table, {})
    list_missing(table)
    trace_score(table, TRACED, unsettled=markings.unsettled)
    find_holders(table, unsettled, list_near(table, unsettled)[0].name, "up")
    break_down(inspection, table)
    measure_agreement(inspection, markings)
    compare_everybody(inspection, table)
    compare_areas(inspection, make_card(inspection, scored))


def break_down(inspection: Inspection, table: AnswerTable) -> None:
    """Look for gaps, and take a headline by one fact, and by two."""
    suggest_gaps(inspection, table)
    down, across = (divide_cases(table, fact) for fact in (FACT, CROSSED))
    score_division(inspection, table, BROKEN_DOWN, down)
    cross_divisions(inspection, table, BROKEN_DOWN, down, across)


def compare_everybody(inspection: Inspection, table: AnswerTable) -> None:
    """Compare the assessors, and one of them criterion by criterion."""
    given = find_given_answers(table)
    team = list(TeamMember.objects.filter(inspection=inspection))
    compare_assessors(given, team, FACT)
    compare_by_criterion(given, team[0], FACT)


def make_card(inspection: Inspection, scored: ScoredTable) -> Scorecard:
    """Return what is compared with other inspections."""

    def choose(kind: str) -> dict[str, Score]:
        return {name.key: each.score for name, each in scored.scores.items() if name.kind == kind}

    return Scorecard(
        inspection=inspection.slug,
        programme=scored.table.definition.identity,
        cases=scored.cases,
        complete=scored.complete,
        headlines=choose("headline"),
        sections=choose("section"),
        criteria=choose("criterion"),
        questions={},
    )


def compare_areas(inspection: Inspection, card: Scorecard) -> None:
    """Compare with all other areas, with those of each region, and with the inspection before."""
    definition = load_definition(inspection.programme)
    results = read_results(inspection.programme.slug)
    others = select_others(results, date.max, own_area=inspection.area_id)
    themes = [theme.key for theme in definition.themes]
    for theme in themes:
        stand(theme, others)
    stand_by_region(themes, others)
    assert find_previous(inspection, definition, card)


def run_bare(queries: list[str]) -> None:
    """Have the database answer the same, with nothing made of it."""
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            cursor.fetchall()


def extend(inspection: Inspection) -> None:
    """Copy cases of the inspection, with their facts and answers, until there are enough."""
    originals = list(
        Assessment.objects.filter(inspection=inspection)
        .select_related("case", "assessor")
        .order_by("case__position")
    )
    open_cases(
        inspection,
        [
            copy_case(original, f"HRT-{number:03}")
            for number, original in enumerate(
                originals[: CASES - len(originals)], len(originals) + 1
            )
        ],
    )


def copy_case(assessment: Assessment, reference: str, by: TeamMember | None = None) -> NewCase:
    """Return a case like that of `assessment`, judged by the same person or by another."""
    assessor = by or assessment.assessor
    facts = RecordedFact.objects.filter(assessment=assessment).values_list("fact__key", "value")
    answers = Judgement.objects.filter(assessment=assessment).exclude(answer="")
    return NewCase(
        reference,
        assessor=assessor,
        case_manager=assessment.case.case_manager,
        facts=dict(facts),
        answers={
            (code, row): GivenAnswer(answer, assessor)
            for code, row, answer in answers.values_list("question__code", "row", "answer")
        },
    )


def judge_twice(inspection: Inspection) -> None:
    """Have some cases judged a second time, with one answer in ten another, and compared."""
    random = Random(9)
    gates = load_definition(inspection.programme).gates
    team = [m for m in inspection.team.all() if m.role in TeamMember.ASSESSING_ROLES]
    firsts = Assessment.objects.filter(inspection=inspection).select_related("case", "assessor")
    for first in firsts.order_by("case__position")[:JUDGED_TWICE]:
        other = next(member for member in team if member != first.assessor)
        new = copy_case(first, first.case.reference, other)
        answers = {
            (code, row): given
            if code in gates or random.random() < 0.9
            else replace(given, answer=random.choice(Judgement.Answer.values[:2]))
            for (code, row), given in new.answers.items()
        }
        second = Assessment(
            case=first.case,
            inspection=inspection,
            assessor=other,
            kind=Assessment.Kind.SECOND,
            of_record=False,
        )
        open_assessments([(second, replace(new, answers=answers))])
        pair = SecondMarking.objects.create(
            case=first.case,
            first=first,
            second=second,
            picked_by=team[0],
            picked_at=timezone.now(),
        )
        assert begin_comparison(pair)


def import_results(inspection: Inspection) -> None:
    """Give each other area a result under the same programme, before this one; and this one."""
    random = Random(158)
    areas = Area.objects.bulk_create(
        Area(name=f"Area {number}", slug=f"area-{number}") for number in range(OTHER_AREAS)
    )
    themes = load_definition(inspection.programme).themes
    AreaResult.objects.bulk_create(
        AreaResult(
            area=area,
            programme=inspection.programme.slug,
            region=f"Region {number % 10}",
            publication_date="2011-06",
            scores={theme.key: random.randint(35, 90) for theme in themes},
            imported_at=timezone.now(),
        )
        for number, area in enumerate([inspection.area, *areas])
    )
