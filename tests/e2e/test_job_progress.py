"""The progress of a job as somebody sees it who watches, with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from jobs.models import Job
from tests.casting import make_user
from tests.e2e.browsing import check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.jobs.kinds import registered


@pytest.fixture
def job(server: str) -> Iterator[Job]:
    """A job that waits, and that the user `watcher` may see."""
    with registered("count", watcher="watcher@example.org", page=lambda subject: "/"):
        yield Job.objects.create(kind="count", subject="7")


def move_on(job: Job, status: Job.Status, **changes: object) -> None:
    """Store how far the job is, as a worker does."""
    Job.objects.filter(pk=job.pk).update(status=status, **changes)


def test_the_page_follows_the_work_to_its_end(page: Page, job: Job) -> None:
    sign_in(page, make_user("watcher"))
    page.goto(f"/jobs/{job.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Counting the cases")
    expect(page.get_by_text("Waiting to start.")).to_be_visible()
    check_page(page)
    move_on(job, Job.Status.RUNNING, progress=40, step="Setting page 12")
    expect(page.get_by_text("Working, 40% done. Setting page 12.")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "40")
    check_page(page)
    move_on(job, Job.Status.RUNNING, progress=80, step="Setting page 30")
    expect(page.get_by_text("Working, 80% done. Setting page 30.")).to_be_visible()
    move_on(job, Job.Status.DONE, progress=100, step="")
    expect(page.get_by_role("link", name="Continue")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    check_page(page)


def test_the_page_says_why_the_work_failed(page: Page, job: Job) -> None:
    sign_in(page, make_user("watcher"))
    page.goto(f"/jobs/{job.pk}/")
    move_on(job, Job.Status.FAILED, error="The foreword is empty.")
    expect(page.get_by_text("The foreword is empty.")).to_be_visible()
    check_page(page)


def test_without_scripts_a_link_asks_again(open_page: OpenPage, job: Job) -> None:
    page = open_page(scripts=False)
    sign_in(page, make_user("watcher"))
    page.goto(f"/jobs/{job.pk}/")
    move_on(job, Job.Status.DONE)
    page.get_by_role("link", name="Check again").click()
    expect(page.get_by_role("link", name="Continue")).to_be_visible()
