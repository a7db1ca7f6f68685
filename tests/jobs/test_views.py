"""The progress page and its fragment: who may see it, and what it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from jobs.models import Job
from tests.casting import make_user
from tests.jobs.kinds import registered

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    with registered(
        "count", watcher="watcher@example.org", page=lambda subject: f"/counts/{subject}/"
    ):
        yield


@pytest.fixture
def watcher(db: None) -> User:
    return make_user("watcher")


@pytest.fixture
def client(watcher: User) -> Client:
    client = Client()
    client.force_login(watcher)
    return client


def make_job(status: str = "queued", **fields: object) -> Job:
    return Job.objects.create(kind="count", subject="7", status=status, **fields)


def read(client: Client, job: Job, headers: dict[str, str] | None = None) -> str:
    response = client.get(f"/jobs/{job.pk}/", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_asks_again_while_the_work_goes_on(client: Client) -> None:
    job = make_job("running", progress=40, step="Setting page 12")
    page = read(client, job)
    assert "<h1" in page
    assert "Counting the cases" in page
    assert 'aria-valuenow="40"' in page
    assert "Working, 40% done. Setting page 12." in page
    assert f'hx-get="/jobs/{job.pk}/?seen=running-40"' in page
    assert f'<a class="govuk-link" href="/jobs/{job.pk}/">Check again</a>' in page


def test_htmx_gets_the_fragment_alone(client: Client) -> None:
    job = make_job("running", progress=40, step="Setting page 12")
    fragment = read(client, job, HTMX)
    assert fragment.startswith(f'<div id="job-{job.pk}"')
    assert "<h1" not in fragment
    assert "Working, 40% done. Setting page 12." in fragment


def test_htmx_gets_nothing_while_nothing_changed(client: Client) -> None:
    job = make_job("running", progress=40)
    seen = client.get(f"/jobs/{job.pk}/", {"seen": "running-40"}, headers=HTMX)
    assert (seen.status_code, seen.content) == (204, b"")
    older = client.get(f"/jobs/{job.pk}/", {"seen": "running-30"}, headers=HTMX)
    assert older.status_code == 200


@pytest.mark.parametrize("status", ["done", "failed"])
def test_htmx_loads_the_page_anew_at_the_end(client: Client, status: str) -> None:
    response = client.get(f"/jobs/{make_job(status).pk}/", headers=HTMX)
    assert (response.headers["HX-Refresh"], response.content) == ("true", b"")


def test_the_page_of_a_finished_job_leads_on_and_asks_no_more(client: Client) -> None:
    page = read(client, make_job("done", progress=100))
    assert '<a class="govuk-link" href="/counts/7/">Continue</a>' in page
    assert "hx-get" not in page
    assert "Check again" not in page


def test_the_page_of_a_failed_job_says_why(client: Client) -> None:
    page = read(client, make_job("failed", error="The foreword <is> empty."))
    assert "The foreword &lt;is&gt; empty." in page
    assert "hx-get" not in page


def test_a_waiting_job_says_whether_it_was_tried_before(client: Client) -> None:
    job = make_job()
    assert "Waiting to start." in read(client, job)
    Job.objects.filter(pk=job.pk).update(attempts=1, error="A fault stopped the work: ValueError.")
    page = read(client, job)
    assert "The last try was stopped by a fault." in page
    assert "ValueError" not in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_whoever_may_not_see_the_subject_learns_nothing(
    client: Client, headers: dict[str, str]
) -> None:
    job = make_job()
    client.force_login(make_user("somebody-else"))
    assert client.get(f"/jobs/{job.pk}/", headers=headers).status_code == 404


@pytest.mark.parametrize("number", [999, 10**30])
def test_a_job_that_is_not_there_is_not_found(client: Client, number: int) -> None:
    assert client.get(f"/jobs/{number}/").status_code == 404


def test_a_job_of_a_kind_that_is_gone_is_not_found(client: Client) -> None:
    job = Job.objects.create(kind="forgotten", subject="7")
    assert client.get(f"/jobs/{job.pk}/").status_code == 404


@pytest.mark.django_db
def test_a_visitor_signs_in_first() -> None:
    job = make_job()
    response = Client().get(f"/jobs/{job.pk}/")
    assert response.status_code == 302
    assert response.headers["Location"] == f"/accounts/login/?next=/jobs/{job.pk}/"


@pytest.mark.django_db
def test_htmx_of_someone_signed_out_meanwhile_loads_the_page_anew() -> None:
    response = Client().get(f"/jobs/{make_job().pk}/", headers=HTMX)
    assert (response.status_code, response.headers["HX-Refresh"]) == (200, "true")


def test_nothing_is_changed_by_a_post(client: Client) -> None:
    assert client.post(f"/jobs/{make_job().pk}/").status_code == 405


def test_asking_costs_three_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    job = make_job("running")
    with django_assert_num_queries(3):  # the session, the user, the job
        client.get(f"/jobs/{job.pk}/", headers=HTMX)
