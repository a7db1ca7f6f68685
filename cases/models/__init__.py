"""The fieldwork as rows: cases and judgements, their history, and the work around them."""

from cases.models.alerts import AlertAction, CaseAlert
from cases.models.allocation import (
    Availability,
    ConflictOfInterest,
    Handover,
    Interview,
    Timetable,
)
from cases.models.assessment import Assessment, Case, Judgement, RecordedFact
from cases.models.history import DeclinedChange, FactRevision, JudgementRevision
from cases.models.moderation import Reopening
from cases.models.practice import GoodPractice
from cases.models.sampling import Caseload, CaseloadEntry, SampledCase, SampleDraw
from cases.models.second_marking import SecondMarking, Settlement

__all__ = [
    "AlertAction",
    "Assessment",
    "Availability",
    "Case",
    "CaseAlert",
    "Caseload",
    "CaseloadEntry",
    "ConflictOfInterest",
    "DeclinedChange",
    "FactRevision",
    "GoodPractice",
    "Handover",
    "Interview",
    "Judgement",
    "JudgementRevision",
    "RecordedFact",
    "Reopening",
    "SampleDraw",
    "SampledCase",
    "SecondMarking",
    "Settlement",
    "Timetable",
]
