"""Asking for work, and asking again for work that nobody took."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from jobs.leases import give_up_abandoned_jobs
from jobs.models import Job
from jobs.registry import find_kind

logger = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=30)
"""How long a job may wait before the sweep takes its message for lost."""

PROMPT = {"max_retries": 0, "socket_connect_timeout": 2}
"""How to connect to a broker from a web page: without waiting for one that is down."""


def enqueue(kind: str, subject: str) -> Job:
    """Return the live job of this kind on this subject, made now if there is none.

    It is part of the caller's transaction and is sent to the workers once that is committed.
    Raises LookupError if no app registered the kind.
    """
    find_kind(kind)
    job = _get_or_create_live(kind, subject)
    if job.status == Job.Status.QUEUED:
        transaction.on_commit(partial(send, job.pk))
    return job


def find_latest_job(kind: str, subject: str) -> Job | None:
    """Return the last job of this kind on this subject, finished or not."""
    return Job.objects.filter(kind=kind, subject=subject).first()


def sweep_jobs(patience: timedelta = PATIENCE) -> int:
    """Send again the jobs that waited longer than `patience` and those that a worker abandoned.

    Abandoned jobs without an attempt left fail. Returns how many were sent.
    """
    give_up_abandoned_jobs()
    now = timezone.now()
    stale = Job.objects.claimable(now).exclude(
        Q(status=Job.Status.QUEUED) & Q(created_at__gt=now - patience)
    )
    sent = 0
    for job_id in stale.order_by("pk").values_list("pk", flat=True):
        if not send(job_id):
            break  # the broker is down for the others too
        sent += 1
    return sent


def send(job_id: int) -> bool:
    """Tell the workers of a job. False if the broker cannot be reached: the sweep tries again."""
    try:
        with current_app.connection_for_write(transport_options=PROMPT) as connection:
            current_app.send_task(
                "jobs.tasks.run_job", args=(job_id,), connection=connection, retry=False
            )
    except Exception as error:  # whatever this broker's client raises, the job is safe
        logger.warning("Job %s waits for the next sweep: %s", job_id, type(error).__name__)
        return False
    return True


def _get_or_create_live(kind: str, subject: str) -> Job:
    """The unique constraint settles a race; the winner's job may be over before we see it."""
    while True:
        live = Job.objects.live().filter(kind=kind, subject=subject).first()
        if live is not None:
            return live
        try:
            with transaction.atomic():
                return Job.objects.create(kind=kind, subject=subject)
        except IntegrityError:
            continue
