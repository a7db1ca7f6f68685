"""A scorecard as a page shows it: in the order of the programme, with titles, places and words.

Every score has the address of the page that opens it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from inspections.definition import (
    CriterionDefinition,
    ProgrammeDefinition,
    QuestionDefinition,
    SectionDefinition,
)
from scoring.arithmetic import Score
from scoring.charts.bars import Bar, Limit, bar_chart
from scoring.names import Kind, ScoreName
from scoring.room_pages import url_of_score
from scoring.scored import ScoredTable
from scoring.statistics.intervals import Interval


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """A score with its name, how firm it is, and the address `url` of the page that opens it.

    `anchor` is its place on the page, empty where it has none.
    """

    title: str
    score: Score
    interval: Interval | None
    url: str
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


@dataclass(frozen=True)
class ScorecardPage:
    """The scores of the inspection `slug`, as its page lists them."""

    slug: str
    scored: ScoredTable

    @property
    def definition(self) -> ProgrammeDefinition:
        """The programme that they are scores of."""
        return self.scored.table.definition

    def list_headlines(self) -> list[ScoredLine]:
        """Return the score of each theme."""
        return [
            self._line("headline", theme.key, title=theme.title) for theme in self.definition.themes
        ]

    def list_sections(self) -> list[SectionPart]:
        """Return the sections with their criteria and questions, and the score of each."""
        return [
            SectionPart(
                section,
                self._section_line(section),
                [
                    CriterionPart(
                        criterion,
                        self._criterion_line(criterion),
                        [self._describe_question(question) for question in criterion.questions],
                    )
                    for criterion in section.criteria
                ],
            )
            for section in self.definition.sections
        ]

    def list_summary(self) -> list[ScoredLine]:
        """Return the scores of sections and, under each, of its criteria."""
        lines = []
        for section in self.definition.sections:
            lines.append(self._section_line(section))
            lines += [self._criterion_line(criterion) for criterion in section.criteria]
        return lines

    def draw_chart(self) -> SafeString:
        """Return the bar chart of sections and criteria, with a rule where each band begins."""
        return bar_chart(
            "Scores of sections and criteria",
            "The percentage of answers judged sufficient.",
            [_make_bar(line) for line in self.list_summary()],
            [Limit(band.floor) for band in self.definition.bands if band.floor],
        )

    def _section_line(self, section: SectionDefinition) -> ScoredLine:
        anchor = f"section-{section.number}"
        return self._line("section", section.number, title=section.title, anchor=anchor)

    def _criterion_line(self, criterion: CriterionDefinition) -> ScoredLine:
        anchor = f"criterion-{criterion.number}"
        return self._line("criterion", criterion.number, title=criterion.title, anchor=anchor)

    def _describe_question(self, question: QuestionDefinition) -> QuestionLine:
        themes, code = self.definition.themes, question.code
        grid = self.definition.grids_by_key[question.grid] if question.grid else None
        rows = grid.rows if grid else ()
        return QuestionLine(
            question=question,
            score=self._line("question", code, title=question.text, anchor=f"question-{code}"),
            key_for=[theme.title for theme in themes if theme.key in question.key_for],
            grid=grid.title if grid else "",
            rows=[self._line("question", code, row.key, title=row.label) for row in rows],
        )

    def _line(
        self, kind: Kind, key: str, row: str = "", *, title: str, anchor: str = ""
    ) -> ScoredLine:
        name = ScoreName(kind, key, row)
        scored = self.scored.scores[name]
        return ScoredLine(
            title=title,
            score=scored.score,
            interval=scored.interval,
            url=url_of_score(self.slug, name),
            anchor=anchor,
            number="" if kind == "headline" or row else key,
            is_group=kind == "section",
        )


def describe_state(scored: ScoredTable, unsettled: int = 0) -> str:
    """Return in words whether anything is open that the scores wait for, and what.

    `unsettled` cases are judged twice, and may yet count otherwise than they do.
    """
    if not scored.cases:
        return "No cases have been drawn for this inspection yet, so nothing is scored."
    if scored.complete and unsettled:
        return "Every question that applies is answered, but not every second marking is settled."
    if scored.complete:
        counted = "scores" if scored.table.definition.scored else "counts"
        return (
            f"Every question that applies is answered. These {counted} stand unless a judgement "
            "is changed."
        )
    if not (count := scored.open):
        return "Every question is answered, but some cases have facts that are not recorded."
    answers = "answer is" if count == 1 else "answers are"
    if not scored.table.definition.scored:
        return f"{count:,} {answers} still open."
    return (
        f"{count:,} {answers} still open. Until then a score shows where it stands and the "
        "range it can end in; it has a band once the whole range lies in one."
    )


def _make_bar(line: ScoredLine) -> Bar:
    return Bar(
        label=f"{line.number} {line.title}",
        percent=line.score.percent,
        low=line.score.low,
        high=line.score.high,
        is_group=line.is_group,
        whisker=(line.interval.low, line.interval.high) if line.interval else None,
    )
