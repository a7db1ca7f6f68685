"""What a script of fieldwork is acted out on, and recording answers in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.models import Assessment, Judgement
from cases.recording import AnswerChange, AnswersOutcome, FactsOutcome, record_answers
from inspections.models import Inspection, TeamMember

Script = Mapping[str, Any]
"""What a file tells, or a part of it."""


@dataclass(frozen=True)
class Stage:
    """Who and what there is: members of the team by key, first assessments by reference."""

    inspection: Inspection
    team: Mapping[str, TeamMember]
    assessments: Mapping[str, Assessment]

    @property
    def lead(self) -> TeamMember:
        """The lead inspector."""
        return next(member for member in self.team.values() if member.leads)

    def find(self, reference: str) -> tuple[Assessment, TeamMember]:
        """Return the first assessment of a case, and who judges it."""
        assessment = self.assessments[reference]
        if assessment.assessor is None:
            raise ValueError(f"{reference} is not allocated")
        return assessment, self.team[assessment.assessor.key]


def place_of(told: Script) -> tuple[str, str]:
    """Return the question and the row of a grid, or none, that something is told of."""
    return told["question"], told.get("row", "")


def load_judgements(assessment: Assessment) -> dict[tuple[str, str], Judgement]:
    """Return all judgements of an assessment by question and row, in order."""
    judgements = Judgement.objects.filter(assessment=assessment).select_related("question")
    ordered = judgements.order_by("question__position", "row")
    return {(judgement.question.code, judgement.row): judgement for judgement in ordered}


def repeat(judgement: Judgement) -> AnswerChange:
    """Return the change that would leave a judgement as it is."""
    return AnswerChange(
        code=judgement.question.code,
        row=judgement.row,
        answer=judgement.answer,
        base_version=judgement.version,
        reasons=tuple(judgement.reasons),
        evidence=judgement.evidence,
        flagged=judgement.flagged,
        note_to_lead=judgement.note_to_lead,
    )


def give_answers(
    assessment: Assessment, changes: Sequence[AnswerChange], assessor: TeamMember
) -> None:
    """Record answers, all of which must be taken."""
    expect_taken(record_answers(assessment, changes, assessor))


def expect_taken(outcome: AnswersOutcome | FactsOutcome) -> None:
    """Raise ValueError where something of a save was not stored."""
    if not outcome.complete:
        raise ValueError(f"not taken: {outcome.refusals or outcome.conflicts}")
