"""The scorecard: one query, and the same scores as a slow and simple reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from pytest_django import DjangoAssertNumQueries

from cases.applicability import decide_states
from cases.models import Assessment
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection
from scoring.arithmetic import Score, Tally, round_half_up
from scoring.scorecard import Scorecard, score_groups, score_inspection
from tests.casting import FACTS, make_case, make_inspection, member_of

Answers = Mapping[tuple[str, str], str]


def count(definition: ProgrammeDefinition, cases: list[Answers], codes: list[str]) -> Tally:
    """Count answers one by one: the slow reference."""
    given = [
        answer for case in cases for (code, _), answer in case.items() if answer and code in codes
    ]
    sufficient = sum(1 for answer in given if answer == "sufficient")
    return Tally(sufficient, sufficient + sum(1 for a in given if a == "insufficient"))


def scored(definition: ProgrammeDefinition, theme: str = "", criterion: str = "") -> list[str]:
    return [
        code
        for code, question in definition.questions.items()
        if question.scoring != "none"
        and (not theme or theme in question.key_for)
        and (not criterion or definition.criterion_of[code] == criterion)
    ]


@pytest.fixture
def inspection(db: None) -> Inspection:
    return make_inspection()


def test_counts_and_scores_of_a_complete_inspection(inspection: Inspection) -> None:
    make_case(inspection, "ANY-001", facts=FACTS, rest="sufficient")
    make_case(
        inspection,
        "ANY-002",
        facts=FACTS,
        answers={
            "1.1.01": "insufficient",
            "1.2.02": "insufficient",
            "2.1.01": "not_applicable",
            "2.1.02/a": "insufficient",
        },
        rest="sufficient",
    )
    card = score_inspection(inspection)
    assert (card.cases, card.complete) == (2, True)
    assert card.criteria == {
        "1.1": Score(3, 4, 0, 75, 75, 75, "MINIMUM"),
        "1.2": Score(2, 2, 0, 100, 100, 100, "MINIMUM"),
        "2.1": Score(4, 5, 0, 80, 80, 80, "MINIMUM"),
    }
    assert card.sections == {
        "1": Score(5, 6, 0, 83, 83, 83, None),
        "2": Score(4, 5, 0, 80, 80, 80, None),
    }
    assert card.headlines == {
        "safeguarding": Score(5, 7, 0, 71, 71, 71, "MODERATE"),
        "risk_of_harm": Score(4, 5, 0, 80, 80, 80, "MINIMUM"),
    }
    assert card.questions["1.2.02"].score == Score(1, 2, 0, 50, 50, 50, None)
    assert card.questions["2.1.02"].rows == {
        "a": Score(1, 2, 0, 50, 50, 50, None),
        "b": Score(2, 2, 0, 100, 100, 100, None),
    }
    assert card.questions["1.2.01"].score == Score(0, 0, 0, None, None, None, None)


def test_an_inspection_without_cases_is_not_complete(inspection: Inspection) -> None:
    card = score_inspection(inspection)
    assert (card.cases, card.complete) == (0, False)
    assert set(card.criteria.values()) == {Score(0, 0, 0, None, None, None, None)}


def test_an_unrecorded_fact_keeps_it_open_though_every_question_is_answered(
    inspection: Inspection,
) -> None:
    """With a low risk and no plan, the last condition fails whatever the other fact is."""
    facts = {**FACTS, "risk_level": "high", "plan_required": ""}
    make_case(inspection, facts=facts, rest="sufficient")
    card = score_inspection(inspection)
    assert sum(question.score.open for question in card.questions.values()) == 0
    assert not card.complete


def test_a_set_aside_answer_is_not_scored(inspection: Inspection) -> None:
    from cases.recording import AnswerChange, record_answers

    assessment = make_case(inspection, facts=FACTS, rest="sufficient")
    record_answers(
        assessment, [AnswerChange("1.1.01", "", "insufficient", 1)], member_of(inspection, "lead")
    )
    card = score_inspection(inspection)
    assert card.criteria["1.1"] == Score(0, 1, 0, 0, 0, 0, "DRASTIC")


def test_a_second_assessment_does_not_count(inspection: Inspection) -> None:
    assessment = make_case(inspection, facts=FACTS, rest="sufficient")
    Assessment.objects.filter(pk=assessment.pk).update(of_record=False)
    assert score_inspection(inspection).cases == 0


def test_groups_by_a_fact_add_up_to_the_whole(inspection: Inspection) -> None:
    make_case(inspection, "ANY-001", facts={**FACTS, "looked_after": "yes"}, rest="insufficient")
    make_case(inspection, "ANY-002", facts=FACTS, rest="sufficient")
    make_case(inspection, "ANY-003", facts={**FACTS, "looked_after": ""}, rest="sufficient")
    groups = score_groups(inspection, "looked_after")
    assert {value: group.cases for value, group in groups.items()} == {"": 1, "yes": 1, "no": 1}
    whole = score_inspection(inspection)
    assert sum(group.criteria["2.1"].relevant for group in groups.values()) == (
        whole.criteria["2.1"].relevant
    )
    assert groups["yes"].headlines["safeguarding"].percent == 0


def test_it_takes_one_query_for_any_number_of_cases(
    inspection: Inspection, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    load_definition(inspection.programme)
    make_case(inspection, "ANY-001", facts=FACTS, rest="sufficient")
    with django_assert_num_queries(1):
        score_inspection(inspection)
    for number in range(2, 12):
        make_case(inspection, f"ANY-{number:03}", facts=FACTS, rest="sufficient")
    with django_assert_num_queries(1):
        score_inspection(inspection)
    with django_assert_num_queries(1):
        score_groups(inspection, "gender")


FACT_VALUES = {
    "custody": ("yes", "no"),
    "community": ("yes", "no"),
    "risk_level": ("low", "very_high"),
    "plan_required": ("yes", "no"),
}


def complete(
    definition: ProgrammeDefinition, facts: Mapping[str, str], answers: Mapping[str, str]
) -> Iterator[Answers]:
    """Give every way in which a case may end that keeps what is recorded and answered."""
    open_facts = [key for key in FACT_VALUES if not facts.get(key)]
    for values in product(*(FACT_VALUES[key] for key in open_facts)):
        ended = {**facts, **dict(zip(open_facts, values, strict=True))}
        yield from _answer(definition, ended, dict(answers), list(definition.questions))


def _answer(
    definition: ProgrammeDefinition,
    facts: Mapping[str, str],
    answers: dict[str, str],
    codes: list[str],
) -> Iterator[Answers]:
    """Answer the scored questions one after the other; set aside what does not apply."""
    if not codes:
        states = decide_states(definition, facts, answers)
        yield {
            (key.partition("/")[0], key.partition("/")[2]): answer
            for key, answer in answers.items()
            if answer and states[key.partition("/")[0]] == "applies"
        }
        return
    code, *rest = codes
    question = definition.questions[code]
    applies = decide_states(definition, facts, answers)[code] == "applies"
    rows = [f"{code}/{row}" if row else code for row in definition.rows_of(question)]
    todo = [key for key in rows if not answers.get(key)]
    if question.scoring == "none" or not applies or not todo:
        yield from _answer(definition, facts, answers, rest)
        return
    choices = ["sufficient", "insufficient"] + ["not_applicable"] * question.allow_na
    for chosen in product(choices, repeat=len(todo)):
        yield from _answer(definition, facts, answers | dict(zip(todo, chosen, strict=True)), rest)


class TestRanges(HypothesisTestCase):
    """Whatever is recorded so far, no completion of the case ends outside the range."""

    @settings(max_examples=15, deadline=None)
    @given(
        st.fixed_dictionaries(
            {}, optional={key: st.sampled_from(values) for key, values in FACT_VALUES.items()}
        ),
        st.fixed_dictionaries(
            {"2.1.01": st.sampled_from(["sufficient", "insufficient"])},
            optional={
                code: st.sampled_from(["sufficient", "insufficient"])
                for code in ("1.1.01", "1.1.02", "1.1.03", "1.2.01", "1.2.03")
            },
        ),
    )
    def test_every_completion_lies_in_the_range(
        self, facts: dict[str, str], answers: dict[str, str]
    ) -> None:
        inspection = make_inspection()
        definition = load_definition(inspection.programme)
        states = decide_states(definition, facts, answers)
        answers = {code: value for code, value in answers.items() if states[code] == "applies"}
        make_case(inspection, facts=facts, answers=answers)
        card = score_inspection(inspection)
        for ending in complete(definition, facts, answers):
            self.check(definition, card, ending)

    def check(self, definition: ProgrammeDefinition, card: Scorecard, ending: Answers) -> None:
        for number, score in card.criteria.items():
            self.check_score(score, count(definition, [ending], scored(definition, "", number)))
        for theme, score in card.headlines.items():
            self.check_score(score, count(definition, [ending], scored(definition, theme)))

    def check_score(self, score: Score, ended: Tally) -> None:
        percent = round_half_up(ended.sufficient, ended.relevant)
        if percent is None:
            return
        assert score.low is not None
        assert score.high is not None
        assert score.low <= percent <= score.high
