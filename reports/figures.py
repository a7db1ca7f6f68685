"""Figures in narrative: numbers that are bound to the scorecard, not typed.

Written `[[1.1.10:count]]` in authored text and resolved when the text is shown, so that print
cannot disagree with the judgements. What may be written:

    [[1.1.10]]  [[2.3.07/e]]                        a question, or one row of a grid question
    [[criterion 1.1]]  [[section 1]]  [[headline safeguarding]]
    [[cases]]                                       the number of cases
    … where looked_after=yes                        any of these, for the cases of a group
    [[survey children.knew_why]]                    an item of a questionnaire

and after a colon the form: count, both, words, not, not-count, not-both, not-words, relevant, band.
A figure that could point to a child, since it speaks of so few or leaves out so few, has no value;
nor has one of a group that a smaller one is hidden behind, as in the charts of the cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection
from inspections.models.inspection import SMALLEST_GROUP
from reports.templatetags.report_text import spelled
from scoring.arithmetic import Score, Tally, choose_hidden, is_small, round_half_up, score_tally
from scoring.scorecard import Scorecard, score_groups

FIGURE = re.compile(r"\[\[([^\[\]]*)\]\]")
WHERE = re.compile("(?:^| )where(?: |$)")
GROUP = re.compile(r"(?P<fact>\w+)\s*=\s*(?P<value>\w+)")
FORMS = ("count", "both", "words", "relevant", "band")
NEGATED_FORMS = ("", "count", "both", "words")


Found = TypeVar("Found")


class FigureError(ValueError):
    """A figure that cannot be resolved; the message says why, in words for its author."""


@dataclass(frozen=True, slots=True)
class FigureFault:
    """A figure of the narrative that cannot be resolved: where it stands, and why."""

    place: str
    figure: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: [[{self.figure}]] {self.message}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as written: what it speaks of, for which group of cases, and in which form."""

    target: str
    fact: str = ""
    value: str = ""
    form: str = ""


def parse_figure(text: str) -> Figure:
    """Return the figure written between the brackets. Raises FigureError where it is none."""
    target, *conditions = WHERE.split(collapse_space(text), maxsplit=1)
    target, _, form = (part.strip() for part in target.partition(":"))
    fact = value = ""
    if conditions:
        condition, _, later_form = (part.strip() for part in conditions[0].partition(":"))
        if form and later_form:
            raise FigureError("has two forms; give one.")
        form = form or later_form
        match = GROUP.fullmatch(condition)
        if match is None:
            raise FigureError("needs a group of cases, such as “where looked_after=yes”.")
        fact, value = match["fact"], match["value"]
    if not target:
        raise FigureError("is empty.")
    return Figure(target, fact, value, form)


def collapse_space(text: str) -> str:
    """Return `text` on one line: a figure may run over the end of one."""
    return " ".join(text.split())


def find_facts(document: Any) -> set[str]:
    """Return the keys of the facts whose groups the figures in the texts of `document` speak of."""
    facts = set()
    for text in _list_texts(document):
        for written in FIGURE.findall(text):
            try:
                facts.add(parse_figure(written).fact)
            except FigureError:
                continue
    return facts - {""}


def _list_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _list_texts(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            yield from _list_texts(item)


Link = Callable[[Figure, str], str]
"""Marks a printed figure, in a draft, as leading to what is behind it."""


@dataclass
class FigureSource:
    """What figures are resolved from; collects the faults of those that cannot be.

    `groups` holds a scorecard for each value of each fact that a figure speaks of, and `surveys`
    the questionnaires as `report.yaml` has them: `{children: {items: {knew_why: {count, of}}}}`.
    A figure about fewer than `smallest` cases has no value.
    """

    definition: ProgrammeDefinition
    scorecard: Scorecard
    groups: Mapping[str, Mapping[str, Scorecard]] = field(default_factory=dict)
    surveys: Mapping[str, Any] = field(default_factory=dict)
    faults: list[FigureFault] = field(default_factory=list)
    link: Link | None = None
    smallest: int = SMALLEST_GROUP

    def resolve(self, text: str, place: str) -> str:
        """Return `text` with its figures as printed.

        One that cannot be resolved is noted in `faults` with `place`, and stands out in the text.
        """

        def print_figure(match: re.Match[str]) -> str:
            written = collapse_space(match[1])
            try:
                figure = parse_figure(written)
                printed = self.print_figure(figure)
                return self.link(figure, printed) if self.link else printed
            except FigureError as error:
                self.faults.append(FigureFault(place, written, str(error)))
                return f"⟦{written}: {error}⟧"

        return FIGURE.sub(print_figure, text)

    def print_figure(self, figure: Figure) -> str:
        """Return `figure` as printed. Raises FigureError where it has no value."""
        if figure.target == "cases":
            if figure.form:
                raise FigureError("is a number of cases, which has one form only.")
            return str(self._card_of(figure).cases)
        score = self._find_score(figure)
        if not score.relevant:
            raise FigureError("has nothing relevant to count.")
        return self._print_score(score, figure.form)

    def _card_of(self, figure: Figure) -> Scorecard:
        if not figure.fact:
            return self.scorecard
        fact = self.definition.facts_by_key.get(figure.fact)
        if fact is None:
            raise FigureError(f"names a fact that the programme does not have: {figure.fact}.")
        if figure.value not in fact.values:
            raise FigureError(f"names a value that “{fact.label}” does not have: {figure.value}.")
        card = self.groups.get(figure.fact, {}).get(figure.value)
        if card is None:
            raise FigureError("speaks of a group without cases.")
        others = self.scorecard.cases - card.cases
        if is_small(card.cases, self.smallest) or is_small(others, self.smallest):
            raise FigureError(
                f"speaks of a group of fewer than {spelled(self.smallest)} cases, or of all but so "
                "few."
            )
        if figure.value in self._hide(figure.fact, lambda group: group.cases):
            raise FigureError(
                "speaks of a group from which the size of a smaller one could be worked out."
            )
        return card

    def _hide(self, fact: str, count: Callable[[Scorecard], int]) -> set[str]:
        """Return the values of a fact that stay hidden, by what is counted of each."""
        sizes = {value: count(card) for value, card in self.groups[fact].items()}
        return choose_hidden(sizes, self.smallest)

    def _find_score(self, figure: Figure) -> Score:
        kind, _, key = figure.target.partition(" ")
        if kind == "survey":
            return self._find_survey_item(figure, key.strip())
        score = _find_in(self._card_of(figure), figure.target)
        if figure.fact and figure.value in self._hide(
            figure.fact, lambda group: _find_in(group, figure.target).relevant
        ):
            raise FigureError(
                f"speaks of fewer than {spelled(self.smallest)} answers in a group, or leaves so "
                "few to another."
            )
        return score

    def _find_survey_item(self, figure: Figure, key: str) -> Score:
        if figure.fact:
            raise FigureError("is from a questionnaire, which cannot be divided by facts.")
        group, _, name = key.partition(".")
        item = (self.surveys.get(group) or {}).get("items", {}).get(name)
        if item is None:
            raise FigureError(f"names a questionnaire item that is not entered: {key}.")
        if is_small(item["of"], SMALLEST_GROUP):
            raise FigureError("is of fewer than five answers.")
        return score_tally(Tally(item["count"], item["of"]))

    def _print_score(self, score: Score, form: str) -> str:
        if form == "band":
            if score.band is None:
                raise FigureError("has no band.")
            return score.band
        if form == "relevant":
            return str(score.relevant)
        negated = form == "not" or form.startswith("not-")
        shown = form.removeprefix("not").removeprefix("-") if negated else form
        if shown not in (NEGATED_FORMS if negated else ("", *FORMS)):
            raise FigureError(f"has a form that is not known: {form}.")
        part = score.relevant - score.sufficient if negated else score.sufficient
        percent = round_half_up(part, score.relevant) or 0
        count = f"{part} out of {score.relevant}"
        match shown:
            case "count":
                return count
            case "both":
                return f"{count} ({percent}%)"
            case "words":
                return self._print_words(percent)
        return f"{percent}%"

    def _print_words(self, percent: int) -> str:
        for quantifier in self.definition.quantifiers:
            if quantifier.low <= percent <= quantifier.high:
                return quantifier.words
        raise FigureError("has no words: the programme has no quantifiers.")


def make_source(
    inspection: Inspection,
    definition: ProgrammeDefinition,
    scorecard: Scorecard,
    document: Mapping[str, Any],
) -> FigureSource:
    """Return what the figures of the narrative `document` are resolved from.

    Takes a query for each fact whose groups they speak of.
    """
    facts = find_facts(document) & set(definition.facts_by_key)
    return FigureSource(
        definition=definition,
        scorecard=scorecard,
        groups={fact: score_groups(inspection, fact) for fact in sorted(facts)},
        surveys=document.get("service_users", {}),
        smallest=inspection.smallest_group,
    )


def _find_in(card: Scorecard, target: str) -> Score:
    """Return what a figure's `target` names in `card`. Raises FigureError where that is nothing."""
    kind, _, key = (part.strip() for part in target.partition(" "))
    match kind:
        case "criterion":
            return look_up(card.criteria, key, "criterion")
        case "section":
            return look_up(card.sections, key, "section")
        case "headline":
            return look_up(card.headlines, key, "headline theme")
    code, _, row = target.partition("/")
    question = look_up(card.questions, code, "question")
    return look_up(question.rows, row, "row") if row else question.score


def look_up(found: Mapping[str, Found], key: str, kind: str) -> Found:
    """Return what stands under `key`. Raises FigureError, which calls it a `kind`."""
    if key not in found:
        raise FigureError(f"names a {kind} that does not exist: {key}.")
    return found[key]
