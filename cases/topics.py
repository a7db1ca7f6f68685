"""The pages of the form: one for each topic of a criterion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import slugify

from inspections.definition import (
    CriterionDefinition,
    ProgrammeDefinition,
    QuestionDefinition,
)


@dataclass(frozen=True)
class Topic:
    """A page of the form: the questions of one topic of a criterion."""

    criterion: CriterionDefinition
    title: str
    questions: tuple[QuestionDefinition, ...]
    place: int

    @property
    def slug(self) -> str:
        """The topic as it stands in an address; unique within its criterion."""
        return slugify(self.title)

    @property
    def key(self) -> tuple[str, str]:
        """Criterion number and slug: what names the topic in a programme."""
        return self.criterion.number, self.slug


def list_topics(definition: ProgrammeDefinition) -> list[Topic]:
    """Return all topics in the programme's order."""
    pairs = [
        (criterion, title)
        for criterion in definition.criteria.values()
        for title in criterion.topics
    ]
    return [
        Topic(criterion, title, tuple(q for q in criterion.questions if q.topic == title), place)
        for place, (criterion, title) in enumerate(pairs)
    ]


def find_topic(definition: ProgrammeDefinition, number: str, slug: str) -> Topic | None:
    """Return the topic `slug` of the criterion `number`, or None."""
    return next((t for t in list_topics(definition) if t.key == (number, slug)), None)


def find_topic_of(definition: ProgrammeDefinition, code: str) -> Topic:
    """Return the topic on whose page the question `code` stands."""
    question = definition.questions[code]
    number = definition.criterion_of[code]
    return next(
        topic
        for topic in list_topics(definition)
        if topic.criterion.number == number and topic.title == question.topic
    )


def find_neighbours(topics: Sequence[Topic], topic: Topic) -> tuple[Topic | None, Topic | None]:
    """Return those of `topics` before and after `topic`, itself among them or not; None at ends."""
    before = [other for other in topics if other.place < topic.place]
    after = [other for other in topics if other.place > topic.place]
    return (before[-1] if before else None), (after[0] if after else None)


def place_of(code: str, row: str = "") -> str:
    """Return the place of a judgement on the page of its topic: `q1-1-01`, or `q2-3-07-a`.

    The names of its fields begin with it.
    """
    place = f"q{code.replace('.', '-')}"
    return f"{place}-{row}" if row else place
