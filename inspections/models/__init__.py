"""Programmes, areas, inspections and their teams."""

from inspections.models.inspection import Affiliation, Area, Inspection, TeamMember
from inspections.models.programme import Criterion, Fact, Programme, Question, Section

__all__ = [
    "Affiliation",
    "Area",
    "Criterion",
    "Fact",
    "Inspection",
    "Programme",
    "Question",
    "Section",
    "TeamMember",
]
