"""The judgements of one score in one case: answer, reasons, evidence, notes and latest changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from cases.models import Assessment, Judgement, JudgementRevision, SecondMarking, Settlement
from inspections.catalogue import load_definition, question_ids
from inspections.definition import QuestionDefinition
from scoring.answer_table import Standing
from scoring.arithmetic import Tally
from scoring.names import ScoreName, list_places

LATEST = 3
"""Changes of a judgement that are shown with it."""

State = Judgement.State
STANDINGS: Mapping[str, Standing] = {
    Judgement.Answer.SUFFICIENT: Standing.SUFFICIENT,
    Judgement.Answer.INSUFFICIENT: Standing.INSUFFICIENT,
    Judgement.Answer.NOT_APPLICABLE: Standing.NOT_APPLICABLE,
    "": Standing.UNANSWERED,
}


@dataclass(frozen=True, slots=True)
class JudgementInCase:
    """A judgement with its question, what became of it last, and how it was settled, if it was.

    `changes` are the latest, newest first, of `changes_in_all`.
    """

    question: QuestionDefinition
    row: str
    row_label: str
    judgement: Judgement
    standing: Standing
    reasons: tuple[str, ...]
    changes: tuple[JudgementRevision, ...]
    changes_in_all: int
    settlement: Settlement | None

    @property
    def is_set_aside(self) -> bool:
        """Whether it has an answer, but its question is not asked any more."""
        return self.standing == Standing.NOT_ASKED and bool(self.judgement.answer)


@dataclass(frozen=True)
class CaseTrace:
    """The judgements of a score in a case, in the programme's order.

    `second_marking` is that of the case, unless it was called off or there is none.
    """

    assessment: Assessment
    judgements: tuple[JudgementInCase, ...]
    second_marking: SecondMarking | None

    @property
    def tally(self) -> Tally:
        """What the case gives to the score."""
        standings = [each.standing for each in self.judgements]
        sufficient = standings.count(Standing.SUFFICIENT)
        return Tally(
            sufficient=sufficient,
            relevant=sufficient + standings.count(Standing.INSUFFICIENT),
            open=sum(standing >= Standing.UNANSWERED for standing in standings),
        )

    @property
    def awaits_settlement(self) -> bool:
        """Whether its first marking counts only until the second is settled."""
        return self.second_marking is not None and self.second_marking.settled_at is None

    @property
    def counting(self) -> list[JudgementInCase]:
        """Those that count, or may count yet."""
        return [each for each in self.judgements if not _is_left_out(each)]

    @property
    def left_out(self) -> list[JudgementInCase]:
        """Those that are not applicable, or not asked."""
        return [each for each in self.judgements if _is_left_out(each)]


def trace_case(assessment: Assessment, name: ScoreName) -> CaseTrace:
    """Return the judgements of a score in `assessment`, which is of record, in four queries.

    Its inspection and programme are at hand.
    """
    programme = assessment.inspection.programme
    definition = load_definition(programme)
    places = list_places(definition, name)
    ids = question_ids(programme)
    revisions = JudgementRevision.objects.select_related("changed_by").order_by("-version")
    rows = (
        Judgement.objects.filter(
            assessment=assessment, question__in={ids[code] for code, _ in places}
        )
        .select_related("changed_by")
        .prefetch_related(Prefetch("revisions", queryset=revisions))
    )
    found = {(judgement.question_id, judgement.row): judgement for judgement in rows}
    second_marking = (
        SecondMarking.objects.filter(case=assessment.case_id, cancelled_at__isnull=True)
        .select_related("first__assessor", "second__assessor")
        .first()
    )
    settlements = _load_settlements(assessment)
    return CaseTrace(
        assessment=assessment,
        judgements=tuple(
            _describe(definition.questions[code], row, labels.get(row, ""), judgement, settlements)
            for code, row in places
            for labels in [definition.row_labels(definition.questions[code])]
            for judgement in [found[ids[code], row]]
        ),
        second_marking=second_marking,
    )


def _load_settlements(assessment: Assessment) -> dict[int | None, Settlement]:
    """Return how the judgements of an agreed assessment were settled, by their ids."""
    live = Settlement.objects.filter(
        judgement__assessment=assessment, replaced_at__isnull=True, settled_at__isnull=False
    ).select_related("proposed_by", "settled_by")
    return {settlement.judgement_id: settlement for settlement in live}


def _describe(
    question: QuestionDefinition,
    row: str,
    row_label: str,
    judgement: Judgement,
    settlements: Mapping[int | None, Settlement],
) -> JudgementInCase:
    changes: Sequence[JudgementRevision] = list(judgement.revisions.all())
    return JudgementInCase(
        question=question,
        row=row,
        row_label=row_label,
        judgement=judgement,
        standing=_find_standing(judgement),
        reasons=tuple(r.label for r in question.reasons if r.key in judgement.reasons),
        changes=tuple(changes[:LATEST]),
        changes_in_all=len(changes),
        settlement=settlements.get(judgement.pk),
    )


def _find_standing(judgement: Judgement) -> Standing:
    if judgement.state == State.NOT_ASKED:
        return Standing.NOT_ASKED
    if judgement.state == State.UNDECIDED:
        return Standing.UNDECIDED
    return STANDINGS[judgement.answer]


def _is_left_out(each: JudgementInCase) -> bool:
    return each.standing in (Standing.NOT_APPLICABLE, Standing.NOT_ASKED)
