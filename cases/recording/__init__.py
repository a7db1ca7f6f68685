"""The one way in which facts and judgements are written.

Each change names the version that it is based on and gets a revision row, all in one transaction,
in which the assessment is held. A change to something that somebody else changed meanwhile is
refused as a conflict and nothing is overwritten; the other changes of the same save are stored.
What a fact or gate answer decides about other questions is settled in the same transaction.
"""

from cases.recording.answers import record_answers, write_answers
from cases.recording.changes import (
    AnswerChange,
    AnswersOutcome,
    Conflict,
    FactChange,
    FactsOutcome,
    Outcome,
    Refusal,
)
from cases.recording.completing import complete_assessment
from cases.recording.declining import decline_answer, decline_fact
from cases.recording.facts import record_facts, write_facts
from cases.recording.holding import hold

__all__ = [
    "AnswerChange",
    "AnswersOutcome",
    "Conflict",
    "FactChange",
    "FactsOutcome",
    "Outcome",
    "Refusal",
    "complete_assessment",
    "decline_answer",
    "decline_fact",
    "hold",
    "record_answers",
    "record_facts",
    "write_answers",
    "write_facts",
]
