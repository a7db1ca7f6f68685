"""What is published, as it is found, read and downloaded."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inspections.models import Area, Inspection
from reports.models import Narrative, PublishedDocument
from tests.casting import make_manager, user_of
from tests.pages import Element, links_of, read_page, text_of, texts_of
from tests.reports.stages import (
    ISSUE,
    ISSUE_PDF,
    change_answer,
    client_of,
    make_issued,
    make_pending,
    make_ready,
)

pytestmark = pytest.mark.django_db

READ = f"{ISSUE}read/"
PUBLISHED_AT = datetime(2026, 3, 9, 14, 5, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def inspection() -> Inspection:
    """Issue 1 is published."""
    inspection = make_ready(isbn="978-1-84099-000-1")
    publication = make_issued(inspection)
    publication.published_at = PUBLISHED_AT
    publication.save()
    return inspection


@pytest.fixture
def manager() -> Client:
    return client_of(make_manager())


def cards_of(client: Client) -> list[tuple[list[tuple[str, str]], list[str]]]:
    """Return the list of published reports: link and line of each."""
    page = read_page(client.get("/reports/"))
    return [(links_of(card, "."), texts_of(card, ".//p")) for card in page.xpath("//main//li")]


def rows_of(page: Element) -> dict[str, str]:
    """Return the summary of an issue: value by key."""
    return {
        text_of(row.xpath("./dt")[0]): text_of(row.xpath("./dd")[0])
        for row in page.xpath("//dl/div")
    }


class TestList:
    def test_shows_the_newest_issue_of_each_report(
        self, inspection: Inspection, manager: Client
    ) -> None:
        older = make_ready("Oldshire")
        make_issued(older)
        publication = make_issued(inspection)
        publication.published_at = PUBLISHED_AT
        publication.save()
        make_pending(inspection)
        assert cards_of(manager) == [
            (
                [("Anyshire", "/reports/anyshire-2026/2/")],
                ["Small inspection. Issue 2, published on 9 March 2026."],
            )
        ]

    def test_shows_each_manager_their_own(self, inspection: Inspection) -> None:
        make_issued(make_ready("Othershire"))
        found = [
            [links for links, _ in cards_of(client_of(make_manager(area)))]
            for area in ("Anyshire", "Othershire", "Elsewhere")
        ]
        assert found == [
            [[("Anyshire", ISSUE)]],
            [[("Othershire", "/reports/othershire-2026/1/")]],
            [],
        ]

    def test_says_so_where_there_is_nothing(self, manager: Client) -> None:
        page = read_page(manager.get("/reports/"))
        assert texts_of(page, "//p[@class='app-empty']") == [
            "Nothing that you may read has been published yet."
        ]

    @pytest.mark.parametrize("areas", [1, 5])
    def test_takes_as_many_queries_for_many(
        self, areas: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(areas):
            inspection = make_ready(f"Shire {number}")
            for _ in range(areas):
                make_issued(inspection)
        client = client_of(user_of(inspection, "lead"))
        with django_assert_num_queries(3):
            assert len(cards_of(client)) == areas


class TestIssue:
    def test_tells_what_was_published(self, inspection: Inspection, manager: Client) -> None:
        page = read_page(manager.get(ISSUE))
        assert texts_of(page, "//h1") == [
            "Small inspection of youth offending work Report on Anyshire"
        ]
        sha256 = PublishedDocument.objects.get().sha256
        assert rows_of(page) == {
            "Service": "Anyshire Youth Offending Service",
            "Fieldwork": "12 to 23 January 2026",
            "Cases": "2",
            "Issue": "1, published on 9 March 2026 at 14:05",
            "ISBN": "978-1-84099-000-1",
            "SHA-256": sha256,
        }
        size = len(PublishedDocument.objects.get().pdf)
        assert links_of(page, "//div[@class='app-issue__actions']") == [
            (f"Download the report (PDF, {size} bytes)", ISSUE_PDF),
            ("Read it as a web page", READ),
        ]
        assert [
            texts_of(box, ".//h2") + texts_of(box, ".//p[1]")
            for box in page.xpath("//*[@class='app-score-grid']/div")
        ] == [["Safeguarding", "88%"], ["Risk of Harm", "80%"]]

    def test_an_older_one_leads_to_the_newest(
        self, inspection: Inspection, manager: Client
    ) -> None:
        for _ in range(2):
            make_issued(inspection)
        make_pending(inspection)
        pages = {
            number: read_page(manager.get(f"/reports/anyshire-2026/{number}/"))
            for number in (1, 2, 3)
        }
        newer = {
            number: links_of(
                page,
                "//*[contains(@class, 'govuk-notification-banner ')]"
                "|//*[@class='govuk-notification-banner']",
            )
            for number, page in pages.items()
        }
        third = [("Go to issue 3", "/reports/anyshire-2026/3/")]
        assert newer == {1: third, 2: third, 3: []}
        assert links_of(pages[3], "//main//ul[@class='govuk-list']") == [
            ("Issue 2", "/reports/anyshire-2026/2/"),
            ("Issue 1", ISSUE),
        ]

    def test_can_be_read_as_a_page(self, inspection: Inspection, manager: Client) -> None:
        page = read_page(manager.get(READ))
        assert texts_of(page, "//h1") == [
            "Small inspection of youth offending work Report on Anyshire"
        ]
        assert "Screening was sufficient in 1 out of 2 (50%)." in text_of(page)
        assert "Draft" not in text_of(page)
        assert links_of(page, "//div[@class='app-reading']") == [("Download it as PDF", ISSUE_PDF)]

    def test_is_not_changed_by_anything_that_comes_later(
        self, inspection: Inspection, manager: Client
    ) -> None:
        urls = (ISSUE, READ, ISSUE_PDF)
        before = [_without_nonces(manager.get(url).content) for url in urls]
        change_answer(inspection, "1.1.01", "insufficient")
        Narrative.objects.update(document={"foreword": "Quite another."})
        Inspection.objects.update(
            service_name="Quite another service", isbn="", fieldwork_start="2020-01-01"
        )
        Area.objects.filter(name="Anyshire").update(name="Quite another area")
        assert [_without_nonces(manager.get(url).content) for url in urls] == before

    @pytest.mark.parametrize(("url", "queries"), [(ISSUE, 6), (READ, 5), (ISSUE_PDF, 4)])
    def test_takes_as_many_queries_for_many_issues(
        self,
        inspection: Inspection,
        manager: Client,
        url: str,
        queries: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for more in (0, 3):
            for _ in range(more):
                make_issued(inspection)
            with django_assert_num_queries(queries):
                assert manager.get(url).status_code == 200


def _without_nonces(page: bytes) -> bytes:
    """Leave out what is made anew for every answer."""
    return re.sub(rb'(nonce|csrfmiddlewaretoken" value|data-now)="[^"]*"', b"", page)


class TestDownload:
    def test_is_the_stored_file(self, inspection: Inspection, manager: Client) -> None:
        document = PublishedDocument.objects.get()
        response = manager.get(ISSUE_PDF)
        assert response.content == bytes(document.pdf)
        assert hashlib.sha256(response.content).hexdigest() == document.sha256
        assert {name: response.headers[name] for name in HEADERS} == HEADERS

    def test_answers_a_question_about_it_without_sending_it(
        self, inspection: Inspection, manager: Client
    ) -> None:
        response = manager.head(ISSUE_PDF)
        assert response.content == b""
        assert response.headers["Content-Length"] == str(len(PublishedDocument.objects.get().pdf))

    def test_each_issue_is_its_own_file(self, inspection: Inspection, manager: Client) -> None:
        make_issued(inspection)
        files = [manager.get(f"/reports/anyshire-2026/{number}.pdf") for number in (1, 2)]
        assert [file.content for file in files] == [
            bytes(document.pdf)
            for document in PublishedDocument.objects.order_by("publication__number")
        ]
        assert files[0].content != files[1].content
        assert files[1].headers["Content-Disposition"] == (
            'attachment; filename="anyshire-2026-issue-2.pdf"'
        )


HEADERS = {
    "Content-Type": "application/pdf",
    "Content-Disposition": 'attachment; filename="anyshire-2026-issue-1.pdf"',
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}
