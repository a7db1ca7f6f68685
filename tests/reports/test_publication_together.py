"""Publishing while others publish or judge: real connections, one thread each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction

from cases.models import Assessment
from cases.recording import AnswerChange, record_answers
from inspections.models import Inspection
from jobs.models import Job
from reports.models import Publication
from reports.publication import NotPublishableError, publish
from tests.casting import make_case, make_inspection, member_of
from tests.jobs.databases import opened_to_others


@pytest.fixture
def inspection(transactional_db: None, tmp_path: Path) -> Iterator[Inspection]:
    """A complete inspection in a database that other threads can open."""
    with opened_to_others(tmp_path):
        inspection = make_inspection()
        make_case(inspection, "ANY-001", rest="sufficient")
        yield inspection


def start(pool: ThreadPoolExecutor, call: Callable[[], Publication]) -> Future[Publication | str]:
    """Call in another thread; the result is the publication, or why it was refused."""

    def run() -> Publication | str:
        try:
            return call()
        except NotPublishableError as error:
            return str(error)
        finally:
            connection.close()

    return pool.submit(run)


def test_of_two_who_publish_at_once_one_succeeds(inspection: Inspection) -> None:
    lead = member_of(inspection, "lead")
    barrier = threading.Barrier(2)

    def publish_together() -> Publication:
        barrier.wait()
        return publish(inspection, lead)

    with ThreadPoolExecutor(2) as pool:
        futures = [start(pool, publish_together) for _ in range(2)]
        results = [future.result(timeout=30) for future in futures]
    publication = Publication.objects.get()
    assert publication in results
    assert "An issue of this report is already being prepared." in results
    assert Job.objects.get().subject == str(publication.pk)


def test_publishing_waits_for_a_judgement_that_is_being_saved(inspection: Inspection) -> None:
    lead = member_of(inspection, "lead")
    assessment = Assessment.objects.get()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            change = AnswerChange(
                "1.1.03",
                "",
                "insufficient",
                assessment.judgements.get(question__code="1.1.03").version,
            )
            assert record_answers(assessment, [change], lead).complete
            future = start(pool, lambda: publish(inspection, lead))
            with pytest.raises(TimeoutError):
                future.result(timeout=0.5)
        publication = future.result(timeout=30)
    assert isinstance(publication, Publication)
    assert publication.scorecard["questions"]["1.1.03"]["sufficient"] == 0
    assert "ANY-001,1.1.03,,insufficient" in publication.bundle["judgements.csv"]
