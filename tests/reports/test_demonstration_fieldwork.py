"""What is acted out at Northmere: each kind of thing that fieldwork has, and no answer changed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
from django.conf import settings
from django.test import TestCase, override_settings
from django.utils import timezone

from cases.board import read_board
from cases.models import (
    Assessment,
    CaseAlert,
    ConflictOfInterest,
    GoodPractice,
    Interview,
    Judgement,
    SecondMarking,
    Timetable,
)
from cases.progress import Status
from cases.recording import AnswerChange, record_answers
from cases.review import review_assessment
from cases.second_marking.differences import Standing, compare
from cases.second_marking.listing import find_second_marking
from inspections.models import Inspection, Programme, TeamMember
from reports.bundle import build_bundle, import_inspection
from reports.demonstration.fieldwork import act_out_fieldwork
from reports.demonstration.loading import complete_what_is_done, load_programme
from reports.demonstration.people import PARTS, open_account
from tests.casting import member_of

pytestmark = pytest.mark.slow

SLUG = "northmere-2012"
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "inspections" / SLUG
MADE = (Timetable, Interview, CaseAlert, SecondMarking, GoodPractice, ConflictOfInterest)


def load_northmere() -> Inspection:
    load_programme("cci-2012")
    import_inspection(FOLDER)
    return Inspection.objects.select_related("programme", "area").get(slug=SLUG)


def open_accounts() -> None:
    for part in PARTS:
        if part.roles:
            open_account(part, [SLUG], [SLUG], new_password=False)


def find_assessment(reference: str) -> Assessment:
    first = Assessment.objects.select_related("case", "assessor", "inspection__programme")
    return first.get(case__reference=reference, kind="first")


@override_settings(JOBS_HEARTBEAT_SECONDS=3600)  # its thread could not see what is not committed
class TestNorthmere(TestCase):
    northmere: ClassVar[Inspection]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.northmere = load_northmere()
        open_accounts()
        act_out_fieldwork(cls.northmere, FOLDER)

    def member(self, key: str) -> TeamMember:
        return member_of(self.northmere, key)

    def test_the_board_has_something_of_everything(self) -> None:
        board = read_board(self.member("lead-inspector"))
        assert board.statuses == {
            Status.NOT_STARTED: 6,
            Status.IN_PROGRESS: 13,
            Status.READY: 2,
            Status.COMPLETED: 17,
        }
        assert [(day.planned, day.held + day.late) for day in board.days if day.planned] == [
            (day.planned, day.planned) for day in board.days if day.planned
        ]
        assert (len(board.late), board.unplanned, board.unallocated) == (11, 0, 0)
        assert (board.notes, board.flagged) == (4, 8)
        assert [str(alert.case) for alert in board.alerts] == ["NTM-036"]
        disputes = [(str(each.second_marking.case), each.left) for each in board.disputes]
        assert (disputes, board.judging) == ([("NTM-019", 10)], 1)
        assert [(each.declared.case_manager, each.clashes) for each in board.conflicts] == [
            ("cm-02", ("NTM-004",))
        ]
        changed = [(str(each.assessment.case), each.answers) for each in board.changed]
        assert changed == [("NTM-013", 1)]

    def test_interviews_were_held_where_the_facts_are_recorded(self) -> None:
        held = Interview.objects.filter(held_at__isnull=False).values_list("case__reference")
        recorded = Assessment.objects.filter(kind="first", facts_missing=0)
        assert set(held) == set(recorded.values_list("case__reference"))
        away = Interview.objects.filter(assessor__key="local-assessor-1", day="2012-11-16")
        assert not away.exists()

    def test_no_answer_and_no_allocation_is_another_than_was_loaded(self) -> None:
        bundle = build_bundle(self.northmere)
        assert bundle["cases.csv"] == (FOLDER / "cases.csv").read_text(encoding="utf-8")
        loaded = (FOLDER / "judgements.csv").read_text(encoding="utf-8")
        assert drop_evidence(bundle["judgements.csv"]) == drop_evidence(loaded)

    def test_what_was_given_again_is_in_the_history(self) -> None:
        again = Judgement.objects.get(
            assessment=find_assessment("NTM-034"), question__code="3.1.07"
        )
        revisions = again.revisions.order_by("version")
        assert list(revisions.values_list("version", "answer")) == [
            (1, "insufficient"),
            (2, ""),
            (3, "insufficient"),
        ]

    def test_one_case_could_be_completed_without_a_doubt(self) -> None:
        review = review_assessment(find_assessment("NTM-033"))
        assert (review.has_gaps, review.has_warnings) == (False, False)

    def test_no_note_looks_as_if_it_named_somebody(self) -> None:
        assessments = Assessment.objects.select_related("inspection__programme")
        doubts = [review_assessment(assessment).identifying for assessment in assessments]
        assert [doubt for found in doubts for doubt in found] == []

    def test_one_alert_is_open_and_one_was_dealt_with(self) -> None:
        still_open, closed = CaseAlert.objects.order_by("closed_at").select_related("raised_by")
        if still_open.closed_at is not None:
            still_open, closed = closed, still_open
        assert (str(still_open.raised_by), still_open.actions.count()) == ("Inspector 1", 0)
        assert (str(closed.raised_by), closed.actions.count()) == ("Practice assessor 1", 2)
        assert closed.service_told_whom == "YOS Manager"
        assert closed.closed_by == self.member("lead-inspector")
        assert (still_open.told_lead_at, closed.told_lead_at) == (
            still_open.raised_at,
            closed.raised_at,
        )

    def test_two_cases_are_judged_twice(self) -> None:
        first, second = self.member("practice-assessor-1"), self.member("inspector-1")
        compared = find_second_marking(first, "NTM-019")
        assert compared is not None
        assert compared == find_second_marking(second, "NTM-019")
        comparison = compare(compared)
        assert Counter(difference.standing for difference in comparison.differences) == {
            Standing.SETTLED: 1,
            Standing.PROPOSED: 2,
            Standing.OPEN: 8,
            Standing.WAITING: 2,
        }
        waiting = [len(comparison.list_for(member)) for member in (first, second)]
        assert waiting == [9, 9]

        second = self.member("local-assessor-1")
        judged = find_second_marking(second, "NTM-007")
        assert judged is not None
        assert judged.agreed is None
        assert find_second_marking(self.member("inspector-1"), "NTM-007") is None
        given = judged.second.judgements.exclude(answer="").count()
        assert 20 < given < judged.second.judgements.filter(state="applies").count()

    def test_good_practice_is_noted_by_all_and_one_example_is_chosen(self) -> None:
        found = GoodPractice.objects.values_list("criterion", "noted_by__key", "chosen_by__key")
        assert sorted(found) == [
            ("1.1", "inspector-2", "lead-inspector"),
            ("1.2", "inspector-1", None),
            ("2.2", "local-assessor-1", None),
            ("2.3", "practice-assessor-1", None),
        ]

    def test_it_happens_once(self) -> None:
        before = count_made()
        act_out_fieldwork(self.northmere, FOLDER)
        assert count_made() == before
        GoodPractice.objects.all().delete()
        act_out_fieldwork(self.northmere, FOLDER)
        assert GoodPractice.objects.count() == 0


@override_settings(JOBS_HEARTBEAT_SECONDS=3600)
class TestEarlierVersion(TestCase):
    """A demonstration that was loaded before there was fieldwork in it."""

    northmere: ClassVar[Inspection]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.northmere = load_northmere()
        Assessment.objects.update(completed_at=None, completed_by=None)
        Programme.objects.update(sampling=None, loaded_at=timezone.now())

    def test_is_completed(self) -> None:
        load_programme("cci-2012")
        complete_what_is_done(self.northmere)
        open_accounts()
        act_out_fieldwork(self.northmere, FOLDER)
        assert Programme.objects.get().sampling is not None
        # 19 were answered; two are given again, and the second marking of one is completed too.
        assert Assessment.objects.filter(completed_at__isnull=False).count() == 18
        assert count_made() == [1, 38, 2, 2, 4, 1]

    def test_nobody_marks_a_second_time_who_cannot_sign_in(self) -> None:
        complete_what_is_done(self.northmere)
        act_out_fieldwork(self.northmere, FOLDER)
        assert count_made() == [1, 38, 2, 0, 4, 1]

    def test_is_left_alone_where_somebody_has_judged(self) -> None:
        assessment = find_assessment("NTM-008")
        question = assessment.judgements.filter(answer="", state="applies").first()
        assert assessment.assessor is not None
        assert question is not None
        change = AnswerChange(question.question.code, question.row, "sufficient", 0)
        assert record_answers(assessment, [change], assessment.assessor).complete
        act_out_fieldwork(self.northmere, FOLDER)
        assert count_made() == [0, 0, 0, 0, 0, 0]

    def test_what_was_opened_again_since_is_not_completed(self) -> None:
        complete_what_is_done(self.northmere)
        Assessment.objects.filter(case__reference="NTM-033").update(completed_at=None)
        complete_what_is_done(self.northmere)
        assert find_assessment("NTM-033").completed_at is None


def count_made() -> list[int]:
    return [model._default_manager.count() for model in MADE]


def drop_evidence(judgements: str) -> list[list[str]]:
    return [row[:-1] for row in csv.reader(io.StringIO(judgements))]
