"""The pages of the form: one for each topic of a criterion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import slugify

from inspections.definition import (
    CriterionDefinition,
    ProgrammeDefinition,
    QuestionDefinition,
    leaves,
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


def find_neighbours(topics: Sequence[Topic], topic: Topic) -> tuple[Topic | None, Topic | None]:
    """Return those of `topics` before and after `topic`, itself among them or not; None at ends."""
    before = [other for other in topics if other.place < topic.place]
    after = [other for other in topics if other.place > topic.place]
    return (before[-1] if before else None), (after[0] if after else None)


def turns_on_page(topic: Topic, question: QuestionDefinition) -> bool:
    """Whether an answer given on the page of `topic` may decide if `question` applies."""
    codes = {question.code for question in topic.questions}
    return any(leaf.get("question") in codes for leaf in leaves(question.applies_when))
