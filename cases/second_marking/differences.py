"""Two markings of a case laid side by side, and what of them is still to be settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from cases.models import (
    Assessment,
    Judgement,
    RecordedFact,
    SecondMarking,
    Settlement,
)
from inspections.catalogue import load_definition
from inspections.definition import FactDefinition, ProgrammeDefinition, QuestionDefinition
from inspections.models import TeamMember

State = Judgement.State
Answer = Judgement.Answer


class Standing(Enum):
    """How far a difference is from being settled."""

    OPEN = "to settle"
    PROPOSED = "proposed"
    WAITING = "waiting"
    SETTLED = "settled"
    FALLEN_AWAY = "no longer asked"


@dataclass(frozen=True)
class FactDifference:
    """A fact that the two recorded differently; `agreed` holds what is settled, if anything."""

    definition: FactDefinition
    first: RecordedFact
    second: RecordedFact
    agreed: RecordedFact
    settlement: Settlement | None

    @property
    def key(self) -> tuple[str, ...]:
        """What names it among the differences of a case."""
        return (self.definition.key,)

    @property
    def code(self) -> str:
        """The code of a question; a fact has none."""
        return ""

    @property
    def title(self) -> str:
        """What is asked, in words."""
        return self.definition.label

    @property
    def name(self) -> str:
        """What a message calls it."""
        return f"“{self.definition.label}”"

    @property
    def version(self) -> int:
        """The version of what is settled."""
        return self.agreed.version

    @property
    def value(self) -> str:
        """What is settled; empty where nothing is."""
        return self.agreed.value

    @property
    def values(self) -> Mapping[str, str]:
        """What may be chosen, with its words."""
        return {value: self.definition.label_of(value) for value in self.definition.values}

    @property
    def standing(self) -> Standing:
        """How far it is from being settled."""
        if self.agreed.value:
            return Standing.SETTLED
        return Standing.PROPOSED if self.settlement else Standing.OPEN


@dataclass(frozen=True)
class AnswerDifference:
    """A question, or row of a grid, that was not asked of both and answered alike."""

    question: QuestionDefinition
    row: str
    row_label: str
    first: Judgement
    second: Judgement
    agreed: Judgement
    settlement: Settlement | None

    @property
    def key(self) -> tuple[str, ...]:
        """What names it among the differences of a case."""
        return (self.question.code, self.row)

    @property
    def code(self) -> str:
        """The code of the question."""
        return self.question.code

    @property
    def title(self) -> str:
        """What is asked, in words, and of what row."""
        return f"{self.question.text} {self.row_label}".strip()

    @property
    def name(self) -> str:
        """What a message calls it: `1.1.01`, or `2.3.07 Police` for a row."""
        return f"{self.question.code} {self.row_label}".strip()

    @property
    def version(self) -> int:
        """The version of what is settled."""
        return self.agreed.version

    @property
    def value(self) -> str:
        """What is settled; empty where nothing is."""
        return self.agreed.answer

    @property
    def values(self) -> Mapping[str, str]:
        """What may be chosen, with its words."""
        return {
            value: label
            for value, label in Answer.choices
            if value != Answer.NOT_APPLICABLE or self.question.allow_na
        }

    @property
    def asked_of(self) -> tuple[Judgement, ...]:
        """The judgements of those who were asked: two, one, or none."""
        return tuple(j for j in (self.first, self.second) if j.state == State.APPLIES)

    @property
    def standing(self) -> Standing:
        """How far it is from being settled."""
        if self.agreed.state == State.NOT_ASKED:
            return Standing.FALLEN_AWAY
        if self.agreed.state == State.UNDECIDED:
            return Standing.WAITING
        if self.agreed.answer:
            return Standing.SETTLED
        return Standing.PROPOSED if self.settlement else Standing.OPEN


Difference = FactDifference | AnswerDifference


@dataclass(frozen=True)
class Agreed:
    """What both answered alike: the agreed judgement, with the words of a row."""

    question: QuestionDefinition
    row_label: str
    judgement: Judgement


@dataclass(frozen=True)
class Comparison:
    """A second marking with all its differences, facts first, then in the programme's order."""

    second_marking: SecondMarking
    agreed: Assessment
    facts: tuple[FactDifference, ...]
    answers: tuple[AnswerDifference, ...]
    alike: tuple[Agreed, ...]
    alike_facts: int

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All of them."""
        return (*self.facts, *self.answers)

    @property
    def one_sided(self) -> tuple[AnswerDifference, ...]:
        """Open questions that only one of the two was asked, since facts or gates differed."""
        return tuple(
            a for a in self.answers if a.standing == Standing.OPEN and len(a.asked_of) == 1
        )

    def find(self, key: tuple[str, ...]) -> Difference | None:
        """Return the difference with this key."""
        return next((d for d in self.differences if d.key == key), None)

    def list_for(self, member: TeamMember) -> list[Difference]:
        """Return those that wait for `member`: open ones, and proposals that are not their own."""
        return [
            d
            for d in self.differences
            if d.standing == Standing.OPEN
            or (d.standing == Standing.PROPOSED and not _proposed_by(d, member))
        ]


def _proposed_by(difference: Difference, member: TeamMember) -> bool:
    settlement = difference.settlement
    return settlement is not None and settlement.proposed_by_id == member.pk


def compare(second_marking: SecondMarking) -> Comparison:
    """Lay the two markings side by side, in four queries.

    `second_marking` comes with its case, inspection, agreed assessment and both assessors.
    """
    agreed = second_marking.agreed
    if agreed is None:
        raise ValueError(f"{second_marking} has not begun to be compared")
    agreed.inspection = second_marking.first.inspection
    definition = load_definition(agreed.inspection.programme)
    places = (second_marking.first_id, second_marking.second_id, agreed.pk)
    settlements = _load_settlements(second_marking)
    facts = list(_pair_facts(definition, _load_facts(places), places, settlements))
    answers, alike = _pair_answers(definition, _load_judgements(places), places, settlements)
    return Comparison(
        second_marking=second_marking,
        agreed=agreed,
        facts=tuple(facts),
        answers=tuple(answers),
        alike=tuple(alike),
        alike_facts=len(definition.facts) - len(facts),
    )


Places = tuple[int, int, int]
"""The ids of the first, the second and the agreed assessment."""


def _load_settlements(second_marking: SecondMarking) -> dict[tuple[str, int | None], Settlement]:
    """Return the settlements in force, proposals among them, by what they are of."""
    live = Settlement.objects.filter(
        second_marking=second_marking, replaced_at__isnull=True
    ).select_related("proposed_by", "settled_by")
    return {
        ("fact", s.recorded_fact_id) if s.recorded_fact_id else ("answer", s.judgement_id): s
        for s in live
    }


def _load_facts(places: Places) -> dict[str, dict[int, RecordedFact]]:
    found: dict[str, dict[int, RecordedFact]] = {}
    facts = RecordedFact.objects.filter(assessment__in=places).select_related("fact")
    for recorded in facts:
        found.setdefault(recorded.fact.key, {})[recorded.assessment_id] = recorded
    return found


def _load_judgements(places: Places) -> dict[tuple[str, str], dict[int, Judgement]]:
    found: dict[tuple[str, str], dict[int, Judgement]] = {}
    judgements = Judgement.objects.filter(assessment__in=places).select_related("question")
    for judgement in judgements:
        place = (judgement.question.code, judgement.row)
        found.setdefault(place, {})[judgement.assessment_id] = judgement
    return found


def _pair_facts(
    definition: ProgrammeDefinition,
    recorded: Mapping[str, Mapping[int, RecordedFact]],
    places: Places,
    settlements: Mapping[tuple[str, int | None], Settlement],
) -> Iterator[FactDifference]:
    """Yield the facts that both recorded, differently."""
    for fact in definition.facts:
        first, second, agreed = (recorded[fact.key][place] for place in places)
        if first.value and second.value and first.value != second.value:
            settlement = settlements.get(("fact", agreed.pk))
            yield FactDifference(fact, first, second, agreed, settlement)


def _pair_answers(
    definition: ProgrammeDefinition,
    judgements: Mapping[tuple[str, str], Mapping[int, Judgement]],
    places: Places,
    settlements: Mapping[tuple[str, int | None], Settlement],
) -> tuple[list[AnswerDifference], list[Agreed]]:
    """Return what differs, and what is alike.

    What neither was asked is neither, unless it has come to apply by what was settled.
    """
    differences, alike = [], []
    for question in definition.questions.values():
        labels = _row_labels(definition, question)
        for row in definition.rows_of(question):
            first, second, agreed = (judgements[question.code, row][place] for place in places)
            asked = [j for j in (first, second) if j.state == State.APPLIES]
            if len(asked) == 2 and first.answer == second.answer:
                alike.append(Agreed(question, labels.get(row, ""), agreed))
            elif asked or agreed.state == State.APPLIES:
                settlement = settlements.get(("answer", agreed.pk))
                differences.append(
                    AnswerDifference(
                        question, row, labels.get(row, ""), first, second, agreed, settlement
                    )
                )
    return differences, alike


def _row_labels(definition: ProgrammeDefinition, question: QuestionDefinition) -> dict[str, str]:
    if not question.grid:
        return {}
    return {row.key: row.label for row in definition.grids_by_key[question.grid].rows}
