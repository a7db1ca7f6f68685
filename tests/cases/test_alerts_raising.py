"""The page on which a case alert is raised."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.models import Assessment, CaseAlert
from inspections.models import Inspection
from jobs.models import Job
from tests.cases.alert_pages import (
    ALERTS,
    CONCERN,
    RAISE,
    client_of,
    errors_of,
    page_of,
    raise_one,
)
from tests.cases.filling import end_session
from tests.casting import (
    make_case,
    make_inspection,
    user_of,
)
from tests.pages import read_page, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


class TestRaising:
    def test_says_to_telephone_first_and_what_happens_next(self, assessment: Assessment) -> None:
        page = read_page(client_of(assessment, "inspector").get(RAISE))
        assert texts_of(page, "//h1") == ["Anyshire 2026: case ANY-001 Raise a case alert"]
        (warning,) = texts_of(page, "//*[contains(@class, 'govuk-warning-text__text')]")
        assert "immediate danger, telephone first: 999, then the service" in warning
        (form,) = page.xpath("//form[@id='alert-form']")
        assert (form.get("data-outbox"), form.get("data-case")) == ("alert", "ANY-001")
        assert form.xpath(".//textarea/@name") == ["concern"]
        assert form.get("data-telephone") == ""

    def test_names_the_number_wherever_it_says_to_telephone(self, assessment: Assessment) -> None:
        client, lead = client_of(assessment, "inspector"), client_of(assessment, "lead")
        warning = "//*[contains(@class, 'govuk-warning-text__text')]"
        without = "No telephone number for urgent concerns is given"
        assert without in lead.get(ALERTS).content.decode()
        Inspection.objects.update(urgent_telephone="01632 960001")
        page = read_page(client.get(RAISE))
        assert page.xpath("//form/@data-telephone") == ["01632 960001"]
        assert "then the lead inspector on 01632 960001." in texts_of(page, warning)[0]
        alert = raise_one(assessment)
        Job.objects.update(status="failed")
        page = read_page(client.get(page_of(alert)))
        assert "telephone the lead inspector on 01632 960001." in texts_of(page, "//main")[0]
        assert texts_of(read_page(client.get(ALERTS)), warning)[0].endswith(
            "Telephone them now: 01632 960001."
        )
        assert without not in lead.get(ALERTS).content.decode()
        (own,) = texts_of(read_page(lead.get(page_of(alert))), warning)
        assert "telephone first: 999, then the service. An alert" in own

    def test_a_device_comes_to_the_list_and_is_told_that_it_is_raised(
        self, assessment: Assessment
    ) -> None:
        client, banner = client_of(assessment, "inspector"), "//*[@role='alert']"
        raised = f"{ALERTS}?raised=yes"
        assert read_page(client.get(raised)).xpath(banner) == []
        alert = raise_one(assessment)
        (told,) = texts_of(read_page(client.get(raised)), banner)
        assert told.endswith("The alert is raised. The lead inspector is told by email.")
        assert read_page(client.get(ALERTS)).xpath(banner) == []
        Job.objects.update(status="failed")
        (told,) = texts_of(read_page(client.get(raised)), banner)
        assert told.endswith("The alert is raised.")
        CaseAlert.objects.filter(pk=alert.pk).update(
            raised_at=timezone.now() - timedelta(minutes=3)
        )
        assert read_page(client.get(raised)).xpath(banner) == []

    def test_raises_it_and_shows_its_page(self, assessment: Assessment) -> None:
        client = client_of(assessment, "inspector")
        response = client.post(RAISE, {"concern": CONCERN, "mutation": str(uuid4())}, follow=True)
        alert = CaseAlert.objects.get()
        assert (alert.concern, alert.raised_by.key) == (CONCERN, "inspector")
        assert response.redirect_chain == [(page_of(alert), 302)]
        page = read_page(response)
        assert (
            "The alert is raised. The lead inspector is told by email."
            in texts_of(page, "//*[@role='alert']")[0]
        )
        assert texts_of(page, "//*[@id='telling']")[0].startswith("Waiting to be sent.")
        assert [text_of(e) for e in page.xpath("//main//form")] == []

    def test_sent_twice_raises_one_and_sent_with_other_words_another(
        self, assessment: Assessment
    ) -> None:
        client, mutation = client_of(assessment, "inspector"), str(uuid4())
        for concern in (CONCERN, CONCERN, f"{CONCERN} Today."):
            client.post(RAISE, {"concern": concern, "mutation": mutation})
        assert list(CaseAlert.objects.values_list("concern", flat=True)) == [
            f"{CONCERN} Today.",
            CONCERN,
        ]

    @pytest.mark.parametrize("mutation", ["", "garbage", "\x00"])
    def test_takes_a_form_whose_hidden_part_is_broken(
        self, assessment: Assessment, mutation: str
    ) -> None:
        client = client_of(assessment, "inspector")
        client.post(RAISE, {"concern": CONCERN, "mutation": mutation})
        assert CaseAlert.objects.count() == 1

    @pytest.mark.parametrize(
        ("concern", "message"),
        [
            ("", "Say what your concern is."),
            ("x" * 5001, "The concern must be 5,000 characters or fewer."),
            ("a\x00b", "The concern holds a character that cannot be stored."),
        ],
    )
    def test_refuses_at_its_place_and_keeps_what_was_typed(
        self, assessment: Assessment, concern: str, message: str
    ) -> None:
        response = client_of(assessment, "inspector").post(RAISE, {"concern": concern})
        page = read_page(response) if "\x00" not in concern else None
        assert response.status_code == 422
        if page is not None:
            assert errors_of(page) == [(message, "#id_concern")]
            assert text_of(page.xpath("//textarea")[0]) == concern
        assert CaseAlert.objects.count() == 0

    def test_warns_of_a_name_and_then_gives_way(self, assessment: Assessment) -> None:
        client = client_of(assessment, "inspector")
        sent = {"concern": "Jordan Smith is afraid to go home."}
        response = client.post(RAISE, sent)
        page = read_page(response)
        assert response.status_code == 422
        assert errors_of(page)[0][0].startswith("This may identify somebody.")
        assert texts_of(page, "//main//button") == ["Raise the alert", "Raise it as it is"]
        client.post(RAISE, sent | {"as_it_is": "yes"})
        assert CaseAlert.objects.get().concern == sent["concern"]

    def test_keeps_what_was_typed_by_somebody_who_was_signed_out(
        self, assessment: Assessment
    ) -> None:
        client = client_of(assessment, "inspector")
        client.get(RAISE)
        end_session(client)
        response = client.post(RAISE, {"concern": CONCERN})
        assert response.headers["Location"] == f"/accounts/login/?next={RAISE}"
        client.force_login(user_of(assessment.inspection, "inspector"))
        page = read_page(client.get(RAISE))
        assert text_of(page.xpath("//textarea")[0]) == CONCERN
        assert "was not saved" in texts_of(page, "//*[@role='region']")[0]

    def test_says_if_nobody_can_be_told(self, assessment: Assessment) -> None:
        assessment.inspection.team.filter(key="lead").update(user=None)
        client = client_of(assessment, "inspector")
        assert "No lead inspector of this inspection has an email address here" in text_of(
            read_page(client.get(RAISE)).xpath("//main")[0]
        )
        page = read_page(client.post(RAISE, {"concern": CONCERN}, follow=True))
        told = texts_of(page, "//*[@id='telling']")[0]
        assert "nobody was told: telephone. Administrators are asked to appoint one" in told
