"""The fieldwork at a glance, for its lead inspector: how far it is, and what needs attention.

It counts assessments of record, which are those that the lead inspector may see; a second marking
shows in the work of its assessor, but nothing of what was answered in it. Notes and flags are
counted as `cases.notes` lists them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Max, Q
from django.db.models.functions import TruncDate
from django.utils.timezone import localtime

from cases.alerts import list_alerts
from cases.models import (
    Assessment,
    CaseAlert,
    ConflictOfInterest,
    Interview,
    JudgementRevision,
    RecordedFact,
    Reopening,
    Timetable,
)
from cases.moderation import list_reopened
from cases.notes import may_come_back_to, may_read_notes
from cases.progress import Progress, Status, progress_of, status_of, with_progress
from cases.second_marking.listing import (
    Listed,
    Stage,
    describe_second_markings,
    list_second_markings,
)
from cases.timetable.slots import frame_of, is_late
from inspections.models import TeamMember

Closed, Kind = Assessment.Closed, Assessment.Kind

MOST_DAYS = 31
"""Days that the board shows: the latest ones."""


@dataclass
class Workload:
    """What one assessor has to judge; nobody where cases are not allocated.

    `cases` and `completed` count second markings too. `last` is when anything in it was recorded.
    """

    assessor: TeamMember | None
    cases: int = 0
    completed: int = 0
    unanswered: int = 0
    last: datetime | None = None


@dataclass
class Day:
    """A day of the fieldwork: interviews planned, held and late, and judgements recorded."""

    day: date
    planned: int = 0
    held: int = 0
    late: int = 0
    judgements: int = 0


@dataclass(frozen=True)
class Conflict:
    """A conflict of interest that was declared, and the cases allocated in spite of it."""

    declared: ConflictOfInterest
    clashes: tuple[str, ...]


@dataclass(frozen=True)
class Changed:
    """A completed case, and how many of its answers were changed since."""

    assessment: Assessment
    answers: int


@dataclass
class Board:
    """All that the board shows, as it stood at `now`, the clock's time where the inspection is.

    `disputes` are second markings that are compared and not settled, `judging` counts those that
    are still being judged. `second_markings` counts those among the cases of assessors.
    """

    now: datetime
    cases: int = 0
    statuses: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    progress: Progress = field(default_factory=Progress)
    facts_missing: int = 0
    unallocated: int = 0
    flagged: int = 0
    notes: int = 0
    workloads: list[Workload] = field(default_factory=list)
    days: list[Day] = field(default_factory=list)
    alerts: list[CaseAlert] = field(default_factory=list)
    late: list[Interview] = field(default_factory=list)
    unplanned: int = 0
    disputes: list[Listed] = field(default_factory=list)
    judging: int = 0
    second_markings: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    reopened: list[Reopening] = field(default_factory=list)

    @property
    def completed(self) -> int:
        """Cases that their assessors said are done."""
        return self.statuses[Status.COMPLETED]

    @property
    def clashes(self) -> int:
        """Cases that are allocated in spite of a conflict of interest."""
        return sum(len(conflict.clashes) for conflict in self.conflicts)


def read_board(lead: TeamMember) -> Board:
    """Return the board of the inspection that `lead` leads, in the same queries for any size."""
    board = Board(now=localtime())
    assessments = _list_assessments(lead)
    of_record = [assessment for assessment in assessments if assessment.of_record]
    _count_cases(board, of_record)
    board.notes = sum(each.notes for each in assessments if may_read_notes(each))
    board.flagged = sum(each.flagged for each in assessments if may_come_back_to(each))
    assessments = [each for each in assessments if each.closed != Closed.CANCELLED]
    board.workloads = _share_out(lead, assessments)
    board.second_markings = sum(work.cases for work in board.workloads) - board.cases
    interviews = list(
        Interview.objects.filter(inspection=lead.inspection, case__withdrawn=False).select_related(
            "case", "assessor"
        )
    )
    board.late = [interview for interview in interviews if is_late(interview, board.now)]
    board.unplanned = len(of_record) - len(interviews)
    board.days = _list_days(lead, interviews, board.now)
    board.alerts = list(list_alerts(lead).filter(closed_at__isnull=True))
    _add_second_markings(board, lead)
    board.conflicts = _list_conflicts(lead, assessments)
    board.reopened = list(list_reopened(lead.inspection))
    return board


def _list_assessments(lead: TeamMember) -> list[Any]:
    """Return assessments that were or are worked on, each with counts of its judgements.

    `notes` counts private notes, `changed` answers changed since it was completed, and `last` is
    when a judgement in it was last written.
    """
    worked_on = Assessment.objects.filter(
        inspection=lead.inspection, case__withdrawn=False
    ).exclude(closed=Closed.WITHDRAWN)
    assessments = with_progress(worked_on.select_related("case", "assessor")).annotate(
        notes=Count("judgements", filter=~Q(judgements__note_to_lead="")),
        changed=Count("judgements", filter=Q(judgements__changed_at__gt=F("completed_at"))),
        last=Max("judgements__changed_at"),
    )
    facts = dict(
        RecordedFact.objects.filter(assessment__in=worked_on.order_by().values("pk"))
        .values_list("assessment_id")
        .annotate(last=Max("changed_at"))
    )
    listed: list[Any] = list(assessments)
    for assessment in listed:
        assessment.inspection = lead.inspection
        moments = [assessment.last, facts.get(assessment.pk)]
        assessment.last = max(filter(None, moments), default=None)
    return listed


def _count_cases(board: Board, of_record: Sequence[Any]) -> None:
    board.cases = len(of_record)
    for assessment in of_record:
        progress = progress_of(assessment)
        board.statuses[status_of(assessment, progress)] += 1
        board.progress += progress
        board.facts_missing += assessment.facts_missing
        board.unallocated += assessment.assessor_id is None and assessment.kind != Kind.AGREED
        if assessment.changed:
            board.changed.append(Changed(assessment, assessment.changed))


def _share_out(lead: TeamMember, assessments: Sequence[Any]) -> list[Workload]:
    """Return the work of each assessor of the team, in its order; what is nobody's comes last."""
    team = {member.pk: member for member in lead.inspection.team.all() if member.assesses}
    workloads = {pk: Workload(member) for pk, member in team.items()}
    nobody = Workload(None)
    for assessment in assessments:
        if assessment.kind == Kind.AGREED:
            continue
        work = workloads.get(assessment.assessor_id, nobody)
        work.cases += 1
        work.completed += assessment.completed_at is not None
        work.unanswered += progress_of(assessment).unanswered
        work.last = max(filter(None, (work.last, assessment.last)), default=None)
    shown = [work for pk, work in workloads.items() if work.cases or not team[pk].leads]
    return [*shown, nobody] if nobody.cases else shown


def _list_days(lead: TeamMember, interviews: Iterable[Interview], now: datetime) -> list[Day]:
    """Return the days of the timetable, and others on which something was recorded, in order."""
    frame = frame_of(Timetable.objects.filter(inspection=lead.inspection).first())
    days = {day: Day(day) for day in frame.days}
    for interview in interviews:
        day = days.setdefault(interview.day, Day(interview.day))
        day.planned += 1
        day.held += interview.held_at is not None
        day.late += is_late(interview, now)
    for when, judgements in _count_judgements(lead).items():
        days.setdefault(when, Day(when)).judgements = judgements
    return sorted(days.values(), key=lambda day: day.day)[-MOST_DAYS:]


def _count_judgements(lead: TeamMember) -> Mapping[date, int]:
    """Return how many judgements were recorded or changed on each day."""
    revisions = (
        JudgementRevision.objects.filter(
            judgement__assessment__inspection=lead.inspection,
            judgement__assessment__case__withdrawn=False,
        )
        .exclude(judgement__assessment__kind=Kind.AGREED)
        .order_by()
    )
    return dict(
        revisions.annotate(day=TruncDate("changed_at"))
        .values_list("day")
        .annotate(judgements=Count("judgement", distinct=True))
    )


def _add_second_markings(board: Board, lead: TeamMember) -> None:
    """Those that are compared are told with what is left of them, the others are counted."""
    under_way = list(
        list_second_markings(lead).filter(cancelled_at__isnull=True, settled_at__isnull=True)
    )
    listed = describe_second_markings([each for each in under_way if each.agreed_id])
    board.disputes = [each for each in listed if each.stage == Stage.COMPARING]
    board.judging = len(under_way) - len(board.disputes)


def _list_conflicts(lead: TeamMember, assessments: Iterable[Assessment]) -> list[Conflict]:
    """Return the conflicts of interest in force, those that an allocation disregards first."""
    allocated: dict[int, list[Assessment]] = defaultdict(list)
    for assessment in assessments:
        if assessment.assessor_id and assessment.kind != Kind.AGREED:
            allocated[assessment.assessor_id].append(assessment)
    declared = ConflictOfInterest.objects.filter(
        member__inspection=lead.inspection, lifted_at__isnull=True
    ).select_related("member")
    conflicts = [
        Conflict(
            each,
            tuple(a.case.reference for a in allocated[each.member_id] if _is_meant(each, a)),
        )
        for each in declared
    ]
    return sorted(conflicts, key=lambda conflict: not conflict.clashes)


def _is_meant(conflict: ConflictOfInterest, assessment: Assessment) -> bool:
    """Whether a conflict of interest is with the case of `assessment` or its case manager."""
    case = assessment.case
    if conflict.reference:
        return conflict.reference.casefold() == case.reference.casefold()
    return conflict.case_manager.casefold() == case.case_manager.casefold()
