"""A scorecard as plain text, for a terminal."""

from __future__ import annotations

from inspections.definition import ProgrammeDefinition
from scoring.arithmetic import Score
from scoring.scorecard import Scorecard


def describe_percent(score: Score) -> str:
    """Return a percentage in words: `60%`, `60% (58–63%)` while open, or `not scored`."""
    if score.percent is None:
        return "not scored"
    if not score.open:
        return f"{score.percent}%"
    return f"{score.percent}% ({score.low}–{score.high}%)"


def tabulate_scorecard(card: Scorecard, definition: ProgrammeDefinition) -> str:
    """Return `card` as lines of text: headlines, sections, criteria and questions."""
    lines = [
        f"{card.inspection} ({card.programme}): {card.cases} cases, "
        + ("complete" if card.complete else "not complete")
    ]
    for theme in definition.themes:
        lines.append(_line(theme.title, card.headlines[theme.key]))
    for section in definition.sections:
        lines.append(_line(f"{section.number} {section.title}", card.sections[section.number]))
        for criterion in section.criteria:
            title = f"  {criterion.number} {criterion.title}"
            lines.append(_line(title, card.criteria[criterion.number]))
            for question in criterion.questions:
                scored = card.questions[question.code]
                lines.append(_line(f"    {question.code} {question.text}", scored.score))
    return "\n".join(lines)


def _line(title: str, score: Score) -> str:
    if len(title) > 72:
        title = title[:71] + "…"
    counts = f"{score.sufficient}/{score.relevant}"
    return f"{title:72} {counts:>9}  {describe_percent(score)} {score.band or ''}".rstrip()
