"""A change as somebody wants it, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from uuid import UUID

from cases.models import Judgement, RecordedFact

USED_ELSEWHERE = "This change is named as one that was made elsewhere, so it was not stored."


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact as somebody wants it recorded; the empty value clears it.

    `mutation` names the change where a device may send it more than once.
    """

    key: str
    value: str
    base_version: int
    mutation: UUID | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The columns that it writes."""
        return {"value": self.value}


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A judgement as somebody wants it; the empty answer clears it.

    `mutation` names the change where a device may send it more than once. `because` is why the
    lead inspector settles it so: it is written even where the answer stands already.
    """

    code: str
    row: str
    answer: str
    base_version: int
    reasons: tuple[str, ...] = ()
    evidence: str = ""
    flagged: bool = False
    note_to_lead: str = ""
    mutation: UUID | None = None
    because: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The columns that it writes."""
        return {
            "answer": self.answer,
            "reasons": list(self.reasons),
            "evidence": self.evidence,
            "flagged": self.flagged,
            "note_to_lead": self.note_to_lead,
        }


Change = TypeVar("Change", FactChange, AnswerChange)
Current = TypeVar("Current", RecordedFact, Judgement)


@dataclass(frozen=True)
class Conflict(Generic[Change, Current]):
    """A change that was not stored, because `current` was written by somebody else meanwhile."""

    change: Change
    current: Current


@dataclass(frozen=True)
class Refusal(Generic[Change]):
    """A change that was not stored, because it is not valid; and why."""

    change: Change
    message: str


@dataclass
class Settled:
    """What a save decided, as the difference between before and after it.

    `opened`, `set_aside` and `restored` are codes of questions: now to be answered, no longer asked
    though they have an answer, and asked again with the answer that they had. `states` is the new
    state of every question whose state turned. `reopened` says that the assessment was completed
    and no longer is.
    """

    opened: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    reopened: bool = False


@dataclass
class Outcome(Settled, Generic[Change, Current]):
    """What became of a save; `saved` holds the stored changes with their new version.

    `repeated` holds changes that were stored before under the same mutation, with the version that
    they made then; `unchanged` those that ask for what stands already, or for what stood at their
    version and somebody else has changed since, with what stands now.
    """

    saved: list[tuple[Change, int]] = field(default_factory=list)
    repeated: list[tuple[Change, int]] = field(default_factory=list)
    unchanged: list[tuple[Change, Current]] = field(default_factory=list)
    conflicts: list[Conflict[Change, Current]] = field(default_factory=list)
    refusals: list[Refusal[Change]] = field(default_factory=list)

    def refuse_all(self, changes: Iterable[Change], message: str) -> None:
        """Refuse `changes`, and those that were in conflict."""
        self.refusals += [Refusal(conflict.change, message) for conflict in self.conflicts]
        self.refusals += [Refusal(change, message) for change in changes]
        self.conflicts.clear()

    @property
    def complete(self) -> bool:
        """Whether everything asked for is now stored."""
        return not self.conflicts and not self.refusals


FactsOutcome = Outcome[FactChange, RecordedFact]
AnswersOutcome = Outcome[AnswerChange, Judgement]


@dataclass
class ChangesOutcome:
    """What became of facts and answers that were saved together.

    What was decided is in `settled` alone, for all of them; each outcome's own is empty.
    """

    facts: FactsOutcome = field(default_factory=FactsOutcome)
    answers: AnswersOutcome = field(default_factory=AnswersOutcome)
    settled: Settled = field(default_factory=Settled)
