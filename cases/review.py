"""What to look at before a case is completed: what is missing, and what may not be right.

What is missing stands in the way. The rest are warnings: the assessor looks and decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cases.identifying import describe_findings, find_identifying
from cases.models import Assessment, Judgement, RecordedFact
from cases.topics import Topic, list_topics, place_of
from inspections.catalogue import load_definition, question_ids
from inspections.definition import FactDefinition, ProgrammeDefinition

State = Judgement.State
Answer = Judgement.Answer
Judgements = Mapping[tuple[str, str], Judgement]
"""All judgements of an assessment by question code and row key, in the programme's order."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A judgement to look at: its topic, its place on the page, and the words for it."""

    topic: Topic
    code: str
    row: str
    row_label: str
    text: str

    @property
    def anchor(self) -> str:
        """Its place on the page of its topic."""
        return place_of(self.code, self.row)

    @property
    def name(self) -> str:
        """What it is called: `1.1.01`, or `2.3.07 Police` for a row."""
        return f"{self.code} {self.row_label}".strip()


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that may not be right, in words, and the judgements that it is about."""

    message: str
    spots: tuple[Spot, ...]


@dataclass
class Review:
    """What is missing in an assessment, what may not be right, and what is kept but not counted.

    Missing: `facts` that decide what is asked, `unanswered` judgements, and the number `undecided`
    of those of which it is not yet known whether they apply. Warnings: the rest, but for
    `set_aside`, which is told only. `other_facts` decide nothing, but describe the sample.
    """

    facts: list[FactDefinition] = field(default_factory=list)
    unanswered: list[Spot] = field(default_factory=list)
    undecided: int = 0
    other_facts: list[FactDefinition] = field(default_factory=list)
    contradictions: list[Doubt] = field(default_factory=list)
    without_reason: list[Spot] = field(default_factory=list)
    without_evidence: list[Spot] = field(default_factory=list)
    flagged: list[Spot] = field(default_factory=list)
    identifying: list[Doubt] = field(default_factory=list)
    set_aside: list[Spot] = field(default_factory=list)

    @property
    def has_gaps(self) -> bool:
        """Whether something is missing, so that the case cannot be completed."""
        return bool(self.facts or self.unanswered or self.undecided)

    @property
    def has_warnings(self) -> bool:
        """Whether there is something to look at."""
        return bool(
            self.other_facts
            or self.contradictions
            or self.without_reason
            or self.without_evidence
            or self.flagged
            or self.identifying
        )


def review_assessment(assessment: Assessment) -> Review:
    """Look through all facts and judgements of an assessment, in two queries."""
    programme = assessment.inspection.programme
    definition = load_definition(programme)
    judgements = _load_judgements(assessment, definition)
    spots = _name_spots(definition)
    review = Review()
    _look_at_facts(assessment, definition, review)
    _look_at_answers(definition, judgements, spots, review)
    review.contradictions = list(_find_contradictions(definition, judgements, spots))
    year = int(assessment.inspection.fieldwork_start[:4])
    review.identifying = list(_find_identifying_notes(judgements, spots, year))
    return review


def _load_judgements(assessment: Assessment, definition: ProgrammeDefinition) -> Judgements:
    codes = {pk: code for code, pk in question_ids(assessment.inspection.programme).items()}
    rows = Judgement.objects.filter(assessment=assessment)
    found = {(codes[judgement.question_id], judgement.row): judgement for judgement in rows}
    return {
        (code, row): found[code, row]
        for code, question in definition.questions.items()
        for row in definition.rows_of(question)
    }


def _name_spots(definition: ProgrammeDefinition) -> dict[tuple[str, str], Spot]:
    return {
        (question.code, row): Spot(topic, question.code, row, labels.get(row, ""), question.text)
        for topic in list_topics(definition)
        for question in topic.questions
        for labels in [definition.row_labels(question)]
        for row in definition.rows_of(question)
    }


def _look_at_facts(assessment: Assessment, definition: ProgrammeDefinition, review: Review) -> None:
    recorded = dict(
        RecordedFact.objects.filter(assessment=assessment).values_list("fact__key", "value")
    )
    for fact in definition.facts:
        if not recorded[fact.key]:
            decides = fact.key in definition.deciding_facts
            (review.facts if decides else review.other_facts).append(fact)


def _look_at_answers(
    definition: ProgrammeDefinition,
    judgements: Judgements,
    spots: Mapping[tuple[str, str], Spot],
    review: Review,
) -> None:
    for key, judgement in judgements.items():
        spot = spots[key]
        if judgement.state == State.UNDECIDED:
            review.undecided += 1
        if judgement.state == State.NOT_ASKED:
            if judgement.answer:
                review.set_aside.append(spot)
            continue
        if judgement.flagged:
            review.flagged.append(spot)
        if judgement.state != State.APPLIES:
            continue
        if not judgement.answer:
            review.unanswered.append(spot)
        elif judgement.answer == Answer.INSUFFICIENT:
            if definition.questions[spot.code].reasons and not judgement.reasons:
                review.without_reason.append(spot)
            if not judgement.evidence:
                review.without_evidence.append(spot)


def _find_contradictions(
    definition: ProgrammeDefinition,
    judgements: Judgements,
    spots: Mapping[tuple[str, str], Spot],
) -> Iterable[Doubt]:
    """Give those of the programme's contradictions whose answers all apply as they stand."""
    for contradiction in definition.contradictions:
        pairs = [(judgements[code, ""], answer) for code, answer in contradiction.when]
        if all(j.state == State.APPLIES and j.answer == answer for j, answer in pairs):
            named = tuple(spots[code, ""] for code, _ in contradiction.when)
            yield Doubt(contradiction.message, named)


def _find_identifying_notes(
    judgements: Judgements, spots: Mapping[tuple[str, str], Spot], year: int
) -> Iterable[Doubt]:
    """Give the notes that look as if they say who somebody is, those set aside included."""
    for key, judgement in judgements.items():
        for name, text in (
            ("The evidence note", judgement.evidence),
            ("The private note to the lead inspector", judgement.note_to_lead),
        ):
            if warning := describe_findings(find_identifying(text, year)) if text else "":
                yield Doubt(f"{name}: {warning}", (spots[key],))
