"""A worker that is killed in the middle of rendering: the next one finishes, once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.utils import timezone

from inspections.models import Inspection
from jobs.models import Job
from jobs.queue import enqueue, send
from reports.models import Publication, PublishedDocument
from reports.publication import RENDER_PUBLICATION, find_issued, list_issued
from reports.rendering import hash_pdf
from tests.casting import make_inspection, member_of
from tests.jobs.brokers import broker, file_broker
from tests.jobs.databases import opened_to_others
from tests.jobs.workers import kill_outright, running_worker, wait_until
from tests.reports.factories_content import hertfordshire

SHORT_LEASE = {"JOBS_LEASE_SECONDS": "1.5", "JOBS_HEARTBEAT_SECONDS": "0.3"}


@pytest.fixture
def database(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """The address of a database that a worker can open."""
    with opened_to_others(tmp_path) as address:
        yield address


@pytest.fixture(params=["filesystem", pytest.param("redis", marks=pytest.mark.redis)])
def environment(
    request: pytest.FixtureRequest, database: str, tmp_path: Path
) -> Iterator[Mapping[str, str]]:
    """What a worker's environment must say; what the test sends goes to the same broker."""
    on_redis = request.param == "redis"
    address = os.environ["TEST_REDIS_URL"] if on_redis else "filesystem://localhost/"
    with broker(address) if on_redis else file_broker(tmp_path) as app:
        yield {
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": address,
            "VAR_DIR": str(tmp_path),
            **SHORT_LEASE,
        }
        with app.connection_for_write() as connection:
            connection.default_channel.queue_purge("celery")


@pytest.fixture
def publication(environment: Mapping[str, str]) -> Publication:
    """A whole report, frozen and not yet rendered."""
    inspection = make_inspection("Hertfordshire")
    content = hertfordshire()
    return Publication.objects.create(
        inspection=inspection,
        number=1,
        programme_digest=inspection.programme.digest,
        scorecard={},
        content=content.to_document(),
        bundle={},
        published_by=member_of(inspection, "lead"),
        published_at=timezone.now(),
    )


def issued(inspection: Inspection) -> list[Publication]:
    return list(list_issued(inspection))


@pytest.mark.slow
def test_a_killed_rendering_is_finished_once_by_the_next_worker(
    publication: Publication, environment: Mapping[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "worker.log"
    job = enqueue(RENDER_PUBLICATION, str(publication.pk))

    def is_being_set() -> bool:
        job.refresh_from_db()
        return job.status == Job.Status.RUNNING and job.progress > 0

    def is_over() -> bool:
        job.refresh_from_db()
        return not job.is_live

    with running_worker(log, environment) as worker:
        wait_until(is_being_set, log)
        kill_outright(worker)
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("running", 1)
    assert issued(publication.inspection) == []
    assert find_issued(publication.inspection, 1) is None

    with running_worker(log, environment):
        wait_until(is_over, log)
        assert (job.status, job.attempts, job.error) == ("done", 2, "")
        document = PublishedDocument.objects.get()
        assert document.publication == publication
        assert bytes(document.pdf).startswith(b"%PDF-")
        assert document.sha256 == hash_pdf(bytes(document.pdf))

        # Delivered once more; the worker takes jobs in turn, so the second is over after it.
        assert send(job.pk)
        follower = enqueue(RENDER_PUBLICATION, "0")
        wait_until(lambda: not Job.objects.get(pk=follower.pk).is_live, log)
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("done", 2)
    assert PublishedDocument.objects.get().rendered_at == document.rendered_at
    assert issued(publication.inspection) == [publication]
