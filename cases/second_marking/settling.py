"""Settling differences: one of the pair proposes, the other agrees; or the lead decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cases.checking import check_facts, check_note
from cases.locking import LockedError
from cases.models import Assessment, Judgement, SecondMarking, Settlement
from cases.recording import (
    AnswerChange,
    AnswersOutcome,
    FactChange,
    FactsOutcome,
    write_answers,
    write_facts,
)
from cases.second_marking.comparing import finish_if_settled
from cases.second_marking.differences import (
    AnswerDifference,
    Comparison,
    Difference,
    FactDifference,
    Standing,
    compare,
)
from inspections.catalogue import load_definition
from inspections.models import TeamMember
from inspections.problems import Problem, RefusedError

Answer = Judgement.Answer


@dataclass
class Settled:
    """What became of it: names of differences settled and only proposed, and what followed.

    `opened`, `set_aside` and `restored` are codes of questions, as in a save of the form;
    `finished` says that nothing was left, so that the agreed assessment is now the one of record.
    """

    settled: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants a difference settled as: its key, and an answer or a fact's value.

    `seen` is the id of the settlement or proposal that they saw there, 0 where there was none.
    """

    key: tuple[str, ...]
    value: str
    seen: int = 0


PUBLISHED = (
    "The report that rests on this is published or being prepared, so it can no longer be settled "
    "again."
)


class ChangedMeanwhileError(RefusedError):
    """Somebody else settled a difference, or proposed something, that the person has not seen."""


@transaction.atomic
def settle(
    second_marking: SecondMarking, choices: Sequence[Choice], reason: str, by: TeamMember
) -> Settled:
    """Settle differences as chosen, each for `reason`, and return what became of it.

    What the lead inspector chooses is settled. What one of the pair chooses is proposed to the
    other; where the other had proposed the same, it is settled.

    Once all is settled the lead inspector may settle a difference again, until a report rests on
    it; if something further is to be settled then, the first marking counts until it is.

    Raises PermissionDenied for anybody else; RefusedError, with the difference's name as its place,
    where a choice is not valid or there is nothing to settle; and ChangedMeanwhileError. Then none
    is settled.
    """
    comparison = _hold(second_marking, by)
    reason = reason.replace("\r\n", "\n").strip()
    if fault := check_note("reason", reason) or ("" if reason else "Give a reason."):
        raise RefusedError([Problem("reason", None, fault)])
    result = Settled()
    for choice in choices:
        difference = _find_open(comparison, choice, by)
        if choice.value not in difference.values:
            raise _refusal(difference, "Choose one of the answers.")
        proposal = difference.settlement
        if by.leads:
            _replace(proposal)
            proposal = _propose(comparison, difference, choice.value, reason, by)
            _write(comparison, difference, proposal, by, result)
        elif same := _find_same(proposal, choice.value, by):
            same.reason = _join_reasons(same.reason, reason)
            _write(comparison, difference, same, by, result)
        else:
            _check_fact(comparison, difference, choice.value)
            _replace(proposal)
            _propose(comparison, difference, choice.value, reason, by)
            result.proposed.append(difference.name)
    result.finished = finish_if_settled(comparison.second_marking, by)
    return result


@transaction.atomic
def agree(second_marking: SecondMarking, settlement_id: int, by: TeamMember) -> Settled:
    """Settle a difference as the other of the pair proposed it; the lead inspector may do so too.

    Raises PermissionDenied for anybody else, and RefusedError where the proposal no longer stands
    or is one's own.
    """
    comparison = _hold(second_marking, by)
    difference = next(
        (
            d
            for d in comparison.differences
            if d.standing == Standing.PROPOSED
            and d.settlement is not None
            and d.settlement.pk == settlement_id
        ),
        None,
    )
    if difference is None or difference.settlement is None:
        message = "That proposal no longer stands. Look at the difference again."
        raise RefusedError([Problem(str(second_marking.case), None, message)])
    if difference.settlement.proposed_by_id == by.pk and not by.leads:
        raise _refusal(difference, "You proposed this yourself, so the other assessor must agree.")
    result = Settled()
    _write(comparison, difference, difference.settlement, by, result)
    result.finished = finish_if_settled(comparison.second_marking, by)
    return result


def is_party(second_marking: SecondMarking, member: TeamMember) -> bool:
    """Whether `member` may see the comparison and settle: one of the pair, or the lead."""
    if member.inspection_id != second_marking.first.inspection_id:
        return False
    pair = (second_marking.first.assessor_id, second_marking.second.assessor_id)
    return member.leads or member.pk in pair


def _hold(second_marking: SecondMarking, by: TeamMember) -> Comparison:
    """Keep others from settling the same case until the transaction ends, and compare it anew."""
    if not is_party(second_marking, by):
        raise PermissionDenied("Only the two assessors and the lead inspector settle a case.")
    held = SecondMarking.objects.select_for_update().get(pk=second_marking.pk)
    keys = [key for key in (held.first_id, held.second_id, held.agreed_id) if key]
    assessments = Assessment.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    fresh = {assessment.pk: assessment for assessment in assessments}
    agreed = fresh.get(held.agreed_id or 0)
    if agreed is not None and agreed.closed == Assessment.Closed.LOCKED:
        raise LockedError
    gone = held.cancelled_at or second_marking.case.withdrawn
    if agreed is None or agreed.closed or gone or (held.settled_at and not by.leads):
        message = "There is nothing to settle here any more."
        raise RefusedError([Problem(str(second_marking.case), None, message)])
    held.agreed = agreed
    if held.settled_at:
        if not may_settle_again(held, by):
            raise RefusedError([Problem(str(second_marking.case), None, PUBLISHED)])
        _reopen(held, agreed)
    held.case, held.first, held.second = (
        second_marking.case,
        second_marking.first,
        second_marking.second,
    )
    return compare(held)


def may_settle_again(second_marking: SecondMarking, member: TeamMember) -> bool:
    """Whether all is settled, and `member` may correct it: the lead, while no report rests on it.

    Nor while the scorecard is locked. An issue that is being prepared, or was published, rests on
    it if it was frozen afterwards.
    """
    if not member.leads or second_marking.settled_at is None:
        return False
    if second_marking.agreed is None or second_marking.agreed.closed:
        return False
    issues = member.inspection.publications
    return not issues.filter(published_at__gte=second_marking.settled_at).exists()


def _reopen(second_marking: SecondMarking, agreed: Assessment) -> None:
    """Let the first marking count until all is settled again: at once, if nothing is left open."""
    second_marking.settled_at = None
    second_marking.save(update_fields=["settled_at"])
    agreed.of_record, agreed.completed_at, agreed.completed_by = False, None, None
    agreed.save(update_fields=["of_record", "completed_at", "completed_by"])
    Assessment.objects.filter(pk=second_marking.first_id).update(of_record=True)


def _find_open(comparison: Comparison, choice: Choice, by: TeamMember) -> Difference:
    difference = comparison.find(choice.key)
    if difference is None:
        message = "The two markings do not differ here."
        raise RefusedError([Problem(" ".join(choice.key), None, message)])
    if difference.standing in (Standing.WAITING, Standing.FALLEN_AWAY):
        raise _refusal(difference, "This question does not apply, as facts and answers stand now.")
    if difference.standing == Standing.SETTLED and not by.leads:
        raise _refusal(
            difference, "This is settled already. The lead inspector can settle it again."
        )
    if choice.seen != (difference.settlement.pk if difference.settlement else 0):
        problem = Problem(difference.name, None, "Somebody else has dealt with this meanwhile.")
        raise ChangedMeanwhileError([problem])
    return difference


def _find_same(proposal: Settlement | None, value: str, by: TeamMember) -> Settlement | None:
    """Return `proposal` if the other of the pair proposed the same."""
    if proposal is None or proposal.value != value or proposal.proposed_by_id == by.pk:
        return None
    return proposal


def _join_reasons(first: str, second: str) -> str:
    joined = f"{first}\n\n{second}"
    return first if first == second or check_note("reason", joined) else joined


def _replace(settlement: Settlement | None) -> None:
    """Let a further settlement take the place of this one."""
    if settlement is not None:
        settlement.replaced_at = timezone.now()
        settlement.save(update_fields=["replaced_at"])


def _propose(
    comparison: Comparison, difference: Difference, value: str, reason: str, by: TeamMember
) -> Settlement:
    return Settlement.objects.create(
        second_marking=comparison.second_marking,
        judgement=difference.agreed if isinstance(difference, AnswerDifference) else None,
        recorded_fact=difference.agreed if isinstance(difference, FactDifference) else None,
        value=value,
        reason=reason,
        proposed_by=by,
        proposed_at=timezone.now(),
    )


def _write(
    comparison: Comparison,
    difference: Difference,
    settlement: Settlement,
    by: TeamMember,
    result: Settled,
) -> None:
    """Record in the agreed assessment what `settlement` says, and that `by` settled it."""
    settlement.settled_by, settlement.settled_at = by, timezone.now()
    settlement.save(update_fields=["reason", "settled_by", "settled_at"])
    outcome: FactsOutcome | AnswersOutcome
    if isinstance(difference, FactDifference):
        change = FactChange(difference.definition.key, settlement.value, difference.version)
        outcome = write_facts(comparison.agreed, [change], by)
        _drop_implied(comparison, [saved.key for saved, _ in outcome.saved], difference)
    else:
        outcome = write_answers(comparison.agreed, [_describe_answer(difference, settlement)], by)
    if outcome.refusals:
        raise _refusal(difference, outcome.refusals[0].message)
    result.settled.append(difference.name)
    result.opened += outcome.opened
    result.set_aside += outcome.set_aside
    result.restored += outcome.restored


def _describe_answer(difference: AnswerDifference, settlement: Settlement) -> AnswerChange:
    """Return the answer with the reasons and the evidence of whoever gave it.

    Where neither did, the reason for settling it so is all the evidence that there is.
    """
    giver = next((j for j in difference.asked_of if j.answer == settlement.value), None)
    return AnswerChange(
        code=difference.question.code,
        row=difference.row,
        answer=settlement.value,
        base_version=difference.version,
        reasons=tuple(giver.reasons) if giver else (),
        evidence=giver.evidence if giver else settlement.reason,
    )


def _drop_implied(comparison: Comparison, keys: Sequence[str], difference: FactDifference) -> None:
    """Take proposals for facts that were settled by what another fact implies off the table."""
    for other in comparison.facts:
        if other is not difference and other.definition.key in keys:
            _replace(other.settlement)


def _check_fact(comparison: Comparison, difference: Difference, value: str) -> None:
    """Refuse a proposal that could not be recorded, before the other is asked to agree."""
    if not isinstance(difference, FactDifference):
        return
    definition = load_definition(comparison.agreed.inspection.programme)
    key = difference.definition.key
    recorded = comparison.agreed.facts.values_list("fact__key", "value")
    if message := check_facts(definition, {**dict(recorded), key: value}).get(key):
        raise _refusal(difference, message)


def _refusal(difference: Difference, message: str) -> RefusedError:
    return RefusedError([Problem(difference.name, None, message)])
