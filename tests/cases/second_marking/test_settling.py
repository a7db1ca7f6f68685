"""Differences are settled by the pair together or by the lead inspector; then the result counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from cases.models import Assessment, DeclinedChange, SecondMarking, Settlement
from cases.second_marking.differences import AnswerDifference
from cases.second_marking.listing import list_unsettled
from cases.second_marking.settling import (
    ChangedMeanwhileError,
    Choice,
    agree,
    may_settle_again,
    settle,
)
from inspections.catalogue import store_programme
from inspections.models import Inspection
from inspections.problems import RefusedError
from inspections.programmes import read_programme
from reports.publication import publish
from scoring.scorecard import score_inspection
from tests.cases.second_marking.pairs import (
    FIRST_NOTE,
    SECOND_NOTE,
    answers_of,
    choose,
    compared,
    facts_of,
    make_compared,
    reload,
)
from tests.casting import FACTS, make_inspection, member_of
from tests.programmes import SMALL_PROGRAMME, write_programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


@pytest.fixture
def pair(inspection: Inspection) -> SecondMarking:
    """Inspector and practice assessor differ on two questions: 1.2.02 and 2.1.01."""
    return make_compared(
        inspection,
        first={"1.2.02": "insufficient"},
        second={"2.1.01": "not_applicable"},
    )


def settled(pair: SecondMarking) -> dict[str, str]:
    agreed = reload(pair).agreed
    assert agreed is not None
    answers = answers_of(agreed)
    return {code: answers[code] for code in ("1.2.02", "2.1.01")}


def agree_with(pair: SecondMarking, by: str) -> None:
    """Agree with the one proposal that there is."""
    proposal = Settlement.objects.get(settled_at=None, replaced_at=None)
    agree(reload(pair), proposal.pk, member_of(pair.case.inspection, by))


def messages_of(error: pytest.ExceptionInfo[RefusedError]) -> list[str]:
    return [str(problem) for problem in error.value.problems]


class TestByTheLeadInspector:
    def test_what_the_lead_chooses_is_settled(self, pair: SecondMarking) -> None:
        result = choose(pair, "lead", "The visit was late.", q1_2_02="insufficient")
        assert (result.settled, result.proposed, result.finished) == (["1.2.02"], [], False)
        assert settled(pair) == {"1.2.02": "insufficient", "2.1.01": ""}
        (settlement,) = Settlement.objects.all()
        lead = member_of(pair.case.inspection, "lead")
        assert (settlement.value, settlement.reason) == ("insufficient", "The visit was late.")
        assert (settlement.proposed_by, settlement.settled_by) == (lead, lead)

    @pytest.mark.parametrize(
        ("value", "evidence"), [("insufficient", FIRST_NOTE), ("sufficient", SECOND_NOTE)]
    )
    def test_the_evidence_of_whoever_gave_the_answer_goes_with_it(
        self, pair: SecondMarking, value: str, evidence: str
    ) -> None:
        choose(pair, "lead", q1_2_02=value)
        assert pair.agreed is not None
        judgement = pair.agreed.judgements.get(question__code="1.2.02")
        assert (judgement.answer, judgement.evidence) == (value, evidence)
        assert judgement.changed_by == member_of(pair.case.inspection, "lead")
        assert judgement.revisions.count() == 1

    def test_an_answer_that_neither_gave_rests_on_the_reason(self, pair: SecondMarking) -> None:
        choose(pair, "lead", "No contact was made at all.", q2_1_01="insufficient")
        assert pair.agreed is not None
        judgement = pair.agreed.judgements.get(question__code="2.1.01")
        assert judgement.evidence == "No contact was made at all."

    def test_the_lead_may_settle_anew(self, pair: SecondMarking) -> None:
        choose(pair, "lead", q1_2_02="insufficient")
        choose(pair, "lead", "I misread it.", q1_2_02="sufficient")
        assert settled(pair)["1.2.02"] == "sufficient"
        first, second = Settlement.objects.order_by("pk")
        assert first.replaced_at is not None
        assert (second.reason, second.replaced_at) == ("I misread it.", None)

    def test_the_lead_may_overrule_a_proposal_or_agree_with_one(self, pair: SecondMarking) -> None:
        choose(pair, "inspector", q1_2_02="insufficient")
        choose(pair, "practice-assessor", q2_1_01="not_applicable")
        assert choose(pair, "lead", q1_2_02="sufficient").settled == ["1.2.02"]
        agree_with(pair, "lead")
        assert settled(pair) == {"1.2.02": "sufficient", "2.1.01": "not_applicable"}


class TestByThePair:
    def test_what_one_proposes_is_not_settled(self, pair: SecondMarking) -> None:
        result = choose(pair, "inspector", q1_2_02="sufficient")
        assert (result.settled, result.proposed) == ([], ["1.2.02"])
        assert settled(pair) == {"1.2.02": "", "2.1.01": ""}
        assert [d.standing.value for d in compared(pair).differences] == ["proposed", "to settle"]

    def test_it_is_when_the_other_agrees(self, pair: SecondMarking) -> None:
        choose(pair, "inspector", "We looked again.", q1_2_02="sufficient")
        agree_with(pair, "practice-assessor")
        assert settled(pair)["1.2.02"] == "sufficient"
        (settlement,) = Settlement.objects.all()
        assert settlement.proposed_by == member_of(pair.case.inspection, "inspector")
        assert settlement.settled_by == member_of(pair.case.inspection, "practice-assessor")
        assert settlement.reason == "We looked again."

    def test_nobody_agrees_with_themselves(self, pair: SecondMarking) -> None:
        choose(pair, "inspector", q1_2_02="sufficient")
        with pytest.raises(RefusedError) as error:
            agree_with(pair, "inspector")
        assert messages_of(error) == [
            "1.2.02: You proposed this yourself, so the other assessor must agree."
        ]
        result = choose(pair, "inspector", "Again.", q1_2_02="sufficient")
        assert (result.settled, result.proposed) == ([], ["1.2.02"])
        assert settled(pair)["1.2.02"] == ""

    def test_proposing_the_same_is_agreeing(self, pair: SecondMarking) -> None:
        choose(pair, "inspector", "Seen on page 3.", q1_2_02="sufficient")
        result = choose(pair, "practice-assessor", "And on page 9.", q1_2_02="sufficient")
        assert result.settled == ["1.2.02"]
        (settlement,) = Settlement.objects.all()
        assert settlement.reason == "Seen on page 3.\n\nAnd on page 9."

    def test_another_proposal_takes_the_place_of_the_first(self, pair: SecondMarking) -> None:
        choose(pair, "inspector", q1_2_02="sufficient")
        choose(pair, "practice-assessor", "No.", q1_2_02="insufficient")
        assert settled(pair)["1.2.02"] == ""
        first, second = Settlement.objects.order_by("pk")
        assert first.replaced_at is not None
        with pytest.raises(RefusedError) as error:
            agree(reload(pair), first.pk, member_of(pair.case.inspection, "practice-assessor"))
        assert messages_of(error) == [
            "ANY-001: That proposal no longer stands. Look at the difference again."
        ]
        agree(reload(pair), second.pk, member_of(pair.case.inspection, "inspector"))
        assert settled(pair)["1.2.02"] == "insufficient"

    def test_what_is_settled_only_the_lead_settles_again(self, pair: SecondMarking) -> None:
        choose(pair, "lead", q1_2_02="sufficient")
        with pytest.raises(RefusedError) as error:
            choose(pair, "inspector", q1_2_02="insufficient")
        assert messages_of(error) == [
            "1.2.02: This is settled already. The lead inspector can settle it again."
        ]

    def test_what_somebody_else_did_meanwhile_is_not_passed_over(self, pair: SecondMarking) -> None:
        choose(pair, "practice-assessor", q1_2_02="insufficient")
        unseen = [Choice(("1.2.02", ""), "sufficient")]
        for key in ("inspector", "lead"):
            with pytest.raises(ChangedMeanwhileError):
                settle(reload(pair), unseen, "Reason.", member_of(pair.case.inspection, key))
        assert Settlement.objects.get().value == "insufficient"


class TestFacts:
    def test_settling_a_fact_opens_what_depends_on_it(self, inspection: Inspection) -> None:
        pair = make_compared(inspection, first_facts={**FACTS, "custody": "yes"})
        result = choose(pair, "lead", custody="yes")
        assert (result.settled, result.opened) == (["“Custodial phase inspected”"], ["1.2.01"])
        (_, answer) = compared(pair).differences
        assert (answer.key, answer.standing.value) == (("1.2.01", ""), "to settle")
        assert compared(pair).one_sided == (answer,)
        assert choose(pair, "lead", q1_2_01="sufficient").finished

    def test_or_lets_it_fall_away(self, inspection: Inspection) -> None:
        pair = make_compared(inspection, first_facts={**FACTS, "custody": "yes"})
        assert choose(pair, "lead", custody="no").finished
        assert [d.standing.value for d in compared(pair).differences] == [
            "settled",
            "no longer asked",
        ]

    def test_a_fact_settles_what_it_implies(self, inspection: Inspection) -> None:
        pair = make_compared(
            inspection,
            first_facts={**FACTS, "plan_required": "yes"},
            second_facts={**FACTS, "safeguarding_need": "no"},
        )
        choose(pair, "inspector", safeguarding_need="no")
        assert choose(pair, "lead", plan_required="yes").finished
        assert pair.agreed is not None
        assert facts_of(pair.agreed) == {**FACTS, "plan_required": "yes"}
        assert Settlement.objects.filter(replaced_at=None).count() == 1

    def test_facts_that_do_not_go_together_are_refused_before_they_are_proposed(
        self, inspection: Inspection
    ) -> None:
        pair = make_compared(
            inspection,
            first_facts={**FACTS, "plan_required": "yes"},
            second_facts={**FACTS, "safeguarding_need": "no"},
        )
        choose(pair, "lead", safeguarding_need="no")
        for by in ("inspector", "lead"):
            with pytest.raises(RefusedError) as error:
                choose(pair, by, plan_required="yes")
            assert messages_of(error) == [
                "“Safeguarding plan required”: This cannot be yes while “Safeguarding needs” is no."
            ]
        assert Settlement.objects.count() == 1

    def test_what_neither_was_asked_may_come_to_apply(self, tmp_path: Path) -> None:
        """One saw a low risk and one a high one; it is settled as very high."""
        text = SMALL_PROGRAMME.replace("is: [high, very_high]", "is: very_high")
        programme = store_programme(read_programme(write_programme(tmp_path, text)))[0]
        pair = make_compared(
            make_inspection(programme=programme), first_facts={**FACTS, "risk_level": "low"}
        )
        assert [d.key for d in compared(pair).differences] == [("risk_level",)]
        assert choose(pair, "lead", risk_level="very_high").opened == ["1.2.03"]
        (_, answer) = compared(pair).differences
        assert isinstance(answer, AnswerDifference)
        assert (answer.key, answer.asked_of) == (("1.2.03", ""), ())
        assert choose(pair, "lead", q1_2_03="insufficient").finished


class TestTheEnd:
    def test_the_agreed_assessment_becomes_the_one_of_record(self, pair: SecondMarking) -> None:
        inspection = pair.case.inspection
        before = score_inspection(inspection)
        assert before.questions["1.2.02"].score.percent == 0
        assert before.questions["2.1.01"].score.percent == 100
        choose(pair, "lead", q1_2_02="sufficient")
        assert score_inspection(inspection) == before
        choose(pair, "inspector", q2_1_01="not_applicable")
        agree_with(pair, "practice-assessor")

        after = reload(pair)
        assert after.settled_at is not None
        assert after.agreed is not None
        of_record = Assessment.objects.get(of_record=True)
        assert (of_record, of_record.completed_by) == (
            after.agreed,
            member_of(inspection, "practice-assessor"),
        )
        card = score_inspection(inspection)
        assert (card.complete, card.cases) == (True, 1)
        assert card.questions["1.2.02"].score.percent == 100
        assert card.questions["2.1.01"].score.percent is None

    def test_both_markings_stay_as_they_were(self, pair: SecondMarking) -> None:
        before = [answers_of(pair.first), answers_of(pair.second)]
        choose(pair, "lead", q1_2_02="sufficient", q2_1_01="sufficient")
        assert [answers_of(pair.first), answers_of(pair.second)] == before
        assert not DeclinedChange.objects.exists()

    def test_the_pair_settle_nothing_after_it(self, pair: SecondMarking) -> None:
        choose(pair, "lead", q1_2_02="sufficient", q2_1_01="sufficient")
        with pytest.raises(RefusedError) as error:
            choose(pair, "inspector", q1_2_02="insufficient")
        assert messages_of(error) == ["ANY-001: There is nothing to settle here any more."]

    def test_the_lead_corrects_a_slip_and_history_keeps_both(self, pair: SecondMarking) -> None:
        choose(pair, "lead", q1_2_02="sufficient", q2_1_01="sufficient")
        assert choose(pair, "lead", "I had pressed Yes.", q1_2_02="insufficient").finished
        of_record = Assessment.objects.get(of_record=True)
        assert (of_record, settled_of(pair)) == (pair.agreed, "insufficient")
        assert of_record.completed_by == member_of(pair.case.inspection, "lead")
        judgement = of_record.judgements.get(question__code="1.2.02")
        assert [
            (s.value, s.reason, s.replaced_at is None) for s in judgement.settlements.all()
        ] == [
            ("sufficient", "It is in the plan.", False),
            ("insufficient", "I had pressed Yes.", True),
        ]
        assert list(judgement.revisions.values_list("answer", flat=True)) == [
            "sufficient", "insufficient",
        ]  # fmt: skip

    def test_what_a_correction_opens_is_settled_before_it_counts(
        self, inspection: Inspection
    ) -> None:
        """Until then the first marking counts, and the report waits."""
        pair = make_compared(
            inspection,
            first_facts={**FACTS, "risk_level": "low"},
            second_facts={**FACTS, "risk_level": "high"},
        )
        choose(pair, "lead", risk_level="low")
        assert list_unsettled(inspection) == []
        again = choose(pair, "lead", risk_level="very_high")
        assert (again.opened, again.finished) == (["1.2.03"], False)
        assert Assessment.objects.get(of_record=True) == pair.first
        assert list_unsettled(inspection) == ["ANY-001"]
        assert choose(pair, "lead", q1_2_03="insufficient").finished
        assert Assessment.objects.get(of_record=True) == pair.agreed

    def test_once_a_report_rests_on_it_it_stays(self, inspection: Inspection) -> None:
        pair = make_compared(inspection, second={"1.2.02": "insufficient"})
        lead = member_of(inspection, "lead")
        choose(pair, "lead", q1_2_02="sufficient")
        assert may_settle_again(reload(pair), lead)
        publish(inspection, lead)
        assert not may_settle_again(reload(pair), lead)
        with pytest.raises(RefusedError) as error:
            choose(pair, "lead", q1_2_02="insufficient")
        assert messages_of(error) == [
            "ANY-001: The report that rests on this is published or being prepared, so it can no "
            "longer be settled again."
        ]
        assert settled_of(pair) == "sufficient"

    def test_nor_in_a_case_that_was_withdrawn(self, pair: SecondMarking) -> None:
        pair.case.withdrawn = True
        pair.case.save()
        with pytest.raises(RefusedError):
            settle(pair, [Choice(("1.2.02", ""), "sufficient")], "R", member_of(
                pair.case.inspection, "lead"
            ))  # fmt: skip
        assert settled_of(pair) == ""


def settled_of(pair: SecondMarking) -> str:
    assert pair.agreed is not None
    answer: str = pair.agreed.judgements.get(question__code="1.2.02").answer
    return answer


class TestRefusals:
    @pytest.mark.parametrize("key", ["local-assessor", "support"])
    def test_nobody_else_settles(self, pair: SecondMarking, key: str) -> None:
        with pytest.raises(PermissionDenied):
            choose(pair, key, q1_2_02="sufficient")
        assert not Settlement.objects.exists()

    def test_nor_the_lead_of_another_inspection(self, pair: SecondMarking) -> None:
        other = member_of(make_inspection("Othershire"), "lead")
        with pytest.raises(PermissionDenied):
            settle(reload(pair), [Choice(("1.2.02", ""), "sufficient")], "Reason.", other)

    @pytest.mark.parametrize(
        ("reason", "message"),
        [
            ("", "reason: Give a reason."),
            (" \n\t", "reason: Give a reason."),
            ("x" * 5001, "reason: The reason must be 5,000 characters or fewer."),
            ("x\x00", "reason: The reason holds a character that cannot be stored."),
        ],
    )
    def test_a_reason_must_be_given(self, pair: SecondMarking, reason: str, message: str) -> None:
        with pytest.raises(RefusedError) as error:
            choose(pair, "lead", reason, q1_2_02="sufficient")
        assert messages_of(error) == [message]

    @pytest.mark.parametrize(
        ("choice", "message"),
        [
            ({"q1_2_02": "not_applicable"}, "1.2.02: Choose one of the answers."),
            ({"q1_2_02": ""}, "1.2.02: Choose one of the answers."),
            ({"q1_2_02": "\x00"}, "1.2.02: Choose one of the answers."),
            ({"q1_1_01": "sufficient"}, "1.1.01 : The two markings do not differ here."),
            ({"q9_9_99": "sufficient"}, "9.9.99 : The two markings do not differ here."),
            ({"gender": "male"}, "gender: The two markings do not differ here."),
        ],
    )
    def test_only_what_differs_and_can_be_answered_so(
        self, pair: SecondMarking, choice: dict[str, str], message: str
    ) -> None:
        with pytest.raises(RefusedError) as error:
            choose(pair, "lead", **choice)
        assert messages_of(error) == [message]
        assert not Settlement.objects.exists()

    def test_all_or_none(self, pair: SecondMarking) -> None:
        with pytest.raises(RefusedError):
            choose(pair, "lead", q1_2_02="sufficient", q1_1_01="sufficient")
        assert settled(pair) == {"1.2.02": "", "2.1.01": ""}
        assert not Settlement.objects.exists()

    def test_what_waits_for_a_fact_cannot_be_settled_yet(self, inspection: Inspection) -> None:
        pair = make_compared(inspection, first_facts={**FACTS, "custody": "yes"})
        with pytest.raises(RefusedError) as error:
            choose(pair, "lead", q1_2_01="sufficient")
        assert messages_of(error) == [
            "1.2.01: This question does not apply, as facts and answers stand now."
        ]
