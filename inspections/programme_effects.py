"""What a new version of a programme does to scores and to the work, in plain words.

Pure, like `inspections.programme_changes`. A score pools every question that scores in its
criterion, and in the headline of each theme that it is key for (docs/SCORING.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from inspections.definition import ProgrammeDefinition, QuestionDefinition

SHOWN = 12
"""So many are named; of more, how many more there are."""


def describe_score_effects(old: ProgrammeDefinition, new: ProgrammeDefinition) -> list[str]:
    """Return, sentence by sentence, how scores under `new` come about otherwise than under `old`.

    Empty where every score is made in the same way of the same questions.
    """
    if old.scored != new.scored:
        return ["Nothing is scored any more." if old.scored else "Answers are scored now."]
    return [
        *_compare_headlines(old, new),
        *_compare_criteria(old, new),
        *_compare_points(old, new),
        *_compare_conditions(old, new),
        *_compare_bands(old, new),
    ]


def describe_work_effects(old: ProgrammeDefinition, new: ProgrammeDefinition) -> list[str]:
    """Return, sentence by sentence, what assessors and readers of reports meet otherwise."""
    return [*_compare_questions(old, new), *_compare_facts(old, new), *_compare_words(old, new)]


def _compare_headlines(old: ProgrammeDefinition, new: ProgrammeDefinition) -> Iterator[str]:
    titles = {theme.key: theme.title for theme in (*old.themes, *new.themes)}
    for key, title in titles.items():
        before = [question.code for question in old.key_questions.get(key, ())]
        after = [question.code for question in new.key_questions.get(key, ())]
        if key not in new.key_questions:
            yield f"{title} is a headline no longer."
        elif key not in old.key_questions:
            yield f"{title} is a new headline."
            yield from _tell(after, "question counts", "questions count", f"towards {title}")
        else:
            yield from _compare_counted(before, after, f"towards {title}")


def _compare_criteria(old: ProgrammeDefinition, new: ProgrammeDefinition) -> Iterator[str]:
    for number in dict.fromkeys((*old.criteria, *new.criteria)):
        before, after = _scored_of(old, number), _scored_of(new, number)
        where = f"in the score of criterion {number}"
        if number not in new.criteria:
            yield f"Criterion {number} is gone, with its score."
        elif number not in old.criteria:
            yield f"Criterion {number} is new."
            yield from _tell(after, "question counts", "questions count", where)
        else:
            yield from _compare_counted(before, after, where)


def _compare_counted(before: list[str], after: list[str], where: str) -> Iterator[str]:
    lost, gained = _without(before, after), _without(after, before)
    yield from _tell(lost, "question no longer counts", "questions no longer count", where)
    yield from _tell(gained, "question now counts", "questions now count", where)


def _compare_points(old: ProgrammeDefinition, new: ProgrammeDefinition) -> Iterator[str]:
    """Questions that score before and after, but for other points."""
    pairs = list(_scored_in_both(old, new))
    otherwise = [after.code for before, after in pairs if before.scoring != after.scoring]
    rest = "counted otherwise: once, or once for each row of its grid"
    yield from _tell(otherwise, "question is", "questions are", rest)
    rows = [
        after.code
        for before, after in pairs
        if before.scoring == after.scoring == "rows" and old.rows_of(before) != new.rows_of(after)
    ]
    yield from _tell(rows, "question counts", "questions count", "for other rows than before")
    one, many = "scored question can", "scored questions can"
    allowed = [after.code for before, after in pairs if after.allow_na > before.allow_na]
    rest = "now be answered “Not applicable”, which leaves a case out of the score"
    yield from _tell(allowed, one, many, rest)
    refused = [after.code for before, after in pairs if after.allow_na < before.allow_na]
    yield from _tell(refused, one, many, "no longer be answered “Not applicable”")


def _compare_conditions(old: ProgrammeDefinition, new: ProgrammeDefinition) -> Iterator[str]:
    changed = [
        after.code
        for before, after in _scored_in_both(old, new)
        if before.applies_when != after.applies_when
    ]
    rest = "asked under other conditions, so other cases count"
    yield from _tell(changed, "scored question is", "scored questions are", rest)


def _compare_bands(old: ProgrammeDefinition, new: ProgrammeDefinition) -> Iterator[str]:
    before = {band.label: band.floor for band in old.bands}
    after = {band.label: band.floor for band in new.bands}
    for label in dict.fromkeys((*before, *after)):
        if label not in after:
            yield f"The band {label} is gone."
        elif label not in before:
            yield f"The band {label} is new, from {after[label]}%."
        elif before[label] != after[label]:
            yield f"The band {label} begins at {after[label]}%, and not at {before[label]}%."


def _compare_questions(old: ProgrammeDefinition, new: ProgrammeDefinition) -> Iterator[str]:
    before, after = list(old.questions), list(new.questions)
    is_or_are = ("question is", "questions are")
    yield from _tell(_without(after, before), *is_or_are, "new")
    yield from _tell(_without(before, after), *is_or_are, "asked no longer")
    both = [(old.questions[code], new.questions[code]) for code in after if code in old.questions]
    worded = [now.code for was, now in both if was.text != now.text]
    yield from _tell(worded, *is_or_are, "worded otherwise")
    guided = [now.code for was, now in both if was.guidance != now.guidance]
    yield from _tell(guided, "question has", "questions have", "other guidance")


def _compare_facts(old: ProgrammeDefinition, new: ProgrammeDefinition) -> Iterator[str]:
    before = [key for key in old.facts_by_key if key in old.deciding_facts]
    after = [key for key in new.facts_by_key if key in new.deciding_facts]
    gained = [f"“{new.facts_by_key[key].label}”" for key in _without(after, before)]
    rest = "now be recorded of every case before publication"
    yield from _tell(gained, "fact must", "facts must", rest)
    lost = [f"“{old.facts_by_key[key].label}”" for key in _without(before, after)]
    yield from _tell(lost, "fact decides", "facts decide", "no longer which questions are asked")


def _compare_words(old: ProgrammeDefinition, new: ProgrammeDefinition) -> Iterator[str]:
    if old.quantifiers != new.quantifiers:
        yield "Percentages are put into other words in the text of reports."
    before = (old.sampling, old.sample_min, old.sample_max)
    if before != (new.sampling, new.sample_min, new.sample_max):
        yield (
            "The way samples are drawn has changed. Those that were drawn already stay as they are."
        )


def _scored_in_both(
    old: ProgrammeDefinition, new: ProgrammeDefinition
) -> Iterator[tuple[QuestionDefinition, QuestionDefinition]]:
    for code, question in new.questions.items():
        before = old.questions.get(code)
        if before is not None and before.scores and question.scores:
            yield before, question


def _scored_of(programme: ProgrammeDefinition, number: str) -> list[str]:
    criterion = programme.criteria.get(number)
    return [q.code for q in criterion.questions if q.scores] if criterion else []


def _without(keys: Iterable[str], others: Iterable[str]) -> list[str]:
    left_out = set(others)
    return [key for key in keys if key not in left_out]


def _tell(names: list[str], one: str, many: str, rest: str) -> Iterator[str]:
    """Yield how many there are, what is the matter with them, and which; nothing for none."""
    if names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        which = f"{', '.join(names[:SHOWN])}{more}"
        yield f"{len(names)} {one if len(names) == 1 else many} {rest}: {which}."
