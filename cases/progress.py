"""How far an assessment has come: what is asked, what is answered, what is not yet decided."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from cases.models import Assessment, Judgement, RecordedFact
from cases.topics import Topic, list_topics
from inspections.catalogue import load_definition, question_ids

State = Judgement.State

ASKED = Q(judgements__state=State.APPLIES)
UNDECIDED = Q(judgements__state=State.UNDECIDED)


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
    def complete(self) -> bool:
        """Whether everything is decided and answered."""
        return not self.unanswered and not self.undecided


def count_by_topic(assessment: Assessment) -> dict[tuple[str, str], Progress]:
    """Return the progress of each topic by its key, in one query."""
    programme = assessment.inspection.programme
    ids = question_ids(programme)
    topic_of = {
        ids[question.code]: topic.key
        for topic in list_topics(load_definition(programme))
        for question in topic.questions
    }
    counts = dict.fromkeys(topic_of.values(), Progress())
    rows = Judgement.objects.filter(assessment=assessment).values_list(
        "question_id", "state", "answer"
    )
    for question_id, state, answer in rows:
        counts[topic_of[question_id]] += Progress(
            asked=int(state == State.APPLIES),
            answered=int(state == State.APPLIES and bool(answer)),
            undecided=int(state == State.UNDECIDED),
        )
    return counts


def list_asked_topics(assessment: Assessment) -> list[Topic]:
    """Return the topics in which something is asked of the case, in order and in one query."""
    progress = count_by_topic(assessment)
    topics = list_topics(load_definition(assessment.inspection.programme))
    return [topic for topic in topics if progress[topic.key].asked]


def count_facts(assessment: Assessment) -> tuple[int, int]:
    """Return how many facts are recorded, and of how many, in one query."""
    counts = RecordedFact.objects.filter(assessment=assessment).aggregate(
        all=Count("pk"), recorded=Count("pk", filter=~Q(value=""))
    )
    return counts["recorded"], counts["all"]


def with_progress(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Return `assessments` with `asked`, `answered` and `undecided`, still in one query."""
    return assessments.annotate(
        asked=Count("judgements", filter=ASKED),
        answered=Count("judgements", filter=ASKED & ~Q(judgements__answer="")),
        undecided=Count("judgements", filter=UNDECIDED),
    )


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
