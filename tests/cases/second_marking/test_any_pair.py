"""Whatever two assessors record: what differs is all there is to settle, and settling it ends."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from cases.models import SecondMarking
from cases.second_marking.differences import Standing
from inspections.catalogue import load_definition
from inspections.problems import RefusedError
from scoring.agreement.tables import measure_agreement
from scoring.scorecard import score_inspection
from tests.cases.second_marking.pairs import (
    answers_of,
    compared,
    facts_of,
    make_compared,
    reload,
    settle_as_lead,
)
from tests.casting import FACTS, make_inspection

pytestmark = pytest.mark.django_db


def make_any_pair(random: Random) -> SecondMarking:
    """Return a pair whose facts and answers are random, as the rules of the programme let them."""
    inspection = make_inspection()
    definition = load_definition(inspection.programme)
    people = []
    for _ in range(2):
        facts = {**FACTS, "safeguarding_need": random.choice(("yes", "no"))}
        for key in ("gender", "custody", "risk_level"):
            facts[key] = random.choice(definition.facts_by_key[key].values)
        if facts["safeguarding_need"] == "yes":
            facts["plan_required"] = random.choice(("yes", "no"))
        answers = {
            f"{code}/{row}".rstrip("/"): random.choice(
                ("sufficient", "insufficient", "not_applicable")[: 3 if question.allow_na else 2]
            )
            for code, question in definition.questions.items()
            for row in definition.rows_of(question)
        }
        people.append((facts, answers))
    (first_facts, first), (second_facts, second) = people
    return make_compared(
        inspection,
        first=first,
        second=second,
        first_facts=first_facts,
        second_facts=second_facts,
    )


@pytest.mark.parametrize("seed", range(12))
def test_settling_one_difference_after_another_ends_with_all_that_both_said(seed: int) -> None:
    random = Random(seed)
    pair = make_any_pair(random)
    inspection = pair.case.inspection
    before = measure_agreement(inspection)
    first, second = answers_of(pair.first), answers_of(pair.second)
    steps = 0
    while reload(pair).settled_at is None:
        comparison = compared(pair)
        open_ = [d for d in comparison.differences if d.standing == Standing.OPEN]
        assert open_, "something is left, and nothing can be settled"
        difference = random.choice(open_)
        with suppress(RefusedError):  # facts that do not go together
            settle_as_lead(pair, difference, random.choice(list(difference.values)))
        steps += 1
        assert steps < 99

    agreed = reload(pair).agreed
    assert agreed is not None
    answers, facts = answers_of(agreed), facts_of(agreed)
    assert "" not in answers.values()
    assert {
        code: answer
        for code, answer in first.items()
        if second.get(code) == answer and code in answers
    }.items() <= answers.items()
    both = facts_of(pair.first).items() & facts_of(pair.second).items()
    assert both <= facts.items()
    card = score_inspection(inspection)
    assert (card.cases, card.complete) == (1, True)
    assert measure_agreement(inspection) == before
