"""How far first and second markings agree, counted from both as they were before any settling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cases.models import Judgement, RecordedFact, SecondMarking
from inspections.catalogue import load_definition, question_ids
from inspections.definition import ProgrammeDefinition, QuestionDefinition
from inspections.models import Inspection, TeamMember
from scoring.agreement import CrossTable, count_pairs, pool_tables

Answer = Judgement.Answer
Place = tuple[int, str]
"""A question's id and the key of a row."""


class Given(NamedTuple):
    """An answer, empty where it was not asked for, and by which member of the team."""

    answer: str
    by: int | None


NOT_ASKED = Given("", None)


@dataclass(frozen=True)
class Counted:
    """Pairs of answers, and how many questions were asked of one of the two only.

    The latter follow from facts or earlier answers that differed. They are no pair: nobody knows
    what the other would have answered.
    """

    table: CrossTable
    one_sided: int = 0


@dataclass(frozen=True)
class AssessorCounted(Counted):
    """The pairs of one assessor with all others, theirs in the rows; and in how many cases.

    Only what they answered themselves: what the lead inspector changed in their marking, or
    somebody wrote who had the case before, is nobody's here.
    """

    assessor: TeamMember | None = None
    cases: int = 0


@dataclass(frozen=True)
class Difference:
    """A case in which the two did not agree on a question: each answer, empty where not asked."""

    second_marking: SecondMarking
    row: str
    first: str
    second: str


@dataclass(frozen=True)
class Agreement:
    """All that first and second markings of an inspection say of agreement.

    `criteria` stand by number, `questions` by code, the rows of a grid together, and `facts`, the
    screening judgements, by key; those that nobody was asked twice are there, without pairs.
    """

    cases: int
    overall: Counted
    criteria: Mapping[str, Counted]
    questions: Mapping[str, Counted]
    facts: Mapping[str, Counted]
    assessors: Sequence[AssessorCounted]


@dataclass
class _Tally:
    """Pairs of answers while they are counted."""

    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    one_sided: int = 0
    cases: set[int] = field(default_factory=set)

    def add(self, first: str, second: str) -> None:
        """Count two answers; an empty one was not asked for."""
        if first and second:
            self.pairs[first, second] += 1
        elif first or second:
            self.one_sided += 1


def measure_agreement(inspection: Inspection) -> Agreement:
    """Count how far the two markings of each compared case agree, in three queries.

    A case counts from when both markings are completed and closed, and unless its second marking
    was called off or it was withdrawn. What was settled afterwards counts for nothing here.
    """
    definition = load_definition(inspection.programme)
    codes = {pk: code for code, pk in question_ids(inspection.programme).items()}
    pairs = _list_compared(inspection)
    answers = _load_answers(pairs)
    by_question = {code: _Tally() for code in definition.questions}
    by_assessor: dict[int | None, _Tally] = {}
    for pair in pairs:
        people = (pair.first.assessor_id, pair.second.assessor_id)
        for (question, _), first, second in _pair_up(answers, pair):
            by_question[codes[question]].add(first.answer, second.answer)
            for person, own, other in zip(people, (first, second), (second, first), strict=True):
                if not own.answer or own.by == person:
                    tally = by_assessor.setdefault(person, _Tally())
                    tally.add(own.answer, other.answer)
                    tally.cases.add(pair.pk)
    questions = {
        code: _count(list_categories([definition.questions[code]]), tally)
        for code, tally in by_question.items()
    }
    everything = list_categories(definition.questions.values())
    return Agreement(
        cases=len(pairs),
        overall=_pool(everything, questions.values()),
        criteria={
            number: _pool(
                list_categories(criterion.questions),
                (questions[question.code] for question in criterion.questions),
            )
            for number, criterion in definition.criteria.items()
        },
        questions=questions,
        facts=_count_facts(definition, pairs),
        assessors=_describe_assessors(everything, pairs, by_assessor),
    )


def measure_question(inspection: Inspection, code: str) -> tuple[Counted, list[Difference]]:
    """Return the pairs of answers to question `code`, and the cases in which the two differ.

    Takes two queries. Raises KeyError if the programme has no such question.
    """
    definition = load_definition(inspection.programme)
    pairs = _list_compared(inspection)
    answers = _load_answers(pairs, question_ids(inspection.programme)[code])
    tally = _Tally()
    differences = []
    for pair in pairs:
        for (_, row), first, second in sorted(_pair_up(answers, pair)):
            tally.add(first.answer, second.answer)
            if first.answer != second.answer:
                differences.append(Difference(pair, row, first.answer, second.answer))
    categories = list_categories([definition.questions[code]])
    return _count(categories, tally), differences


def list_categories(questions: Iterable[QuestionDefinition]) -> tuple[str, ...]:
    """Return the answers that could be given to one at least of `questions`."""
    allow_na = any(question.allow_na for question in questions)
    return tuple(a for a in Answer.values if a != Answer.NOT_APPLICABLE or allow_na)


def _list_compared(inspection: Inspection) -> list[SecondMarking]:
    return list(
        SecondMarking.objects.filter(
            case__inspection=inspection,
            case__withdrawn=False,
            agreed__isnull=False,
            cancelled_at__isnull=True,
        )
        .select_related("case", "first__assessor", "second__assessor")
        .order_by("case__position", "case__reference")
    )


def _load_answers(
    pairs: Sequence[SecondMarking], question: int | None = None
) -> dict[int, dict[Place, Given]]:
    """Return by assessment the answers to what was asked, of one question or of all."""
    assessments = [key for pair in pairs for key in (pair.first_id, pair.second_id)]
    found: dict[int, dict[Place, Given]] = {key: {} for key in assessments}
    rows = Judgement.objects.filter(
        assessment__in=assessments, state=Judgement.State.APPLIES
    ).exclude(answer="")
    if question is not None:
        rows = rows.filter(question=question)
    columns = ("assessment_id", "question_id", "row", "answer", "changed_by_id")
    for assessment, question_id, row, answer, by in rows.order_by().values_list(*columns):
        found[assessment][question_id, row] = Given(answer, by)
    return found


def _pair_up(
    answers: Mapping[int, Mapping[Place, Given]], pair: SecondMarking
) -> Iterator[tuple[Place, Given, Given]]:
    """Yield what both, or one of them, was asked, with the answer of each."""
    first, second = answers[pair.first_id], answers[pair.second_id]
    for place in first.keys() | second.keys():
        yield place, first.get(place, NOT_ASKED), second.get(place, NOT_ASKED)


def _count(categories: Sequence[str], tally: _Tally) -> Counted:
    return Counted(count_pairs(categories, tally.pairs), tally.one_sided)


def _pool(categories: Sequence[str], counted: Iterable[Counted]) -> Counted:
    parts = list(counted)
    return Counted(
        pool_tables(categories, (part.table for part in parts)),
        sum(part.one_sided for part in parts),
    )


def _count_facts(
    definition: ProgrammeDefinition, pairs: Sequence[SecondMarking]
) -> dict[str, Counted]:
    """Count the screening judgements, which decide what is asked, as both made them."""
    tallies = {fact.key: _Tally() for fact in definition.facts if fact.group == "screening"}
    recorded: dict[tuple[int, str], str] = {}
    facts = RecordedFact.objects.filter(
        assessment__in=[key for pair in pairs for key in (pair.first_id, pair.second_id)],
        fact__group="screening",
    )
    for assessment, key, value in facts.values_list("assessment_id", "fact__key", "value"):
        recorded[assessment, key] = value
    for pair in pairs:
        for key, tally in tallies.items():
            tally.add(
                recorded.get((pair.first_id, key), ""), recorded.get((pair.second_id, key), "")
            )
    return {
        key: _count(definition.facts_by_key[key].values, tally) for key, tally in tallies.items()
    }


def _describe_assessors(
    categories: Sequence[str],
    pairs: Sequence[SecondMarking],
    tallies: Mapping[int | None, _Tally],
) -> list[AssessorCounted]:
    """Return the assessors in the order of the team."""
    members = {
        assessment.assessor_id: assessment.assessor
        for pair in pairs
        for assessment in (pair.first, pair.second)
    }
    counted = [
        AssessorCounted(
            table=count_pairs(categories, tally.pairs),
            one_sided=tally.one_sided,
            assessor=members[person],
            cases=len(tally.cases),
        )
        for person, tally in tallies.items()
    ]
    return sorted(counted, key=lambda c: (c.assessor is None, getattr(c.assessor, "position", 0)))
