"""Who works on a job: claims, the lease that a claim holds, and how a claim ends.

Every change is one conditional update, so that of two workers only one succeeds, whatever the
broker delivers and whoever is killed in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from jobs.models import Job

GIVEN_UP = "The work was cut off each time it was tried."


class LeaseLostError(Exception):
    """Another worker has taken the job, since this one let its lease run out."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt at a job by one worker, named by `token`."""

    job_id: int
    kind: str
    subject: str
    attempt: int
    token: UUID

    @property
    def is_last(self) -> bool:
        """Whether the job fails for good if this attempt does."""
        limit: int = settings.JOBS_MAX_ATTEMPTS
        return self.attempt >= limit


def claim_job(job_id: int) -> Claim | None:
    """Take the job for this worker; None if it is finished, gone or another worker's.

    The claim is committed before this returns: otherwise another worker could not know of it.
    """
    now, token = timezone.now(), uuid4()
    with transaction.atomic(durable=True):
        claimed = (
            Job.objects.claimable(now)
            .filter(pk=job_id, attempts__lt=settings.JOBS_MAX_ATTEMPTS)
            .update(
                status=Job.Status.RUNNING,
                token=token,
                lease_expires_at=_end_lease(now),
                attempts=F("attempts") + 1,
                progress=0,
                step="",
            )
        )
        if not claimed:
            return None
        job = Job.objects.get(pk=job_id)
        return Claim(job.pk, job.kind, job.subject, job.attempts, token)


def extend_lease(claim: Claim, **progress: Any) -> None:
    """Hold the job for another lease, and store `progress` and `step` if given.

    Raises LeaseLostError if the job is no longer this claim's.
    """
    extended = _held_by(claim).update(lease_expires_at=_end_lease(timezone.now()), **progress)
    if not extended:
        raise LeaseLostError(f"Job {claim.job_id} is no longer held by this worker.")


def finish_job(claim: Claim) -> bool:
    """Mark the job done. False, and nothing changed, if it is no longer this claim's."""
    return _end_claim(claim, Job.Status.DONE, progress=100, step="", error="")


def fail_job(claim: Claim, error: str, *, for_good: bool) -> bool:
    """Record that this attempt failed, and why; the job waits to be tried again, or has failed.

    False, and nothing changed, if the job is no longer this claim's.
    """
    status = Job.Status.FAILED if for_good else Job.Status.QUEUED
    return _end_claim(claim, status, error=error)


def give_up_abandoned_jobs() -> int:
    """Fail the abandoned jobs that have no attempt left. Returns how many."""
    now = timezone.now()
    return (
        Job.objects.abandoned(now)
        .filter(attempts__gte=settings.JOBS_MAX_ATTEMPTS)
        .update(
            status=Job.Status.FAILED,
            error=GIVEN_UP,
            token=None,
            lease_expires_at=None,
            finished_at=now,
        )
    )


def _end_claim(claim: Claim, status: Job.Status, **changes: Any) -> bool:
    finished_at = None if status in Job.LIVE else timezone.now()
    ended = _held_by(claim).update(
        status=status, token=None, lease_expires_at=None, finished_at=finished_at, **changes
    )
    return bool(ended)


def _held_by(claim: Claim) -> QuerySet[Job]:
    return Job.objects.filter(pk=claim.job_id, token=claim.token, status=Job.Status.RUNNING)


def _end_lease(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.JOBS_LEASE_SECONDS)
