"""A programme as plain, immutable values: what is recorded, asked, scored and in which words.

The same values are read from a programme file (`inspections.programmes`) and from the database
(`load_definition`); everything that applies or scores questions works on these, not on rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

Condition = dict[str, Any]
"""One condition as it stands in the programme file; the grammar is in fixtures/programmes."""

Scoring = Literal["question", "rows", "none"]


@dataclass(frozen=True, slots=True)
class Band:
    """An improvement band: a score is in the first band, highest first, whose floor it reaches."""

    label: str
    floor: int


@dataclass(frozen=True, slots=True)
class Theme:
    """A headline theme; key questions count towards it."""

    key: str
    title: str
    short: str
    bears_on_early_reinspection: bool


@dataclass(frozen=True, slots=True)
class Quantifier:
    """The words that stand for a percentage from `low` to `high`, both included."""

    words: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Option:
    """A key (or value) with its label: a choice of a fact, a row of a grid, a reason."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows which a grid question is answered for."""

    key: str
    title: str
    rows: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """Something recorded about a case before its questions, as text: yes or no if boolean."""

    key: str
    label: str
    type: Literal["boolean", "choice"]
    choices: tuple[Option, ...]
    group: Literal["case", "screening"]
    help: str
    implies: tuple[str, ...]

    @property
    def values(self) -> tuple[str, ...]:
        """The values that may be recorded."""
        if self.type == "boolean":
            return ("yes", "no")
        return tuple(choice.key for choice in self.choices)

    def label_of(self, value: str) -> str:
        """Return how `value` is shown."""
        if self.type == "boolean":
            return {"yes": "Yes", "no": "No"}.get(value, value)
        return next((choice.label for choice in self.choices if choice.key == value), value)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers, by question code, that do not go together, and what to say of it."""

    when: tuple[tuple[str, str], ...]
    message: str


@dataclass(frozen=True)
class QuestionDefinition:
    """A question of the programme, worded so that Yes is sufficient."""

    code: str
    topic: str
    text: str
    guidance: str
    applies_when: tuple[Condition, ...]
    scoring: Scoring
    key_for: tuple[str, ...]
    grid: str
    outcome_fact: bool
    allow_na: bool
    na_when: str
    reasons: tuple[Option, ...]

    @property
    def scores(self) -> bool:
        """Whether its answers count in any score."""
        return self.scoring != "none"


@dataclass(frozen=True, slots=True)
class CriterionDefinition:
    """A general criterion; the Short Quality Screening has no statements."""

    number: str
    title: str
    statement: str | None
    questions: tuple[QuestionDefinition, ...]

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics of its questions, in order: each is a page of the form."""
        return tuple(dict.fromkeys(question.topic for question in self.questions))


@dataclass(frozen=True, slots=True)
class SectionDefinition:
    """A section of the programme."""

    number: str
    title: str
    criteria: tuple[CriterionDefinition, ...]


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many cases are drawn from a caseload of up to so many; None is any number of them."""

    up_to: int | None
    cases: int


@dataclass(frozen=True, slots=True)
class SampleMinimum:
    """A group that a sample must not be short of: cases in which a fact has one of some values."""

    label: str
    fact: str
    values: tuple[str, ...]
    percent: int
    cases: int

    def needed_of(self, size: int) -> int:
        """Return how many cases of a sample of `size` are to be of the group, if there are any.

        That is so many per cent of the sample, rounded up, or so many cases, whichever is more.
        """
        return max(-(-self.percent * size // 100), self.cases)

    def holds(self, facts: Mapping[str, str]) -> bool:
        """Whether a case with these facts is of the group."""
        return facts.get(self.fact, "") in self.values


@dataclass(frozen=True, slots=True)
class SamplingMethod:
    """How a sample is drawn from a caseload; no score rests on it.

    A case is drawn from if it began up to `months` before the caseload's date; one that has ended
    only if `terminated`. `strata` and `status` are keys of facts: the sample is shared out by the
    one, and the other (empty for none) says whether a case is current. `inference` says what of
    all this was not published.
    """

    months: int
    terminated: bool
    strata: str
    status: str
    sizes: tuple[SampleSize, ...]
    minimums: tuple[SampleMinimum, ...]
    inference: str

    def size_for(self, caseload: int) -> int:
        """Return how many cases are drawn from `caseload` cases: all, where they are fewer."""
        size = next(s.cases for s in self.sizes if s.up_to is None or caseload <= s.up_to)
        return min(size, caseload)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> SamplingMethod:
        """Return the method that `asdict` made a document of, as JSON keeps it."""
        return cls(
            **{
                **document,
                "sizes": tuple(SampleSize(**size) for size in document["sizes"]),
                "minimums": tuple(
                    SampleMinimum(**{**minimum, "values": tuple(minimum["values"])})
                    for minimum in document["minimums"]
                ),
            }
        )


@dataclass(frozen=True)
class ProgrammeDefinition:
    """A whole programme version."""

    slug: str
    version: int
    title: str
    short_title: str
    kind: Literal["cci", "sqs"]
    scored: bool
    sample_min: int | None
    sample_max: int | None
    bands: tuple[Band, ...]
    themes: tuple[Theme, ...]
    quantifiers: tuple[Quantifier, ...]
    grids: tuple[Grid, ...]
    facts: tuple[FactDefinition, ...]
    contradictions: tuple[Contradiction, ...]
    sections: tuple[SectionDefinition, ...]
    sampling: SamplingMethod | None = None

    @property
    def identity(self) -> str:
        """Slug and version, as an inspection names it: `cci-2012@1`."""
        return f"{self.slug}@{self.version}"

    @cached_property
    def criteria(self) -> dict[str, CriterionDefinition]:
        """Criteria by number, in order."""
        return {c.number: c for section in self.sections for c in section.criteria}

    @cached_property
    def questions(self) -> dict[str, QuestionDefinition]:
        """Questions by code, in order."""
        return {q.code: q for criterion in self.criteria.values() for q in criterion.questions}

    @cached_property
    def criterion_of(self) -> dict[str, str]:
        """The number of each question's criterion."""
        return {q.code: c.number for c in self.criteria.values() for q in c.questions}

    @cached_property
    def section_of(self) -> dict[str, str]:
        """The number of each criterion's section."""
        return {c.number: s.number for s in self.sections for c in s.criteria}

    @cached_property
    def key_questions(self) -> dict[str, tuple[QuestionDefinition, ...]]:
        """The questions that count towards each theme's headline, by theme; all of them score."""
        return {
            theme.key: tuple(
                q for q in self.questions.values() if theme.key in q.key_for and q.scores
            )
            for theme in self.themes
        }

    @cached_property
    def facts_by_key(self) -> dict[str, FactDefinition]:
        """Facts by key, in order."""
        return {fact.key: fact for fact in self.facts}

    @cached_property
    def grids_by_key(self) -> dict[str, Grid]:
        """Grids by key."""
        return {grid.key: grid for grid in self.grids}

    @cached_property
    def gates(self) -> frozenset[str]:
        """Codes of the questions whose answer decides whether another applies."""
        conditions = (c for q in self.questions.values() for c in q.applies_when)
        return frozenset(leaf["question"] for leaf in leaves(conditions) if "question" in leaf)

    @cached_property
    def decided_by(self) -> dict[str, frozenset[str]]:
        """Codes of the questions that each gate decides about, itself or through another gate."""
        decided: dict[str, set[str]] = {gate: set() for gate in self.gates}
        for question in reversed(self.questions.values()):  # a condition names earlier questions
            for leaf in leaves(question.applies_when):
                if "question" in leaf:
                    decided[leaf["question"]] |= {question.code, *decided.get(question.code, ())}
        return {gate: frozenset(codes) for gate, codes in decided.items()}

    @cached_property
    def deciding_facts(self) -> frozenset[str]:
        """Keys of the facts that a condition asks for; all must be recorded before publication."""
        conditions = (c for q in self.questions.values() for c in q.applies_when)
        return frozenset(leaf["fact"] for leaf in leaves(conditions) if "fact" in leaf)

    def rows_of(self, question: QuestionDefinition) -> tuple[str, ...]:
        """Row keys that `question` is answered for: the empty string where it is no grid."""
        if not question.grid:
            return ("",)
        return tuple(row.key for row in self.grids_by_key[question.grid].rows)

    def row_labels(self, question: QuestionDefinition) -> dict[str, str]:
        """Labels of the rows of `question` by key: none where it is no grid."""
        if not question.grid:
            return {}
        return {row.key: row.label for row in self.grids_by_key[question.grid].rows}


def leaves(conditions: Any) -> list[Condition]:
    """Return the fact and question conditions inside `conditions`, those under `any` included."""
    found: list[Condition] = []
    for condition in conditions:
        if "any" in condition:
            found.extend(leaves(condition["any"]))
        else:
            found.append(condition)
    return found
