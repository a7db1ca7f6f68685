"""Programme files: reading one wholly, with every fault at its place, and its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from inspections.conditions import CODE, KEY, take_conditions
from inspections.definition import (
    Band,
    Contradiction,
    CriterionDefinition,
    FactDefinition,
    Grid,
    Option,
    ProgrammeDefinition,
    Quantifier,
    QuestionDefinition,
    SampleMinimum,
    SampleSize,
    SamplingMethod,
    SectionDefinition,
    Theme,
)
from inspections.programme_checks import Draft, check_programme
from inspections.reading import scan_yaml
from inspections.shape import Entry, Faults, Form, note_repeats

SLUG = Form(50, "[a-z0-9]+(-[a-z0-9]+)*", "small letters, digits and single hyphens between them")
NUMBER = Form(10, CODE.pattern, CODE.rule)
ROW_KEY = Form(10, KEY.pattern, KEY.rule)
REASON = Form(100, KEY.pattern, KEY.rule)
ANSWERS = ("sufficient", "insufficient", "not_applicable")
WORDS = Form(50)
SHORT_TITLE = Form(100)
TITLE = Form(200)
TEXT = Form(2000)
HELP = Form(2000, may_be_empty=True)
PERCENT = (0, 100)
CASES = (1, 10_000)
MONTHS = (1, 120)
VERSIONS = (1, 9999)

# A case is one row of a table whose columns are these and the facts.
RESERVED_FACTS = ("reference", "assessor", "case_manager")


def read_programme(path: Path) -> ProgrammeDefinition:
    """Return the programme in the YAML file at `path`; fixtures/programmes describes its shape.

    Raises RefusedError with every fault of the file, each with its line.
    """
    read = scan_yaml(path)
    faults = Faults(path.name, read.places, list(read.problems))
    draft = Draft(Entry(faults, (), read.data))
    definition = _take_programme(draft)
    check_programme(draft)
    faults.refuse_if_any()
    return definition


def describe_programme(definition: ProgrammeDefinition) -> dict[str, Any]:
    """Return all of `definition` that scores rest on as plain JSON values, defaults written out.

    How a sample is drawn is left out: it may change while the programme is in use.
    """
    described: dict[str, Any] = json.loads(json.dumps(asdict(definition)))
    del described["sampling"]
    return described


def digest_programme(definition: ProgrammeDefinition) -> str:
    """Return the SHA-256 of `definition`, in hexadecimal: equal programmes have equal digests."""
    canonical = json.dumps(
        describe_programme(definition), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _take_programme(draft: Draft) -> ProgrammeDefinition:
    entry = draft.programme
    draft.scored = entry.take_flag("scored")
    definition = ProgrammeDefinition(
        slug=entry.take_text("slug", SLUG),
        version=entry.take_number("version", *VERSIONS),
        title=entry.take_text("title", TITLE),
        short_title=entry.take_text("short_title", SHORT_TITLE),
        kind=entry.take_word("kind", ("cci", "sqs")),
        scored=draft.scored,
        sample_min=entry.take_number_or_null("sample_min", *CASES),
        sample_max=entry.take_number_or_null("sample_max", *CASES),
        bands=tuple(_take_band(item, draft) for item in entry.take_entries("bands")),
        themes=tuple(_take_theme(item, draft) for item in entry.take_entries("themes")),
        quantifiers=tuple(
            _take_quantifier(item, draft) for item in entry.take_entries("quantifiers")
        ),
        grids=tuple(_take_grid(item, draft) for item in entry.take_entries("grids")),
        facts=tuple(_take_fact(item, draft) for item in entry.take_entries("facts")),
        contradictions=tuple(
            _take_contradiction(item, draft)
            for item in entry.take_entries("contradictions", optional=True)
        ),
        sections=tuple(
            _take_section(item, draft) for item in entry.take_entries("sections", at_least=1)
        ),
        sampling=_take_sampling(entry, draft),
    )
    entry.close()
    return definition


def _take_band(entry: Entry, draft: Draft) -> Band:
    band = Band(entry.take_text("label", WORDS), entry.take_number("floor", *PERCENT))
    entry.close()
    draft.bands.append((entry, band))
    return band


def _take_theme(entry: Entry, draft: Draft) -> Theme:
    theme = Theme(
        key=entry.take_text("key", KEY),
        title=entry.take_text("title", TITLE),
        short=entry.take_text("short", WORDS),
        bears_on_early_reinspection=entry.take_flag("bears_on_early_reinspection"),
    )
    entry.close()
    draft.themes.append((entry, theme))
    return theme


def _take_quantifier(entry: Entry, draft: Draft) -> Quantifier:
    quantifier = Quantifier(
        words=entry.take_text("words", WORDS),
        low=entry.take_number("from", *PERCENT),
        high=entry.take_number("to", *PERCENT),
    )
    entry.close()
    draft.quantifiers.append((entry, quantifier))
    return quantifier


def _take_grid(entry: Entry, draft: Draft) -> Grid:
    grid = Grid(
        key=entry.take_text("key", KEY),
        title=entry.take_text("title", TITLE),
        rows=_take_options(entry.take_entries("rows", at_least=1), "key", ROW_KEY),
    )
    entry.close()
    draft.grids.append((entry, grid))
    return grid


def _take_options(entries: Sequence[Entry], key: str, form: Form) -> tuple[Option, ...]:
    options = []
    for entry in entries:
        options.append(Option(entry.take_text(key, form), entry.take_text("label", TITLE)))
        entry.close()
    note_repeats([(e, o.key) for e, o in zip(entries, options, strict=True)], key, key)
    return tuple(options)


def _take_fact(entry: Entry, draft: Draft) -> FactDefinition:
    key = entry.take_text("key", KEY)
    if key in RESERVED_FACTS:
        entry.note(f'no fact may be called "{key}"', "key")
    kind = entry.take_word("type", ("boolean", "choice"))
    choices: list[Entry] = []
    if kind == "choice":
        choices = entry.take_entries("choices", at_least=1)
    elif entry.take("choices") is not None and kind:
        entry.note("a boolean fact has no choices", "choices")
    fact = FactDefinition(
        key=key,
        label=entry.take_text("label", TITLE),
        type=kind,
        choices=_take_options(choices, "value", KEY),
        group=entry.take_word("group", ("case", "screening")),
        help=entry.take_text("help", HELP),
        implies=entry.take_texts("implies", KEY),
    )
    entry.close()
    draft.facts.append((entry, fact))
    return fact


def _take_contradiction(entry: Entry, draft: Draft) -> Contradiction:
    items = entry.take_entries("when", at_least=2)
    when = []
    for item in items:
        when.append((item.take_text("question", CODE), item.take_word("answer", ANSWERS)))
        item.close()
    named = [(item, code) for item, (code, _) in zip(items, when, strict=True)]
    note_repeats(named, "question", "question")
    draft.contradicted.extend(named)
    contradiction = Contradiction(tuple(when), entry.take_text("message", TEXT))
    entry.close()
    return contradiction


def _take_section(entry: Entry, draft: Draft) -> SectionDefinition:
    section = SectionDefinition(
        number=entry.take_text("number", NUMBER),
        title=entry.take_text("title", TITLE),
        criteria=tuple(
            _take_criterion(item, draft) for item in entry.take_entries("criteria", at_least=1)
        ),
    )
    entry.close()
    draft.sections.append((entry, section))
    return section


def _take_criterion(entry: Entry, draft: Draft) -> CriterionDefinition:
    title = entry.take_text("title", TITLE)
    criterion = CriterionDefinition(
        number=entry.take_text("number", NUMBER),
        title=title,
        statement=entry.take_text_or_null("statement", TEXT),
        questions=tuple(
            _take_question(item, title, draft)
            for item in entry.take_entries("questions", at_least=1)
        ),
    )
    entry.close()
    draft.criteria.append((entry, criterion))
    return criterion


def _take_question(entry: Entry, title: str, draft: Draft) -> QuestionDefinition:
    conditions, leaves = take_conditions(entry, "applies_when", optional=True)
    question = QuestionDefinition(
        code=entry.take_text("code", CODE),
        topic=entry.take_text("topic", TITLE, default=title),
        text=entry.take_text("text", TEXT),
        guidance=entry.take_text("guidance", HELP, default=""),
        applies_when=tuple(conditions),
        scoring=entry.take_word("scoring", ("question", "rows", "none")),
        key_for=entry.take_texts("key_for", KEY),
        grid=entry.take_text("grid", KEY, default=""),
        outcome_fact=entry.take_flag("outcome_fact", default=False),
        allow_na=entry.take_flag("allow_na", default=False),
        na_when=entry.take_text("na_when", TEXT, default=""),
        reasons=_take_options(entry.take_entries("reasons", optional=True), "key", REASON),
    )
    entry.close()
    draft.questions.append((entry, question, leaves))
    return question


def _take_sampling(programme: Entry, draft: Draft) -> SamplingMethod | None:
    given = programme.take("sampling")
    if given is None:
        return None
    if not isinstance(given, dict):
        programme.note('"sampling" must have keys and values', "sampling")
        return None
    entry = Entry(programme.faults, (*programme.path, "sampling"), given)
    sizes = entry.take_entries("sizes", at_least=1)
    minimums = entry.take_entries("minimums", optional=True)
    method = SamplingMethod(
        months=entry.take_number("months", *MONTHS),
        terminated=entry.take_flag("terminated"),
        strata=entry.take_text("strata", KEY),
        status=entry.take_text("status", KEY, default=""),
        sizes=tuple(_take_size(item) for item in sizes),
        minimums=tuple(_take_minimum(item) for item in minimums),
        inference=entry.take_text("inference", HELP, default=""),
    )
    entry.close()
    draft.sampling = (entry, method, sizes, minimums)
    return method


def _take_size(entry: Entry) -> SampleSize:
    size = SampleSize(
        entry.take_number_or_null("up_to", *CASES), entry.take_number("cases", *CASES)
    )
    entry.close()
    return size


def _take_minimum(entry: Entry) -> SampleMinimum:
    minimum = SampleMinimum(
        label=entry.take_text("label", WORDS),
        fact=entry.take_text("fact", KEY),
        values=entry.take_texts("values", KEY),
        percent=entry.take_number("percent", *PERCENT),
        cases=entry.take_number("cases", 0, CASES[1]),
    )
    entry.close()
    return minimum
