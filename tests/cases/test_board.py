"""The fieldwork board: what it counts, and what it says needs attention."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from django.utils.timezone import localdate, localtime

from cases.alerts import raise_alert
from cases.board import Board, read_board
from cases.models import (
    Assessment,
    Case,
    CaseAlert,
    ConflictOfInterest,
    Interview,
    SecondMarking,
    Timetable,
)
from cases.opening import NewCase, open_assessments
from cases.progress import Progress
from cases.recording import AnswerChange, complete_assessment, record_answers
from inspections.catalogue import load_definition
from inspections.models import Inspection, TeamMember
from tests.casting import (
    make_case,
    make_inspection,
    member_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def read(inspection: Inspection) -> Board:
    return read_board(member_of(inspection, "lead"))


def plan(assessment: Assessment, day: date, *, held: bool = False, hour: int = 9) -> Interview:
    assert assessment.assessor is not None
    return Interview.objects.create(
        inspection=assessment.inspection,
        case=assessment.case,
        assessor=assessment.assessor,
        day=day,
        start=time(hour),
        end=time(hour + 1),
        place="Room 1",
        held_at=timezone.now() if held else None,
    )


def withdraw(assessment: Assessment) -> None:
    Case.objects.filter(pk=assessment.case_id).update(withdrawn=True)
    Assessment.objects.filter(pk=assessment.pk).update(of_record=False, closed="withdrawn")


def mark_twice(
    assessment: Assessment, by: str = "practice-assessor", *, compare: bool = False
) -> SecondMarking:
    """Have a case judged a second time; with `compare`, both are done and differ."""
    inspection = assessment.inspection
    second = Assessment(
        case=assessment.case,
        inspection=inspection,
        assessor=member_of(inspection, by),
        kind="second",
        of_record=False,
    )
    open_assessments([(second, NewCase(assessment.case.reference))])
    marking = SecondMarking.objects.create(
        case=assessment.case,
        first=assessment,
        second=second,
        picked_by=member_of(inspection, "lead"),
        picked_at=timezone.now(),
    )
    if compare:
        agreed = Assessment(
            case=assessment.case, inspection=inspection, kind="agreed", of_record=False
        )
        open_assessments([(agreed, NewCase(assessment.case.reference))])
        Assessment.objects.filter(pk__in=(assessment.pk, second.pk)).update(
            closed="second_marking", completed_at=timezone.now()
        )
        marking.agreed = agreed
        marking.save()
    return marking


class TestCases:
    def test_an_inspection_without_cases_has_an_empty_board(self, inspection: Inspection) -> None:
        board = read(inspection)
        assert (board.cases, board.completed, board.progress) == (0, 0, Progress())
        assert (board.days, board.alerts, board.late, board.disputes) == ([], [], [], [])

    def test_cases_are_counted_by_state(self, inspection: Inspection) -> None:
        make_case(inspection, "ANY-001", rest="sufficient")
        ready = make_case(inspection, "ANY-002", rest="sufficient")
        Assessment.objects.filter(pk=ready.pk).update(completed_at=None)
        make_case(inspection, "ANY-003", answers={"1.1.01": "sufficient"})
        make_case(inspection, "ANY-004", facts={}, assessor=None)
        withdraw(make_case(inspection, "ANY-005", rest="sufficient"))
        make_case(make_inspection("Elsewhere"), "ELS-001", rest="sufficient")
        board = read(inspection)
        assert board.statuses == {
            "not_started": 1,
            "in_progress": 1,
            "ready": 1,
            "completed": 1,
        }
        assert (board.cases, board.completed, board.unallocated) == (4, 1, 1)
        assert board.facts_missing == len(load_definition(inspection.programme).deciding_facts)
        asked = [
            a.judgements.filter(state="applies", answer="").count()
            for a in Assessment.objects.filter(inspection=inspection, of_record=True)
        ]
        assert board.progress.unanswered == sum(asked) > 0

    def test_work_is_told_by_assessor_second_markings_too(self, inspection: Inspection) -> None:
        first = make_case(inspection, "ANY-001", rest="sufficient")
        make_case(inspection, "ANY-002", facts={}, assessor=None)
        mark_twice(first)
        board = read(inspection)
        assert [
            (work.assessor.key if work.assessor else None, work.cases, work.completed)
            for work in board.workloads
        ] == [
            ("inspector", 1, 1),
            ("practice-assessor", 1, 0),
            ("local-assessor", 0, 0),
            (None, 1, 0),
        ]
        assert (board.workloads[0].last is None, board.workloads[1].last) == (False, None)
        assert (board.cases, board.completed) == (2, 1)

    def test_last_activity_is_the_last_fact_or_answer(self, inspection: Inspection) -> None:
        assessment = make_case(inspection)
        then = timezone.now() - timedelta(days=3)
        assessment.judgements.update(changed_at=None)
        assessment.facts.update(changed_at=then)
        assert read(inspection).workloads[0].last == then
        later = then + timedelta(hours=5)
        assessment.judgements.filter(question__code="1.1.01").update(changed_at=later)
        assert read(inspection).workloads[0].last == later

    def test_answers_changed_since_completion_are_told(self, inspection: Inspection) -> None:
        assessment = make_case(inspection, rest="sufficient")
        make_case(inspection, "ANY-002", rest="sufficient")
        assert read(inspection).changed == []
        member = member_of(inspection, "inspector")
        change = AnswerChange("1.2.02", "", "insufficient", 1)
        assert record_answers(assessment, [change], member).complete
        assert [(c.assessment, c.answers) for c in read(inspection).changed] == [(assessment, 1)]


class TestAttention:
    def test_interviews_are_told_by_day_and_late_ones_by_name(self, inspection: Inspection) -> None:
        today = localdate()
        yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
        cases = [make_case(inspection, f"ANY-{n:03}", facts={}) for n in range(5)]
        late = plan(cases[0], yesterday, hour=14)
        plan(cases[1], yesterday, held=True)
        plan(cases[2], tomorrow)
        plan(cases[3], tomorrow, hour=11)
        withdraw(cases[3])
        Timetable.objects.create(
            inspection=inspection, days=[d.isoformat() for d in (today, tomorrow)]
        )
        board = read(inspection)
        assert board.late == [late]
        assert board.unplanned == 1
        assert [(day.day, day.planned, day.held, day.late) for day in board.days] == [
            (yesterday, 2, 1, 1),
            (today, 0, 0, 0),
            (tomorrow, 1, 0, 0),
        ]

    def test_an_interview_is_late_once_its_time_has_passed(self, inspection: Inspection) -> None:
        interview = plan(make_case(inspection, facts={}), localdate() - timedelta(days=1))
        assert read(inspection).late == [interview]
        Interview.objects.update(day=localdate() + timedelta(days=1))
        assert read(inspection).late == []

    def test_judgements_are_counted_on_the_days_of_their_changes(
        self, inspection: Inspection
    ) -> None:
        assessment = make_case(inspection)
        mark_twice(assessment, compare=True)
        member = member_of(inspection, "inspector")
        Assessment.objects.filter(pk=assessment.pk).update(closed="")
        for version, answer in enumerate(("sufficient", "insufficient")):
            change = AnswerChange("2.1.01", "", answer, version)
            assert record_answers(assessment, [change], member).complete
        change = AnswerChange("1.2.02", "", "sufficient", 0)
        assert record_answers(assessment, [change], member).complete
        assert [(day.day, day.judgements) for day in read(inspection).days] == [(localdate(), 2)]

    def test_open_alerts_are_told_and_closed_ones_are_not(self, inspection: Inspection) -> None:
        case = make_case(inspection).case
        inspector = member_of(inspection, "inspector")
        alerts = [
            raise_alert(case, inspector, concern="Afraid.", mutation=uuid4()) for _ in range(3)
        ]
        now = timezone.now()
        CaseAlert.objects.filter(pk=alerts[0].pk).update(service_told_at=now, closed_at=now)
        CaseAlert.objects.filter(pk=alerts[2].pk).update(service_told_at=now)
        assert read(inspection).alerts == [alerts[1], alerts[2]]

    def test_second_markings_in_dispute_are_told_and_others_counted(
        self, inspection: Inspection
    ) -> None:
        mark_twice(make_case(inspection, "ANY-001"))
        disputed = mark_twice(make_case(inspection, "ANY-002"), compare=True)
        settled = mark_twice(make_case(inspection, "ANY-003"), compare=True)
        SecondMarking.objects.filter(pk=settled.pk).update(settled_at=timezone.now())
        board = read(inspection)
        assert settled.agreed is not None
        Assessment.objects.filter(pk=settled.first_id).update(of_record=False)
        Assessment.objects.filter(pk=settled.agreed.pk).update(of_record=True)
        assert read(inspection).unallocated == 0
        assert [each.second_marking for each in board.disputes] == [disputed]
        assert board.disputes[0].left > 0
        assert board.judging == 1

    def test_conflicts_that_an_allocation_disregards_come_first(
        self, inspection: Inspection
    ) -> None:
        make_case(inspection, "ANY-001")
        second = make_case(inspection, "ANY-002")
        Case.objects.filter(pk=second.case_id).update(case_manager="CM-01")
        inspector, local = (member_of(inspection, k) for k in ("inspector", "local-assessor"))

        def declare(member: TeamMember, **fields: Any) -> ConflictOfInterest:
            return ConflictOfInterest.objects.create(
                member=member, declared_by=member, declared_at=timezone.now(), **fields
            )

        harmless = declare(local, reference="ANY-001")
        by_case = declare(inspector, reference="any-001")
        by_manager = declare(inspector, case_manager="cm-01")
        declare(inspector, reference="ANY-002", lifted_at=timezone.now(), lifted_reason="A slip.")
        board = read(inspection)
        assert [(each.declared, each.clashes) for each in board.conflicts] == [
            (by_case, ("ANY-001",)),
            (by_manager, ("ANY-002",)),
            (harmless, ()),
        ]
        assert board.clashes == 2


def test_completing_shows(inspection: Inspection) -> None:
    assessment = make_case(inspection, rest="sufficient")
    Assessment.objects.filter(pk=assessment.pk).update(completed_at=None)
    assert read(inspection).completed == 0
    complete_assessment(assessment, member_of(inspection, "inspector"))
    board = read(inspection)
    assert (board.completed, board.now.tzinfo) == (1, localtime().tzinfo)
