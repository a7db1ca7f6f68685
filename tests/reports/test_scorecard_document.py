"""The scorecard as PDF for the team: what it says on every page, and who gets it."""

from __future__ import annotations

import re
from pathlib import Path

import pdfua
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inspections.models import Inspection
from jobs.models import Job
from jobs.registry import WorkError
from jobs.running import run_job
from reports.models import Preview
from reports.previews import find_preview, find_preview_job, render_scorecard, request_preview
from reports.rendering import render_pdf
from reports.scorecard_document import render_scorecard_html
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    user_of,
)
from tests.pages import links_of, read_page, text_of
from tests.reports.stages import make_preview
from tests.reports.test_report_pdf import list_bookmarks, list_elements, read_pages

PAGE = "/inspections/anyshire-2026/scorecard/pdf/"
PREPARE = f"{PAGE}prepare/"
PDF = "/inspections/anyshire-2026/scorecard.pdf"
SCORECARD = Preview.Document.SCORECARD

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    inspection = make_inspection(caseload=30)
    for number in range(3):
        answers = {"1.2.03": "insufficient"} if number else {}
        make_case(inspection, f"A-{number}", answers=answers, rest="sufficient")
    return inspection


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    client = Client()
    client.force_login(user_of(inspection, "lead"))
    return client


class TestTheDocument:
    def test_every_page_says_whom_it_is_for_and_that_it_is_a_draft(
        self, inspection: Inspection
    ) -> None:
        pdf = render_pdf(render_scorecard_html(inspection))
        pages = read_pages(pdf)
        today = timezone.localdate()
        assert len(pages) > 2
        for number, page in enumerate(pages, start=1):
            assert "For the inspection team; not for publication" in page
            assert f"DRAFT of {today.day} {today:%B %Y}: not locked" in page
            assert page.endswith(f"{number} of {len(pages)}")
        assert "3 cases, as they stood on" in pages[0]
        assert "The scorecard is not locked, so these scores may still change." in pages[0]
        assert list_bookmarks(pdf)[0] == ("Scorecard of Anyshire 2026", 1)
        assert [title for title, _ in list_bookmarks(pdf)[1:]] == [
            "How to read the charts", "Headline scores", "Sections and criteria",
            "1.1 Risk", "1.2 Planning", "2.1 Working together",
        ]  # fmt: skip

    def test_charts_have_their_numbers_beside_them_and_say_them(
        self, inspection: Inspection, tmp_path: Path
    ) -> None:
        pdf = render_pdf(render_scorecard_html(inspection))
        path = tmp_path / "scorecard.pdf"
        path.write_bytes(pdf)
        assert [finding.message for finding in pdfua.validate(str(path)).findings] == []
        text = " ".join(read_pages(pdf))
        assert re.search(r"1\.2 Planning 33% \d+% to \d+% few cases 1 of 3 DRASTIC", text)
        assert re.search(r"1\.2\.03 1 2 0 33%", text)
        elements = list_elements(pdf)
        said = [alternative or "" for kind, alternative in elements if kind == "/Figure"]
        assert len(said) == 5
        assert re.search(r"1\.2 Planning: 33% \(DRASTIC, 95% interval \d+% to \d+%\)", said[1])
        assert "1.2.03 Did the plan manage the risk?: 1 sufficient, 2 insufficient" in said[3]
        assert sum(kind == "/Table" for kind, _ in elements) == 5

    def test_once_locked_it_is_no_draft(self, inspection: Inspection) -> None:
        inspection.locked_at = timezone.now()
        inspection.save(update_fields=["locked_at"])
        html = render_scorecard_html(inspection)
        assert "DRAFT of" not in html
        assert "The scorecard was locked on" in html
        assert "For the inspection team; not for publication" in html

    def test_what_is_open_is_said(self, inspection: Inspection) -> None:
        make_case(inspection, "B-1", answers={"1.1.01": "sufficient"})
        html = render_scorecard_html(inspection)
        assert "answers are still open, so these scores may still change" in html
        assert "where the score may yet end" in html

    def test_names_nobody_and_no_case(self, inspection: Inspection) -> None:
        html = render_scorecard_html(inspection)
        assert [word for word in ("A-0", "Lead inspector", "Local assessor") if word in html] == []


class TestTheJob:
    def test_keeps_the_latest_beside_the_draft_of_the_report(self, inspection: Inspection) -> None:
        draft = make_preview(inspection)
        for _ in range(2):
            job = request_preview(inspection, SCORECARD)
            assert request_preview(inspection, SCORECARD) == job
            assert find_preview_job(inspection, SCORECARD) == job
            run_job(job.pk)
            job.refresh_from_db()
            assert (job.status, job.error) == (Job.Status.DONE, "")
        kept = find_preview(inspection, SCORECARD)
        assert kept is not None
        assert bytes(kept.pdf).startswith(b"%PDF-")
        assert find_preview(inspection) == draft
        assert Preview.objects.count() == 2

    def test_fails_in_plain_words_where_the_inspection_is_gone(self) -> None:
        with pytest.raises(WorkError, match="no such inspection"):
            render_scorecard(12345, lambda percent, step: None)


class TestThePage:
    def test_prepares_follows_and_sends_the_pdf(self, inspection: Inspection, lead: Client) -> None:
        page = read_page(lead.get(PAGE))
        assert "Prepare the scorecard as PDF" in text_of(page)
        assert lead.get(PDF).status_code == 404
        assert lead.post(PREPARE).headers["Location"] == PAGE
        page = read_page(lead.get(PAGE))
        assert "Waiting to start." in text_of(page)
        job = find_preview_job(inspection, SCORECARD)
        assert job is not None
        progress = lead.get(f"/jobs/{job.pk}/")
        assert progress.status_code == 200
        run_job(job.pk)
        assert ("Continue", PAGE) in links_of(read_page(lead.get(f"/jobs/{job.pk}/")), "//main")
        assert ("Download the scorecard as PDF", PDF) in links_of(
            read_page(lead.get(PAGE)), "//main"
        )
        response = lead.get(PDF)
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Content-Disposition"] == (
            'attachment; filename="anyshire-2026-scorecard.pdf"'
        )
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.content.startswith(b"%PDF-")

    def test_takes_few_queries(
        self,
        inspection: Inspection,
        lead: Client,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        Preview.objects.create(
            inspection=inspection, document=SCORECARD, pdf=b"%PDF-", rendered_at=timezone.now()
        )
        with django_assert_num_queries(5):
            lead.get(PAGE)

    def test_is_the_lead_inspectors_alone(self, inspection: Inspection, lead: Client) -> None:
        Preview.objects.create(
            inspection=inspection, document=SCORECARD, pdf=b"%PDF-", rendered_at=timezone.now()
        )
        for user, status in (
            (user_of(inspection, "inspector"), 403),
            (user_of(inspection, "support"), 404),
            (make_manager(), 404),
            (make_administrator(), 404),
        ):
            client = Client()
            client.force_login(user)
            answers = (client.get(PAGE), client.get(PDF), client.post(PREPARE))
            assert [answer.status_code for answer in answers] == [status] * 3
        assert find_preview_job(inspection, SCORECARD) is None
        assert Client().get(PDF).headers["Location"] == f"/accounts/login/?next={PDF}"
        assert (lead.post(PAGE).status_code, lead.get(PREPARE).status_code) == (405, 405)
