"""Asking for work: once, whatever happens to the broker."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from jobs.leases import GIVEN_UP, claim_job, fail_job
from jobs.models import Job
from jobs.queue import enqueue, find_latest_job, sweep_jobs
from jobs.running import run_job
from tests.jobs.brokers import broker, file_broker, take_messages
from tests.jobs.kinds import registered

NO_PATIENCE = timedelta(0)


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    with registered("count"):
        yield


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Celery]:
    """A broker that keeps its messages in files, so that they can be read back."""
    with file_broker(tmp_path) as app:
        yield app


def message_of(job: Job) -> tuple[str, tuple[int]]:
    return "jobs.tasks.run_job", (job.pk,)


def let_time_pass(job: Job, seconds: float) -> None:
    """Move what is recorded of the job into the past."""
    passed = timedelta(seconds=seconds)
    job.refresh_from_db()
    job.created_at -= passed
    if job.lease_expires_at:
        job.lease_expires_at -= passed
    job.save(update_fields=["created_at", "lease_expires_at"])


@pytest.mark.django_db(transaction=True)
def test_a_job_is_sent_when_the_transaction_is_committed_and_not_before(app: Celery) -> None:
    with transaction.atomic():
        job = enqueue("count", "7")
        assert take_messages(app) == []
    assert take_messages(app) == [message_of(job)]
    assert (job.kind, job.subject, job.status, job.attempts) == ("count", "7", "queued", 0)


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_transaction_that_fails_never_was(app: Celery) -> None:
    with transaction.atomic():
        enqueue("count", "7")
        transaction.set_rollback(True)
    assert take_messages(app) == []
    assert list(Job.objects.all()) == []


@pytest.mark.django_db(transaction=True)
def test_asking_twice_gives_the_same_job(app: Celery) -> None:
    first, second, other = enqueue("count", "7"), enqueue("count", "7"), enqueue("count", "8")
    assert second == first
    assert other != first
    assert list(Job.objects.order_by("pk")) == [first, other]


@pytest.mark.django_db(transaction=True)
def test_asking_for_what_is_being_done_sends_nothing(app: Celery) -> None:
    job = enqueue("count", "7")
    claim_job(job.pk)
    take_messages(app)
    assert enqueue("count", "7") == job
    assert take_messages(app) == []


@pytest.mark.django_db
def test_asking_after_the_end_gives_a_new_job() -> None:
    first = enqueue("count", "7")
    run_job(first.pk)
    second = enqueue("count", "7")
    assert second != first
    assert find_latest_job("count", "7") == second
    assert find_latest_job("count", "8") is None


@pytest.mark.django_db
def test_a_kind_that_nobody_registered_is_refused() -> None:
    with pytest.raises(LookupError, match="'typo'"):
        enqueue("typo", "7")
    assert list(Job.objects.all()) == []


def test_of_many_who_ask_at_once_all_get_the_same_job(database_address: str) -> None:
    count = 4
    barrier = threading.Barrier(count)
    got: list[int] = []

    def ask() -> None:
        barrier.wait()
        got.append(enqueue("count", "7").pk)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job = Job.objects.get()
    assert got == [job.pk] * count


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_costs_neither_the_job_nor_the_time_of_the_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    started = time.monotonic()
    with broker("redis://127.0.0.1:1/0"):
        job = enqueue("count", "7")
        assert sweep_jobs(NO_PATIENCE) == 0
    assert time.monotonic() - started < 4
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("queued", 0)
    assert f"Job {job.pk} waits for the next sweep: OperationalError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_broker_without_room_for_the_message_does_not_cost_the_job(
    app: Celery, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broker" / "messages").rmdir()
    job = enqueue("count", "7")
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("queued", 0)
    assert f"Job {job.pk} waits for the next sweep: FileNotFoundError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_sweep_sends_what_waited_too_long(app: Celery) -> None:
    lost, recent = enqueue("count", "1"), enqueue("count", "2")
    let_time_pass(lost, 31)
    take_messages(app)
    assert sweep_jobs() == 1
    assert take_messages(app) == [message_of(lost)]
    assert sweep_jobs(NO_PATIENCE) == 2
    assert sorted(take_messages(app)) == [message_of(lost), message_of(recent)]


@pytest.mark.django_db(transaction=True)
def test_the_sweep_sends_what_a_worker_abandoned_and_only_that(
    app: Celery, settings: Settings
) -> None:
    settings.JOBS_LEASE_SECONDS = 30
    killed, working, finished = (enqueue("count", subject) for subject in "123")
    run_job(finished.pk)
    claim_job(killed.pk)
    claim_job(working.pk)
    let_time_pass(killed, 31)
    let_time_pass(working, 29)
    let_time_pass(finished, 500)
    take_messages(app)
    assert sweep_jobs() == 1
    assert take_messages(app) == [message_of(killed)]


@pytest.mark.django_db(transaction=True)
def test_the_sweep_sends_what_failed_and_may_be_tried_again(app: Celery) -> None:
    job = enqueue("count", "7")
    claim = claim_job(job.pk)
    assert claim is not None
    fail_job(claim, "It broke.", for_good=False)
    let_time_pass(job, 31)
    take_messages(app)
    assert sweep_jobs() == 1
    assert take_messages(app) == [message_of(job)]


@pytest.mark.django_db
def test_a_job_that_kills_every_worker_fails_in_the_end(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.JOBS_MAX_ATTEMPTS = 2
    job = enqueue("count", "7")
    for _ in range(settings.JOBS_MAX_ATTEMPTS):
        assert claim_job(job.pk) is not None
        let_time_pass(job, 500)
    assert claim_job(job.pk) is None
    assert sweep_jobs() == 0
    job.refresh_from_db()
    assert (job.status, job.attempts, job.error) == ("failed", 2, GIVEN_UP)
    assert job.finished_at is not None
    assert abs(job.finished_at - timezone.now()) < timedelta(seconds=5)
