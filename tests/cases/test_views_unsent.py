"""What was sent after the session had ended waits until its sender has signed in again."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import Assessment
from tests.cases.filling import DELIVERY, FACTS_PAGE, client_of, fields_of, open_sheet, stored_in
from tests.casting import make_case, make_inspection, user_of
from tests.pages import read_page


@pytest.fixture
def assessment(db: None) -> Assessment:
    return make_case(make_inspection())


def test_it_is_shown_once_on_its_own_page_and_stored_only_when_saved(
    assessment: Assessment,
) -> None:
    sheet = open_sheet(client_of(assessment.inspection, "inspector"), DELIVERY)
    sheet.fill(q2_1_01_answer="insufficient", q2_1_01_evidence="Two visits of six.")
    sheet.client.logout()
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


def test_facts_wait_too(assessment: Assessment) -> None:
    sheet = open_sheet(client_of(assessment.inspection, "inspector"), FACTS_PAGE)
    sheet.fill(gender="female").client.logout()
    sheet.save()
    login(sheet.client, assessment, "inspector")
    assert fields_of(read_page(sheet.client.get(FACTS_PAGE)))["gender"] == ["female"]


def test_whoever_may_not_see_the_case_does_not_see_what_was_sent(assessment: Assessment) -> None:
    sheet = open_sheet(client_of(assessment.inspection, "inspector"), DELIVERY)
    sheet.fill(q2_1_01_evidence="Two visits of six.").client.logout()
    sheet.save()
    login(sheet.client, assessment, "local-assessor")
    assert sheet.client.get(DELIVERY).status_code == 404


def test_nothing_is_kept_of_a_page_that_was_only_asked_for(client: Client, db: None) -> None:
    make_case(make_inspection())
    client.get(DELIVERY)
    assert "unsent" not in client.session


def login(client: Client, assessment: Assessment, key: str) -> None:
    """Sign in over the session that is there, as a person does."""
    client.force_login(user_of(assessment.inspection, key))
