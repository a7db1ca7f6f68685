"""How far first and second markings agree, counted from both as they were before any settling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cases.models import Judgement, RecordedFact, SecondMarking
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition, QuestionDefinition
from inspections.models import Inspection, TeamMember
from scoring.agreement.coefficients import CrossTable, count_pairs, pool_tables
from scoring.agreement.markings import Markings, read_markings
from scoring.fetching import fetch_rows

Answer = Judgement.Answer
ANSWERS = tuple(Answer.values)
ANSWERS_TO_ALL = tuple(answer for answer in ANSWERS if answer != Answer.NOT_APPLICABLE)
"""The answers that there are, and those that can be given to every question."""


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
    """Two answers each, while they are counted; an empty one was not asked for."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    cases: set[int] = field(default_factory=set)

    @property
    def one_sided(self) -> int:
        """How often only one of the two was asked."""
        return sum(count for pair, count in self.answers.items() if "" in pair and any(pair))


def measure_agreement(inspection: Inspection, markings: Markings | None = None) -> Agreement:
    """Count how far the two markings of each compared case agree: three queries, or one where
    `markings` are at hand.

    A case counts from when both markings are completed and closed, and unless its second marking
    was called off or it was withdrawn. What was settled afterwards counts for nothing here.
    """
    definition = load_definition(inspection.programme)
    markings = markings or read_markings(inspection)
    pairs = markings.compared
    by_question = {code: _Tally() for code in definition.questions}
    by_assessor: dict[int | None, _Tally] = {}
    for pair in pairs:
        answers = list(markings.pair_up(pair))
        for (code, _), first, second in answers:
            by_question[code].answers[first.answer, second.answer] += 1
        sides = [(first, second) for _, first, second in answers]
        turned = [(second, first) for first, second in sides]
        for person, both in ((pair.first.assessor_id, sides), (pair.second.assessor_id, turned)):
            own = [
                (own.answer, other.answer)
                for own, other in both
                if not own.answer or own.by == person
            ]
            if own:
                tally = by_assessor.setdefault(person, _Tally())
                tally.answers.update(own)
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
    markings = read_markings(inspection, code)
    tally = _Tally()
    differences = []
    for pair in markings.compared:
        for (_, row), first, second in sorted(markings.pair_up(pair)):
            tally.answers[first.answer, second.answer] += 1
            if first.answer != second.answer:
                differences.append(Difference(pair, row, first.answer, second.answer))
    categories = list_categories([definition.questions[code]])
    return _count(categories, tally), differences


def list_categories(questions: Iterable[QuestionDefinition]) -> tuple[str, ...]:
    """Return the answers that could be given to one at least of `questions`."""
    allow_na = any(question.allow_na for question in questions)
    return ANSWERS if allow_na else ANSWERS_TO_ALL


def _count(categories: Sequence[str], tally: _Tally) -> Counted:
    return Counted(count_pairs(categories, tally.answers), tally.one_sided)


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
    rows = fetch_rows(facts.values_list("assessment_id", "fact__key", "value"))
    for assessment, key, value in rows:
        recorded[assessment, key] = value
    for pair in pairs:
        for key, tally in tallies.items():
            first, second = ((pair.first_id, key), (pair.second_id, key))
            tally.answers[recorded.get(first, ""), recorded.get(second, "")] += 1
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
            table=count_pairs(categories, tally.answers),
            one_sided=tally.one_sided,
            assessor=members[person],
            cases=len(tally.cases),
        )
        for person, tally in tallies.items()
    ]
    return sorted(counted, key=lambda c: (c.assessor is None, getattr(c.assessor, "position", 0)))
