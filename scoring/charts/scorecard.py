"""All charts of a scorecard, each with the numbers of the table beside it, for page and print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString

from inspections.definition import (
    CriterionDefinition,
    ProgrammeDefinition,
    QuestionDefinition,
)
from scoring.arithmetic import Score
from scoring.charts.bars import Bar, Limit, bar_chart
from scoring.charts.stacks import Stack, stacked_chart
from scoring.names import ScoreName
from scoring.scored import Scored, ScoredTable

LONGEST = 14
"""Questions in one chart, so that it fits a printed page with room for its table."""


@dataclass(frozen=True, slots=True)
class BarLine:
    """A bar of a chart as its table says it; `range` and `interval` are empty where none is."""

    name: ScoreName
    number: str
    title: str
    score: Score
    standing: str
    range: str
    interval: str
    few: bool
    whisker: tuple[float, float] | None
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class BarPart:
    """A chart of scores, and the lines of its table."""

    key: str
    title: str
    chart: SafeString
    lines: list[BarLine]


@dataclass(frozen=True, slots=True)
class StackLine:
    """A question of a chart as its table says it."""

    code: str
    text: str
    sufficient: int
    insufficient: int
    open: int
    standing: str
    scores: bool

    @property
    def label(self) -> str:
        """What the bar is called."""
        return f"{self.code} {self.text}" + ("" if self.scores else " (in no score)")


@dataclass(frozen=True, slots=True)
class StackPart:
    """A chart of questions, and the lines of its table."""

    key: str
    title: str
    chart: SafeString
    lines: list[StackLine]


@dataclass(frozen=True, slots=True)
class CriterionCharts:
    """A criterion, and the charts of its questions: several where there are many."""

    key: str
    number: str
    title: str
    parts: list[StackPart]


def draw_scores(scored: ScoredTable) -> list[BarPart]:
    """Return the charts of headlines, and of sections and criteria; none without scores."""
    definition = scored.table.definition
    if not definition.scored:
        return []
    headlines = [
        _describe_score("", theme.title, scored.scores[ScoreName("headline", theme.key)])
        for theme in definition.themes
    ]
    return [
        _draw_bars("headlines", "Headline scores", definition, headlines),
        _draw_bars("scores", "Sections and criteria", definition, list(_list_scores(scored))),
    ]


def draw_questions(scored: ScoredTable) -> list[CriterionCharts]:
    """Return, by criterion, the charts of how the answers to each question divide."""
    return [
        CriterionCharts(
            key=f"criterion-{number}",
            number=number,
            title=criterion.title,
            parts=list(draw_stacks(scored, criterion)),
        )
        for number, criterion in scored.table.definition.criteria.items()
    ]


def _list_scores(scored: ScoredTable) -> Iterator[BarLine]:
    for section in scored.table.definition.sections:
        of_section = scored.scores[ScoreName("section", section.number)]
        yield _describe_score(section.number, section.title, of_section, is_group=True)
        for criterion in section.criteria:
            of_criterion = scored.scores[ScoreName("criterion", criterion.number)]
            yield _describe_score(criterion.number, criterion.title, of_criterion)


def _describe_score(number: str, title: str, scored: Scored, *, is_group: bool = False) -> BarLine:
    score = scored.score
    return BarLine(
        name=scored.name,
        number=number,
        title=title,
        score=score,
        standing=_print(score.percent),
        range="" if score.low == score.high else f"{score.low}% to {score.high}%",
        interval=scored.interval.printed if scored.interval else "",
        few=scored.interval is not None and scored.interval.few,
        whisker=(scored.interval.low, scored.interval.high) if scored.interval else None,
        is_group=is_group,
    )


def _draw_bars(
    key: str, title: str, definition: ProgrammeDefinition, lines: list[BarLine]
) -> BarPart:
    bars = [
        Bar(
            label=f"{line.number} {line.title}".strip(),
            percent=line.score.percent,
            low=line.score.low,
            high=line.score.high,
            note=line.score.band or "",
            is_group=line.is_group,
            whisker=line.whisker,
        )
        for line in lines
    ]
    description = "The percentage of answers judged sufficient."
    limits = [Limit(band.floor, band.label) for band in definition.bands]
    return BarPart(key, title, bar_chart(title, description, bars, limits, with_key=True), lines)


def draw_stacks(scored: ScoredTable, criterion: CriterionDefinition) -> Iterator[StackPart]:
    """Yield as many charts as it takes, all about as long."""
    lines = [
        _count_answers(question, scored.scores[ScoreName("question", question.code)].score)
        for question in criterion.questions
    ]
    charts = -(-len(lines) // LONGEST)
    for number in range(charts):
        chunk = lines[len(lines) * number // charts : len(lines) * (number + 1) // charts]
        title = f"{criterion.number} {criterion.title}: answers by question"
        if charts > 1:
            title += f", part {number + 1} of {charts}"
        chart = stacked_chart(
            title,
            "Each bar is all answers to one question that are sufficient, insufficient or open.",
            [Stack(line.label, line.sufficient, line.insufficient, line.open) for line in chunk],
        )
        yield StackPart(f"answers-{criterion.number}-{number + 1}", title, chart, chunk)


def _count_answers(question: QuestionDefinition, score: Score) -> StackLine:
    return StackLine(
        code=question.code,
        text=question.text,
        sufficient=score.sufficient,
        insufficient=score.relevant - score.sufficient,
        open=score.open,
        standing=_print(score.percent),
        scores=question.scores,
    )


def _print(percent: int | None) -> str:
    return "Not scored" if percent is None else f"{percent}%"
