"""Two markings become one: what is alike is filled in, what differs waits to be settled."""

from __future__ import annotations

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from cases.models import Assessment, SecondMarking
from cases.recording import AnswerChange, FactChange, record_answers, record_facts
from cases.second_marking.comparing import begin_comparison
from inspections.models import Inspection
from tests.cases.second_marking.pairs import (
    FIRST_NOTE,
    SECOND_NOTE,
    answers_of,
    choose,
    compared,
    facts_of,
    judge,
    make_compared,
    pick,
    reload,
)
from tests.casting import FACTS, make_case, make_inspection, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def read(assessment: Assessment) -> Assessment:
    return Assessment.objects.select_related("inspection__programme").get(pk=assessment.pk)


class TestBeginning:
    def test_waits_for_both(self, inspection: Inspection) -> None:
        make_case(inspection, rest="sufficient")
        picked = pick(inspection)
        assert begin_comparison(picked) is False
        assert (read(picked.first).closed, read(picked.second).closed) == ("", "")
        assert reload(picked).agreed is None

    @pytest.mark.parametrize("last", ["first", "second"])
    def test_begins_when_the_last_of_the_two_is_completed(
        self,
        inspection: Inspection,
        last: str,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        make_case(inspection, facts={})
        picked = pick(inspection)
        order = [picked.first, picked.second] if last == "second" else [picked.second, picked.first]
        with django_capture_on_commit_callbacks(execute=True):
            judge(order[0])
        assert reload(picked).agreed is None
        with django_capture_on_commit_callbacks(execute=True):
            judge(order[1])
        assert reload(picked).agreed is not None
        assert {read(a).closed for a in order} == {"second_marking"}

    def test_does_not_begin_while_one_is_open_again(self, inspection: Inspection) -> None:
        make_case(inspection, rest="sufficient")
        picked = pick(inspection)
        judge(picked.second)
        by = member_of(inspection, "inspector")
        version = picked.first.judgements.get(question__code="1.2.02").version
        record_answers(read(picked.first), [AnswerChange("1.2.02", "", "", version)], by)
        assert begin_comparison(picked) is False
        assert reload(picked).agreed is None

    def test_is_safe_to_do_twice(self, inspection: Inspection) -> None:
        pair = make_compared(inspection, second={"1.2.02": "insufficient"})
        assert begin_comparison(pair) is True
        assert Assessment.objects.filter(kind="agreed").count() == 1

    def test_nothing_can_be_written_to_either_any_more(self, inspection: Inspection) -> None:
        pair = make_compared(inspection, second={"1.2.02": "insufficient"})
        for assessment in (pair.first, pair.second):
            by = assessment.assessor
            assert by is not None
            fact = record_facts(read(assessment), [FactChange("gender", "female", 1)], by)
            answer = record_answers(read(assessment), [AnswerChange("1.2.02", "", "", 1)], by)
            told = [r.message for r in fact.refusals] + [r.message for r in answer.refusals]
            assert (
                told
                == [
                    "This case is being compared with its second marking, so its answers can no "
                    "longer be changed here."
                ]
                * 2
            )


class TestTheAgreedAssessment:
    def test_holds_what_both_said_and_leaves_open_what_differs(
        self, inspection: Inspection
    ) -> None:
        pair = make_compared(
            inspection,
            first={"1.2.02": "insufficient", "2.1.02/a": "not_applicable"},
            second={"1.2.02": "sufficient", "2.1.02/b": "not_applicable"},
        )
        assert pair.agreed is not None
        agreed = read(pair.agreed)
        assert (agreed.kind, agreed.of_record, agreed.assessor) == ("agreed", False, None)
        assert facts_of(agreed) == FACTS
        assert answers_of(agreed) == {
            "1.1.01": "sufficient",
            "1.1.02": "sufficient",
            "1.1.03": "sufficient",
            "1.2.02": "",
            "1.2.03": "sufficient",
            "2.1.01": "sufficient",
            "2.1.02/a": "",
            "2.1.02/b": "",
            "2.1.03/a": "sufficient",
            "2.1.03/b": "sufficient",
            "2.1.03/c": "sufficient",
        }
        assert [d.key for d in compared(pair).differences] == [
            ("1.2.02", ""), ("2.1.02", "a"), ("2.1.02", "b"),
        ]  # fmt: skip

    def test_joins_the_evidence_and_the_reasons_of_both(self, inspection: Inspection) -> None:
        case = make_case(inspection, facts={})
        judge(case, answers={"1.1.03": "insufficient"}, note=FIRST_NOTE)
        picked = pick(inspection)
        judge(picked.second, answers={"1.1.03": "insufficient"}, note=SECOND_NOTE)
        for assessment, reason in ((case, "victims_left_out"), (picked.second, "too_short")):
            assessment.judgements.filter(question__code="1.1.03").update(reasons=[reason])
        case.judgements.filter(question__code="1.2.02").update(evidence="Alike.")
        picked.second.judgements.filter(question__code="1.2.02").update(evidence=" Alike.\n")
        assert begin_comparison(picked)
        agreed = reload(picked).agreed
        assert agreed is not None
        judgement = agreed.judgements.get(question__code="1.1.03")
        assert judgement.reasons == ["too_short", "victims_left_out"]
        assert judgement.evidence == f"{FIRST_NOTE}\n\n{SECOND_NOTE}"
        assert judgement.changed_by == member_of(inspection, "inspector")
        assert agreed.judgements.get(question__code="1.2.02").evidence == "Alike."

    def test_keeps_the_first_note_where_both_together_are_too_long(
        self, inspection: Inspection
    ) -> None:
        case = make_case(inspection, facts={})
        judge(case, note="a" * 3000)
        picked = pick(inspection)
        judge(picked.second, note="b" * 3000)
        assert begin_comparison(picked)
        agreed = reload(picked).agreed
        assert agreed is not None
        assert agreed.judgements.get(question__code="1.2.02").evidence == "a" * 3000

    def test_facts_come_first_and_what_depends_on_them_waits(self, inspection: Inspection) -> None:
        pair = make_compared(
            inspection,
            first_facts={**FACTS, "custody": "yes"},
            second={"2.1.01": "insufficient"},
        )
        comparison = compared(pair)
        assert [(d.key, d.standing.value) for d in comparison.differences] == [
            (("custody",), "to settle"),
            (("1.2.01", ""), "waiting"),
            (("2.1.01", ""), "to settle"),
        ]
        assert (comparison.agreed.facts_missing, comparison.alike_facts) == (1, 6)

    def test_takes_a_fact_that_only_one_recorded(self, inspection: Inspection) -> None:
        pair = make_compared(
            inspection,
            first_facts={**FACTS, "looked_after": ""},
            second={"2.1.01": "insufficient"},
        )
        assert pair.agreed is not None
        assert facts_of(read(pair.agreed)) == FACTS
        assert [d.key for d in compared(pair).differences] == [("2.1.01", "")]

    def test_two_equal_markings_are_settled_at_once(self, inspection: Inspection) -> None:
        pair = make_compared(inspection)
        assert pair.agreed is not None
        assert pair.settled_at is not None
        first, agreed = read(pair.first), read(pair.agreed)
        assert (first.of_record, agreed.of_record) == (False, True)
        assert agreed.completed_at is not None

    def test_where_nothing_but_a_fact_that_decides_nothing_differs_it_is_not_settled(
        self, inspection: Inspection
    ) -> None:
        pair = make_compared(inspection, second_facts={**FACTS, "gender": "female"})
        assert pair.settled_at is None
        assert [d.key for d in compared(pair).differences] == [("gender",)]
        assert choose(pair, "lead", gender="male").finished
        assert SecondMarking.objects.get().settled_at is not None
