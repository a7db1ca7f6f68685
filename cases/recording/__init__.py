"""The one way in which facts and judgements are written.

Each change names the version that it is based on and gets a revision row, all in one transaction,
in which the assessment is held. A change to something that somebody else changed meanwhile is
refused as a conflict and nothing is overwritten; the other changes of the same save are stored.
What a fact or gate answer decides about other questions is settled in the same transaction.
"""

from cases.recording.changes import (
    AnswerChange,
    AnswersOutcome,
    ChangesOutcome,
    Conflict,
    FactChange,
    FactsOutcome,
    Outcome,
    Refusal,
    Settled,
)
from cases.recording.completing import NotLookedError, complete_assessment
from cases.recording.declining import decline_answer, decline_fact
from cases.recording.holding import describe_closed, hold
from cases.recording.saving import (
    record_answers,
    record_facts,
    write_answers,
    write_changes,
    write_facts,
)

__all__ = [
    "AnswerChange",
    "AnswersOutcome",
    "ChangesOutcome",
    "Conflict",
    "FactChange",
    "FactsOutcome",
    "NotLookedError",
    "Outcome",
    "Refusal",
    "Settled",
    "complete_assessment",
    "decline_answer",
    "decline_fact",
    "describe_closed",
    "hold",
    "record_answers",
    "record_facts",
    "write_answers",
    "write_changes",
    "write_facts",
]
