"""Breakdowns as a page shows them: lines with words, addresses and a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from inspections.definition import ProgrammeDefinition
from scoring.answer_table import AnswerTable, CaseCounts, Flags
from scoring.arithmetic import score_tally
from scoring.breakdowns.counting import CrossedScore, Division, GroupScore, pool_groups
from scoring.breakdowns.gaps import Gap, Gaps
from scoring.charts.bars import Bar, Limit, bar_chart
from scoring.names import ScoreName, list_score_names
from scoring.presentation import ScoredLine
from scoring.room_pages import url_of_score
from scoring.statistics.groups import Difference
from scoring.statistics.intervals import TAIL
from scoring.tracing.choosing import OTHERS, Choice, mark_chosen
from scoring.tracing.presentation import label_of

SHOWN_AT_ONCE = 10
"""Of gaps of either kind of fact, more stand folded away."""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A score of a group; `difference` is from all other cases, in words, empty without one."""

    scored: ScoredLine
    cases: int
    relevant_cases: int
    difference: str
    interval: str
    few: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class CrossedCell:
    """A score of the cases in two groups; without cases it is empty."""

    scored: ScoredLine
    cases: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """One score of all cases, and of each group of them, with the address of its breakdown."""

    title: str
    url: str
    scores: list[ScoredLine]
    is_group: bool


@dataclass(frozen=True, slots=True)
class GapLine:
    """A gap in words. The addresses are of the breakdown, and of the score of either side.

    `stands_out` is whether it does so even for as many comparisons as were made; `decides`, whether
    the fact decides which questions are asked; `recorded`, whether it is taken from the case as it
    came to the inspection, and does not decide.
    """

    group: str
    score: str
    url: str
    cases: int
    here: ScoredLine
    elsewhere: ScoredLine
    difference: str
    interval: str
    few: bool
    stands_out: bool
    decides: bool
    recorded: bool


@dataclass(frozen=True, slots=True)
class GapTable:
    """Gaps by one kind of fact: those shown at once, and those that stand folded away."""

    key: str
    title: str
    words: str
    lines: list[GapLine]
    further: list[GapLine]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The gaps that were found, and how many differences were looked at for them."""

    compared: int
    by_chance: str
    standing_out: int
    worth_a_look: int
    tables: list[GapTable]


def describe_groups(
    slug: str, name: ScoreName, whole: GroupScore, groups: Sequence[GroupScore]
) -> list[GroupLine]:
    """Return the lines of a breakdown: all cases first."""
    return [_describe_group(slug, name, each) for each in (whole, *groups)]


def describe_crossing(
    slug: str,
    name: ScoreName,
    down: Division,
    across: Division,
    crossed: Sequence[Sequence[CrossedScore]],
) -> list[tuple[str, list[tuple[str, CrossedCell]]]]:
    """Return the rows of a crossing: each a label, and cells with the label of their column."""
    return [
        (
            row.value_label,
            [
                (
                    column.value_label,
                    CrossedCell(
                        scored=ScoredLine(
                            title=column.value_label,
                            score=cell.score,
                            interval=cell.interval,
                            url=_url_of_cases(slug, name, row, column),
                            number=f"{row.value_label}, {column.value_label}",
                        ),
                        cases=cell.cases,
                        hidden=cell.hidden,
                    ),
                )
                for column, cell in zip(across.groups, cells, strict=True)
            ],
        )
        for row, cells in zip(down.groups, crossed, strict=True)
    ]


def describe_overview(slug: str, table: AnswerTable, division: Division) -> list[OverviewLine]:
    """Return headlines, sections and criteria by the groups of a division."""
    definition = table.definition
    names = _list_overview(definition)
    choices: list[Choice | None] = [None, *division.groups]
    labels = [label_of(definition, name) for name in names]
    return [
        OverviewLine(
            title=label,
            url=_url_of_breakdown(slug, name, division.fact),
            scores=[
                ScoredLine(
                    title=choice.value_label if choice else "All cases",
                    score=score,
                    interval=None,
                    url=_url_of_cases(slug, name, choice),
                    number=f"{label}, {choice.value_label if choice else 'all cases'}",
                )
                for choice, score in zip(choices, scores, strict=True)
            ],
            is_group=name.kind == "section",
        )
        for name, label, scores in zip(
            names, labels, pool_groups(table, names, division), strict=True
        )
    ]


def draw_groups(title: str, lines: Sequence[GroupLine], limits: Sequence[int]) -> SafeString:
    """Return the bar chart of a breakdown, whiskers at its intervals, rules at `limits`."""
    return bar_chart(
        title,
        "The percentage of answers judged sufficient, with 95% intervals.",
        [
            Bar(
                label=line.scored.title,
                percent=line.scored.score.percent,
                low=line.scored.score.low,
                high=line.scored.score.high,
                is_group=not place,
                whisker=(
                    (line.scored.interval.low, line.scored.interval.high)
                    if line.scored.interval
                    else None
                ),
            )
            for place, line in enumerate(lines)
        ],
        [Limit(limit) for limit in limits],
    )


def describe_gaps(slug: str, table: AnswerTable, gaps: Gaps[Choice]) -> Suggestions:
    """Return the gaps as the page lists them, by kind of fact, the least probable first.

    Facts that are known of a child or young person before anybody judges stand first. Of those
    that inspectors judge, or that decide which questions are asked, the work itself, or other
    questions, may make the gap.
    """
    names = [ScoreName("headline", theme.key) for theme in table.definition.themes]
    counts = table.count(names)
    found = (*gaps.standing_out, *gaps.worth_a_look)
    lines = [_describe_gap(slug, table, counts, gap) for gap in found]
    return Suggestions(
        compared=gaps.compared,
        by_chance=f"about {gaps.by_chance:.0f}" if gaps.by_chance >= 1 else "fewer than 1",
        standing_out=len(gaps.standing_out),
        worth_a_look=len(gaps.worth_a_look),
        tables=[
            _make_gap_table(
                "recorded",
                "By what is recorded of the child or young person and the sentence",
                "Facts that were there before anybody judged the case.",
                [line for line in lines if line.recorded],
            ),
            _make_gap_table(
                "judged",
                "By what inspectors judged, or what decides which questions are asked",
                "Read these with more care: where cases were asked other questions, that alone may "
                "make the gap.",
                [line for line in lines if not line.recorded],
            ),
        ],
    )


def _make_gap_table(key: str, title: str, words: str, lines: Sequence[GapLine]) -> GapTable:
    return GapTable(key, title, words, [*lines[:SHOWN_AT_ONCE]], [*lines[SHOWN_AT_ONCE:]])


def describe_points(difference: Difference) -> str:
    """Return a difference in whole points, a half rounded away from nought: `16 lower`."""
    points = int(abs(difference.points) + 0.5)
    if not points:
        return "less than 1 either way" if difference.points else "none"
    return f"{points} {'higher' if difference.points > 0 else 'lower'}"


def _describe_group(slug: str, name: ScoreName, group: GroupScore) -> GroupLine:
    difference = group.difference
    label = group.choice.value_label if group.choice else "All cases"
    return GroupLine(
        scored=ScoredLine(
            title=label,
            score=group.score,
            interval=group.interval,
            url=_url_of_cases(slug, name, group.choice),
            number=label,
        ),
        cases=group.cases,
        relevant_cases=group.relevant_cases,
        difference=describe_points(difference) if difference else "",
        interval=difference.printed if difference else "",
        few=bool(group.relevant_cases) and (group.interval is None or group.interval.few),
        hidden=group.hidden,
    )


def _describe_gap(slug: str, table: AnswerTable, counts: CaseCounts, gap: Gap[Choice]) -> GapLine:
    name, group = counts.names[gap.score], gap.group
    fact = table.definition.facts_by_key[group.fact]
    decides = fact.key in table.definition.deciding_facts
    label = label_of(table.definition, name)
    words = f"{group.label}: {group.value_label}"
    members = mark_chosen(table, [group])
    others = replace(group, value=f"{OTHERS}{group.value}")

    def describe_side(cases: Flags, choice: Choice, side: str) -> ScoredLine:
        return ScoredLine(
            title=words,
            score=score_tally(counts.pool(cases)[gap.score]),
            interval=None,
            url=_url_of_cases(slug, name, choice),
            number=f"{label}, {side}",
        )

    return GapLine(
        group=words,
        score=label,
        url=_url_of_breakdown(slug, name, group.fact),
        cases=gap.difference.cases,
        here=describe_side(members, group, words),
        elsewhere=describe_side(~members, others, "other cases"),
        difference=describe_points(gap.difference),
        interval=gap.difference.printed,
        few=gap.difference.few,
        stands_out=gap.adjusted < TAIL,
        decides=decides,
        recorded=fact.group == "case" and not decides,
    )


def _list_overview(definition: ProgrammeDefinition) -> list[ScoreName]:
    """Return headlines, then each section before its criteria."""
    names = {
        (name.kind, name.key): name
        for name in list_score_names(definition)
        if name.kind != "question"
    }
    ordered = [names["headline", theme.key] for theme in definition.themes]
    for section in definition.sections:
        ordered.append(names["section", section.number])
        ordered += [names["criterion", criterion.number] for criterion in section.criteria]
    return ordered


def _url_of_breakdown(slug: str, name: ScoreName, fact: str) -> str:
    query = urlencode({"score": str(name), "fact": fact})
    return f"{reverse('scoring:breakdown', args=[slug])}?{query}#breakdown"


def _url_of_cases(slug: str, name: ScoreName, *choices: Choice | None) -> str:
    pairs = [
        pair
        for choice in choices
        if choice
        for pair in (("fact", choice.fact), ("value", choice.value))
    ]
    return url_of_score(slug, name) + (f"?{urlencode(pairs)}" if pairs else "")
