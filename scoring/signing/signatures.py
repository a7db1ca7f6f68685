"""Signing criteria, and locking the scorecard with the last of them; withdrawing and unlocking.

Each is done while nobody can write a judgement, so what is signed is what was read. Only the lead
inspector does it. docs/decisions/0019-a-locked-scorecard.md says why it is as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cases.checking import check_note
from cases.locking import LockedError, hold_judgements, lock_judgements, unlock_judgements
from inspections.models import Inspection, TeamMember
from inspections.problems import Problem, RefusedError
from scoring.models import CriterionSignature, ScorecardLock
from scoring.scorecard import score_inspection
from scoring.signing.reading import (
    CriterionStanding,
    SignOff,
    find_lock,
    join_numbers,
    read_sign_off,
)

JUDGEMENT_CHANGED = "A judgement behind it was changed."
CHANGED = "changed after you opened this page, so it was not signed. Look at it as it is now."
STILL_OPEN = "cannot be signed while something in it is open."
NO_CASES = "There are no cases, so there is nothing to sign."
NOT_SIGNED = "is not signed."
NOT_LOCKED = "The scorecard is not locked."


class ChangedError(RefusedError):
    """The criterion is no longer as the person saw it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature; `lock` is there where it was the last one, so that the scorecard is locked."""

    signature: CriterionSignature
    lock: ScorecardLock | None = None


@transaction.atomic
def sign_criterion(inspection: Inspection, number: str, digest: str, by: TeamMember) -> Signed:
    """Sign a criterion as it was seen, by its `digest`; safe to do twice.

    A signature from before something changed is withdrawn. If all is then signed and nothing is
    open, the scorecard is locked. Raises PermissionDenied unless `by` leads the inspection;
    ChangedError where the digest is another one by now; LockedError; and RefusedError where
    something in the criterion is open, or there is no such criterion.
    """
    _check_leads(by, inspection)
    held, sign_off = _hold(inspection)
    criterion = _find(sign_off, number)
    if criterion.digest != digest:
        raise ChangedError([Problem(number, None, f"{number} {CHANGED}")])
    if not sign_off.cases:
        raise _refusal(number, NO_CASES)
    if criterion.open:
        raise _refusal(number, f"{number} {STILL_OPEN}")
    if criterion.signature is not None and criterion.is_signed:
        return Signed(criterion.signature)
    if criterion.signature is not None:
        _withdraw(criterion.signature, JUDGEMENT_CHANGED, by)
    signature = CriterionSignature.objects.create(
        inspection=held,
        criterion=number,
        sufficient=criterion.score.sufficient,
        relevant=criterion.score.relevant,
        digest=digest,
        signed_by=by,
        signed_at=timezone.now(),
    )
    return Signed(signature, _lock(held, by) if sign_off.would_lock(number) else None)


@transaction.atomic
def withdraw_signature(inspection: Inspection, number: str, reason: str, by: TeamMember) -> None:
    """Withdraw the signature of a criterion, giving a reason.

    Raises PermissionDenied unless `by` leads the inspection, LockedError, and RefusedError where it
    is not signed or no reason is given.
    """
    _check_leads(by, inspection)
    reason = _check_reason(reason, "Say why the signature is withdrawn.")
    held = hold_judgements(inspection)
    if held.locked_at is not None:
        raise LockedError
    standing = CriterionSignature.objects.filter(
        inspection=held, criterion=number, withdrawn_at__isnull=True
    )
    signature = standing.first()
    if signature is None:
        raise _refusal(number, f"{number} {NOT_SIGNED}")
    _withdraw(signature, reason, by)


@transaction.atomic
def lock_scorecard(inspection: Inspection, by: TeamMember) -> ScorecardLock:
    """Lock the scorecard, and keep it as it stands; returns the lock in force if there is one.

    Raises PermissionDenied unless `by` leads the inspection, and RefusedError while a criterion is
    not signed as it stands, or something is open.
    """
    _check_leads(by, inspection)
    held = hold_judgements(inspection)
    if (lock := find_lock(held)) is not None:
        return lock
    sign_off = read_sign_off(held)
    obstacles = list(sign_off.matters)
    if sign_off.unsigned:
        obstacles.append(f"Not signed as they stand: {join_numbers(sign_off.unsigned)}.")
    if obstacles:
        raise RefusedError(Problem("scorecard", None, obstacle) for obstacle in obstacles)
    return _lock(held, by)


@transaction.atomic
def unlock_scorecard(inspection: Inspection, reason: str, by: TeamMember) -> None:
    """Unlock the scorecard, giving a reason. Signatures stay, until something behind them changes.

    Raises PermissionDenied unless `by` leads the inspection, and RefusedError where it is not
    locked or no reason is given.
    """
    _check_leads(by, inspection)
    reason = _check_reason(reason, "Say why the scorecard is unlocked.")
    held = hold_judgements(inspection)
    lock = find_lock(held)
    if lock is None:
        raise _refusal("scorecard", NOT_LOCKED)
    lock.unlocked_by, lock.unlocked_at, lock.unlocked_because = by, timezone.now(), reason
    lock.save(update_fields=["unlocked_by", "unlocked_at", "unlocked_because"])
    unlock_judgements(held)
    inspection.locked_at = None


def _hold(inspection: Inspection) -> tuple[Inspection, SignOff]:
    """Keep everybody from judging until the transaction ends; return where sign-off stands then."""
    held = hold_judgements(inspection)
    if held.locked_at is not None:
        raise LockedError
    return held, read_sign_off(held)


def _find(sign_off: SignOff, number: str) -> CriterionStanding:
    criterion = sign_off.find(number)
    if criterion is None:
        raise _refusal(number, "There is no such criterion.")
    return criterion


def _lock(held: Inspection, by: TeamMember) -> ScorecardLock:
    locked_at = lock_judgements(held)
    return ScorecardLock.objects.create(
        inspection=held,
        scorecard=score_inspection(held).to_json(),
        locked_by=by,
        locked_at=locked_at,
    )


def _withdraw(signature: CriterionSignature, because: str, by: TeamMember) -> None:
    signature.withdrawn_at, signature.withdrawn_by = timezone.now(), by
    signature.withdrawn_because = because
    signature.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])


def _check_leads(member: TeamMember, inspection: Inspection) -> None:
    if not member.leads or member.inspection_id != inspection.pk:
        raise PermissionDenied("Only the lead inspector of this inspection signs its scores.")


def _check_reason(reason: str, if_empty: str) -> str:
    reason = reason.replace("\r\n", "\n").strip()
    if fault := check_note("reason", reason) or ("" if reason else if_empty):
        raise _refusal("reason", fault)
    return reason


def _refusal(place: str, message: str) -> RefusedError:
    return RefusedError([Problem(place, None, message)])
