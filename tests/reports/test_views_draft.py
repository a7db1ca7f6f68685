"""The lead inspector's page of the report in each of its states, and the draft."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment
from inspections.catalogue import load_definition, store_programme
from inspections.models import Inspection
from inspections.programmes import read_programme
from jobs.models import Job
from jobs.running import run_job
from reports.models import Narrative, Preview, PublishedDocument
from reports.publication import publish
from scoring.scorecard import score_inspection
from tests.casting import FACTS, make_case, make_inspection, member_of
from tests.pages import Element, links_of, read_page, rows_of, text_of, texts_of
from tests.reports.stages import (
    ISSUE,
    REPORT,
    change_answer,
    lead_of,
    make_issued,
    make_pending,
    make_preview,
    make_ready,
    store_document,
)

pytestmark = pytest.mark.django_db

DRAFT = f"{REPORT}draft/"
MISSING = "Something is still missing before it can be published."
FROZEN_AT = datetime(2026, 3, 9, 14, 5, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def inspection() -> Inspection:
    return make_ready()


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return lead_of(inspection)


def open_report(client: Client) -> Element:
    response = client.get(REPORT)
    assert response.status_code == 200
    return read_page(response)


def state_of(page: Element) -> tuple[str, str]:
    """Return the tag of the page, and the line that it stands in."""
    (line,) = page.xpath("//main/p[strong]")
    tag = text_of(line.xpath("strong")[0])
    return tag, text_of(line).removeprefix(tag).strip()


def part_of(page: Element, key: str) -> list[str]:
    """Return the paragraphs, list items and buttons of a part of the page."""
    part = f"//section[@aria-labelledby='{key}']"
    return texts_of(page, f"{part}//p | {part}//li | {part}//button | {part}//a[@role='button']")


def parts_of(page: Element) -> list[str]:
    return texts_of(page, "//main//h2")


class TestState:
    def test_without_cases_says_so(self) -> None:
        page = open_report(lead_of(make_inspection()))
        assert state_of(page) == ("Not ready", f"0 cases. {MISSING}")
        assert part_of(page, "publish") == [
            "The report cannot be published yet:",
            "There are no cases.",
        ]

    def test_not_complete_counts_what_is_missing(self, inspection: Inspection) -> None:
        change_answer(inspection, "2.1.01", "")
        make_case(inspection, "CASE-003", facts={"gender": "female", "custody": "no"})
        card = score_inspection(inspection)
        open_judgements = sum(question.score.open for question in card.questions.values())
        missing = Assessment.objects.get(case__reference="CASE-003").facts_missing
        page = open_report(lead_of(inspection))
        assert state_of(page) == ("Not ready", f"3 cases. {MISSING}")
        assert part_of(page, "publish") == [
            "The report cannot be published yet:",
            f"Facts about cases that are not yet recorded: {missing}.",
            f"Judgements that are still open: {open_judgements} ({open_judgements - 5} unanswered, "
            "5 that may yet apply).",
            "See which cases are not finished",
        ]
        assert links_of(page, "//section[@aria-labelledby='publish']") == [
            ("See which cases are not finished", "/inspections/anyshire-2026/cases/")
        ]

    def test_figure_without_a_value_is_told_with_its_place(
        self, inspection: Inspection, lead: Client
    ) -> None:
        Narrative.objects.update(
            document={"criteria": {"1.1": {"strengths": ["Good.", "In [[7.7.77]] <b>"]}}}
        )
        page = open_report(lead)
        assert state_of(page)[0] == "Not ready"
        assert part_of(page, "publish") == [
            "The report cannot be published yet:",
            "criterion 1.1, strength 2: [[7.7.77]] names a question that does not exist: 7.7.77.",
            "See the figures without a value where they stand in the draft",
        ]
        assert links_of(page, "//section[@aria-labelledby='publish']//p") == [
            ("See the figures without a value where they stand in the draft", DRAFT)
        ]

    def test_ready_offers_to_publish(self, lead: Client) -> None:
        page = open_report(lead)
        assert state_of(page) == (
            "Ready",
            "2 cases. Nothing keeps the report from being published.",
        )
        assert parts_of(page) == ["Draft", "Publish", "Published issues"]
        assert links_of(page, "//section[@aria-labelledby='publish']") == [
            ("Publish the report", f"{REPORT}publish/")
        ]
        assert part_of(page, "issues") == ["Nothing has been published yet."]

    def test_waiting_shows_the_job_and_asks_again(
        self, inspection: Inspection, lead: Client
    ) -> None:
        publication = make_pending(inspection)
        publication.published_at = FROZEN_AT
        publication.save()
        page = open_report(lead)
        job = Job.objects.get()
        assert state_of(page) == ("In preparation", "2 cases. Issue 1 is being prepared.")
        assert parts_of(page) == ["Issue 1", "Draft", "Published issues"]
        assert part_of(page, "pending") == [
            "It was frozen on 9 March 2026 at 14:05. Nobody can download it until its PDF is "
            "finished.",
            "Waiting to start.",
            "You can leave this page and come back to it. Check again",
        ]
        assert page.xpath("//@hx-get") == [f"/jobs/{job.pk}/?seen=queued-0"]
        assert links_of(page, "//section[@aria-labelledby='pending']") == [
            ("Check again", f"/jobs/{job.pk}/")
        ]

    def test_working_shows_how_far(self, inspection: Inspection, lead: Client) -> None:
        make_pending(inspection, "running", progress=40, step="Setting page 12")
        page = open_report(lead)
        assert state_of(page)[0] == "In preparation"
        assert part_of(page, "pending")[1:] == [
            "Working, 40% done. Setting page 12.",
            "You can leave this page and come back to it. Check again",
        ]
        assert page.xpath("//*[@role='progressbar']/@aria-valuenow") == ["40"]

    def test_failed_offers_to_try_again_or_to_take_back(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_pending(inspection, "failed", error="A fault stopped the work: ValueError.")
        page = open_report(lead)
        assert state_of(page) == ("Failed", "2 cases. Issue 1 could not be prepared.")
        (warning,) = texts_of(page, "//*[@class='govuk-warning-text__text']")
        assert warning == "Warning A fault stopped the work: ValueError."
        forms = page.xpath("//section[@aria-labelledby='pending']//form")
        assert [(form.get("action"), text_of(form)) for form in forms] == [
            (f"{REPORT}retry/", "Try again"),
            (f"{REPORT}discard/", "Take it back"),
        ]
        assert page.xpath("//@hx-get") == []

    def test_pending_without_a_job_can_be_tried_again(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_pending(inspection)
        Job.objects.all().delete()
        page = open_report(lead)
        assert state_of(page)[0] == "Failed"
        assert part_of(page, "pending")[-2:] == ["Try again", "Take it back"]

    def test_published_lists_the_issues(self, inspection: Inspection, lead: Client) -> None:
        for _ in range(2):
            publication = make_issued(inspection)
        publication.published_at = FROZEN_AT
        publication.save()
        page = open_report(lead)
        assert state_of(page) == ("Published", "2 cases. Issue 2 can be downloaded.")
        assert [row[0] for row in rows_of(page, "published-issues")] == [
            "Issue",
            "Issue 2",
            "Issue 1",
        ]
        assert rows_of(page, "published-issues")[1] == [
            "Issue 2",
            "9 March 2026 at 14:05",
            "Lead inspector",
        ]
        assert links_of(page, "//table")[1] == ("Issue 1", ISSUE)
        assert part_of(page, "publish") == [
            "Issue 2 stays as it is, whatever is changed. Publish a new issue only to correct it.",
            "Publish a new issue",
        ]

    def test_published_and_not_complete_any_more_keeps_its_issue(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_issued(inspection)
        change_answer(inspection, "2.1.01", "")
        page = open_report(lead)
        assert state_of(page) == ("Published", "2 cases. Issue 1 can be downloaded.")
        assert part_of(page, "publish")[:2] == [
            "A new issue cannot be published yet:",
            "Judgements that are still open: 1.",
        ]

    def test_pending_beside_an_issue_shows_both(self, inspection: Inspection, lead: Client) -> None:
        make_issued(inspection)
        make_pending(inspection)
        page = open_report(lead)
        assert state_of(page) == ("In preparation", "2 cases. Issue 2 is being prepared.")
        assert parts_of(page) == ["Issue 2", "Draft", "Published issues"]
        assert [row[0] for row in rows_of(page, "published-issues")] == ["Issue", "Issue 1"]

    def test_an_issue_in_welsh_is_not_taken_for_one_in_english(
        self, inspection: Inspection, lead: Client
    ) -> None:
        store_document(publish(inspection, member_of(inspection, "lead"), language="cy"))
        page = open_report(lead)
        assert state_of(page)[0] == "Ready"
        assert part_of(page, "issues") == ["Nothing has been published yet."]


class TestOtherProgrammes:
    @pytest.fixture
    def unscored(self) -> Inspection:
        """An inspection under a programme that gives no scores: one case without an answer."""
        path = Path(settings.BASE_DIR) / "fixtures" / "programmes" / "sqs-2013.yaml"
        programme, _ = store_programme(read_programme(path))
        return make_inspection(programme=programme)

    @pytest.mark.parametrize("cases", [0, 1])
    def test_pages_open_without_scores(self, unscored: Inspection, cases: int) -> None:
        for number in range(cases):
            make_case(unscored, f"CASE-{number}", facts={})
        client = lead_of(unscored)
        assert state_of(open_report(client))[0] == "Not ready"
        assert client.get(DRAFT).status_code == 200
        question = read_page(client.get(f"{REPORT}publish/"))
        assert texts_of(question, "//main//button") == []

    def test_a_whole_report_is_published_and_read(self, unscored: Inspection) -> None:
        make_case(unscored, facts=_first_values(unscored), rest="sufficient")
        client = lead_of(unscored)
        assert state_of(open_report(client))[0] == "Ready"
        assert client.get(f"{REPORT}publish/").status_code == 200
        assert client.post(f"{REPORT}publish/", {"issue": "1"}).status_code == 302
        run_job(Job.objects.get().pk)
        assert PublishedDocument.objects.count() == 1
        assert [client.get(url).status_code for url in (ISSUE, f"{ISSUE}read/")] == [200, 200]


def _first_values(inspection: Inspection) -> dict[str, str]:
    """Return a record of all facts of the programme, whatever they are."""
    return {fact.key: fact.values[0] for fact in load_definition(inspection.programme).facts}


class TestDraft:
    def test_shows_figures_as_they_stand(self, inspection: Inspection, lead: Client) -> None:
        page = read_page(lead.get(DRAFT))
        assert texts_of(page, "//h1") == ["Small inspection Draft report on Anyshire"]
        assert "Screening was sufficient in 1 out of 2 (50%)." in text_of(page)
        change_answer(inspection, "1.1.01", "insufficient")
        assert "Screening was sufficient in 0 out of 2 (0%)." in text_of(read_page(lead.get(DRAFT)))

    def test_marks_a_figure_without_a_value_at_its_place(self, lead: Client) -> None:
        Narrative.objects.update(document={"foreword": "It was <b>[[7.7.77]]</b>."})
        response = lead.get(DRAFT)
        page = read_page(response)
        assert texts_of(page, "//section[@aria-labelledby='faults']//li") == [
            "foreword: [[7.7.77]] names a question that does not exist: 7.7.77."
        ]
        (place,) = texts_of(page, "//p[contains(., '⟦')]")
        assert place == ("It was <b>⟦7.7.77: names a question that does not exist: 7.7.77.⟧</b>.")

    def test_says_nothing_of_faults_where_there_are_none(self, lead: Client) -> None:
        assert read_page(lead.get(DRAFT)).xpath("//section[@aria-labelledby='faults']") == []

    def test_pdf_is_prepared_and_downloaded(self, inspection: Inspection, lead: Client) -> None:
        assert lead.get(f"{REPORT}draft.pdf").status_code == 404
        page = open_report(lead)
        assert part_of(page, "draft")[-1] == "Prepare the draft as PDF"

        response = lead.post(f"{REPORT}prepare/")
        assert (response.status_code, response.headers["Location"]) == (302, REPORT)
        assert lead.post(f"{REPORT}prepare/").status_code == 302
        job = Job.objects.get()
        assert (job.kind, job.subject) == ("render_preview", str(inspection.pk))
        page = open_report(lead)
        assert page.xpath("//@hx-get") == [f"/jobs/{job.pk}/?seen=queued-0"]
        assert texts_of(page, "//section[@aria-labelledby='draft']//button") == []

        run_job(job.pk)
        page = open_report(lead)
        assert part_of(page, "draft")[-1] == "Prepare the PDF again"
        response = lead.get(f"{REPORT}draft.pdf")
        assert response.content == bytes(Preview.objects.get().pdf)
        assert response.content.startswith(b"%PDF-")
        assert {name: response.headers[name] for name in HEADERS} == HEADERS

    def test_pdf_that_could_not_be_prepared_is_told_and_the_last_one_kept(
        self, inspection: Inspection, lead: Client
    ) -> None:
        preview = make_preview(inspection)
        preview.rendered_at = FROZEN_AT
        preview.save()
        Job.objects.create(
            kind="render_preview", subject=str(inspection.pk), status="failed", error="No room."
        )
        assert part_of(open_report(lead), "draft")[-2:] == [
            "Download the draft as PDF, as it stood on 9 March 2026 at 14:05",
            "Prepare the PDF again",
        ]
        assert texts_of(open_report(lead), "//*[@class='govuk-warning-text__text']") == [
            "Warning The draft PDF could not be prepared. No room."
        ]


HEADERS = {
    "Content-Type": "application/pdf",
    "Content-Disposition": 'attachment; filename="anyshire-2026-draft.pdf"',
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}


class TestQueries:
    @pytest.mark.parametrize("more", [0, 6])
    def test_do_not_grow(
        self,
        inspection: Inspection,
        lead: Client,
        more: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        make_preview(inspection)
        for _ in range(1 + more):
            make_issued(inspection)
        for number in range(more):
            make_case(inspection, f"MORE-{number}", facts=FACTS, rest="sufficient")
        load_definition(inspection.programme)  # kept for as long as the process lives
        with django_assert_num_queries(17):
            page = open_report(lead)
        assert len(rows_of(page, "published-issues")) == 2 + more
        with django_assert_num_queries(9):
            lead.get(DRAFT)
        make_pending(inspection)
        with django_assert_num_queries(22):
            lead.get(REPORT)
