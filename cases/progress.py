"""How far an assessment has come: what is asked, what is answered, what is not yet decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, TextChoices

from cases.models import Assessment, Judgement, RecordedFact
from cases.topics import Topic, list_topics
from inspections.catalogue import load_definition, question_ids
from inspections.definition import ProgrammeDefinition

State = Judgement.State

ASKED = Q(judgements__state=State.APPLIES)
UNDECIDED = Q(judgements__state=State.UNDECIDED)
FLAGGED = Q(judgements__flagged=True) & ~Q(judgements__state=State.NOT_ASKED)


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of judgements: asked (their question applies), answered of those, not yet decided."""

    asked: int = 0
    answered: int = 0
    undecided: int = 0

    def __add__(self, other: Progress) -> Progress:
        return Progress(
            self.asked + other.asked,
            self.answered + other.answered,
            self.undecided + other.undecided,
        )

    @property
    def unanswered(self) -> int:
        """Questions that wait for an answer."""
        return self.asked - self.answered

    @property
    def open(self) -> int:
        """Questions that wait for an answer, and those that may yet apply."""
        return self.unanswered + self.undecided

    @property
    def complete(self) -> bool:
        """Whether everything is decided and answered."""
        return not self.unanswered and not self.undecided


class Status(TextChoices):
    """How far a case is, as lists of cases say it."""

    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    READY = "ready", "Ready to complete"
    COMPLETED = "completed", "Completed"


STATUS_COLOURS = {
    Status.NOT_STARTED: "blue",
    Status.IN_PROGRESS: "teal",
    Status.READY: "purple",
    Status.COMPLETED: "",
}
"""Colours of their tags; completed things have none, as the Design System wants it."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a judgement stands, in the programme's order; `row` is that of a grid, or empty."""

    position: int
    row_position: int
    code: str = field(compare=False)
    row: str = field(compare=False)


@dataclass
class Survey:
    """What one look at all judgements of an assessment shows.

    `unanswered` applies and waits for an answer; `flagged` is to be come back to, and not set
    aside; `set_aside` has an answer and does not apply.
    """

    by_topic: dict[tuple[str, str], Progress]
    unanswered: list[Place] = field(default_factory=list)
    flagged: list[Place] = field(default_factory=list)
    set_aside: list[Place] = field(default_factory=list)

    @property
    def progress(self) -> Progress:
        """All topics together."""
        return sum(self.by_topic.values(), Progress())

    def find_next(self, position: int = 0) -> Place | None:
        """Return the first unanswered place from `position` of the programme on, or from its start.

        None where nothing is unanswered.
        """
        later = (place for place in self.unanswered if place.position >= position)
        return next(later, self.unanswered[0] if self.unanswered else None)


def survey_assessment(assessment: Assessment) -> Survey:
    """Look at all judgements of an assessment, in one query."""
    programme = assessment.inspection.programme
    definition = load_definition(programme)
    codes = {pk: code for code, pk in question_ids(programme).items()}
    topic_of = {q.code: topic.key for topic in list_topics(definition) for q in topic.questions}
    places = _number_places(definition)
    survey = Survey(dict.fromkeys(topic_of.values(), Progress()))
    rows = Judgement.objects.filter(assessment=assessment).values_list(
        "question_id", "row", "state", "answer", "flagged"
    )
    for question_id, row, state, answer, flagged in rows:
        place = places[codes[question_id], row]
        survey.by_topic[topic_of[place.code]] += Progress(
            asked=int(state == State.APPLIES),
            answered=int(state == State.APPLIES and bool(answer)),
            undecided=int(state == State.UNDECIDED),
        )
        if state == State.APPLIES and not answer:
            survey.unanswered.append(place)
        if state == State.NOT_ASKED and answer:
            survey.set_aside.append(place)
        if flagged and state != State.NOT_ASKED:
            survey.flagged.append(place)
    for found in (survey.unanswered, survey.flagged, survey.set_aside):
        found.sort()
    return survey


def _number_places(definition: ProgrammeDefinition) -> dict[tuple[str, str], Place]:
    return {
        (code, row): Place(position, row_position, code, row)
        for position, (code, question) in enumerate(definition.questions.items())
        for row_position, row in enumerate(definition.rows_of(question))
    }


def count_by_topic(assessment: Assessment) -> dict[tuple[str, str], Progress]:
    """Return the progress of each topic by its key, in one query."""
    return survey_assessment(assessment).by_topic


def list_asked_topics(assessment: Assessment, survey: Survey | None = None) -> list[Topic]:
    """Return the topics in which something is asked of the case, in order.

    In one query, or none where there is a `survey` already.
    """
    progress = (survey or survey_assessment(assessment)).by_topic
    topics = list_topics(load_definition(assessment.inspection.programme))
    return [topic for topic in topics if progress[topic.key].asked]


def count_facts(assessment: Assessment) -> tuple[int, int]:
    """Return how many facts are recorded, and of how many, in one query."""
    counts = RecordedFact.objects.filter(assessment=assessment).aggregate(
        all=Count("pk"), recorded=Count("pk", filter=~Q(value=""))
    )
    return counts["recorded"], counts["all"]


def with_progress(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Return `assessments` with `asked`, `answered`, `undecided` and `flagged`, in one query."""
    return assessments.annotate(
        asked=Count("judgements", filter=ASKED),
        answered=Count("judgements", filter=ASKED & ~Q(judgements__answer="")),
        undecided=Count("judgements", filter=UNDECIDED),
        flagged=Count("judgements", filter=FLAGGED),
    )


def progress_of(assessment: Any) -> Progress:
    """Return the progress of an assessment that comes from `with_progress`."""
    return Progress(assessment.asked, assessment.answered, assessment.undecided)


def status_of(assessment: Assessment, progress: Progress) -> Status:
    """Return how far an assessment with this progress is."""
    if assessment.completed_at:
        return Status.COMPLETED
    if progress.complete and not assessment.facts_missing:
        return Status.READY
    facts = load_definition(assessment.inspection.programme).deciding_facts
    if progress.answered or assessment.facts_missing < len(facts):
        return Status.IN_PROGRESS
    return Status.NOT_STARTED


def describe_topic(progress: Progress) -> tuple[str, str]:
    """Return the status of a topic in words, and the colour of its tag (none where finished)."""
    if not progress.asked:
        if progress.undecided:
            return "Cannot start yet", ""
        return "Not asked in this case", ""
    if progress.complete:
        return "Completed", ""
    if not progress.unanswered:
        return "Answered so far", "teal"
    if not progress.answered:
        return "Not started", "blue"
    return f"{progress.answered} of {progress.asked} answered", "teal"


def position_of(definition: ProgrammeDefinition, code: str) -> int:
    """Return the place of a question in the programme's order; 0 for a code that is none."""
    return next((n for n, known in enumerate(definition.questions) if known == code), 0)
