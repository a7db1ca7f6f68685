"""What was sent after the session had ended waits until its sender has signed in again."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.devices import LAST_PERSON
from cases.models import Assessment
from cases.views.unsent import LARGEST
from tests.cases.filling import (
    DELIVERY,
    FACTS_PAGE,
    Sheet,
    client_of,
    end_session,
    fields_of,
    open_sheet,
    stored_in,
)
from tests.casting import PASSWORD, make_case, make_inspection, user_of
from tests.pages import read_page

CONFLICTS = "/inspections/anyshire-2026/conflicts-of-interest/"
LOGOUT = "/accounts/logout/"


@pytest.fixture
def assessment(db: None) -> Assessment:
    return make_case(make_inspection())


def fill_delivery(assessment: Assessment) -> Sheet:
    """Return a page that the inspector opened and filled in, and has not sent."""
    sheet = open_sheet(client_of(assessment.inspection, "inspector"), DELIVERY)
    return sheet.fill(q2_1_01_answer="insufficient", q2_1_01_evidence="Two visits of six.")


def login(client: Client, assessment: Assessment, key: str) -> None:
    """Sign in over the session that is there, as a person does."""
    email = user_of(assessment.inspection, key).email
    answer = client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    assert answer.status_code == 302


def test_it_is_shown_once_on_its_own_page_and_stored_only_when_saved(
    assessment: Assessment,
) -> None:
    sheet = fill_delivery(assessment)
    end_session(sheet.client)
    answer = sheet.save()
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/accounts/login/?next={DELIVERY}",
    )
    login(sheet.client, assessment, "inspector")
    open_sheet(sheet.client, FACTS_PAGE)
    fields = fields_of(read_page(sheet.client.get(DELIVERY)))
    assert fields["q2-1-01-answer"] == ["insufficient"]
    assert fields["q2-1-01-evidence"] == ["Two visits of six."]
    assert stored_in(assessment) == {}
    fields = fields_of(read_page(sheet.client.get(DELIVERY)))
    assert fields["q2-1-01-evidence"] == [""]


def test_its_sender_comes_back_to_the_whole_address(assessment: Assessment) -> None:
    sheet = fill_delivery(assessment)
    end_session(sheet.client)
    answer = sheet.client.post(f"{DELIVERY}?seed=a1&number=2", sheet.sent)
    assert answer.headers["Location"] == (
        f"/accounts/login/?next={DELIVERY}%3Fseed%3Da1%26number%3D2"
    )
    login(sheet.client, assessment, "inspector")
    fields = fields_of(read_page(sheet.client.get(f"{DELIVERY}?seed=a1&number=2")))
    assert fields["q2-1-01-evidence"] == ["Two visits of six."]


def test_each_page_waits_for_itself(assessment: Assessment) -> None:
    delivery = fill_delivery(assessment)
    client = delivery.client
    facts = open_sheet(client, FACTS_PAGE).fill(gender="female")
    end_session(client)
    delivery.save()
    facts.save()
    login(client, assessment, "inspector")
    assert fields_of(read_page(client.get(FACTS_PAGE)))["gender"] == ["female"]
    fields = fields_of(read_page(client.get(DELIVERY)))
    assert fields["q2-1-01-evidence"] == ["Two visits of six."]


def test_of_too_much_the_latest_is_kept(assessment: Assessment) -> None:
    sheet = fill_delivery(assessment)
    facts = open_sheet(sheet.client, FACTS_PAGE).fill(gender="female")
    end_session(sheet.client)
    sheet.fill(q2_1_01_evidence="x" * (LARGEST - 5_000)).save()
    facts.fill(age_at_start="9" * 5_000).save()
    login(sheet.client, assessment, "inspector")
    fields = fields_of(read_page(sheet.client.get(DELIVERY)))
    assert fields["q2-1-01-evidence"] == [""]
    assert fields_of(read_page(sheet.client.get(FACTS_PAGE)))["gender"] == ["female"]


def test_a_copy_for_the_device_does_not_use_it_up(assessment: Assessment) -> None:
    sheet = fill_delivery(assessment)
    end_session(sheet.client)
    sheet.save()
    login(sheet.client, assessment, "inspector")
    kept = sheet.client.get(DELIVERY, headers={"X-Keep-For": "ab12cd34"})
    for answer, evidence in ((kept, ""), (sheet.client.get(DELIVERY), "Two visits of six.")):
        assert fields_of(read_page(answer))["q2-1-01-evidence"] == [evidence]


def test_facts_wait_too(assessment: Assessment) -> None:
    sheet = open_sheet(client_of(assessment.inspection, "inspector"), FACTS_PAGE)
    sheet.fill(gender="female")
    end_session(sheet.client)
    sheet.save()
    login(sheet.client, assessment, "inspector")
    assert fields_of(read_page(sheet.client.get(FACTS_PAGE)))["gender"] == ["female"]


def test_whoever_else_signs_in_there_never_sees_it(assessment: Assessment) -> None:
    client = client_of(assessment.inspection, "inspector")
    sheet = open_sheet(client, CONFLICTS).fill(note="The child is a cousin of mine.")
    for again in ("local-assessor", "inspector"):
        end_session(client)
        if again == "local-assessor":
            sheet.save()
        login(client, assessment, again)
        page = read_page(client.get(CONFLICTS))
        assert page.xpath("//input[@name='note']/@value") == []


def test_it_waits_for_its_sender_on_a_page_that_others_have_too(assessment: Assessment) -> None:
    client = client_of(assessment.inspection, "inspector")
    sheet = open_sheet(client, CONFLICTS).fill(note="The child is a cousin of mine.")
    end_session(client)
    sheet.save()
    login(client, assessment, "inspector")
    page = read_page(client.get(CONFLICTS))
    assert page.xpath("//input[@name='note']/@value") == ["The child is a cousin of mine."]


def test_nothing_is_kept_of_who_signed_out(assessment: Assessment) -> None:
    sheet = fill_delivery(assessment)
    assert LAST_PERSON in sheet.client.cookies
    sheet.client.post(LOGOUT)
    assert sheet.client.cookies[LAST_PERSON].value == ""
    sheet.save()
    assert Session.objects.count() == 0


@pytest.mark.parametrize("cookie", ["", "ab12cd34", "ab12cd34:1tQ9xZ:c2lnbmF0dXJl", "\x01é"])
def test_nothing_is_kept_of_somebody_unknown(assessment: Assessment, cookie: str) -> None:
    sheet = fill_delivery(assessment)
    end_session(sheet.client)
    sheet.client.cookies[LAST_PERSON] = cookie
    assert sheet.save().status_code == 302
    assert Session.objects.count() == 0


def test_nothing_is_kept_of_a_page_that_was_only_asked_for(assessment: Assessment) -> None:
    client = client_of(assessment.inspection, "inspector")
    client.get(DELIVERY)
    end_session(client)
    client.get(DELIVERY)
    assert Session.objects.count() == 0
