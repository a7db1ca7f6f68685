"""Doing the work of a job, with a heartbeat that holds its lease for as long as it takes."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from types import TracebackType

from django.conf import settings
from django.db import DatabaseError, connection

from jobs.leases import Claim, LeaseLostError, claim_job, extend_lease, fail_job, finish_job
from jobs.models import Job
from jobs.registry import WorkError, find_kind

logger = logging.getLogger(__name__)

REPORT_EVERY = 0.5
"""Seconds between two stored reports of progress: pages ask every two."""


def run_job(job_id: int) -> None:
    """Do the job, unless it is finished or another worker has it.

    An attempt that fails is recorded on the job and tried again by the sweep while attempts are
    left; one that ends in WorkError is not. Raises nothing that the work raised.
    """
    claim = claim_job(job_id)
    if claim is None:
        return
    try:
        with Heartbeat(claim) as heartbeat:
            find_kind(claim.kind).handler(claim.subject, heartbeat.report)
    except LeaseLostError:
        logger.warning("Job %s was taken over by another worker", job_id)
    except WorkError as error:
        fail_job(claim, str(error), for_good=True)
    except Exception as error:
        # The message of an unforeseen error may quote a case: neither stored nor logged.
        where = "".join(traceback.format_tb(error.__traceback__))
        logger.error("Job %s: %s in attempt %s\n%s", job_id, _name(error), claim.attempt, where)
        fail_job(claim, f"A fault stopped the work: {_name(error)}.", for_good=claim.is_last)
    else:
        finish_job(claim)


class Heartbeat:
    """Extends a claim's lease from a thread of its own, since the work itself may block."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self._stopped = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"job {claim.job_id}", daemon=True)
        self._reported_at = float("-inf")

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def report(self, percent: int, step: str) -> None:
        """Store the progress, at most twice a second.

        Inside a transaction of the work it is not stored: nobody else would see it.
        Raises LeaseLostError if the job is no longer this worker's, so that the work ends.
        """
        if self._lost.is_set():
            raise LeaseLostError(f"Job {self.claim.job_id} is no longer held by this worker.")
        now = time.monotonic()
        if connection.in_atomic_block or now - self._reported_at < REPORT_EVERY:
            return
        self._reported_at = now
        limit = Job._meta.get_field("step").max_length
        extend_lease(self.claim, progress=min(max(percent, 0), 100), step=step[:limit])

    def _beat(self) -> None:
        try:
            while not self._stopped.wait(settings.JOBS_HEARTBEAT_SECONDS):
                try:
                    extend_lease(self.claim)
                except DatabaseError as error:
                    # Busy or away: the next beat tries again, over a new connection.
                    logger.warning("Heartbeat of job %s: %s", self.claim.job_id, _name(error))
                    connection.close()
        except LeaseLostError:
            self._lost.set()
        finally:
            connection.close()


def _name(error: BaseException) -> str:
    return type(error).__name__
