"""Acting out second markings: as the first assessor judged, but for what the script tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.models import Judgement, RecordedFact, SecondMarking
from cases.recording import AnswerChange, FactChange, complete_assessment, record_facts
from cases.second_marking.choosing import gather_second_assessors
from cases.second_marking.comparing import begin_comparison
from cases.second_marking.picking import Pick, pick_cases
from cases.second_marking.settling import Choice, settle
from reports.demonstration.stage import (
    Script,
    Stage,
    expect_taken,
    give_answers,
    load_judgements,
    place_of,
)


def act_out_second_markings(stage: Stage, markings: Sequence[Script]) -> None:
    """Have cases judged a second time, `until` a question or to the end; those are compared.

    One is left out whose second assessor may not judge it, as somebody may have arranged the team.
    """
    for told in markings:
        first, assessor = stage.find(told["case"])
        second = stage.team[told["second"]]
        if first.completed_at is None:
            complete_assessment(first, assessor)
        if gather_second_assessors(stage.inspection).find_obstacle(second, first.case):
            continue
        (marking,) = pick_cases(stage.inspection, [Pick(first, second)], stage.lead)
        _judge(stage, marking, told)
        if "until" not in told:
            _compare(stage, marking, told)


def _judge(stage: Stage, marking: SecondMarking, told: Script) -> None:
    assessor = stage.team[told["second"]]
    facts = list(_list_facts(marking, told.get("facts", {})))
    expect_taken(record_facts(marking.second, facts, assessor))
    give_answers(marking.second, list(_list_answers(marking, told)), assessor)


def _list_facts(marking: SecondMarking, others: Script) -> Iterator[FactChange]:
    """Yield what was not copied when the case was picked: as in the first, but for `others`."""
    blank = RecordedFact.objects.filter(assessment=marking.second_id, value="")
    missing = set(blank.values_list("fact", flat=True))
    recorded = RecordedFact.objects.filter(assessment=marking.first_id, fact__in=missing)
    for key, value in recorded.values_list("fact__key", "value"):
        yield FactChange(key, others.get(key, value), base_version=0)


def _list_answers(marking: SecondMarking, told: Script) -> Iterator[AnswerChange]:
    """Yield answers without their evidence, which is the first assessor's, but for those told."""
    others = {place_of(answer): answer for answer in told["answers"]}
    for (code, row), judgement in load_judgements(marking.first).items():
        if code == told.get("until"):
            return
        if other := others.get((code, row)):
            yield AnswerChange(
                code,
                row,
                other["answer"],
                base_version=0,
                reasons=tuple(other.get("reasons", ())),
                evidence=other.get("evidence", ""),
            )
        elif judgement.answer and judgement.state == Judgement.State.APPLIES:
            reasons = tuple(judgement.reasons)
            yield AnswerChange(code, row, judgement.answer, base_version=0, reasons=reasons)


def _compare(stage: Stage, marking: SecondMarking, told: Script) -> None:
    """Complete the second marking, and settle and propose what is told.

    The comparison would begin once all is stored; what follows here needs it now.
    """
    complete_assessment(marking.second, stage.team[told["second"]])
    begin_comparison(marking)
    for one in told["settled"]:
        settle(marking, [Choice((one["fact"],), one["value"])], one["reason"], stage.lead)
    for one in told["proposed"]:
        choice = Choice(place_of(one), one["value"])
        settle(marking, [choice], one["reason"], stage.team[one["by"]])
