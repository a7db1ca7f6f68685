"""What is counted as agreement: pairs of independent answers, and nothing that was settled."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, SecondMarking
from cases.recording import AnswerChange, record_answers
from cases.second_marking.comparing import begin_comparison
from cases.second_marking.picking import cancel_second_marking
from inspections.models import Inspection
from scoring.agreement.coefficients import CrossTable
from scoring.agreement.tables import Counted, measure_agreement, measure_question
from tests.cases.second_marking.pairs import choose, judge, make_compared, pick
from tests.casting import FACTS, make_case, make_inspection, member_of

pytestmark = pytest.mark.django_db

YES_NO = ("sufficient", "insufficient")
ALL = (*YES_NO, "not_applicable")


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def counted(categories: tuple[str, ...], *rows: tuple[int, ...], one_sided: int = 0) -> Counted:
    return Counted(CrossTable(categories, rows), one_sided)


class TestQuestions:
    def test_pairs_stand_by_first_and_second(self, inspection: Inspection) -> None:
        make_compared(inspection, "ANY-001")
        make_compared(inspection, "ANY-002", second={"1.2.02": "insufficient"})
        make_compared(inspection, "ANY-003", second={"1.2.02": "insufficient"})
        make_compared(inspection, "ANY-004", first={"1.2.02": "insufficient"})
        agreement = measure_agreement(inspection)
        assert agreement.cases == 4
        assert agreement.questions["1.2.02"] == counted(YES_NO, (1, 2), (1, 0))
        assert agreement.questions["1.1.01"] == counted(YES_NO, (4, 0), (0, 0))

    def test_not_applicable_is_an_answer_like_the_others(self, inspection: Inspection) -> None:
        make_compared(inspection, first={"2.1.01": "not_applicable"})
        agreement = measure_agreement(inspection)
        assert agreement.questions["2.1.01"] == counted(ALL, (0, 0, 0), (0, 0, 0), (1, 0, 0))

    def test_the_rows_of_a_grid_count_together(self, inspection: Inspection) -> None:
        make_compared(inspection, second={"2.1.03/b": "insufficient"})
        agreement = measure_agreement(inspection)
        assert agreement.questions["2.1.03"] == counted(ALL, (2, 1, 0), (0, 0, 0), (0, 0, 0))

    def test_what_one_was_not_asked_is_no_pair(self, inspection: Inspection) -> None:
        make_compared(
            inspection,
            first_facts={**FACTS, "custody": "yes"},
            second={"1.1.01": "insufficient"},
        )
        agreement = measure_agreement(inspection)
        assert agreement.questions["1.2.01"] == counted(
            ALL, (0, 0, 0), (0, 0, 0), (0, 0, 0), one_sided=1
        )
        assert agreement.questions["1.1.02"] == counted(YES_NO, (0, 0), (0, 0), one_sided=1)
        assert (agreement.overall.table.pairs, agreement.overall.one_sided) == (9, 3)

    def test_what_is_settled_changes_nothing(self, inspection: Inspection) -> None:
        pair = make_compared(inspection, second={"1.2.02": "insufficient"})
        before = measure_agreement(inspection)
        assert choose(pair, "lead", q1_2_02="insufficient").finished
        assert measure_agreement(inspection) == before
        assert before.questions["1.2.02"].table.unlike == 1


class TestWhichCasesCount:
    def test_only_those_that_both_have_completed(self, inspection: Inspection) -> None:
        make_case(inspection, rest="sufficient")
        pick(inspection)
        agreement = measure_agreement(inspection)
        assert (agreement.cases, agreement.overall.table.pairs) == (0, 0)
        assert list(agreement.assessors) == []
        assert agreement.overall.table.kappa is None

    def test_none_that_was_called_off_or_withdrawn_or_is_of_another_inspection(
        self, inspection: Inspection
    ) -> None:
        differing = {"1.2.02": "insufficient"}
        cancelled = make_compared(inspection, "ANY-001", second=differing)
        cancel_second_marking(cancelled, member_of(inspection, "lead"), "By mistake.")
        make_compared(inspection, "ANY-002", second=differing)
        inspection.cases.filter(reference="ANY-002").update(withdrawn=True)
        make_compared(make_inspection("Othershire"), "OTH-001", second=differing)
        assert measure_agreement(inspection).cases == 0
        assert measure_question(inspection, "1.2.02")[1] == []


class TestGroups:
    def test_criteria_and_the_whole_are_pooled_from_questions(self, inspection: Inspection) -> None:
        make_compared(
            inspection,
            first={"1.1.03": "insufficient", "2.1.02/a": "not_applicable"},
            second={"2.1.03/a": "insufficient"},
        )
        agreement = measure_agreement(inspection)
        assert agreement.criteria["1.1"] == counted(YES_NO, (2, 0), (1, 0))
        assert agreement.criteria["1.2"] == counted(ALL, (2, 0, 0), (0, 0, 0), (0, 0, 0))
        assert agreement.criteria["2.1"] == counted(ALL, (4, 1, 0), (0, 0, 0), (1, 0, 0))
        assert agreement.overall == counted(ALL, (8, 1, 0), (1, 0, 0), (1, 0, 0))

    def test_an_assessor_stands_in_the_rows_whether_first_or_second(
        self, inspection: Inspection
    ) -> None:
        make_compared(inspection, "ANY-001", second={"1.2.02": "insufficient"})
        make_compared(
            inspection,
            "ANY-002",
            assessor="practice-assessor",
            second_assessor="inspector",
            first={"1.2.02": "insufficient"},
        )
        make_compared(inspection, "ANY-003", second_assessor="local-assessor")
        agreement = measure_agreement(inspection)
        described = {
            each.assessor.key: (each.cases, each.table.counts[0][1], each.table.counts[1][0])
            for each in agreement.assessors
            if each.assessor
        }
        assert described == {
            "inspector": (3, 2, 0),
            "practice-assessor": (2, 0, 2),
            "local-assessor": (1, 0, 0),
        }
        assert list(described) == ["inspector", "practice-assessor", "local-assessor"]

    def test_screening_judgements_are_counted_as_recorded(self, inspection: Inspection) -> None:
        make_compared(inspection, "ANY-001", second_facts={**FACTS, "risk_level": "low"})
        make_compared(
            inspection,
            "ANY-002",
            first_facts={**FACTS, "gender": "female"},
            second_facts={**FACTS, "safeguarding_need": ""},
        )
        facts = measure_agreement(inspection).facts
        assert facts == {
            "risk_level": counted(("low", "high", "very_high"), (0, 0, 0), (1, 1, 0), (0, 0, 0)),
            "safeguarding_need": counted(("yes", "no"), (1, 0), (0, 0), one_sided=1),
            "plan_required": counted(("yes", "no"), (0, 0), (0, 2)),
        }


class TestOneQuestion:
    def test_tells_in_which_cases_the_two_differ(self, inspection: Inspection) -> None:
        make_compared(inspection, "ANY-001")
        make_compared(inspection, "ANY-002", second={"2.1.03/b": "insufficient"})
        make_compared(inspection, "ANY-003", first={"2.1.03/a": "not_applicable"})
        table, differences = measure_question(inspection, "2.1.03")
        assert table == measure_agreement(inspection).questions["2.1.03"]
        assert [
            (each.second_marking.case.reference, each.row, each.first, each.second)
            for each in differences
        ] == [
            ("ANY-002", "b", "sufficient", "insufficient"),
            ("ANY-003", "a", "not_applicable", "sufficient"),
        ]

    def test_and_where_one_was_not_asked(self, inspection: Inspection) -> None:
        make_compared(inspection, second={"1.1.01": "insufficient"})
        table, differences = measure_question(inspection, "1.1.02")
        assert (table.table.pairs, table.one_sided) == (0, 1)
        assert [(each.first, each.second) for each in differences] == [("sufficient", "")]

    def test_a_question_that_is_none_is_not_known(self, inspection: Inspection) -> None:
        with pytest.raises(KeyError):
            measure_question(inspection, "9.9.99")


def people_of(inspection: Inspection) -> dict[str, tuple[int, int, int]]:
    """Return by assessor how many cases, pairs and pairs alike there are."""
    return {
        str(each.assessor): (each.cases, each.table.pairs, each.table.alike)
        for each in measure_agreement(inspection).assessors
    }


def test_what_others_wrote_in_a_marking_is_nobody_s(inspection: Inspection) -> None:
    """The lead inspector changes an answer; a completed case had gone to another before."""
    case = make_case(inspection, rest="sufficient")
    change = AnswerChange("1.2.02", "", "insufficient", 1)
    assert record_answers(case, [change], member_of(inspection, "lead")).complete
    picked = pick(inspection)
    judge(picked.second)
    assert begin_comparison(picked)
    (pairs,) = {c.table.pairs for c in [measure_agreement(inspection).overall]}
    assert people_of(inspection) == {
        "Inspector": (1, pairs - 1, pairs - 1),
        "Practice assessor": (1, pairs, pairs - 1),
    }
    Assessment.objects.filter(pk=case.pk).update(assessor=member_of(inspection, "local-assessor"))
    assert people_of(inspection) == {"Practice assessor": (1, pairs, pairs - 1)}


@pytest.mark.parametrize("cases", [1, 5])
def test_takes_three_queries_for_any_number_of_cases(
    inspection: Inspection, cases: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(cases):
        make_compared(inspection, f"ANY-00{number}", second={"1.2.02": "insufficient"})
    measure_agreement(inspection)  # the programme is kept for as long as the process lives
    with django_assert_num_queries(3):
        assert measure_agreement(inspection).cases == cases
    with django_assert_num_queries(2):
        assert len(measure_question(inspection, "1.2.02")[1]) == cases
    assert SecondMarking.objects.count() == cases
