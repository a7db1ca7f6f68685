"""Who may judge a case a second time, how the work is shared, and which cases a draw takes."""

from __future__ import annotations

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from cases.allocation.allocating import AllocationChange, allocate
from cases.models import Assessment, ConflictOfInterest, FactRevision, SecondMarking
from cases.recording import (
    AnswerChange,
    FactChange,
    decline_answer,
    decline_fact,
    record_answers,
    record_facts,
)
from cases.second_marking.choosing import balance, gather_second_assessors
from cases.second_marking.drawing import count_share, draw_cases, share_out
from cases.second_marking.picking import (
    Pick,
    cancel_second_marking,
    list_pickable,
    pick_cases,
)
from inspections.models import Affiliation, Inspection, TeamMember
from inspections.problems import RefusedError
from inspections.setting_up.teams import Part, add_member, change_member
from tests.cases.second_marking.pairs import pick
from tests.casting import (
    make_administrator,
    make_area,
    make_case,
    make_inspection,
    make_user,
    member_of,
    user_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def refuse(inspection: Inspection, *picks: Pick) -> list[str]:
    """Return why these cannot be picked; nothing is stored then."""
    before = Assessment.objects.count(), SecondMarking.objects.count()
    with pytest.raises(RefusedError) as error:
        pick_cases(inspection, picks, member_of(inspection, "lead"))
    assert (Assessment.objects.count(), SecondMarking.objects.count()) == before
    return [str(problem) for problem in error.value.problems]


def write(assessment: Assessment, by: TeamMember, what: str) -> None:
    """Have `by` change an answer or a fact, or give up a change for somebody else's."""
    if what == "answer":
        record_answers(assessment, [AnswerChange("1.1.01", "", "sufficient", 0)], by=by)
    elif what == "fact":
        record_facts(assessment, [FactChange("gender", "male", 0)], by=by)
    elif what == "declined answer":
        decline_answer(assessment, AnswerChange("1.1.01", "", "sufficient", 0), by=by)
    else:
        decline_fact(assessment, FactChange("gender", "male", 0), by=by)


def reallocate(assessment: Assessment, to: str) -> None:
    changes = [AllocationChange(assessment.pk, to, "inspector", confirmed=True)]
    assert allocate(assessment.inspection, changes, user_of(assessment.inspection, "lead")).complete


class TestSecondAssessors:
    def names(self, inspection: Inspection, reference: str = "ANY-001") -> list[str]:
        case = inspection.cases.get(reference=reference)
        return [member.key for member in gather_second_assessors(inspection).list_for(case)]

    def test_all_of_the_team_who_judge_but_the_lead_and_the_first(
        self, inspection: Inspection
    ) -> None:
        make_case(inspection)
        assert self.names(inspection) == ["practice-assessor", "local-assessor"]

    def test_nobody_at_home_in_the_area(self, inspection: Inspection) -> None:
        make_case(inspection)
        inspection.team.filter(key="local-assessor").update(home_area=inspection.area)
        user = member_of(inspection, "practice-assessor").user
        assert user is not None
        Affiliation.objects.create(user=user, area=inspection.area)
        assert self.names(inspection) == []

    def test_a_home_elsewhere_is_no_hindrance(self, inspection: Inspection) -> None:
        make_case(inspection)
        user = member_of(inspection, "practice-assessor").user
        assert user is not None
        Affiliation.objects.create(user=user, area=make_area("Otherton"))
        assert self.names(inspection) == ["practice-assessor", "local-assessor"]

    def test_nobody_who_cannot_sign_in(self, inspection: Inspection) -> None:
        make_case(inspection)
        inspection.team.filter(key="practice-assessor").update(user=None)
        assert self.names(inspection) == ["local-assessor"]
        user = member_of(inspection, "local-assessor").user
        assert user is not None
        user.is_active = False
        user.save()
        assert self.names(inspection) == []

    @pytest.mark.parametrize("of", [{"reference": "ANY-001"}, {"case_manager": "CM-1"}])
    def test_nobody_with_a_conflict_of_interest(
        self, inspection: Inspection, of: dict[str, str]
    ) -> None:
        make_case(inspection)
        make_case(inspection, "ANY-002")
        inspection.cases.filter(reference="ANY-001").update(case_manager="CM-1")
        member = member_of(inspection, "practice-assessor")
        conflict = ConflictOfInterest.objects.create(
            member=member, declared_by=member, declared_at=timezone.now(), **of
        )
        assert self.names(inspection) == ["local-assessor"]
        assert self.names(inspection, "ANY-002") == ["practice-assessor", "local-assessor"]
        first = Assessment.objects.select_related("case").get(case__reference="ANY-001")
        assert refuse(inspection, Pick(first, member)) == [
            "ANY-001: Practice assessor has a conflict of interest with this case."
        ]
        conflict.lifted_at, conflict.lifted_reason = timezone.now(), "Another family."
        conflict.save()
        assert self.names(inspection) == ["practice-assessor", "local-assessor"]

    def test_nobody_who_was_the_second_before(self, inspection: Inspection) -> None:
        make_case(inspection)
        cancel_second_marking(pick(inspection), member_of(inspection, "lead"), "Ill.")
        assert self.names(inspection) == ["local-assessor"]

    @pytest.mark.parametrize("wrote", ["answer", "fact", "declined answer", "declined fact"])
    def test_nobody_who_wrote_in_it_before_it_went_to_another(
        self, inspection: Inspection, wrote: str
    ) -> None:
        inspector, case = member_of(inspection, "inspector"), make_case(inspection, facts={})
        write(case, inspector, wrote)
        reallocate(case, "practice-assessor")
        assert self.names(inspection) == ["local-assessor"]
        first = Assessment.objects.select_related("case").get()
        assert refuse(inspection, Pick(first, inspector)) == [
            "ANY-001: Inspector has judged this case already."
        ]

    @pytest.mark.parametrize("judged", [True, False])
    def test_no_account_that_judged_it_in_another_part(
        self, inspection: Inspection, judged: bool
    ) -> None:
        """The part still has the case, or had it and gave it up once something was written."""
        case, inspector = make_case(inspection, facts={}), member_of(inspection, "inspector")
        if not judged:
            write(case, inspector, "answer")
            reallocate(case, "practice-assessor")
        user, by = inspector.user, make_administrator()
        change_member(inspector, Part("inspector", "Inspector", None, None), by=by)
        add_member(inspection, Part("inspector", "Again", None, user), by=by)
        assert "again" not in self.names(inspection)
        add_member(inspection, Part("inspector", "New", None, make_user("new")), by=by)
        assert "new" in self.names(inspection)

    def test_whoever_wrote_nothing_in_it_may(self, inspection: Inspection) -> None:
        case, other = make_case(inspection), make_case(inspection, "ANY-002")
        case.facts.update(changed_by=None)
        FactRevision.objects.all().delete()
        reallocate(case, "practice-assessor")
        write(other, member_of(inspection, "inspector"), "answer")
        assert self.names(inspection) == ["inspector", "local-assessor"]

    @pytest.mark.parametrize("cases", [1, 6])
    def test_takes_eight_queries_for_any_number(
        self,
        inspection: Inspection,
        cases: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(cases):
            make_case(inspection, f"ANY-00{number}", rest="sufficient")
        with django_assert_num_queries(8):
            gather_second_assessors(inspection)


class TestBalance:
    def test_second_markings_are_shared_evenly(self, inspection: Inspection) -> None:
        for number in range(1, 7):
            make_case(inspection, f"ANY-00{number}")
        cases = list(inspection.cases.all())
        found = balance(gather_second_assessors(inspection), cases)
        keys = [found[case.pk].key for case in cases]
        assert sorted(keys) == ["local-assessor"] * 3 + ["practice-assessor"] * 3

    def test_whoever_has_fewer_second_markings_comes_first_then_who_has_less_work(
        self, inspection: Inspection
    ) -> None:
        make_case(inspection, "ANY-001")
        make_case(inspection, "ANY-002")
        make_case(inspection, "ANY-003", assessor="practice-assessor")
        case = inspection.cases.get(reference="ANY-001")
        chosen = balance(gather_second_assessors(inspection), [case])
        assert chosen[case.pk].key == "local-assessor"
        pick(inspection, "ANY-002", "local-assessor")
        chosen = balance(gather_second_assessors(inspection), [case])
        assert chosen[case.pk].key == "practice-assessor"

    def test_what_was_chosen_by_hand_counts(self, inspection: Inspection) -> None:
        first = make_case(inspection, "ANY-001").case
        second = make_case(inspection, "ANY-002").case
        chosen = {second.pk: member_of(inspection, "practice-assessor")}
        found = balance(gather_second_assessors(inspection), [first], chosen)
        assert found[first.pk].key == "local-assessor"

    def test_a_case_nobody_may_judge_gets_nobody(self, inspection: Inspection) -> None:
        case = make_case(inspection).case
        inspection.team.exclude(key__in=("lead", "inspector")).update(user=None)
        assert balance(gather_second_assessors(inspection), [case]) == {}


class TestDrawing:
    @pytest.fixture
    def cases(self, inspection: Inspection) -> list[Assessment]:
        """Twelve cases: seven of the inspector, four of the practice assessor, one local."""
        keys = ["inspector"] * 7 + ["practice-assessor"] * 4 + ["local-assessor"]
        for number, key in enumerate(keys):
            make_case(inspection, f"ANY-{number:03}", assessor=key)
        return list(list_pickable(inspection))

    def test_gives_each_assessor_some_and_the_rest_by_their_share(
        self, cases: list[Assessment]
    ) -> None:
        for seed in ("a", "b", "c"):
            drawn = draw_cases(cases, 6, seed)
            names = [a.assessor.key for a in drawn if a.assessor]
            assert names == ["inspector"] * 3 + ["practice-assessor"] * 2 + ["local-assessor"]

    def test_the_same_seed_gives_the_same_draw(self, cases: list[Assessment]) -> None:
        draws = [tuple(a.case.reference for a in draw_cases(cases, 5, s)) for s in "aabcdefgh"]
        assert draws[0] == draws[1]
        assert len(set(draws)) > 3

    def test_a_draw_does_not_change_with_the_version_of_python(
        self, cases: list[Assessment]
    ) -> None:
        drawn = [a.case.reference for a in draw_cases(cases, 3, "4b1d")]
        assert drawn == ["ANY-000", "ANY-008", "ANY-011"]

    def test_never_more_than_there_are(self, cases: list[Assessment]) -> None:
        assert draw_cases(cases, 99, "x") == cases
        assert draw_cases([], 5, "x") == []

    @pytest.mark.parametrize(
        ("percent", "total", "number"),
        [(10, 38, 4), (10, 40, 4), (1, 3, 1), (100, 7, 7), (50, 1, 1), (33, 100, 33)],
    )
    def test_a_share_is_rounded_up(self, percent: int, total: int, number: int) -> None:
        assert count_share(percent, total) == number

    @given(st.dictionaries(st.integers(1, 9), st.integers(1, 30), max_size=9), st.integers(0, 300))
    def test_places_are_shared_out_wholly_and_fairly(
        self, sizes: dict[int, int], number: int
    ) -> None:
        places = share_out(sizes, number)
        assert sum(places.values()) == min(number, sum(sizes.values()))
        assert all(0 <= places[key] <= sizes[key] for key in sizes)
        if number >= len(sizes):
            assert all(places.values())
        for large in sizes:
            for small in sizes:
                if sizes[large] > sizes[small] and places[small] > 1:
                    assert places[large] >= places[small]
