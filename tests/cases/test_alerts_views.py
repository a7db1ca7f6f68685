"""The pages of case alerts: following one, and what the lead inspector records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localtime
from pytest_django import DjangoAssertNumQueries

from cases.alerts import close_alert
from cases.models import AlertAction, Assessment, CaseAlert
from inspections.catalogue import load_definition
from jobs.models import Job
from tests.cases.alert_pages import (
    ALERTS,
    RAISE,
    client_of,
    errors_of,
    page_of,
    raise_one,
    see_to,
    when_told,
)
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    member_of,
    user_of,
)
from tests.pages import links_of, read_page, rows_of, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


class TestFollowing:
    def test_whoever_raised_it_sees_what_was_done_and_no_forms(
        self, assessment: Assessment
    ) -> None:
        alert, lead = raise_one(assessment), client_of(assessment, "lead")
        now = localtime()
        sent = {"do": "action", "action-action": "Telephoned the duty worker."}
        moment = {"action-day": f"{now:%Y-%m-%d}", "action-time": f"{now:%H:%M}"}
        lead.post(page_of(alert), sent | moment)
        client = client_of(assessment, "inspector")
        page = read_page(client.get(page_of(alert)))
        assert texts_of(page, "//ol//p[contains(@class, 'alert-words')]") == [
            "Telephoned the duty worker."
        ]
        assert page.xpath("//main//form") == []
        assert client.post(page_of(alert), {"do": "close"}).status_code == 403

    def test_an_email_that_failed_is_said_and_can_be_sent_again(
        self, assessment: Assessment
    ) -> None:
        alert, client = raise_one(assessment), client_of(assessment, "inspector")
        Job.objects.update(status="failed")
        page = read_page(client.get(page_of(alert)))
        assert "It could not be sent: telephone the lead inspector." in text_of(
            page.xpath("//*[@id='telling']")[0]
        )
        (action,) = page.xpath("//*[@id='telling']//form/@action")
        assert client.post(action).headers["Location"] == page_of(alert)
        assert [job.status for job in Job.objects.all()] == ["queued", "failed"]
        assert client.get(action).status_code == 405

    def test_the_list_holds_what_one_may_see_open_ones_first(self, assessment: Assessment) -> None:
        closed = raise_one(assessment)
        see_to(closed)
        close_alert(closed, member_of(assessment.inspection, "lead"))
        told = raise_one(assessment)
        see_to(told)
        other = make_case(assessment.inspection, "ANY-002", assessor="local-assessor")
        raise_one(other, "local-assessor")
        Job.objects.filter(subject=str(told.pk)).update(status="failed")
        page = read_page(client_of(assessment, "lead").get(ALERTS))
        cells = [(row[0], row[3], row[1], *row[4:]) for row in rows_of(page, "alerts")]
        assert cells[1:] == [
            ("ANY-002", "Local assessor", "Open", "Waiting to be sent", "Not yet"),
            ("ANY-001", "Inspector", "Open, service told", "Could not be sent", when_told(told)),
            ("ANY-001", "Inspector", "Closed", "Waiting to be sent", when_told(closed)),
        ]
        assert "2 of 3 are open." in texts_of(page, "//main/p")[0]
        own = read_page(client_of(assessment, "local-assessor").get(ALERTS))
        assert [row[0] for row in rows_of(own, "alerts")[1:]] == ["ANY-002"]
        warning = "//*[contains(@class, 'govuk-warning-text__text')]"
        inspector = read_page(client_of(assessment, "inspector").get(ALERTS))
        assert texts_of(inspector, warning) == [
            "Warning The lead inspector was not told of an alert of yours. Telephone them now."
        ]
        assert texts_of(own, warning) == texts_of(page, warning) == []
        nobody = read_page(client_of(assessment, "practice-assessor").get(ALERTS))
        assert "You have raised no alert." in text_of(nobody.xpath("//main")[0])

    def test_the_page_of_the_case_tells_whom_it_concerns(self, assessment: Assessment) -> None:
        case = "/inspections/anyshire-2026/cases/ANY-001/"
        warning = "//*[contains(@class, 'govuk-warning-text__text')]"
        told, alert = raise_one(assessment), raise_one(assessment, "lead")
        see_to(told)
        raise_one(make_case(assessment.inspection, "ANY-002"))
        lead = read_page(client_of(assessment, "lead").get(case))
        assert links_of(lead, warning) == [
            ("An alert on this case is open", page_of(alert)),
            ("An alert on this case is open", page_of(told)),
        ]
        assert [text.rpartition(". ")[2] for text in texts_of(lead, warning)] == [
            "The service is not yet told.",
            "The service was told.",
        ]
        inspector = client_of(assessment, "inspector")
        assert links_of(read_page(inspector.get(case)), warning) == [
            ("An alert on this case is open", page_of(told))
        ]
        close_alert(told, member_of(assessment.inspection, "lead"))
        assert texts_of(read_page(inspector.get(case)), warning) == []

    @pytest.mark.parametrize("alerts", [1, 12])
    def test_takes_as_many_queries_for_many(
        self,
        assessment: Assessment,
        alerts: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        last = [raise_one(assessment) for _ in range(alerts)][-1]
        for number in range(alerts):
            AlertAction.objects.create(
                alert=last,
                done_at=timezone.now(),
                action=str(number),
                recorded_by=last.raised_by,
                recorded_at=timezone.now(),
            )
        client = client_of(assessment, "lead")
        load_definition(assessment.inspection.programme)
        with django_assert_num_queries(5):
            client.get(ALERTS)
        with django_assert_num_queries(6):
            client.get(page_of(last))


class TestRecording:
    def send(
        self, alert: CaseAlert, do: str, sent: Mapping[str, str], shift: timedelta = timedelta(0)
    ) -> str:
        """Send a form as the lead inspector; return where it led to, or the errors told."""
        moment = localtime() + shift
        fields = {"day": f"{moment:%Y-%m-%d}", "time": f"{moment:%H:%M}", **sent}
        client = client_of(Assessment.objects.get(case=alert.case), "lead")
        response = client.post(
            page_of(alert), {"do": do} | {f"{do}-{name}": value for name, value in fields.items()}
        )
        if response.status_code == 302:
            return str(response.headers["Location"])
        assert response.status_code == 422
        page = read_page(response)
        assert page.xpath("//title")[0].text.startswith("Error: ") or not errors_of(page)
        told = [text for text, _ in errors_of(page)]
        banner = "//*[contains(@class, 'govuk-notification-banner__content')]"
        return " ".join(told or texts_of(page, banner))

    def test_an_alert_goes_its_whole_way(self, assessment: Assessment) -> None:
        alert = raise_one(assessment)
        here = page_of(alert)
        assert self.send(alert, "close", {}).startswith("Record that the service was told before")
        hours_ago = timedelta(hours=-3)
        assert self.send(alert, "action", {"action": "Telephoned the service."}, hours_ago) == here
        assert self.send(alert, "told", {"whom": "Head of service"}) == here
        assert self.send(alert, "told", {"whom": "Somebody else"}).startswith(
            "It is recorded already"
        )
        assert self.send(alert, "close", {}) == here
        assert self.send(alert, "action", {"action": "The visit was on Monday."}) == here
        alert.refresh_from_db()
        assert alert.service_told_whom == "Head of service"
        assert alert.closed_by == member_of(assessment.inspection, "lead")
        assert list(alert.actions.values_list("action", flat=True)) == [
            "Telephoned the service.",
            "The visit was on Monday.",
        ]
        page = read_page(client_of(assessment, "lead").get(here))
        assert texts_of(page, "//main//button") == ["Record this"]
        (told,) = texts_of(page, "//div[dt='Service told']/dd")
        assert "Head of serviceRecorded by Lead inspector on" in told

    @pytest.mark.parametrize(
        ("do", "sent", "message"),
        [
            ("action", {"action": ""}, "Say what was done."),
            ("action", {"action": "Told.", "day": ""}, "Enter the day."),
            (
                "action",
                {"action": "Told.", "day": "31 June", "time": "9"},
                "Enter a real day. Enter a real time.",
            ),
            ("action", {"action": "Told.", "day": "9999-12-31"}, "This is in the future."),
            ("action", {"action": "Told.", "day": "0001-01-01"}, "This is more than a month"),
            ("told", {"whom": " "}, "Say whom you told, by their role."),
            ("told", {"whom": "x" * 201}, "The role must be 200 characters or fewer."),
            ("told", {"whom": "Duty worker", "time": "25:00"}, "Enter a real time."),
        ],
    )
    def test_refuses_at_its_place(
        self, assessment: Assessment, do: str, sent: dict[str, str], message: str
    ) -> None:
        alert = raise_one(assessment)
        assert self.send(alert, do, sent).startswith(message)
        alert.refresh_from_db()
        assert (AlertAction.objects.count(), alert.service_told_at) == (0, None)

    def test_keeps_what_was_typed_and_leaves_the_other_form_alone(
        self, assessment: Assessment
    ) -> None:
        alert, client = raise_one(assessment), client_of(assessment, "lead")
        sent = {"do": "action", "action-action": "Told the service.", "action-day": "never"}
        page = read_page(client.post(page_of(alert), sent))
        assert text_of(page.xpath("//textarea")[0]) == "Told the service."
        assert page.xpath("//input[@name='action-day']/@value") == ["never"]
        assert page.xpath("//input[@name='told-day']/@value") == [f"{localtime():%Y-%m-%d}"]
        assert page.xpath("//*[contains(@class, 'govuk-form-group--error')]//input/@name") == [
            "action-day",
            "action-time",
        ]

    @pytest.mark.parametrize("do", ["", "garbage", "\x00"])
    def test_garbage_changes_nothing(self, assessment: Assessment, do: str) -> None:
        alert = raise_one(assessment)
        response = client_of(assessment, "lead").post(page_of(alert), {"do": do})
        assert response.status_code == 422
        assert AlertAction.objects.count() == 0


class TestOverview:
    def test_the_lead_inspector_meets_open_alerts_on_the_overview(
        self, assessment: Assessment
    ) -> None:
        overview = "/inspections/anyshire-2026/"
        banner = "//*[contains(@class, 'govuk-notification-banner__content')]"
        lead = client_of(assessment, "lead")
        assert texts_of(read_page(lead.get(overview)), banner) == []
        alerts = [raise_one(assessment) for _ in range(3)]
        see_to(alerts[0])
        close_alert(alerts[0], member_of(assessment.inspection, "lead"))
        raise_one(make_case(make_inspection("Elsewhere"), "ELS-001"))
        page = read_page(lead.get(overview))
        assert texts_of(page, banner) == ["2 case alerts are open."]
        assert links_of(page, banner) == [("2 case alerts", ALERTS)]
        inspector = client_of(assessment, "inspector")
        assert texts_of(read_page(inspector.get(overview)), banner) == []


class TestAccess:
    def test_pages_are_open_to_those_concerned_alone(self, assessment: Assessment) -> None:
        alert = raise_one(assessment)
        make_inspection("Elsewhere").team.filter(key="lead").update(
            user=make_user("lead-elsewhere")
        )
        people = {
            key: user_of(assessment.inspection, key)
            for key in ("lead", "inspector", "practice-assessor", "support")
        } | {
            "administrator": make_administrator(),
            "manager": make_manager(),
            "elsewhere": make_user("lead-elsewhere"),
        }
        answers = {}
        for key, user in people.items():
            client = Client()
            client.force_login(user)
            answers[key] = [
                client.get(ALERTS).status_code,
                client.get(page_of(alert)).status_code,
                client.get(RAISE).status_code,
                client.post(RAISE, {"concern": ""}).status_code,
                client.post(page_of(alert), {"do": "close"}).status_code,
                client.post(f"{page_of(alert)}send/").status_code,
            ]
        assert answers == {
            "lead": [200, 200, 200, 422, 422, 302],
            "inspector": [200, 200, 200, 422, 403, 302],
            "practice-assessor": [200, 404, 404, 404, 404, 404],
            **dict.fromkeys(("support", "administrator", "manager", "elsewhere"), [404] * 6),
        }

    def test_an_alert_of_another_inspection_is_not_found(self, assessment: Assessment) -> None:
        other = raise_one(make_case(make_inspection("Elsewhere"), "ELS-001"))
        client = client_of(assessment, "lead")
        for alert_id in (other.pk, 0, 10**30):
            assert client.get(f"{ALERTS}{alert_id}/").status_code == 404

    def test_visitors_are_asked_to_sign_in(self, assessment: Assessment) -> None:
        alert = raise_one(assessment)
        for path in (ALERTS, RAISE, page_of(alert)):
            response = Client().get(path)
            assert (response.status_code, response.headers["Location"]) == (
                302,
                f"/accounts/login/?next={path}",
            )
