"""The programmes in the database: storing a definition as rows, and getting it back from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils import timezone

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
    SamplingMethod,
    SectionDefinition,
    Theme,
)
from inspections.models import Criterion, Fact, Programme, Question, Section
from inspections.problems import Problem, RefusedError
from inspections.programmes import digest_programme

_IDENTITY = re.compile("([a-z0-9-]+)@([1-9][0-9]{0,3})")


class Outcome(StrEnum):
    """What became of a programme that was to be stored."""

    CREATED = "created"
    REPLACED = "replaced"
    RESAMPLED = "resampled"
    UNCHANGED = "unchanged"


@transaction.atomic
def store_programme(definition: ProgrammeDefinition) -> tuple[Programme, Outcome]:
    """Store `definition` as the programme of its slug and version, and say what that changed.

    A stored one that differs is replaced. Raises RefusedError if an inspection uses it, unless
    only the way in which samples are drawn differs: no score rests on that, and each draw keeps a
    copy of its own. A definition without one leaves a stored one as it is.
    """
    values = _programme_values(definition)
    programme, created = Programme.objects.select_for_update().get_or_create(
        slug=definition.slug, version=definition.version, defaults=values
    )
    if not created:
        stored = load_definition(programme)
        if definition.sampling is None and definition == replace(stored, sampling=None):
            definition = stored
        if stored == definition:
            return programme, Outcome.UNCHANGED
        if replace(stored, sampling=definition.sampling) == definition:
            programme.sampling, programme.loaded_at = values["sampling"], values["loaded_at"]
            programme.save(update_fields=["sampling", "loaded_at"])
            return programme, Outcome.RESAMPLED
        _refuse_if_used(programme)
        programme.questions.all().delete()
        programme.facts.all().delete()
        programme.sections.all().delete()
        for name, value in values.items():
            setattr(programme, name, value)
        programme.save()
    _store_rows(programme, definition)
    return programme, Outcome.CREATED if created else Outcome.REPLACED


def find_programme(identity: str) -> Programme:
    """Return the programme named by slug and version, such as `cci-2012@1`.

    Raises Programme.DoesNotExist, with a message fit to be shown, if there is none.
    """
    if not (named := _IDENTITY.fullmatch(identity)):
        raise Programme.DoesNotExist(
            f"a programme is named by slug and version, such as cci-2012@1, not {identity[:60]!r}"
        )
    slug, version = named.groups()
    try:
        return Programme.objects.get(slug=slug, version=int(version))
    except Programme.DoesNotExist:
        raise Programme.DoesNotExist(f"no programme {identity} is loaded") from None


def load_definition(programme: Programme) -> ProgrammeDefinition:
    """Return the definition of a stored programme: five queries the first time, none after."""
    return _catalogue_of(programme).definition


def question_ids(programme: Programme) -> Mapping[str, int]:
    """Return the row id of each question by code, in order; kept with the definition."""
    return _catalogue_of(programme).question_ids


def fact_ids(programme: Programme) -> Mapping[str, int]:
    """Return the row id of each fact by key, in order; kept with the definition."""
    return _catalogue_of(programme).fact_ids


@dataclass(frozen=True, slots=True)
class _Catalogue:
    definition: ProgrammeDefinition
    question_ids: Mapping[str, int]
    fact_ids: Mapping[str, int]


def _catalogue_of(programme: Programme) -> _Catalogue:
    return _read_rows(programme.pk, programme.digest, programme.loaded_at)


@lru_cache(maxsize=32)
def _read_rows(pk: int, digest: str, loaded_at: datetime) -> _Catalogue:
    """Return what the rows of a programme say.

    A replaced programme keeps its `pk`, and one put back its `digest` too, but its rows have other
    ids: so the moment of loading tells them apart. So does it where only sampling changed.
    """
    programme = Programme.objects.get(pk=pk)
    sections = list(programme.sections.all())
    criteria = list(Criterion.objects.filter(section__programme=programme))
    questions = list(programme.questions.all())
    facts = list(programme.facts.all())
    asked: dict[int, list[QuestionDefinition]] = {criterion.pk: [] for criterion in criteria}
    for question in questions:
        asked[question.criterion_id].append(_read_question(question))
    grouped: dict[int, list[CriterionDefinition]] = {section.pk: [] for section in sections}
    for row in criteria:
        grouped[row.section_id].append(
            CriterionDefinition(row.number, row.title, row.statement, tuple(asked[row.pk]))
        )
    definition = ProgrammeDefinition(
        slug=programme.slug,
        version=programme.version,
        title=programme.title,
        short_title=programme.short_title,
        kind=programme.kind,  # type: ignore[arg-type]
        scored=programme.scored,
        sample_min=programme.sample_min,
        sample_max=programme.sample_max,
        bands=tuple(Band(**band) for band in programme.bands),
        themes=tuple(Theme(**theme) for theme in programme.themes),
        quantifiers=tuple(Quantifier(**quantifier) for quantifier in programme.quantifiers),
        grids=tuple(
            Grid(grid["key"], grid["title"], _read_options(grid["rows"]))
            for grid in programme.grids
        ),
        facts=tuple(_read_fact(fact) for fact in facts),
        contradictions=tuple(
            Contradiction(tuple((code, answer) for code, answer in item["when"]), item["message"])
            for item in programme.contradictions
        ),
        sections=tuple(
            SectionDefinition(section.number, section.title, tuple(grouped[section.pk]))
            for section in sections
        ),
        sampling=SamplingMethod.from_document(programme.sampling) if programme.sampling else None,
    )
    return _Catalogue(
        definition,
        MappingProxyType({question.code: question.pk for question in questions}),
        MappingProxyType({fact.key: fact.pk for fact in facts}),
    )


def _read_options(options: list[dict[str, str]]) -> tuple[Option, ...]:
    return tuple(Option(**option) for option in options)


def _read_fact(fact: Fact) -> FactDefinition:
    return FactDefinition(
        key=fact.key,
        label=fact.label,
        type=fact.type,  # type: ignore[arg-type]
        choices=_read_options(fact.choices),
        group=fact.group,  # type: ignore[arg-type]
        help=fact.help,
        implies=tuple(fact.implies),
    )


def _read_question(question: Question) -> QuestionDefinition:
    return QuestionDefinition(
        code=question.code,
        topic=question.topic,
        text=question.text,
        guidance=question.guidance,
        applies_when=tuple(question.applies_when),
        scoring=question.scoring,  # type: ignore[arg-type]
        key_for=tuple(question.key_for),
        grid=question.grid,
        outcome_fact=question.outcome_fact,
        allow_na=question.allow_na,
        na_when=question.na_when,
        reasons=_read_options(question.reasons),
    )


def _refuse_if_used(programme: Programme) -> None:
    inspections = programme.inspections.order_by("slug").values_list("slug", flat=True)
    if inspections:
        reason = f"is used by {', '.join(inspections)} and cannot change: make a new version of it"
        raise RefusedError([Problem(str(programme), None, reason)])


def _programme_values(definition: ProgrammeDefinition) -> dict[str, Any]:
    """Return the columns of the programme's own row, but for slug and version."""
    described = asdict(definition)
    parts = ("slug", "version", "facts", "sections")
    values = {name: value for name, value in described.items() if name not in parts}
    return {**values, "digest": digest_programme(definition), "loaded_at": timezone.now()}


def _store_rows(programme: Programme, definition: ProgrammeDefinition) -> None:
    Fact.objects.bulk_create(
        Fact(programme=programme, position=position, **asdict(fact))
        for position, fact in enumerate(definition.facts)
    )
    sections = Section.objects.bulk_create(
        Section(programme=programme, number=s.number, title=s.title, position=position)
        for position, s in enumerate(definition.sections)
    )
    section_rows = {section.number: section for section in sections}
    criteria = Criterion.objects.bulk_create(
        Criterion(
            section=section_rows[definition.section_of[c.number]],
            number=c.number,
            title=c.title,
            statement=c.statement,
            position=position,
        )
        for position, c in enumerate(definition.criteria.values())
    )
    criterion_rows = {criterion.number: criterion for criterion in criteria}
    Question.objects.bulk_create(
        Question(
            programme=programme,
            criterion=criterion_rows[definition.criterion_of[question.code]],
            position=position,
            **asdict(question),
        )
        for position, question in enumerate(definition.questions.values())
    )
