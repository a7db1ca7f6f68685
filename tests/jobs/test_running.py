"""One attempt at a job, from its claim to its end."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from jobs.leases import claim_job
from jobs.models import Job
from jobs.queue import enqueue
from jobs.registry import ReportProgress, WorkError
from jobs.running import run_job
from tests.jobs.kinds import registered


def state_of(job: Job) -> tuple[str, int, int, str]:
    """Status, attempts, progress and error, as stored."""
    job.refresh_from_db()
    return job.status, job.attempts, job.progress, job.error


@pytest.mark.django_db
def test_work_that_succeeds_is_done_once_however_often_it_is_delivered() -> None:
    done: list[str] = []
    with registered("count", lambda subject, report: done.append(subject)):
        job = enqueue("count", "7")
        run_job(job.pk)
        run_job(job.pk)
    assert done == ["7"]
    assert state_of(job) == ("done", 1, 100, "")
    assert job.finished_at is not None


@pytest.mark.django_db
def test_a_delivery_during_the_work_is_turned_away() -> None:
    done: list[str] = []

    def deliver_again(subject: str, report: ReportProgress) -> None:
        done.append(subject)
        run_job(job.pk)

    with registered("count", deliver_again):
        job = enqueue("count", "7")
        run_job(job.pk)
    assert done == ["7"]
    assert state_of(job) == ("done", 1, 100, "")


@pytest.mark.django_db
def test_a_job_that_is_gone_is_no_error() -> None:
    run_job(12345)
    assert list(Job.objects.all()) == []


@pytest.mark.django_db
def test_a_fault_is_tried_again_until_the_attempts_are_used(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.JOBS_MAX_ATTEMPTS = 3

    def break_down(subject: str, report: ReportProgress) -> None:
        raise ValueError(subject)

    with registered("count", break_down), caplog.at_level(logging.DEBUG):
        job = enqueue("count", "H-017")
        seen = []
        for _ in range(4):
            run_job(job.pk)
            seen.append(state_of(job))
    error = "A fault stopped the work: ValueError."
    assert seen == [
        ("queued", 1, 0, error),
        ("queued", 2, 0, error),
        ("failed", 3, 0, error),
        ("failed", 3, 0, error),
    ]
    assert "in break_down" in caplog.text
    assert "H-017" not in caplog.text


@pytest.mark.django_db
def test_work_that_succeeds_in_the_end_keeps_no_error() -> None:
    tries: list[str] = []

    def break_down_once(subject: str, report: ReportProgress) -> None:
        tries.append(subject)
        if len(tries) == 1:
            raise ValueError

    with registered("count", break_down_once):
        job = enqueue("count", "7")
        run_job(job.pk)
        run_job(job.pk)
    assert state_of(job) == ("done", 2, 100, "")


@pytest.mark.django_db
def test_work_that_cannot_be_done_fails_at_once_in_its_own_words() -> None:
    def refuse(subject: str, report: ReportProgress) -> None:
        raise WorkError("The foreword is empty.")

    with registered("count", refuse):
        job = enqueue("count", "7")
        run_job(job.pk)
    assert state_of(job) == ("failed", 1, 0, "The foreword is empty.")
    assert job.finished_at is not None


@pytest.mark.django_db
def test_a_kind_that_no_app_registers_any_more_fails_the_job(settings: Settings) -> None:
    settings.JOBS_MAX_ATTEMPTS = 1
    job = Job.objects.create(kind="forgotten", subject="7")
    run_job(job.pk)
    assert state_of(job) == ("failed", 1, 0, "A fault stopped the work: LookupError.")


def test_progress_can_be_seen_while_the_work_goes_on(database_address: str) -> None:
    seen: list[tuple[int, str]] = []

    def count(subject: str, report: ReportProgress) -> None:
        report(40, "Counting " + "x" * 200)
        reader = threading.Thread(target=read_elsewhere)
        reader.start()
        reader.join()

    def read_elsewhere() -> None:
        stored = Job.objects.get(pk=job.pk)
        connection.close()
        seen.append((stored.progress, stored.step))

    with registered("count", count):
        job = enqueue("count", "7")
        run_job(job.pk)
    assert seen == [(40, ("Counting " + "x" * 200)[:100])]


def test_the_heartbeat_holds_the_lease_while_the_work_blocks(
    database_address: str, settings: Settings
) -> None:
    settings.JOBS_LEASE_SECONDS = 1
    settings.JOBS_HEARTBEAT_SECONDS = 0.1
    claims: list[object] = []

    def block(subject: str, report: ReportProgress) -> None:
        time.sleep(1.5)
        claims.append(claim_job(job.pk))

    with registered("count", block):
        job = enqueue("count", "7")
        run_job(job.pk)
    assert claims == [None]
    assert state_of(job) == ("done", 1, 100, "")
    assert [thread.name for thread in threading.enumerate() if "job" in thread.name] == []


def test_the_heartbeat_outlasts_a_busy_database(
    database_address: str, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite makes one writer wait for all others")
    settings.JOBS_LEASE_SECONDS = 2
    settings.JOBS_HEARTBEAT_SECONDS = 0.1
    connection.settings_dict["OPTIONS"]["timeout"] = 0.1
    claims: list[object] = []

    def write_much(subject: str, report: ReportProgress) -> None:
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(0.5)
        other.execute("ROLLBACK")
        other.close()
        time.sleep(2)
        claims.append(claim_job(job.pk))

    try:
        with registered("count", write_much):
            job = enqueue("count", "7")
            run_job(job.pk)
    finally:
        connection.settings_dict["OPTIONS"]["timeout"] = 20
    assert "OperationalError" in caplog.text
    assert claims == [None]
    assert state_of(job) == ("done", 1, 100, "")


def test_a_worker_that_lost_its_lease_stops_and_leaves_the_job_alone(
    database_address: str,
) -> None:
    reached: list[str] = []

    def sleep_too_long(subject: str, report: ReportProgress) -> None:
        past = timezone.now() - timedelta(seconds=1)
        Job.objects.filter(pk=job.pk).update(lease_expires_at=past)
        assert claim_job(job.pk) is not None
        reached.append("taken over")
        report(50, "Counting")
        reached.append("went on")

    with registered("count", sleep_too_long):
        job = enqueue("count", "7")
        run_job(job.pk)
    assert reached == ["taken over"]
    assert state_of(job) == ("running", 2, 0, "")


def test_the_heartbeat_notices_that_the_lease_is_lost(
    database_address: str, settings: Settings
) -> None:
    settings.JOBS_HEARTBEAT_SECONDS = 0.05
    reached: list[str] = []

    def sleep_too_long(subject: str, report: ReportProgress) -> None:
        report(10, "Counting")
        Job.objects.filter(pk=job.pk).update(token=None)
        time.sleep(0.3)
        report(50, "Counting")  # so soon after the last that it would not be stored
        reached.append("went on")

    with registered("count", sleep_too_long):
        job = enqueue("count", "7")
        run_job(job.pk)
    assert reached == []
    assert state_of(job) == ("running", 1, 10, "")
