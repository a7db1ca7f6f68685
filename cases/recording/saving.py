"""Saving: facts and answers are taken, then what they decide is settled once for all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from cases.models import Assessment
from cases.recording.answers import take_answers
from cases.recording.changes import (
    AnswerChange,
    AnswersOutcome,
    ChangesOutcome,
    FactChange,
    FactsOutcome,
)
from cases.recording.facts import take_facts
from cases.recording.holding import hold
from cases.recording.settling import read_standing, settle
from inspections.catalogue import load_definition
from inspections.models import TeamMember


@transaction.atomic
def record_facts(
    assessment: Assessment, changes: Sequence[FactChange], by: TeamMember
) -> FactsOutcome:
    """Store those of `changes` that differ from what is recorded, and settle what applies.

    A fact that implies others makes them yes too (programme data: `implies`). Facts that break a
    rule of the programme together are refused, each with its reason. Each fact may stand among
    them once.
    """
    return write_facts(hold(assessment), changes, by)


def write_facts(
    assessment: Assessment, changes: Sequence[FactChange], by: TeamMember
) -> FactsOutcome:
    """Do as `record_facts`, for an assessment that is held already."""
    definition = load_definition(assessment.inspection.programme)
    outcome = FactsOutcome()
    if take_facts(assessment, definition, changes, by, outcome):
        settle(assessment, read_standing(assessment, definition), (), outcome)
    return outcome


@transaction.atomic
def record_answers(
    assessment: Assessment, changes: Sequence[AnswerChange], by: TeamMember
) -> AnswersOutcome:
    """Store those of `changes` that differ from what is recorded, and settle what applies.

    Each judgement may stand among them once.
    """
    return write_answers(hold(assessment), changes, by)


def write_answers(
    assessment: Assessment, changes: Sequence[AnswerChange], by: TeamMember
) -> AnswersOutcome:
    """Do as `record_answers`, for an assessment that is held already."""
    definition = load_definition(assessment.inspection.programme)
    outcome = AnswersOutcome()
    written, standing = take_answers(assessment, definition, changes, by, outcome)
    if written:
        settle(assessment, standing, written, outcome)
    return outcome


def write_changes(
    assessment: Assessment,
    facts: Sequence[FactChange],
    answers: Sequence[AnswerChange],
    by: TeamMember,
    used: Collection[UUID] = (),
) -> ChangesOutcome:
    """Store facts, then answers, in an assessment that is held; what they open and is answered
    among them is not told as open.

    `used` are mutations that were made before, found after one of them broke the rule that each is
    made once: a change that would be new here and has one of them is refused.
    """
    definition = load_definition(assessment.inspection.programme)
    outcome = ChangesOutcome()
    decides = take_facts(assessment, definition, facts, by, outcome.facts, used)
    standing = read_standing(assessment, definition) if decides else None
    written, standing = take_answers(
        assessment, definition, answers, by, outcome.answers, standing, used
    )
    if decides or written:
        settle(assessment, standing, written, outcome.settled)
    return outcome
