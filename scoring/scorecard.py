"""The scorecard: one grouped query, then a pure roll-up into all scores of an inspection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value

from cases.models import Judgement
from inspections.catalogue import load_definition, question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection
from scoring.arithmetic import Score, Tally, pool, score_tally
from scoring.fetching import fetch_rows

Tallies = Mapping[tuple[str, str], Tally]
"""Tallies by question code and row key."""

NOTHING = Tally()
COUNTED = Q(state=Judgement.State.APPLIES)
ROW = Value(1)
"""What is counted: the row itself, which costs less than looking whether its key is null."""

OPEN = Q(state=Judgement.State.UNDECIDED) | Q(state=Judgement.State.APPLIES, answer="")


@dataclass(frozen=True)
class QuestionScore:
    """A question's score; of a grid, all rows together, and each row."""

    score: Score
    rows: dict[str, Score] = field(default_factory=dict)


@dataclass(frozen=True)
class Scorecard:
    """All scores of an inspection, or of a group of its cases."""

    inspection: str
    programme: str
    cases: int
    complete: bool
    headlines: dict[str, Score]
    sections: dict[str, Score]
    criteria: dict[str, Score]
    questions: dict[str, QuestionScore]

    def to_json(self) -> dict[str, Any]:
        """Return the scorecard in the form of `manage.py scorecard --format json`."""
        return {
            "inspection": self.inspection,
            "programme": self.programme,
            "complete": self.complete,
            "headlines": {key: score._asdict() for key, score in self.headlines.items()},
            "sections": {key: score._asdict() for key, score in self.sections.items()},
            "criteria": {key: score._asdict() for key, score in self.criteria.items()},
            "questions": {
                code: question.score._asdict()
                | (
                    {"rows": {key: score._asdict() for key, score in question.rows.items()}}
                    if question.rows
                    else {}
                )
                for code, question in self.questions.items()
            },
        }


def score_inspection(inspection: Inspection) -> Scorecard:
    """Return the scorecard of the assessments of record, in one query."""
    groups = _tally_answers([inspection], _answers_of([inspection]))
    return _roll_up(inspection, groups[None])


def score_inspections(inspections: Collection[Inspection]) -> dict[str, Scorecard]:
    """Return the scorecard of each inspection by its slug, in one query for all of them.

    They may follow several programmes; the programme of each is at hand.
    """
    of = F("assessment__inspection_id")
    groups = _tally_answers(inspections, _answers_of(inspections).annotate(group=of), "group")
    return {each.slug: _roll_up(each, groups[each.pk]) for each in inspections}


def score_groups(inspection: Inspection, fact: str) -> dict[str, Scorecard]:
    """Return a scorecard for each recorded value of the fact with key `fact`, in one query.

    Cases in which it is not recorded stand under the empty string. Raises KeyError if the
    programme has no such fact. Values without cases are left out.
    """
    definition = load_definition(inspection.programme)
    order = ["", *definition.facts_by_key[fact].values]
    rows = _answers_of([inspection]).filter(assessment__facts__fact__key=fact)
    value = F("assessment__facts__value")
    groups = _tally_answers([inspection], rows.annotate(group=value), "group")
    return {value: _roll_up(inspection, groups[value]) for value in order if value in groups}


@dataclass
class _Group:
    """What the query says of one group of cases."""

    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    cases: int = 0
    with_missing_facts: int = 0


def _answers_of(inspections: Collection[Inspection]) -> QuerySet[Judgement]:
    return Judgement.objects.filter(
        assessment__inspection__in=[each.pk for each in inspections], assessment__of_record=True
    ).order_by()


def _tally_answers(
    inspections: Collection[Inspection], rows: QuerySet[Judgement], *by: str
) -> defaultdict[Any, _Group]:
    """Count answers by question and row, and by the value of the column `by`; None without one.

    Every assessment has a row for every question, so the same query counts cases, and those with
    facts missing.
    """
    counted = rows.values_list("question_id", "row", *by).annotate(
        sufficient=Count(ROW, filter=COUNTED & Q(answer=Judgement.Answer.SUFFICIENT)),
        insufficient=Count(ROW, filter=COUNTED & Q(answer=Judgement.Answer.INSUFFICIENT)),
        unanswered=Count(ROW, filter=OPEN),
        cases=Count(ROW),
        missing=Count(ROW, filter=Q(assessment__facts_missing__gt=0)),
    )
    programmes = {each.programme_id: each.programme for each in inspections}.values()
    codes = {pk: code for each in programmes for code, pk in question_ids(each).items()}
    groups: defaultdict[Any, _Group] = defaultdict(_Group)
    for question_id, row, *of, sufficient, insufficient, unanswered, cases, missing in fetch_rows(
        counted
    ):
        group = groups[of[0] if of else None]
        group.tallies[codes[question_id], row] = Tally(
            sufficient, sufficient + insufficient, unanswered
        )
        group.cases = cases
        group.with_missing_facts = missing
    return groups


def _roll_up(inspection: Inspection, group: _Group) -> Scorecard:
    """Return the scores that `group` adds up to."""
    definition = load_definition(inspection.programme)
    rows = {code: _row_tallies(definition, group.tallies, code) for code in definition.questions}
    tallies = {code: pool(tallies.values()) for code, tallies in rows.items()}

    by_criterion = {
        number: pool(tallies[question.code] for question in criterion.questions if question.scores)
        for number, criterion in definition.criteria.items()
    }
    by_theme = {
        theme: pool(tallies[question.code] for question in questions)
        for theme, questions in definition.key_questions.items()
    }
    return Scorecard(
        inspection=inspection.slug,
        programme=definition.identity,
        cases=group.cases,
        complete=group.cases > 0
        and not group.with_missing_facts
        and not any(tally.open for tally in tallies.values()),
        headlines={key: score_tally(tally, definition.bands) for key, tally in by_theme.items()},
        sections={
            section.number: score_tally(pool(by_criterion[c.number] for c in section.criteria))
            for section in definition.sections
        },
        criteria={
            number: score_tally(tally, definition.bands) for number, tally in by_criterion.items()
        },
        questions={
            code: QuestionScore(
                score_tally(tally),
                {row: score_tally(row_tally) for row, row_tally in rows[code].items() if row},
            )
            for code, tally in tallies.items()
        },
    )


def _row_tallies(definition: ProgrammeDefinition, tallies: Tallies, code: str) -> dict[str, Tally]:
    rows = definition.rows_of(definition.questions[code])
    return {row: tallies.get((code, row), NOTHING) for row in rows}
