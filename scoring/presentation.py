"""A scorecard as a page shows it: in the order of the programme, with titles, places and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString

from inspections.definition import (
    CriterionDefinition,
    FactDefinition,
    ProgrammeDefinition,
    QuestionDefinition,
    SectionDefinition,
)
from scoring.arithmetic import Score
from scoring.charts import Bar, Limit, bar_chart
from scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """A score with its name; `anchor` is its place on the page, empty where it has none."""

    title: str
    score: Score
    anchor: str = ""
    number: str = ""
    is_group: bool = False

    @property
    def standing(self) -> str:
        """The percentage of the answers given so far, in words."""
        return "Not scored" if self.score.percent is None else f"{self.score.percent}%"

    @property
    def range(self) -> str:
        """The percentages it can end in, `58–63%`; empty where it is settled or not scored."""
        if self.score.percent is None or self.score.low == self.score.high:
            return ""
        return f"{self.score.low}–{self.score.high}%"


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question's score, the themes it is key for, and the rows of its grid, if it has one."""

    question: QuestionDefinition
    score: ScoredLine
    key_for: list[str]
    grid: str
    rows: list[ScoredLine]


@dataclass(frozen=True, slots=True)
class CriterionPart:
    """A criterion with its questions."""

    definition: CriterionDefinition
    score: ScoredLine
    questions: list[QuestionLine]


@dataclass(frozen=True, slots=True)
class SectionPart:
    """A section with its criteria."""

    definition: SectionDefinition
    score: ScoredLine
    criteria: list[CriterionPart]


@dataclass(frozen=True, slots=True)
class BrokenDownLine:
    """One score of all cases, and the same for each group of them."""

    title: str
    scores: list[ScoredLine]
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Scores by the recorded values of a fact; a column is a group's name and number of cases."""

    label: str
    columns: list[tuple[str, int]]
    lines: list[BrokenDownLine]

    @property
    def caption(self) -> str:
        """What the table is called."""
        return f"Scores by: {self.label}"


def list_headlines(card: Scorecard, definition: ProgrammeDefinition) -> list[ScoredLine]:
    """Return the score of each theme."""
    return [ScoredLine(theme.title, card.headlines[theme.key]) for theme in definition.themes]


def list_sections(card: Scorecard, definition: ProgrammeDefinition) -> list[SectionPart]:
    """Return the sections with their criteria and questions, and the score of each."""
    return [
        SectionPart(
            section,
            _section_line(card, section),
            [
                CriterionPart(
                    criterion,
                    _criterion_line(card, criterion),
                    [_describe_question(card, definition, q) for q in criterion.questions],
                )
                for criterion in section.criteria
            ],
        )
        for section in definition.sections
    ]


def list_summary(card: Scorecard, definition: ProgrammeDefinition) -> list[ScoredLine]:
    """Return the scores of sections and, under each, of its criteria."""
    lines = []
    for section in definition.sections:
        lines.append(_section_line(card, section))
        lines += [_criterion_line(card, criterion) for criterion in section.criteria]
    return lines


def count_open(card: Scorecard) -> int:
    """Return how many answers may yet come, rows of grids counted singly."""
    return sum(question.score.open for question in card.questions.values())


def describe_state(card: Scorecard) -> str:
    """Return in a sentence whether the scores are final, and if not, what is open."""
    if not card.cases:
        return "No cases have been drawn for this inspection yet, so nothing is scored."
    if card.complete:
        return "Every question that applies is answered. These scores are final."
    if not (count := count_open(card)):
        return "Every question is answered, but some cases have facts that are not recorded."
    answers = "answer is" if count == 1 else "answers are"
    return (
        f"{count:,} {answers} still open. Until then a score shows where it stands and the "
        "range it can end in; it has a band once the whole range lies in one."
    )


def draw_chart(card: Scorecard, definition: ProgrammeDefinition) -> SafeString:
    """Return the bar chart of sections and criteria, with a rule where each band begins."""
    return bar_chart(
        "Scores of sections and criteria",
        "The percentage of answers judged sufficient.",
        [
            Bar(
                label=f"{line.number} {line.title}",
                percent=line.score.percent,
                low=line.score.low,
                high=line.score.high,
                is_group=line.is_group,
            )
            for line in list_summary(card, definition)
        ],
        [Limit(band.floor) for band in definition.bands if band.floor],
    )


def break_down(
    card: Scorecard,
    groups: Mapping[str, Scorecard],
    fact: FactDefinition,
    definition: ProgrammeDefinition,
) -> Breakdown:
    """Return the scores of `card` beside those of `groups`, which stand by values of `fact`.

    Cases in which the fact is not recorded come last.
    """
    values = sorted(groups, key=lambda value: not value)
    cards = [card, *(groups[value] for value in values)]
    labels = ["All cases", *(fact.label_of(value) or "Not recorded" for value in values)]
    return Breakdown(
        label=fact.label,
        columns=[(label, each.cases) for label, each in zip(labels, cards, strict=True)],
        lines=list(_break_down_lines(cards, definition)),
    )


def _break_down_lines(
    cards: list[Scorecard], definition: ProgrammeDefinition
) -> Iterator[BrokenDownLine]:
    for lines in zip(
        *([*list_headlines(each, definition), *list_summary(each, definition)] for each in cards),
        strict=True,
    ):
        first = lines[0]
        title = f"{first.number} {first.title}".strip()
        yield BrokenDownLine(title, list(lines), first.is_group)


def _section_line(card: Scorecard, section: SectionDefinition) -> ScoredLine:
    return ScoredLine(
        title=section.title,
        score=card.sections[section.number],
        anchor=f"section-{section.number}",
        number=section.number,
        is_group=True,
    )


def _criterion_line(card: Scorecard, criterion: CriterionDefinition) -> ScoredLine:
    return ScoredLine(
        title=criterion.title,
        score=card.criteria[criterion.number],
        anchor=f"criterion-{criterion.number}",
        number=criterion.number,
    )


def _describe_question(
    card: Scorecard, definition: ProgrammeDefinition, question: QuestionDefinition
) -> QuestionLine:
    scored = card.questions[question.code]
    grid = definition.grids_by_key[question.grid] if question.grid else None
    return QuestionLine(
        question=question,
        score=ScoredLine(question.text, scored.score, f"question-{question.code}", question.code),
        key_for=[theme.title for theme in definition.themes if theme.key in question.key_for],
        grid=grid.title if grid else "",
        rows=[ScoredLine(row.label, scored.rows[row.key]) for row in grid.rows] if grid else [],
    )
