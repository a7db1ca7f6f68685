"""Inspections made up at random from a seed, with everything that fieldwork leaves behind.

Cases judged well and badly, facts not recorded, questions not answered, answers set aside, answers
flagged or without evidence, cases allocated to nobody, cases judged twice and not settled, or
settled alike, and a case withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from django.utils import timezone

from cases.applicability import decide_states
from cases.models import Assessment, Case, Judgement, SecondMarking
from cases.opening import GivenAnswer, NewCase, open_assessments, open_cases
from cases.second_marking.comparing import begin_comparison
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition
from inspections.models import Inspection, Programme, TeamMember
from tests.casting import make_inspection, member_of

ASSESSORS = ("lead", "inspector", "practice-assessor", "local-assessor")
ANSWERS = (Judgement.Answer.SUFFICIENT, Judgement.Answer.INSUFFICIENT)


@dataclass(frozen=True)
class Wanted:
    """What an inspection is to be like: shares are out of 1."""

    cases: int = 8
    facts_missing: float = 0.0
    unanswered: float = 0.0
    set_aside: float = 0.0
    not_applicable: float = 0.2
    unallocated: float = 0.0
    judged_twice: int = 0
    withdrawn: int = 0
    caseload: int | None = None


COMPLETE = Wanted(caseload=20, set_aside=0.2)
UNDERWAY = Wanted(
    cases=12,
    facts_missing=0.1,
    unanswered=0.2,
    set_aside=0.2,
    unallocated=0.2,
    judged_twice=3,
    withdrawn=2,
)
JUDGED_TWICE = Wanted(cases=6, judged_twice=4)
NOBODY = Wanted(cases=4, unallocated=1.0, caseload=4)
NOT_APPLICABLE = Wanted(cases=5, not_applicable=1.0)
BARELY_OPEN = Wanted(cases=2, facts_missing=0.12, unanswered=0.15)
ONE = Wanted(cases=1)
NONE = Wanted(cases=0)

EVERY = {
    "complete": COMPLETE,
    "underway": UNDERWAY,
    "judged twice": JUDGED_TWICE,
    "allocated to nobody": NOBODY,
    "not applicable": NOT_APPLICABLE,
    "one case": ONE,
    "no case": NONE,
}


def generate_inspection(
    seed: int, wanted: Wanted, *, area: str = "Anyshire", programme: Programme | None = None
) -> Inspection:
    """Return an inspection with cases as `wanted`, the same for the same seed."""
    random = Random(seed)
    inspection = make_inspection(
        area, programme=programme, caseload=wanted.caseload, slug=f"{area.lower()}-{seed}"
    )
    definition = load_definition(inspection.programme)
    team = [member_of(inspection, key) for key in ASSESSORS]
    new = [_make_case(random, wanted, definition, team, n) for n in range(wanted.cases)]
    assessments = open_cases(inspection, new)
    _mark_judgements(random, assessments)
    _withdraw(assessments[: wanted.withdrawn])
    rest = assessments[wanted.withdrawn :]
    for at, first in enumerate(rest[: wanted.judged_twice]):
        _judge_again(random, first, new[wanted.withdrawn + at], team, alike=at == 0)
    return inspection


def _make_case(
    random: Random,
    wanted: Wanted,
    definition: ProgrammeDefinition,
    team: list[TeamMember],
    number: int,
) -> NewCase:
    allocated = random.random() >= wanted.unallocated
    assessor = random.choice(team) if allocated else None
    # Whoever answers where nobody has the case now had it before.
    by = assessor or random.choice(team)
    facts = {
        key: "" if random.random() < wanted.facts_missing else random.choice(fact.values)
        for key, fact in definition.facts_by_key.items()
    }
    return NewCase(
        f"ANY-{number + 1:03}",
        assessor=assessor,
        case_manager=random.choice(("", "cm-01", "cm-02", "cm-03")),
        facts=facts,
        answers=_make_answers(random, wanted, definition, facts, by),
    )


def _make_answers(
    random: Random,
    wanted: Wanted,
    definition: ProgrammeDefinition,
    facts: dict[str, str],
    by: TeamMember,
) -> dict[tuple[str, str], GivenAnswer]:
    """Answer question after question; how good the work is differs from case to case."""
    quality = random.betavariate(3, 2)
    given: dict[tuple[str, str], GivenAnswer] = {}
    for code, question in definition.questions.items():
        gates = {asked: made.answer for (asked, row), made in given.items() if not row}
        applies = decide_states(definition, facts, gates)[code] == Judgement.State.APPLIES
        for row in definition.rows_of(question):
            if random.random() < (wanted.unanswered if applies else 1 - wanted.set_aside):
                continue
            answer = ANSWERS[random.random() > quality]
            if question.allow_na and random.random() < wanted.not_applicable:
                answer = Judgement.Answer.NOT_APPLICABLE
            evidence = random.choice(("", "Seen in the record."))
            given[code, row] = GivenAnswer(answer, by, evidence=evidence)
    return given


def _mark_judgements(random: Random, assessments: list[Assessment]) -> None:
    """Flag some judgements, to be come back to."""
    rows = list(Judgement.objects.filter(assessment__in=assessments).order_by("pk"))
    flagged = [row.pk for row in rows if random.random() < 0.1]
    Judgement.objects.filter(pk__in=flagged).update(flagged=True)


def _withdraw(assessments: list[Assessment]) -> None:
    """Take cases out of the sample, as replacing them does."""
    Case.objects.filter(assessments__in=assessments).update(withdrawn=True)
    Assessment.objects.filter(pk__in=[each.pk for each in assessments]).update(
        of_record=False, closed=Assessment.Closed.WITHDRAWN
    )


def _judge_again(
    random: Random, first: Assessment, new: NewCase, team: list[TeamMember], *, alike: bool
) -> None:
    """Have a case judged by a second assessor: alike throughout, or answer by answer at random.

    Where both are completed they are compared; those that are alike are settled by that.
    """
    second_assessor = next(each for each in team if each.pk != first.assessor_id)
    # Gates are answered alike, so that the same is asked of both and both are completed.
    gates = load_definition(first.inspection.programme).gates
    answers = {
        (code, row): GivenAnswer(
            made.answer
            if alike or code in gates or random.random() < 0.7
            else random.choice(ANSWERS),
            second_assessor,
        )
        for (code, row), made in new.answers.items()
    }
    second = Assessment(
        case=first.case,
        inspection=first.inspection,
        assessor=second_assessor,
        kind=Assessment.Kind.SECOND,
        of_record=False,
    )
    planned = NewCase(new.reference, second_assessor, facts=new.facts, answers=answers)
    open_assessments([(second, planned)])
    pair = SecondMarking.objects.create(
        case=first.case,
        first=first,
        second=second,
        picked_by=team[0],
        picked_at=timezone.now(),
    )
    begin_comparison(pair)
