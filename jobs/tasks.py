"""What Celery calls: ids in, one function called."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from jobs import queue, running


@shared_task(name="jobs.tasks.run_job")
def run_job(job_id: int) -> None:
    """Do one job."""
    running.run_job(job_id)


@shared_task(name="jobs.tasks.sweep_jobs")
def sweep_jobs(patience: float = queue.PATIENCE.total_seconds()) -> None:
    """Send again what has waited longer than `patience` seconds, and what was abandoned."""
    queue.sweep_jobs(timedelta(seconds=patience))


@worker_ready.connect
def sweep_at_start(**signal: Any) -> None:
    """Take up at once what an earlier worker left, and what it held when its lease is over."""
    sweep_jobs.delay(patience=0)
    sweep_jobs.apply_async(kwargs={"patience": 0}, countdown=settings.JOBS_LEASE_SECONDS)
