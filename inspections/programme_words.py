"""The parts of a programme in words, aspect by aspect, for whoever compares two versions of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from inspections.definition import (
    Condition,
    Contradiction,
    CriterionDefinition,
    FactDefinition,
    Grid,
    Option,
    ProgrammeDefinition,
    Quantifier,
    QuestionDefinition,
    SamplingMethod,
    SectionDefinition,
    Theme,
)

ANSWERS = {"sufficient": "Yes", "insufficient": "No", "not_applicable": "Not applicable"}
SCORING = {
    "question": "counts once",
    "rows": "counts once for each row of its grid",
    "none": "counts in no score",
}


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that is said of a part: `value` is what is compared, `words` what is shown."""

    label: str
    value: Any
    words: str


def describe_whole(programme: ProgrammeDefinition) -> list[Aspect]:
    """Return what is said of the programme itself."""
    low, high = programme.sample_min, programme.sample_max
    sample = "not said" if low is None and high is None else f"{low or '?'} to {high or '?'} cases"
    return [
        _plain("Title", programme.title),
        _plain("Short title", programme.short_title),
        _plain("Kind", programme.kind),
        Aspect("Scored", programme.scored, _yes_or_no(programme.scored)),
        Aspect("Size of samples", (low, high), sample),
    ]


def describe_theme(theme: Theme) -> list[Aspect]:
    """Return what is said of a headline theme."""
    early = theme.bears_on_early_reinspection
    return [
        _plain("Title", theme.title),
        _plain("Short", theme.short),
        Aspect("Bears on an early reinspection", early, _yes_or_no(early)),
    ]


def describe_quantifier(quantifier: Quantifier) -> list[Aspect]:
    """Return what is said of the words for a percentage."""
    low, high = quantifier.low, quantifier.high
    shown = f"{low}%" if low == high else f"{low}% to {high}%"
    return [Aspect("Stands for", (low, high), shown)]


def describe_grid(grid: Grid) -> list[Aspect]:
    """Return what is said of a grid."""
    return [_plain("Title", grid.title), _options("Rows", grid.rows)]


def describe_fact(fact: FactDefinition, programme: ProgrammeDefinition) -> list[Aspect]:
    """Return what is said of a fact."""
    kind = "Yes or No" if fact.type == "boolean" else "one of several choices"
    group = "about the case" if fact.group == "case" else "the assessor’s own screening"
    implied = [programme.facts_by_key[key].label for key in fact.implies]
    return [
        _plain("Label", fact.label),
        Aspect("Recorded as", fact.type, kind),
        _options("Choices", fact.choices),
        Aspect("Group", fact.group, group),
        _plain("Help", fact.help),
        Aspect("If Yes, then also Yes", fact.implies, _lines(implied)),
    ]


def describe_section(section: SectionDefinition) -> list[Aspect]:
    """Return what is said of a section."""
    return [_plain("Title", section.title)]


def describe_criterion(
    criterion: CriterionDefinition, programme: ProgrammeDefinition
) -> list[Aspect]:
    """Return what is said of a criterion."""
    return [
        _plain("Title", criterion.title),
        _plain("Section", programme.section_of[criterion.number]),
        Aspect("Statement", criterion.statement, criterion.statement or ""),
    ]


def describe_question(question: QuestionDefinition, programme: ProgrammeDefinition) -> list[Aspect]:
    """Return what is said of a question."""
    criterion = programme.criteria[programme.criterion_of[question.code]]
    themes = [theme.title for theme in programme.themes if theme.key in question.key_for]
    grid = programme.grids_by_key[question.grid].title if question.grid else ""
    return [
        _plain("Question", question.text),
        _plain("Guidance", question.guidance),
        Aspect("Criterion", criterion.number, f"{criterion.number} {criterion.title}"),
        _plain("Topic", question.topic),
        Aspect("Asked when", question.applies_when, describe_conditions(question, programme)),
        Aspect("Scoring", question.scoring, SCORING[question.scoring]),
        Aspect("Counts towards", frozenset(question.key_for), _lines(themes) or "no headline"),
        Aspect("Grid", question.grid, grid),
        Aspect("May be not applicable", question.allow_na, _yes_or_no(question.allow_na)),
        _plain("Not applicable when", question.na_when),
        _options("Reasons for No", question.reasons),
        Aspect(
            "Says how things turned out", question.outcome_fact, _yes_or_no(question.outcome_fact)
        ),
    ]


def describe_contradiction(contradiction: Contradiction) -> list[Aspect]:
    """Return what is said of answers that do not go together."""
    return [_plain("Message", contradiction.message)]


def name_contradiction(contradiction: Contradiction) -> str:
    """Return which answers do not go together."""
    return " and ".join(f"{code} {ANSWERS[answer]}" for code, answer in contradiction.when)


def describe_sampling(
    method: SamplingMethod | None, programme: ProgrammeDefinition
) -> list[Aspect]:
    """Return what is said of how a sample is drawn."""
    if method is None:
        return []
    sizes = [
        f"{size.cases} cases of a caseload of any size" if size.up_to is None
        else f"{size.cases} cases of a caseload of up to {size.up_to}"
        for size in method.sizes
    ]  # fmt: skip
    minimums = [
        f"{minimum.label} ({_describe_values(programme, minimum.fact, minimum.values)}): "
        f"{minimum.percent}% of the sample, and {minimum.cases} "
        f"case{'' if minimum.cases == 1 else 's'} at least"
        for minimum in method.minimums
    ]
    return [
        Aspect("Begun within", method.months, f"{method.months} months"),
        Aspect("Cases that have ended", method.terminated, _yes_or_no(method.terminated)),
        Aspect("Shared out by", method.strata, _label_fact(programme, method.strata)),
        Aspect("Status", method.status, _label_fact(programme, method.status)),
        Aspect("Sizes", method.sizes, _lines(sizes)),
        Aspect("Minimums", method.minimums, _lines(minimums)),
        _plain("Inference", method.inference),
    ]


def describe_conditions(question: QuestionDefinition, programme: ProgrammeDefinition) -> str:
    """Return in words when `question` is asked, one condition on each line."""
    if not question.applies_when:
        return "always"
    return "\nand ".join(_describe_condition(c, programme) for c in question.applies_when)


def _describe_condition(condition: Condition, programme: ProgrammeDefinition) -> str:
    if "any" in condition:
        return " or ".join(_describe_condition(inner, programme) for inner in condition["any"])
    if "question" in condition:
        return f"{condition['question']} is answered {ANSWERS[condition['answer']]}"
    fact = programme.facts_by_key[condition["fact"]]
    wanted = condition.get("is", True)
    values = wanted if isinstance(wanted, list) else [wanted]
    return _describe_values(programme, fact.key, values)


def _describe_values(programme: ProgrammeDefinition, key: str, values: Sequence[str | bool]) -> str:
    """Return in words that a fact has one of `values`."""
    fact = programme.facts_by_key[key]
    shown = [
        _yes_or_no(value) if isinstance(value, bool) else fact.label_of(value) for value in values
    ]
    return f"“{fact.label}” is {' or '.join(shown)}"


def _label_fact(programme: ProgrammeDefinition, key: str) -> str:
    """Return the label of a fact, empty where there is none."""
    return programme.facts_by_key[key].label if key else ""


def _plain(label: str, text: str) -> Aspect:
    return Aspect(label, text, text)


def _options(label: str, options: Sequence[Option]) -> Aspect:
    return Aspect(label, options, _lines(f"{option.key}: {option.label}" for option in options))


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _yes_or_no(value: bool) -> str:
    return "Yes" if value else "No"
