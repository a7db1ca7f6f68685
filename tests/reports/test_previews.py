"""The draft as PDF and as a page: what it shows, and what becomes of an older one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inspections.models import Inspection
from jobs.models import Job
from jobs.registry import WorkError
from jobs.running import run_job
from reports.models import Narrative, Preview
from reports.previews import (
    find_preview_job,
    render_draft_html,
    render_draft_web,
    render_preview,
    request_preview,
)
from tests.casting import make_case, make_inspection

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    """An inspection in the middle of fieldwork, with a figure that has no value yet."""
    inspection = make_inspection()
    make_case(inspection, answers={"1.1.01": "sufficient"})
    Narrative.objects.create(
        inspection=inspection, document={"foreword": "[[1.1.01]] and [[2.1.01]]"}
    )
    return inspection


def test_a_preview_is_rendered_by_a_job_and_takes_the_place_of_the_last(
    inspection: Inspection,
) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    Preview.objects.create(inspection=inspection, pdf=b"old", rendered_at=long_ago)
    job = request_preview(inspection)
    assert request_preview(inspection) == job == find_preview_job(inspection)
    assert bytes(Preview.objects.get().pdf) == b"old"
    before = timezone.now()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error) == (Job.Status.DONE, "")
    preview = Preview.objects.get(inspection=inspection)
    assert bytes(preview.pdf).startswith(b"%PDF-")
    assert before <= preview.rendered_at <= timezone.now()


def test_a_draft_shows_scores_that_are_open_and_figures_that_have_no_value(
    inspection: Inspection,
) -> None:
    for draft in (render_draft_html(inspection), render_draft_web(inspection)):
        assert "100% and ⟦2.1.01: has nothing relevant to count.⟧" in draft


def test_a_preview_of_an_inspection_that_is_gone_fails_in_plain_words() -> None:
    with pytest.raises(WorkError, match="no such inspection"):
        render_preview(12345, lambda percent, step: None)
