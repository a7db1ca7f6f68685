"""Publishing through the pages: asked first, done once, and nothing to be had before it is done."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inspections.models import Inspection
from jobs.models import Job
from jobs.running import run_job
from reports.models import Narrative, Publication, PublishedDocument
from tests.casting import make_administrator, make_inspection, make_manager, user_of
from tests.pages import Element, links_of, read_page, text_of, texts_of
from tests.reports.stages import (
    ISSUE,
    ISSUE_PDF,
    REPORT,
    change_answer,
    client_of,
    lead_of,
    make_issued,
    make_pending,
    make_ready,
)

pytestmark = pytest.mark.django_db

PUBLISH = f"{REPORT}publish/"


@pytest.fixture
def inspection() -> Inspection:
    return make_ready()


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return lead_of(inspection)


def banners_of(client: Client) -> list[str]:
    """Return what the banners of the report page say, as it is opened next."""
    page = read_page(client.get(REPORT))
    return texts_of(page, "//p[@class='govuk-notification-banner__heading']")


def reasons_of(page: Element) -> list[str]:
    return texts_of(page, "//main//ul[contains(@class, 'govuk-list--bullet')]/li")


class TestQuestion:
    def test_says_what_is_not_written(self, inspection: Inspection, lead: Client) -> None:
        Narrative.objects.update_or_create(
            inspection=inspection, defaults={"document": {"foreword": "We read the cases."}}
        )
        assert reasons_of(read_page(lead.get(PUBLISH))) == [
            "recommendations",
            "the commentary on section 1",
            "the commentary on section 2",
            "findings on criterion 1.1",
            "findings on criterion 1.2",
            "findings on criterion 2.1",
            "the context of the area",
        ]

    def test_says_what_is_published_and_what_that_freezes(self, lead: Client) -> None:
        page = read_page(lead.get(PUBLISH))
        assert texts_of(page, "//h1") == ["Anyshire 2026 Publish the report"]
        assert texts_of(page, "//main//p[@class='govuk-body']")[0] == (
            "You are about to publish issue 1 of the report on Anyshire, which rests on 2 cases."
        )
        assert [
            (text_of(box.xpath(".//h2")[0]), text_of(box.xpath(".//p")[0]))
            for box in page.xpath("//*[@class='app-score-grid']/div")
        ] == [("Safeguarding", "88%"), ("Risk of Harm", "80%")]
        assert texts_of(page, "//strong[@class='govuk-warning-text__text']") == [
            "Warning A published issue cannot be taken back."
        ]
        (button,) = page.xpath("//main//form//button")
        assert (text_of(button), button.get("name"), button.get("value")) == (
            "Publish now",
            "issue",
            "1",
        )
        assert links_of(page, "//main") == [
            ("Read the draft once more", f"{REPORT}draft/"),
            ("Sign-off", "/inspections/anyshire-2026/scorecard/sign-off/"),
            ("Do not publish yet", REPORT),
        ]
        assert Publication.objects.count() == 0

    def test_is_not_asked_while_something_is_missing(
        self, inspection: Inspection, lead: Client
    ) -> None:
        change_answer(inspection, "2.1.01", "")
        response = lead.get(PUBLISH)
        page = read_page(response)
        assert (response.status_code, texts_of(page, "//title")) == (
            200,
            ["Publish the report – Case inspection"],
        )
        assert reasons_of(page) == ["Judgements that are still open: 1."]
        assert texts_of(page, "//main//button") == []

    def test_is_not_asked_while_an_issue_is_pending(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_pending(inspection)
        response = lead.get(PUBLISH)
        assert (response.status_code, response.headers["Location"]) == (302, REPORT)

    def test_names_the_next_issue(self, inspection: Inspection, lead: Client) -> None:
        make_issued(inspection)
        page = read_page(lead.get(PUBLISH))
        assert page.xpath("//main//form//button/@value") == ["2"]

    def test_takes_few_queries(
        self, lead: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        lead.get(PUBLISH)
        with django_assert_num_queries(15):
            lead.get(PUBLISH)


class TestPublishing:
    def test_freezes_an_issue_and_asks_for_its_pdf(self, lead: Client) -> None:
        response = lead.post(PUBLISH, {"issue": "1"})
        assert (response.status_code, response.headers["Location"]) == (302, REPORT)
        publication = Publication.objects.get()
        assert (publication.number, publication.published_by.key) == (1, "lead")
        job = Job.objects.get()
        assert (job.kind, job.subject, job.status) == (
            "render_publication",
            str(publication.pk),
            "queued",
        )
        assert banners_of(lead) == ["Issue 1 is frozen and being prepared."]
        assert banners_of(lead) == []

    def test_twice_in_a_row_is_once(self, lead: Client) -> None:
        answers = [lead.post(PUBLISH, {"issue": "1"}) for _ in range(2)]
        assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
            (302, REPORT)
        ] * 2
        assert (Publication.objects.count(), Job.objects.count()) == (1, 1)

    def test_the_same_answer_sent_again_later_is_once(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_issued(inspection)
        response = lead.post(PUBLISH, {"issue": "1"})
        assert (response.status_code, response.headers["Location"]) == (302, REPORT)
        assert banners_of(lead) == [
            "Nothing was published: the question you answered was out of date."
        ]
        assert Publication.objects.count() == 1

    @pytest.mark.parametrize("issue", ["", "2", "0", "one", "1 "])
    def test_an_answer_to_no_question_publishes_nothing(self, lead: Client, issue: str) -> None:
        assert lead.post(PUBLISH, {"issue": issue}).status_code == 302
        assert lead.post(PUBLISH).status_code == 302
        assert Publication.objects.count() == 0

    def test_is_refused_with_reasons_if_something_came_between(
        self, inspection: Inspection, lead: Client
    ) -> None:
        assert lead.get(PUBLISH).status_code == 200
        change_answer(inspection, "2.1.01", "")
        Narrative.objects.update(document={"foreword": "[[7.7.77]]"})
        response = lead.post(PUBLISH, {"issue": "1"})
        page = read_page(response)
        assert response.status_code == 409
        assert texts_of(page, "//title") == ["Error: Publish the report – Case inspection"]
        assert reasons_of(page) == [
            "Judgements that are still open: 1.",
            "foreword: [[7.7.77]] names a question that does not exist: 7.7.77.",
        ]
        assert texts_of(page, "//strong[@class='govuk-warning-text__text']") == [
            "Warning Nothing was published. The report changed after you were asked."
        ]
        assert texts_of(page, "//main//button") == []
        assert (Publication.objects.count(), Job.objects.count()) == (0, 0)

    def test_without_cases_is_refused(self) -> None:
        response = lead_of(make_inspection("Othershire")).post(
            "/inspections/othershire-2026/report/publish/", {"issue": "1"}
        )
        assert response.status_code == 409
        assert reasons_of(read_page(response)) == ["There are no cases."]

    def test_a_correction_is_a_new_issue(self, inspection: Inspection, lead: Client) -> None:
        first = make_issued(inspection)
        change_answer(inspection, "1.1.01", "insufficient")
        assert lead.post(PUBLISH, {"issue": "2"}).status_code == 302
        assert list(Publication.objects.values_list("number", flat=True)) == [2, 1]
        assert Publication.objects.get(number=1).content == first.content


class TestUntilItIsStored:
    def test_nobody_can_have_it_and_nobody_else_knows_of_it(self, inspection: Inspection) -> None:
        make_pending(inspection, "running", progress=99)
        people = [
            user_of(inspection, "lead"),
            user_of(inspection, "inspector"),
            make_manager(),
            make_administrator(),
        ]
        for client in map(client_of, people):
            urls = (ISSUE, f"{ISSUE}read/", ISSUE_PDF)
            assert [client.get(url).status_code for url in urls] == [404, 404, 404]
            assert links_of(read_page(client.get("/reports/")), "//main") == []

    def test_then_everybody_entitled_has_the_very_bytes(self, inspection: Inspection) -> None:
        lead = lead_of(inspection)
        lead.post(PUBLISH, {"issue": "1"})
        run_job(Job.objects.get().pk)
        stored = PublishedDocument.objects.get()
        for user in (user_of(inspection, "lead"), make_manager(), make_administrator()):
            client = client_of(user)
            pdf = client.get(ISSUE_PDF).content
            page = read_page(client.get(ISSUE))
            assert pdf == bytes(stored.pdf)
            assert texts_of(page, "//*[contains(@class, 'app-hash')]") == [
                hashlib.sha256(pdf).hexdigest()
            ]


class TestFailed:
    def test_retry_asks_once_more_for_the_same(self, inspection: Inspection, lead: Client) -> None:
        publication = make_pending(inspection, "failed", error="No room.")
        for _ in range(2):
            response = lead.post(f"{REPORT}retry/")
            assert (response.status_code, response.headers["Location"]) == (302, REPORT)
        assert list(Job.objects.values_list("status", "subject")) == [
            ("queued", str(publication.pk)),
            ("failed", str(publication.pk)),
        ]
        assert Publication.objects.get().content == publication.content

    def test_discard_takes_it_back(self, inspection: Inspection, lead: Client) -> None:
        make_pending(inspection, "failed")
        response = lead.post(f"{REPORT}discard/")
        assert (response.status_code, response.headers["Location"]) == (302, REPORT)
        assert Publication.objects.count() == 0
        assert banners_of(lead) == ["Issue 1 was taken back."]
        assert lead.post(PUBLISH, {"issue": "1"}).status_code == 302
        assert Publication.objects.get().number == 1

    @pytest.mark.parametrize("status", ["queued", "running"])
    def test_discard_is_refused_while_it_may_yet_succeed(
        self, inspection: Inspection, lead: Client, status: str
    ) -> None:
        publication = make_pending(inspection, status)
        assert lead.post(f"{REPORT}discard/").status_code == 302
        assert Publication.objects.get() == publication
        assert banners_of(lead) == ["This issue is still being prepared."]

    @pytest.mark.parametrize("action", ["retry", "discard"])
    def test_without_a_pending_issue_nothing_is_done(
        self, inspection: Inspection, lead: Client, action: str
    ) -> None:
        publication = make_issued(inspection)
        assert lead.post(f"{REPORT}{action}/").status_code == 302
        assert (Publication.objects.get(), Job.objects.count()) == (publication, 1)


class TestProgress:
    """The page to look at again, for a browser without JavaScript."""

    def test_leads_back_to_the_report(self, inspection: Inspection, lead: Client) -> None:
        make_pending(inspection)
        (again,) = links_of(read_page(lead.get(REPORT)), "//section[@aria-labelledby='pending']")
        page = read_page(lead.get(again[1]))
        assert texts_of(page, "//h1") == ["Preparing the report"]
        assert links_of(page, "//main") == [again]
        Job.objects.update(status="done")
        assert links_of(read_page(lead.get(again[1])), "//main") == [("Continue", REPORT)]

    def test_of_an_issue_taken_back_is_gone(self, inspection: Inspection, lead: Client) -> None:
        make_pending(inspection, "failed")
        lead.post(f"{REPORT}discard/")
        assert lead.get(f"/jobs/{Job.objects.get().pk}/").status_code == 404
