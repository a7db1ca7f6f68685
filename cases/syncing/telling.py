"""Telling a device what became of what it sent, and how facts and judgements stand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from cases.access import key_of
from cases.forms.versions import describe_moment, name_writer
from cases.models import Judgement, RecordedFact
from cases.syncing.making import Made, Result
from inspections.models import TeamMember


def describe_made(made: Made) -> dict[str, Any]:
    """Return what is answered to a request, but for what is told in words, as plain values."""
    settled = made.outcome.settled
    return {
        "assessment": key_of(made.assessment),
        "results": [
            _describe_result(mutation, result, made.member)
            for mutation, result in made.results.items()
        ],
        "facts": {
            key: {"value": value, "version": version}
            for key, (value, version) in made.implied.items()
        },
        "states": settled.states,
        "opened": settled.opened,
        "set_aside": settled.set_aside,
        "restored": settled.restored,
        "completed": made.assessment.completed_at is not None,
    }


def describe_judgement(judgement: Judgement, member: TeamMember) -> dict[str, Any]:
    """Return a judgement as it stands, and who wrote it last, as plain values for `member`."""
    return {
        "answer": judgement.answer,
        "reasons": judgement.reasons,
        "evidence": judgement.evidence,
        "flagged": judgement.flagged,
        "note_to_lead": judgement.note_to_lead,
        **_describe_change(judgement, member),
    }


def describe_fact(fact: RecordedFact, member: TeamMember) -> dict[str, Any]:
    """Return a recorded fact, and who wrote it last, as plain values for `member`."""
    return {"value": fact.value, **_describe_change(fact, member)}


def _describe_result(mutation: UUID, result: Result, member: TeamMember) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": str(mutation),
        "status": result.status,
        "version": result.version,
    }
    if result.message:
        described["message"] = result.message
    if isinstance(result.current, Judgement):
        described["current"] = describe_judgement(result.current, member)
    elif isinstance(result.current, RecordedFact):
        described["current"] = describe_fact(result.current, member)
    return described


def _describe_change(current: Judgement | RecordedFact, member: TeamMember) -> dict[str, Any]:
    """Return version, writer and moment; `when` is the moment in words, empty if untouched."""
    return {
        "version": current.version,
        "by": name_writer(current) if current.changed_at else "",
        "own": current.changed_by_id == member.pk,
        "at": current.changed_at.isoformat() if current.changed_at else None,
        "when": describe_moment(current),
    }
