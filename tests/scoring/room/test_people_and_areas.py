"""Assessors, agreement and comparators: as an independent reference has them."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from django.utils import timezone

from inspections.models import Area
from reports.comparing.results import read_results, select_others
from reports.comparing.standing import stand, stand_by_region
from reports.models import AreaResult
from scoring.agreement.tables import Counted, measure_agreement, measure_question
from scoring.answer_table import AnswerTable
from scoring.assessors.comparing import compare_assessors, compare_by_criterion, find_given_answers
from scoring.assessors.standardising import Standardised
from tests.scoring import slow_agreement, slow_assessors
from tests.scoring import slow_reference as slow
from tests.scoring.room.known import REAL, Known
from tests.scoring.slow_agreement import ANSWERS, Pair

CLOSE = 1e-6
REGIONS = ("East of England", "North West", "Wales")


def check_compared(found: Standardised, expected: dict[str, object]) -> None:
    """Check the figures of one assessor."""
    for field in ("cases", "other_cases", "answers", "sufficient", "widened", "unmatched"):
        assert getattr(found, field) == expected[field], field
    assert found.expected == pytest.approx(float(expected["expected"]))  # type: ignore[arg-type]
    difference = found.difference
    assert (difference and (difference.points, difference.low, difference.high)) == pytest.approx(
        expected["difference"], abs=CLOSE
    )


def test_each_assessor_beside_the_others(known: Known, table: AnswerTable) -> None:
    # The real ones are large: there each case is compared with those like it, which is harder.
    for fact in ("looked_after",) if known.inspection.slug in REAL else ("", "looked_after"):
        check_assessors(known, table, fact)


def check_assessors(known: Known, table: AnswerTable, fact: str) -> None:
    """Check everybody's figures, and of one assessor those of each criterion."""
    given = find_given_answers(table)
    answers = slow_assessors.list_own_answers(known.inspection, known.raw, fact)
    team = list(known.inspection.team.all())
    compared = compare_assessors(given, team, fact)
    has_cases = {case["assessor_id"] for case in known.raw.cases} - {None}
    assert [each.member for each in compared] == [m for m in team if m.pk in has_cases]
    for each in compared:
        assert each.allocated == sum(c["assessor_id"] == each.member.pk for c in known.raw.cases)
        check_compared(each.result, slow_assessors.compare(answers, each.member.pk))
    for each in compared[:1]:
        for criterion in compare_by_criterion(given, each.member, fact):
            places = set(known.raw.programme.names[str(criterion.name)])
            chosen = [answer for answer in answers if answer.place in places]
            check_compared(criterion.result, slow_assessors.compare(chosen, each.member.pk))
    scored = sum(
        how in (slow.YES, slow.NO) and known.raw.programme.questions[place[0]]["scoring"] != "none"
        for case in known.raw.cases
        for place, how in case["standing"].items()
    )
    assert given.count_nobodys() == scored - len(answers)


def check_counted(found: Counted, answers: list[tuple[object, str, str]]) -> None:
    """Check a table of pairs: how many, how many alike, both coefficients, and the one-sided."""
    pairs, alike, one_sided = slow_agreement.count_alike(answers)
    table = found.table
    assert (table.pairs, table.alike, found.one_sided) == (pairs, alike, one_sided)
    assert table.percent == slow.percent_of(alike, pairs)
    kappa, ac1 = slow_agreement.coefficients(answers, table.categories)
    assert (table.kappa, table.ac1) == (kappa, ac1)


def test_agreement(known: Known) -> None:
    measured = measure_agreement(known.inspection)
    every = [answer for pair in known.pairs for answer in pair.answers]
    assert measured.cases == len(known.pairs)
    check_counted(measured.overall, list(every))
    for code, counted in measured.questions.items():
        of_question = [answer for answer in every if answer[0][0] == code]
        check_counted(counted, list(of_question))
        assert measure_question(known.inspection, code)[0] == counted
    for number, counted in measured.criteria.items():
        questions = known.raw.programme.questions
        check_counted(counted, [a for a in every if questions[a[0][0]]["criterion"] == number])
    for key, counted in measured.facts.items():
        check_counted(counted, [fact for p in known.pairs for fact in p.facts if fact[0] == key])
    for each in measured.assessors:
        assert each.assessor is not None
        check_counted(each, list_answers_of(known.pairs, each.assessor.pk))


def list_answers_of(pairs: list[Pair], member: int) -> list[tuple[object, str, str]]:
    """Return what one assessor answered themselves beside what the other did, or was not asked."""
    listed: list[tuple[object, str, str]] = []
    for pair in pairs:
        for place, first, second in pair.answers:
            if pair.first == member and (not first or place in pair.first_own):
                listed.append((place, first, second))
            if pair.second == member and (not second or place in pair.second_own):
                listed.append((place, second, first))
    return listed


@pytest.mark.parametrize("seed", range(3))
def test_comparators_from_the_rows_of_areas(every: dict[str, Known], db: None, seed: int) -> None:
    """Of each other area the latest result by the day; the mean of the printed percentages."""
    random, known = Random(seed), every["hertfordshire-2012"]
    programme = known.inspection.programme.slug
    rows = []
    for number in range(20):
        area = Area.objects.create(name=f"Shire {number}", slug=f"shire-{number}")
        for month in random.sample(range(1, 13), random.randint(1, 2)):
            rows.append(
                {
                    "area": area,
                    "region": random.choice(REGIONS),
                    "publication_date": f"2011-{month:02}-{random.randint(1, 28):02}",
                    "scores": {
                        theme: random.choice([None, *range(30, 95)])
                        for theme in ("safeguarding", "risk_of_harm", "likelihood_of_reoffending")
                    },
                }
            )
    AreaResult.objects.bulk_create(
        AreaResult(programme=programme, imported_at=timezone.now(), **row) for row in rows
    )
    by = random.choice(["2011-03-31", "2011-08-01", "2011-12-31"])
    latest = {}
    for row in sorted(rows, key=lambda row: str(row["publication_date"])):
        if str(row["publication_date"]) <= by:
            latest[row["area"]] = row
    others = select_others(
        read_results(programme), date.fromisoformat(by), own_area=known.inspection.area_id
    )
    for theme in ("safeguarding", "risk_of_harm", "likelihood_of_reoffending"):
        for region in (None, *REGIONS):
            percents = [
                row["scores"][theme]  # type: ignore[index]
                for row in latest.values()
                if row["scores"][theme] is not None and region in (None, row["region"])  # type: ignore[index]
            ]
            found = (
                stand(theme, others)
                if region is None
                else stand_by_region([theme], others).get(region, {}).get(theme)
            )
            if not percents:
                assert found is None or found.areas == 0
                continue
            assert found is not None
            assert {
                "lowest": found.lowest,
                "highest": found.highest,
                "average": found.average,
            } == slow.summarise(percents)


def test_answers_are_those_that_can_be_given() -> None:
    assert set(ANSWERS) == {slow.YES, slow.NO, slow.NOT_APPLICABLE}
