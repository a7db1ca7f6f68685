"""Which cases can be picked, what the second assessor gets, and calling it off."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.access import list_assessments
from cases.models import Assessment, Judgement, SecondMarking
from cases.recording import AnswerChange, FactChange, record_answers, record_facts
from cases.second_marking.listing import find_second_marking, list_unsettled
from cases.second_marking.picking import (
    Draw,
    Pick,
    cancel_second_marking,
    list_pickable,
    pick_cases,
)
from inspections.access import give_part
from inspections.models import Inspection, TeamMember
from inspections.problems import RefusedError
from tests.cases.second_marking.pairs import facts_of, judge, make_compared, pick, reload
from tests.casting import FACTS, make_case, make_inspection, make_user, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def pickable(inspection: Inspection) -> list[str]:
    return [assessment.case.reference for assessment in list_pickable(inspection)]


def refuse(inspection: Inspection, *picks: Pick) -> list[str]:
    """Return why these cannot be picked; nothing is stored then."""
    before = Assessment.objects.count(), SecondMarking.objects.count()
    with pytest.raises(RefusedError) as error:
        pick_cases(inspection, picks, member_of(inspection, "lead"))
    assert (Assessment.objects.count(), SecondMarking.objects.count()) == before
    return [str(problem) for problem in error.value.problems]


class TestPicking:
    def test_the_second_assessor_gets_a_blank_assessment(self, inspection: Inspection) -> None:
        first = make_case(inspection, rest="insufficient")
        first.judgements.update(evidence="Secret.", note_to_lead="Secret.", flagged=True)
        picked = pick(inspection)
        second = picked.second
        assert (second.kind, second.of_record, second.closed) == ("second", False, "")
        assert second.assessor == member_of(inspection, "practice-assessor")
        assert second.completed_at is None
        assert facts_of(second) == {
            "gender": "male",
            "looked_after": "no",
            "custody": "no",
            "community": "yes",
            "risk_level": "",
            "safeguarding_need": "",
            "plan_required": "",
        }
        untouched = {"answer": "", "evidence": "", "note_to_lead": "", "flagged": False}
        assert second.judgements.exclude(**untouched).count() == 0
        assert second.judgements.count() == first.judgements.count()
        assert second.facts_missing == 3 - 1  # safeguarding_need decides nothing

    def test_what_is_copied_was_recorded_by_whoever_picked(self, inspection: Inspection) -> None:
        make_case(inspection)
        fact = pick(inspection).second.facts.get(fact__key="gender")
        assert fact.changed_by == member_of(inspection, "lead")

    def test_the_first_assessment_stays_as_it_is(self, inspection: Inspection) -> None:
        first = make_case(inspection, rest="sufficient")
        before = Assessment.objects.filter(pk=first.pk).values().get()
        pick(inspection)
        assert Assessment.objects.filter(pk=first.pk).values().get() == before

    def test_cases_that_can_be_picked(self, inspection: Inspection) -> None:
        for number in range(1, 7):
            make_case(inspection, f"ANY-00{number}")
        make_case(inspection, "ANY-007", assessor=None)
        pick(inspection, "ANY-002")
        Assessment.objects.filter(case__reference="ANY-003").update(closed="withdrawn")
        inspection.cases.filter(reference="ANY-004").update(withdrawn=True)
        make_case(make_inspection("Othershire"), "OTH-001")
        assert pickable(inspection) == ["ANY-001", "ANY-005", "ANY-006"]

    def test_a_settled_case_is_not_picked_again(self, inspection: Inspection) -> None:
        assert make_compared(inspection).settled_at is not None
        assert pickable(inspection) == []

    def test_whoever_may_not_judge_the_case_is_refused(self, inspection: Inspection) -> None:
        first = make_case(inspection)
        other = member_of(make_inspection("Othershire"), "practice-assessor")
        no_second = "ANY-001: This person cannot judge cases a second time."
        for member, message in (
            (member_of(inspection, "lead"), no_second),
            (member_of(inspection, "support"), no_second),
            (other, no_second),
            (
                member_of(inspection, "inspector"),
                "ANY-001: Inspector has judged this case already.",
            ),
        ):
            assert refuse(inspection, Pick(first, member)) == [message]

    def test_a_case_cannot_be_picked_twice_and_all_or_none_are(
        self, inspection: Inspection
    ) -> None:
        first, second = make_case(inspection), make_case(inspection, "ANY-002")
        pick(inspection)
        member = member_of(inspection, "local-assessor")
        assert refuse(inspection, Pick(first, member), Pick(second, member)) == [
            "ANY-001: This case cannot be picked any more."
        ]

    @pytest.mark.parametrize("number", [1, 6])
    def test_takes_the_same_queries_for_any_number(
        self,
        inspection: Inspection,
        number: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        firsts = [make_case(inspection, f"ANY-00{n}") for n in range(number)]
        firsts = list(list_pickable(inspection))
        second, lead = member_of(inspection, "practice-assessor"), member_of(inspection, "lead")
        with django_assert_num_queries(22):
            pick_cases(inspection, [Pick(first, second) for first in firsts], lead)

    def test_remembers_the_draw_of_what_was_drawn(self, inspection: Inspection) -> None:
        drawn, by_hand = make_case(inspection), make_case(inspection, "ANY-002")
        member = member_of(inspection, "practice-assessor")
        pick_cases(
            inspection,
            [Pick(drawn, member), Pick(by_hand, member)],
            member_of(inspection, "lead"),
            draw=Draw("abc", 2, {"ANY-001"}),
        )
        assert list(SecondMarking.objects.values_list("case__reference", "seed", "share")) == [
            ("ANY-001", "abc", "1 of 2"),
            ("ANY-002", "", ""),
        ]


class TestBlindness:
    """Each sees their own answers and no others, until both are completed."""

    @pytest.fixture
    def picked(self, inspection: Inspection) -> SecondMarking:
        make_case(inspection, rest="sufficient")
        return pick(inspection)

    def visible(self, picked: SecondMarking, key: str) -> list[str]:
        member = member_of(picked.case.inspection, key)
        return [assessment.kind for assessment in list_assessments(member)]

    def test_each_finds_their_own_assessment_of_the_case(self, picked: SecondMarking) -> None:
        assert self.visible(picked, "inspector") == ["first"]
        assert self.visible(picked, "practice-assessor") == ["second"]
        assert self.visible(picked, "local-assessor") == []
        assert self.visible(picked, "lead") == ["first"]

    def test_the_first_assessor_does_not_know_before_both_are_compared(
        self, picked: SecondMarking
    ) -> None:
        inspection = picked.case.inspection
        known = {
            key: find_second_marking(member_of(inspection, key), "ANY-001") is not None
            for key in ("lead", "inspector", "practice-assessor", "local-assessor")
        }
        assert known == {
            "lead": True,
            "inspector": False,
            "practice-assessor": True,
            "local-assessor": False,
        }

    def test_what_one_records_does_not_change_the_other(self, picked: SecondMarking) -> None:
        by = member_of(picked.case.inspection, "practice-assessor")
        before = list(picked.first.judgements.order_by("pk").values())
        record_facts(picked.second, [FactChange("gender", "female", 1)], by)
        record_answers(picked.second, [AnswerChange("1.1.01", "", "insufficient", 0)], by)
        assert list(picked.first.judgements.order_by("pk").values()) == before
        assert facts_of(picked.first) == FACTS


class TestCallingOff:
    def test_the_first_marking_stays_and_the_second_is_kept_closed(
        self, inspection: Inspection
    ) -> None:
        make_case(inspection, rest="sufficient")
        picked = pick(inspection)
        lead, second = member_of(inspection, "lead"), member_of(inspection, "practice-assessor")
        record_answers(picked.second, [AnswerChange("1.1.01", "", "insufficient", 0)], second)
        cancel_second_marking(picked, lead, " The assessor is ill. ")
        stored = SecondMarking.objects.get()
        assert (stored.cancelled_by, stored.cancelled_because) == (lead, "The assessor is ill.")
        kinds = Assessment.objects.order_by("pk").values_list("kind", "of_record", "closed")
        assert list(kinds) == [("first", True, ""), ("second", False, "cancelled")]
        refused = record_answers(
            picked.second, [AnswerChange("1.1.01", "", "sufficient", 1)], second
        )
        assert [refusal.message for refusal in refused.refusals] == [
            "The second marking of this case was called off. What you recorded is kept, and can no "
            "longer be changed."
        ]
        answer = Judgement.objects.get(assessment=picked.second, question__code="1.1.01").answer
        assert answer == "insufficient"
        assert pickable(inspection) == ["ANY-001"]
        assert pick(inspection, second="local-assessor").pk != picked.pk

    def test_even_while_it_is_compared(self, inspection: Inspection) -> None:
        pair = make_compared(inspection, second={"1.2.02": "insufficient"})
        cancel_second_marking(pair, member_of(inspection, "lead"), "Picked by mistake.")
        kinds = Assessment.objects.order_by("pk").values_list("kind", "of_record", "closed")
        assert list(kinds) == [
            ("first", True, ""),
            ("second", False, "cancelled"),
            ("agreed", False, "cancelled"),
        ]
        assert list_unsettled(inspection) == []

    def test_twice_is_as_once(self, inspection: Inspection) -> None:
        make_case(inspection)
        picked, lead = pick(inspection), member_of(inspection, "lead")
        cancel_second_marking(picked, lead, "First.")
        cancel_second_marking(picked, lead, "Second.")
        assert SecondMarking.objects.get().cancelled_because == "First."

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 5001, "a\x00"])
    def test_not_without_a_reason_that_can_be_kept(
        self, inspection: Inspection, reason: str
    ) -> None:
        make_case(inspection)
        picked = pick(inspection)
        with pytest.raises(RefusedError):
            cancel_second_marking(picked, member_of(inspection, "lead"), reason)
        assert SecondMarking.objects.get().cancelled_at is None

    def test_not_once_all_is_settled(self, inspection: Inspection) -> None:
        pair = make_compared(inspection)
        with pytest.raises(RefusedError):
            cancel_second_marking(pair, member_of(inspection, "lead"), "Too late.")
        assert reload(pair).cancelled_at is None


class TestUnsettled:
    def test_those_that_still_wait_in_case_order(self, inspection: Inspection) -> None:
        make_compared(inspection, "ANY-001")
        make_compared(inspection, "ANY-002", second={"1.2.02": "insufficient"})
        for number in (3, 4, 5):
            make_case(inspection, f"ANY-00{number}")
            pick(inspection, f"ANY-00{number}")
        cancelled = find_second_marking(member_of(inspection, "lead"), "ANY-004")
        assert cancelled is not None
        cancel_second_marking(cancelled, member_of(inspection, "lead"), "No time.")
        inspection.cases.filter(reference="ANY-005").update(withdrawn=True)
        make_case(make_inspection("Othershire"), "OTH-001")
        assert list_unsettled(inspection) == ["ANY-002", "ANY-003"]


def test_a_new_part_in_the_team_can_be_a_second_assessor(inspection: Inspection) -> None:
    make_case(inspection)
    member = TeamMember.objects.create(
        inspection=inspection, key="inspector-2", role="inspector", name="Inspector 2", position=9
    )
    give_part(member, make_user("inspector-2"))
    picked = pick(inspection, second="inspector-2")
    judge(picked.second)
    assert reload(picked).second.completed_at is not None
