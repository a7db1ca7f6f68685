"""What a programme must be beyond its shape: names that exist, ranges that cover, no circles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inspections.conditions import Leaf, check_conditions, find_path
from inspections.definition import (
    Band,
    CriterionDefinition,
    FactDefinition,
    Grid,
    Quantifier,
    QuestionDefinition,
    SampleMinimum,
    SampleSize,
    SamplingMethod,
    SectionDefinition,
    Theme,
)
from inspections.shape import FAULTY_NUMBER, Entry, note_repeats

Sampling = tuple[Entry, SamplingMethod, list[Entry], list[Entry]]
"""How a sample is drawn, and where it, each of its sizes and each of its minimums stands."""

STATUSES = ("current", "terminated")


@dataclass
class Draft:
    """The parts of a programme as they were taken, in order, each with where it stands."""

    programme: Entry
    scored: bool = False
    bands: list[tuple[Entry, Band]] = field(default_factory=list)
    themes: list[tuple[Entry, Theme]] = field(default_factory=list)
    quantifiers: list[tuple[Entry, Quantifier]] = field(default_factory=list)
    grids: list[tuple[Entry, Grid]] = field(default_factory=list)
    facts: list[tuple[Entry, FactDefinition]] = field(default_factory=list)
    sections: list[tuple[Entry, SectionDefinition]] = field(default_factory=list)
    criteria: list[tuple[Entry, CriterionDefinition]] = field(default_factory=list)
    questions: list[tuple[Entry, QuestionDefinition, list[Leaf]]] = field(default_factory=list)
    contradicted: list[tuple[Entry, str]] = field(default_factory=list)
    sampling: Sampling | None = None


def check_programme(draft: Draft) -> None:
    """Note in `draft` every fault between its parts; faulty values were noted when taken."""
    _check_repeats(draft)
    _check_sample(draft.programme)
    _check_sampling(draft)
    _check_bands(draft)
    _check_quantifiers(draft)
    _check_implied_facts(draft)
    _check_questions(draft)
    _check_contradictions(draft)
    facts = {fact.key: fact for _, fact in draft.facts}
    check_conditions([(question, leaves) for _, question, leaves in draft.questions], facts)


def _check_repeats(draft: Draft) -> None:
    note_repeats([(entry, band.label) for entry, band in draft.bands], "label", "band")
    note_repeats([(entry, theme.key) for entry, theme in draft.themes], "key", "theme")
    note_repeats([(entry, q.words) for entry, q in draft.quantifiers], "words", "quantifier")
    note_repeats([(entry, grid.key) for entry, grid in draft.grids], "key", "grid")
    note_repeats([(entry, fact.key) for entry, fact in draft.facts], "key", "fact")
    note_repeats([(entry, s.number) for entry, s in draft.sections], "number", "section")
    note_repeats([(entry, c.number) for entry, c in draft.criteria], "number", "criterion")
    note_repeats([(entry, q.code) for entry, q, _ in draft.questions], "code", "question")


def _check_sample(programme: Entry) -> None:
    low, high = programme.values.get("sample_min"), programme.values.get("sample_max")
    sound = programme.is_sound("sample_min", "sample_max")
    if sound and low is not None and high is not None and low > high:
        programme.note(f'"sample_max" {high} is less than "sample_min" {low}', "sample_max")


def _check_sampling(draft: Draft) -> None:
    if draft.sampling is None:
        return
    entry, method, size_entries, minimum_entries = draft.sampling
    sizes = list(zip(size_entries, method.sizes, strict=True))
    minimums = list(zip(minimum_entries, method.minimums, strict=True))
    note_repeats([(item, minimum.label) for item, minimum in minimums], "label", "minimum")
    facts = {fact.key: fact for _, fact in draft.facts}
    for key, name in (("strata", method.strata), ("status", method.status)):
        if name and (name not in facts or facts[name].group != "case"):
            entry.note(f'there is no fact "{name}" of the group "case"', key)
    status = facts.get(method.status)
    if status is not None and set(status.values) != set(STATUSES):
        entry.note(f'the values of "{status.key}" are not {" and ".join(STATUSES)}', "status")
    for item, minimum in minimums:
        _check_minimum(item, minimum, facts)
    sound = entry.is_sound("sizes") and all(i.is_sound("up_to", "cases") for i, _ in sizes)
    if sound and sizes:
        _check_sizes(draft.programme, sizes)
        if all(item.is_sound("percent", "cases") for item, _ in minimums):
            strata = facts.get(method.strata)
            _check_room(entry, method, len(strata.values) if strata else 0)


def _check_minimum(
    entry: Entry, minimum: SampleMinimum, facts: Mapping[str, FactDefinition]
) -> None:
    fact = facts.get(minimum.fact)
    if minimum.fact and (fact is None or fact.group != "case"):
        entry.note(f'there is no fact "{minimum.fact}" of the group "case"', "fact")
    elif fact is not None:
        for value in minimum.values:
            if value not in fact.values:
                entry.note_text(f'"{fact.key}" has no value "{value}"', "values", value)
    if entry.is_sound("values") and not minimum.values:
        entry.note('"values" must have 1 or more items')


def _check_sizes(programme: Entry, sizes: Sequence[tuple[Entry, SampleSize]]) -> None:
    """Larger caseloads have larger samples, and the last size is for all that are larger still."""
    reached = 0
    cases = 0
    for entry, size in sizes:
        if size.up_to is None and size is not sizes[-1][1]:
            entry.note('only the last of "sizes" may be for any caseload', "up_to")
        elif size.up_to is not None and size.up_to <= reached:
            entry.note(f'"up_to" {size.up_to} is not above that of the size before', "up_to")
        if size.cases < cases:
            entry.note(f'"cases" {size.cases} is below that of the size before', "cases")
        low, high = programme.values.get("sample_min"), programme.values.get("sample_max")
        if isinstance(low, int) and size.cases < low:
            entry.note(f'"cases" {size.cases} is less than "sample_min" {low}', "cases")
        if isinstance(high, int) and size.cases > high:
            entry.note(f'"cases" {size.cases} is more than "sample_max" {high}', "cases")
        reached, cases = size.up_to or reached, size.cases
    entry, last = sizes[-1]
    if last.up_to is not None:
        entry.note(f'no size is for caseloads of more than {last.up_to}: "up_to" null', "up_to")


def _check_room(entry: Entry, method: SamplingMethod, strata: int) -> None:
    """A sample has room for all that it must hold, so that every minimum can be kept."""
    for size in method.sizes:
        needed = strata + sum(minimum.needed_of(size.cases) for minimum in method.minimums)
        if needed > size.cases:
            entry.note(
                f"a sample of {size.cases} has no room for {needed} cases: one of each of the "
                "strata, and all minimums",
                "minimums",
            )
            return


def _check_bands(draft: Draft) -> None:
    if draft.scored:
        for key in ("bands", "themes"):
            if draft.programme.is_sound(key) and not draft.programme.values[key]:
                draft.programme.note(f"a scored programme must have {key}", key)
    above = 101
    for entry, band in draft.bands:
        if band.floor == FAULTY_NUMBER:
            continue
        if band.floor >= above:
            entry.note(f"floor {band.floor} is not below that of the band before, {above}", "floor")
        above = band.floor
    if draft.programme.is_sound("bands") and draft.bands and draft.bands[-1][1].floor > 0:
        entry, last = draft.bands[-1]
        missed = _range(0, last.floor - 1)
        entry.note(f"the last band must have floor 0: {missed} would have no band", "floor")


def _check_quantifiers(draft: Draft) -> None:
    if not draft.programme.is_sound("quantifiers"):
        return
    sound = True
    for entry, quantifier in draft.quantifiers:
        if not entry.is_sound("from", "to"):
            sound = False
        elif quantifier.low > quantifier.high:
            entry.note(f'"from" {quantifier.low} is above "to" {quantifier.high}', "from")
            sound = False
    if not sound:
        return
    following = 0
    for entry, quantifier in sorted(draft.quantifiers, key=lambda pair: pair[1].low):
        if quantifier.low > following:
            entry.note(f"there are no words for {_range(following, quantifier.low - 1)}", "from")
        elif quantifier.low < following:
            both = _range(quantifier.low, min(quantifier.high, following - 1))
            entry.note(f"there are two words for {both}", "from")
        following = max(following, quantifier.high + 1)
    if following <= 100:
        message = f"there are no words for {_range(following, 100)}"
        draft.programme.note(message, "quantifiers")


def _check_implied_facts(draft: Draft) -> None:
    facts = {fact.key: fact for _, fact in draft.facts}
    edges = {fact.key: fact.implies for _, fact in draft.facts}
    told: set[str] = set()
    for entry, fact in draft.facts:
        if fact.implies and fact.type == "choice":
            entry.note("only a boolean fact can imply others", "implies")
        for key in fact.implies:
            if key not in facts:
                entry.note_text(f'there is no fact "{key}"', "implies", key)
            elif facts[key].type == "choice":
                entry.note_text(f'"{key}" is a choice: it cannot be implied', "implies", key)
        circle = find_path(edges, fact.key, fact.key)
        if circle and told.isdisjoint(circle):
            entry.note(f"facts imply one another in a circle: {', '.join(circle)}", "implies")
            told.update(circle)


def _check_questions(draft: Draft) -> None:
    themes = {theme.key for _, theme in draft.themes}
    grids = {grid.key for _, grid in draft.grids}
    unscored = draft.programme.is_sound("scored") and not draft.scored
    for entry, question, _ in draft.questions:
        for key in question.key_for:
            if key not in themes:
                entry.note_text(f'there is no theme "{key}"', "key_for", key)
        if question.grid and question.grid not in grids:
            entry.note(f'there is no grid "{question.grid}"', "grid")
        _check_scoring(entry, question)
        if unscored and question.scoring in ("question", "rows"):
            entry.note('the programme is not scored, so "scoring" must be none', "scoring")
        if entry.is_sound("allow_na", "na_when"):
            if question.allow_na and not question.na_when:
                entry.note('"allow_na" needs "na_when" to say when', "allow_na")
            elif question.na_when and not question.allow_na:
                entry.note('"na_when" needs "allow_na: true"', "na_when")


def _check_scoring(entry: Entry, question: QuestionDefinition) -> None:
    if question.scoring == "question" and question.grid:
        entry.note('a grid question scores by "rows" or "none"', "scoring")
    elif question.scoring == "rows" and entry.is_sound("grid") and not question.grid:
        entry.note('"scoring: rows" needs a "grid"', "scoring")
    # A young person's conduct can be key in a tool that leaves conduct out of every score.
    if question.scoring == "none" and question.key_for and not question.outcome_fact:
        entry.note("a question that does not score cannot be key for a theme", "key_for")


def _check_contradictions(draft: Draft) -> None:
    questions = {question.code: question for _, question, _ in draft.questions}
    for entry, code in draft.contradicted:
        if code and code not in questions:
            entry.note(f'there is no question "{code}"', "question")
        elif code and questions[code].grid:
            entry.note(f"{code} is a grid question: no contradiction may name it", "question")


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"
