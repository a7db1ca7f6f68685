"""Who may open the pages of the sample: the lead inspector and administrators, and nobody else."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Case, Caseload, SampleDraw
from inspections.models import Inspection
from tests.cases.filling import client_of
from tests.cases.sampling.caseloads import (
    SEED,
    draw,
    make_entries,
    make_opened,
    make_setting_up,
    store,
    write_caseload,
)
from tests.cases.sampling.pages import CASELOAD, DAY, SAMPLE, as_file, go_to_values
from tests.casting import (
    make_administrator,
    make_manager,
    make_user,
    member_of,
    user_of,
)
from tests.pages import links_of, read_page

pytestmark = pytest.mark.django_db

READ = (
    SAMPLE,
    CASELOAD,
    f"{CASELOAD}template.csv",
    f"{SAMPLE}sample.csv",
    f"{SAMPLE}explanation.csv",
    f"{SAMPLE}keys/",
    f"{SAMPLE}keys.csv",
    f"{SAMPLE}ANY-001/replace/",
)
WRITTEN = (
    CASELOAD,
    f"{SAMPLE}draw/",
    f"{SAMPLE}open/",
    f"{SAMPLE}ANY-001/replace/",
)


@pytest.fixture
def inspection() -> Inspection:
    return make_opened()


def as_user(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def statuses(client: Client) -> set[int]:
    body = {"step": "file", "file": as_file("a,b\n1,2\n"), "as_at": DAY, "reason": "Why."}
    return {client.get(url).status_code for url in READ} | {
        client.post(url, body).status_code for url in WRITTEN
    }


def test_the_lead_inspector_and_an_administrator_open_every_page(inspection: Inspection) -> None:
    for client in (client_of(inspection, "lead"), as_user(make_administrator())):
        assert {client.get(url).status_code for url in READ} == {200}


def test_an_administrator_sets_a_sample_up_and_replaces_cases() -> None:
    inspection = make_setting_up()
    client = as_user(make_administrator())
    assert go_to_values(client, write_caseload(make_entries(30))).save().status_code == 302
    assert client.post(f"{SAMPLE}draw/", {"seed": SEED}).status_code == 302
    assert client.post(f"{SAMPLE}open/", {"seed": SEED}).status_code == 302
    answer = client.post(f"{SAMPLE}ANY-001/replace/", {"reason": "Transferred."})
    assert answer.status_code == 302
    assert Case.objects.filter(inspection=inspection, withdrawn=True).count() == 1
    page = read_page(client.get(SAMPLE))
    assert [url for _, url in links_of(page, "//main") if "/cases/" in url] == []


@pytest.mark.parametrize("key", ["inspector", "practice-assessor", "local-assessor"])
def test_assessors_may_not(inspection: Inspection, key: str) -> None:
    assert statuses(client_of(inspection, key)) == {403}
    assert not Case.objects.filter(withdrawn=True).exists()


def test_others_find_nothing(inspection: Inspection) -> None:
    for user in (user_of(inspection, "support"), make_manager(), make_user("stranger")):
        assert statuses(as_user(user)) == {404}


def test_the_lead_inspector_of_another_inspection_finds_nothing(inspection: Inspection) -> None:
    other = make_setting_up("Othershire")
    member = member_of(other, "lead")
    member.user = make_user("other-lead")
    member.save()
    assert statuses(as_user(member.user)) == {404}


def test_one_inspection_is_not_changed_through_another() -> None:
    inspection = make_setting_up()
    other = make_setting_up("Othershire")
    store(other, make_entries(30))
    draw(other)
    client = client_of(inspection, "lead")
    assert client.post(f"{SAMPLE}open/", {"seed": SEED}).status_code == 409
    assert client.get(f"{SAMPLE}sample.csv").status_code == 404
    assert not Case.objects.exists()


@pytest.mark.parametrize("url", READ)
def test_who_has_not_signed_in_is_asked_to(inspection: Inspection, url: str) -> None:
    answer = Client().get(url)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={url}")


def test_nothing_is_taken_from_who_has_not_signed_in() -> None:
    inspection = make_setting_up()
    store(inspection, make_entries(30))
    client = Client()
    for url in WRITTEN:
        assert client.post(url, {"seed": SEED, "reason": "Why."}).status_code == 302
    assert (Caseload.objects.count(), SampleDraw.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("url", "method"),
    [
        (SAMPLE, "post"),
        (f"{SAMPLE}draw/", "get"),
        (f"{SAMPLE}open/", "get"),
        (CASELOAD, "put"),
        (f"{SAMPLE}sample.csv", "post"),
        (f"{SAMPLE}keys/", "delete"),
        (f"{SAMPLE}ANY-001/replace/", "delete"),
    ],
)
def test_a_page_refuses_what_it_does_not_do(inspection: Inspection, url: str, method: str) -> None:
    assert getattr(client_of(inspection, "lead"), method)(url).status_code == 405


def test_a_form_that_another_site_sends_is_refused(inspection: Inspection) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of(inspection, "lead"))
    for url in WRITTEN:
        assert client.post(url, {"seed": SEED, "reason": "Why."}).status_code == 403


def test_it_is_one_of_the_steps_of_setting_up(inspection: Inspection) -> None:
    for client, there in (
        (client_of(inspection, "lead"), True),
        (as_user(make_administrator()), True),
        (client_of(inspection, "inspector"), False),
    ):
        page = read_page(client.get("/inspections/anyshire-2026/"))
        assert (("Sample", SAMPLE) in links_of(page, "//main")) is there
