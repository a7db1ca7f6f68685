"""The names of scores: what a percentage is of, as figures, pages, charts and exports call it.

Written as in a report's text: `headline safeguarding`, `section 1`, `criterion 1.1`, `1.1.10` for
a question, `2.3.09/a` for one row of a grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from inspections.definition import ProgrammeDefinition

Kind = Literal["headline", "section", "criterion", "question"]
Place = tuple[str, str]
"""A question's code and the key of a grid's row, which is empty where there is none."""


class UnknownScoreError(ValueError):
    """The programme has no such score; the message says so in words."""


@dataclass(frozen=True, slots=True)
class ScoreName:
    """The name of a score: its kind, its key within the kind, and a grid's row, mostly empty."""

    kind: Kind
    key: str
    row: str = ""

    def __str__(self) -> str:
        if self.kind != "question":
            return f"{self.kind} {self.key}"
        return f"{self.key}/{self.row}" if self.row else self.key

    @property
    def is_banded(self) -> bool:
        """Whether the score has an improvement band: headlines and criteria have one."""
        return self.kind in ("headline", "criterion")


def list_score_names(definition: ProgrammeDefinition, *, rows: bool = False) -> list[ScoreName]:
    """Return every score's name in the order of the programme: headlines, sections, criteria,
    questions; with `rows` each question of a grid is followed by its rows.
    """
    names = [ScoreName("headline", theme.key) for theme in definition.themes]
    names += [ScoreName("section", section.number) for section in definition.sections]
    names += [ScoreName("criterion", number) for number in definition.criteria]
    for code, question in definition.questions.items():
        names.append(ScoreName("question", code))
        if rows and question.grid:
            names += [ScoreName("question", code, row) for row in definition.rows_of(question)]
    return names


def read_score_name(definition: ProgrammeDefinition, kind: str, key: str, row: str) -> ScoreName:
    """Return the name of a score of the programme. Raises UnknownScoreError if it has none."""
    for known in ("headline", "section", "criterion", "question"):
        if kind == known:
            name = ScoreName(known, key, row)
            if _exists(definition, name):
                return name
    raise UnknownScoreError(f"{definition.short_title} has no score {kind} {key} {row}".rstrip())


def parse_score_name(definition: ProgrammeDefinition, written: str) -> ScoreName:
    """Return the score that is written so, as a figure writes it. Raises UnknownScoreError."""
    kind, space, key = " ".join(written.split()).partition(" ")
    if space:
        return read_score_name(definition, kind, key, "")
    code, _, row = kind.partition("/")
    return read_score_name(definition, "question", code, row)


def list_places(definition: ProgrammeDefinition, name: ScoreName) -> list[Place]:
    """Return the judgements of a case that count in the score, by question code and row key.

    A question that is in no score still has counts of its own.
    """
    if name.kind == "question":
        question = definition.questions[name.key]
        rows = (name.row,) if name.row else definition.rows_of(question)
        return [(name.key, row) for row in rows]
    return [
        (question.code, row)
        for question in definition.questions.values()
        if question.scores and _counts_in(definition, question.code, name)
        for row in definition.rows_of(question)
    ]


def title_of(definition: ProgrammeDefinition, name: ScoreName) -> str:
    """Return the score's official title: that of its theme, section or criterion, or its question;
    of a row, its label.
    """
    match name.kind:
        case "headline":
            return next(theme.title for theme in definition.themes if theme.key == name.key)
        case "section":
            return next(s.title for s in definition.sections if s.number == name.key)
        case "criterion":
            return definition.criteria[name.key].title
    question = definition.questions[name.key]
    return definition.row_labels(question)[name.row] if name.row else question.text


def _exists(definition: ProgrammeDefinition, name: ScoreName) -> bool:
    if name.kind == "question":
        question = definition.questions.get(name.key)
        return question is not None and (not name.row or name.row in definition.rows_of(question))
    known: dict[str, set[str]] = {
        "headline": {theme.key for theme in definition.themes},
        "section": {section.number for section in definition.sections},
        "criterion": set(definition.criteria),
    }
    return not name.row and name.key in known[name.kind]


def _counts_in(definition: ProgrammeDefinition, code: str, name: ScoreName) -> bool:
    if name.kind == "headline":
        return name.key in definition.questions[code].key_for
    criterion = definition.criterion_of[code]
    return name.key == (criterion if name.kind == "criterion" else definition.section_of[criterion])
