"""The page on which a case of the sample is replaced."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from cases.alerts import raise_alert
from cases.models import Case, SampledCase
from inspections.models import Inspection
from tests.cases.filling import (
    banners_of,
    client_of,
    end_session,
    errors_of,
    heading_of,
    open_sheet,
)
from tests.cases.sampling.caseloads import make_entries, make_entry, make_opened, sampled_of
from tests.cases.sampling.pages import SAMPLE, lead_of
from tests.cases.sampling.test_replacing import judge
from tests.casting import make_administrator, member_of, user_of
from tests.pages import read_page, texts_of

pytestmark = pytest.mark.django_db

PAGE = f"{SAMPLE}ANY-003/replace/"
REASON = "The order was transferred to another service."
BUTTONS = "//main//form//button"


@pytest.fixture
def inspection() -> Inspection:
    return make_opened()


@pytest.fixture
def client(inspection: Inspection) -> Client:
    return lead_of(inspection)


def test_it_says_what_comes_and_asks_why(inspection: Inspection, client: Client) -> None:
    page = open_sheet(client, PAGE).page
    assert heading_of(page) == "Anyshire 2026 Replace case ANY-003"
    said = " ".join(texts_of(page, "//main//p"))
    row = sampled_of(inspection, "ANY-003")
    first = SampledCase.objects.filter(reserve=True, stratum=row.stratum).order_by("position")[0]
    assert f"the service’s {row.entry.reference} (" in said
    assert f"the next reserve of the same group: the service’s {first.entry.reference} (" in said
    assert texts_of(page, "//main//form//label") == ["Why is the case unsuitable?"]
    assert texts_of(page, BUTTONS) == ["Replace the case"]


def test_it_replaces_the_case(inspection: Inspection, client: Client) -> None:
    answer = open_sheet(client, PAGE).fill(reason=REASON).save()
    assert (answer.status_code, answer["Location"]) == (302, SAMPLE)
    assert banners_of(read_page(client.get(SAMPLE))) == [
        ("Success", "Case ANY-003 was replaced by ANY-013.")
    ]
    assert sampled_of(inspection, "ANY-003").reason == REASON


def test_only_the_lead_inspector_learns_of_an_open_alert(inspection: Inspection) -> None:
    case = Case.objects.get(reference="ANY-003")
    lead = member_of(inspection, "lead")
    raise_alert(case, lead, concern="Afraid to go home.", mutation=uuid4())
    administrator = Client()
    administrator.force_login(make_administrator())
    told = []
    for client in (lead_of(inspection), administrator):
        page = open_sheet(client, PAGE).page
        told.append("open alert on this case" in " ".join(texts_of(page, "//main")))
    assert told == [True, False]


@pytest.mark.parametrize("reason", ["", " \r\n ", "\x00"])
def test_a_reason_is_needed(client: Client, reason: str) -> None:
    answer = open_sheet(client, PAGE).fill(reason=reason).save()
    assert answer.status_code == 422
    ((_, target),) = errors_of(read_page(answer))
    assert target == "#id_reason"
    assert not Case.objects.filter(withdrawn=True).exists()


def test_a_reason_that_seems_to_name_somebody_is_asked_about(client: Client) -> None:
    sheet = open_sheet(client, PAGE).fill(reason="Moved to live with Mrs Featherstone.")
    answer = sheet.save()
    assert answer.status_code == 422
    page = read_page(answer)
    ((message, _),) = errors_of(page)
    assert message.startswith("This may identify somebody.")
    assert "It names nobody: send it as it is" in texts_of(page, BUTTONS)
    assert sheet.save(as_it_is="yes").status_code == 302


def test_a_case_that_is_begun_asks_to_confirm(inspection: Inspection, client: Client) -> None:
    judge(inspection, "ANY-003")
    sheet = open_sheet(client, PAGE).fill(reason=REASON)
    assert "Warning Somebody has begun this case." in " ".join(texts_of(sheet.page, "//main"))
    answer = sheet.save()
    assert answer.status_code == 422
    page = read_page(answer)
    assert errors_of(page) == [
        ("Confirm that the case is to be replaced though it is begun.", "#id_confirmed")
    ]
    assert texts_of(page, "//textarea") == [REASON]
    assert sheet.fill(confirmed="on").save().status_code == 302
    page = read_page(client.get(SAMPLE))
    assert banners_of(page) == [
        (
            "Success",
            "Case ANY-003 was replaced by ANY-013. It is allocated to Inspector, as the case "
            "before was.",
        )
    ]


def test_a_case_begun_meanwhile_asks_to_confirm(inspection: Inspection, client: Client) -> None:
    sheet = open_sheet(client, PAGE).fill(reason=REASON)
    judge(inspection, "ANY-003")
    assert sheet.save().status_code == 422
    assert not Case.objects.filter(withdrawn=True).exists()


def test_where_no_reserve_is_left_the_case_is_only_withdrawn() -> None:
    client = lead_of(make_opened([make_entry(f"A{n}") for n in range(5)]))
    sheet = open_sheet(client, PAGE).fill(reason=REASON)
    assert texts_of(sheet.page, "//main//div[@class='govuk-inset-text']") == [
        "No reserve is left. The case is withdrawn and nothing takes its place, so the sample is "
        "smaller by one."
    ]
    assert texts_of(sheet.page, BUTTONS) == ["Withdraw the case"]
    sheet.save()
    page = read_page(client.get(SAMPLE))
    assert banners_of(page) == [
        (
            "Success",
            "Case ANY-003 was withdrawn from the sample. There is no reserve left to take its "
            "place.",
        )
    ]
    assert "Nobody: no reserve was left" in texts_of(page, "//table[@id='replaced']//td")


def test_a_minimum_that_can_no_longer_be_kept_is_told() -> None:
    entries = [
        *(make_entry(f"A{n}") for n in range(12)),
        make_entry("W1", gender="female"),
        make_entry("W2", gender="female"),
    ]
    inspection = make_opened(entries)
    woman = SampledCase.objects.get(entry__reference="W1").case
    client = lead_of(inspection)
    sheet = open_sheet(client, f"{SAMPLE}{woman}/replace/").fill(reason=REASON)
    assert texts_of(sheet.page, "//main//div[@class='govuk-inset-text']") == [
        "No reserve is left with which the sample would keep this minimum: Young women."
    ]
    sheet.save()
    page = read_page(client.get(SAMPLE))
    ((_, told),) = banners_of(page)
    assert told.endswith("The sample has fewer cases now than the method asks for: Young women.")
    minimums = texts_of(page, "//table[@id='minimums']/tbody/tr[2]/td[4]")
    assert minimums == ["Not kept"]


def test_a_case_is_replaced_once(client: Client) -> None:
    sheet = open_sheet(client, PAGE).fill(reason=REASON)
    assert sheet.save().status_code == 302
    answer = sheet.save()
    assert answer.status_code == 409
    assert errors_of(read_page(answer)) == [
        ("Case ANY-003 was withdrawn from the sample already.", "")
    ]
    assert client.get(PAGE).status_code == 200
    assert Case.objects.count() == 13


@pytest.mark.parametrize("reference", ["ANY-999", "OTH-001", "x" * 300])
def test_a_case_that_was_not_drawn_here_is_not_found(client: Client, reference: str) -> None:
    make_opened(make_entries(20), "Othershire")
    assert client.get(f"{SAMPLE}{reference}/replace/").status_code == 404
    assert client.post(f"{SAMPLE}{reference}/replace/", {"reason": REASON}).status_code == 404


def test_what_is_typed_outlives_the_end_of_a_session(inspection: Inspection) -> None:
    client = client_of(inspection, "lead")
    sheet = open_sheet(client, PAGE).fill(reason=REASON)
    end_session(client)
    answer = sheet.save()
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    client.force_login(user_of(inspection, "lead"))
    assert open_sheet(client, PAGE).sent["reason"] == [REASON]
    assert not Case.objects.filter(withdrawn=True).exists()
