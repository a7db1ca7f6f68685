"""Hertfordshire, published and rendered for real: every published figure stands in its place.

The inspection is imported, frozen and rendered once for all of these tests; what they look at is
the PDF, page by page, and the figures of the report that the inspectorate published in 2012.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import DjangoDbBlocker

from inspections.catalogue import store_programme
from inspections.models import TeamMember
from inspections.programmes import read_programme
from reports.bundle import import_inspection
from reports.content import ReportContent
from reports.models import Preview, PublishedDocument
from reports.parts import list_parts
from reports.previews import render_preview
from reports.publication import publish, render_publication
from tests.casting import make_manager, make_user
from tests.pages import read_page, texts_of
from tests.reports.test_report_pdf import list_bookmarks, list_elements, read_pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
SLUG = "hertfordshire-2012"
PUBLISHED: Any = json.loads((FIXTURES / "inspections" / SLUG / "published.json").read_text())

PERCENT = re.compile(r"\b\d+%")
BAND = re.compile(r"\b(?:MINIMUM|MODERATE|SUBSTANTIAL|DRASTIC)\b")
CONTENTS_LINE = re.compile(r"(?P<title>\S.*?)\s*\.{3,}\s*(?P<page>\d+)")


@dataclass(frozen=True)
class Report:
    """The report as it came out of the press, and what it was set from."""

    pdf: bytes
    draft: bytes
    content: ReportContent
    downloaded: bytes
    stored_hash: str
    shown_hashes: list[str]
    queries_of_page: int
    lines: list[list[str]]  # of each page, as they stand beside one another, without empty ones
    bookmarks: list[tuple[str, int]]

    def find_page(self, heading: str) -> int:
        """Return the number of the page on which a heading is bookmarked."""
        (page,) = {page for title, page in self.bookmarks if title == heading}
        return page

    def find_block(self, heading: str, *ends: str) -> list[str]:
        """Return what is printed on the page of a heading, from it to the first of `ends`."""
        lines = self.lines[self.find_page(heading) - 1][1:]
        start = next(n for n, line in enumerate(lines) if line.startswith(heading))
        after = range(start + 1, len(lines))
        stop = next((n for n in after if lines[n].startswith(ends)), len(lines))
        return lines[start:stop]


@pytest.fixture(scope="module")
def report(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Report:
    """Publish and render Hertfordshire; of all that nothing stays in the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        report = _publish_hertfordshire()
        transaction.set_rollback(True)
    return report


def _publish_hertfordshire() -> Report:
    store_programme(read_programme(FIXTURES / "programmes" / "cci-2012.yaml"))
    inspection = import_inspection(FIXTURES / "inspections" / SLUG)
    lead = inspection.team.select_related("inspection").get(role="lead_inspector")
    publication = publish(inspection, lead)
    render_publication(publication.pk, lambda percent, step: None)
    render_preview(inspection.pk, lambda percent, step: None)
    document = PublishedDocument.objects.get()
    manager = Client()
    manager.force_login(make_manager("Hertfordshire"))
    return Report(
        pdf=bytes(document.pdf),
        draft=bytes(Preview.objects.get().pdf),
        content=ReportContent.from_document(publication.content),
        downloaded=manager.get(f"/reports/{SLUG}/1.pdf").content,
        stored_hash=document.sha256,
        shown_hashes=texts_of(
            read_page(manager.get(f"/reports/{SLUG}/1/")), "//*[contains(@class, 'app-hash')]"
        ),
        queries_of_page=_count_queries_of_page(lead.pk),
        lines=_read_lines(bytes(document.pdf)),
        bookmarks=list_bookmarks(bytes(document.pdf)),
    )


def _count_queries_of_page(lead: int) -> int:
    TeamMember.objects.filter(pk=lead).update(user=make_user("lead"))
    client = Client()
    client.force_login(make_user("lead"))
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/inspections/{SLUG}/report/").status_code == 200
    return len(captured)


def _read_lines(pdf: bytes) -> list[list[str]]:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    pages = done.stdout.decode().split("\f")[:-1]
    return [
        [" ".join(line.split()) for line in page.splitlines() if line.strip()] for page in pages
    ]


def scores_in(lines: list[str]) -> tuple[list[str], list[str]]:
    """Return every percentage and every band in these lines."""
    text = " ".join(lines)
    return PERCENT.findall(text), BAND.findall(text)


# Scores and bands


def test_each_headline_has_its_published_score_and_band(report: Report) -> None:
    titles = {headline.theme: headline.title for headline in report.content.headlines}
    page = report.find_page("Scoring and Summary Table")
    headings = {
        theme: next(
            heading for heading, at in report.bookmarks if at == page and heading.endswith(title)
        )
        for theme, title in titles.items()
    }
    assert len(headings) == 3
    printed = {
        theme: scores_in(report.find_block(heading, *(set(headings.values()) - {heading})))
        for theme, heading in headings.items()
    }
    assert printed == {
        theme: ([f"{told['score']}%"], [told["band"]])
        for theme, told in PUBLISHED["headline"].items()
    }


def test_each_section_has_its_published_score(report: Report) -> None:
    printed = {
        section.number: scores_in(
            report.find_block(f"{section.number}. {section.title}", f"{section.number}.1 ")
        )
        for section in report.content.sections
    }
    assert printed == {
        number: ([f"{told['score']}%"], []) for number, told in PUBLISHED["sections"].items()
    }


def test_each_criterion_has_its_published_score_and_band_in_its_own_box(report: Report) -> None:
    printed = {}
    for section in report.content.sections:
        for criterion in section.criteria:
            heading = f"{criterion.number} {criterion.title}"
            box = report.find_block(heading, "Strength", "Area")
            assert criterion.statement
            assert criterion.statement in " ".join(box)
            (percent,), (band,) = scores_in(box)
            printed[criterion.number] = (int(percent.rstrip("%")), band)
    told = {number: (row["score"], row["band"]) for number, row in _told_criteria().items()}
    assert {number: printed[number] for number in told} == told
    # Two scores cannot be read in the published report: only between which values they lie.
    bounded = {n: row["bounded"] for n, row in PUBLISHED["criteria"].items() if n not in told}
    assert sorted(bounded) == ["1.1", "2.2"]
    for number, (low, high) in bounded.items():
        assert low <= printed[number][0] <= high
    assert list(printed) == list(PUBLISHED["criteria"])


def _told_criteria() -> dict[str, Any]:
    return {n: told for n, told in PUBLISHED["criteria"].items() if told["score"] is not None}


def test_the_chart_of_scores_and_its_table_say_the_same(report: Report) -> None:
    expected = {
        f"{section.number}. {section.title}": (section.score.percent, "")
        for section in report.content.sections
        if section.score
    } | {
        f"{criterion.number} {criterion.title}": (criterion.score.percent, criterion.score.band)
        for section in report.content.sections
        for criterion in section.criteria
        if criterion.score
    }
    assert len(expected) == 11
    number = report.find_page(_appendix(report, "scores"))
    text, lines = read_pages(report.pdf)[number - 1], report.lines[number - 1]
    chart = next(said for kind, said in list_elements(report.pdf) if kind == "/Figure")
    for title, (percent, band) in expected.items():
        assert title in text
        assert re.search(rf"{re.escape(title)}: {percent}%\W*{band}\b", chart or "")
    intervals = {
        criterion.number: criterion.score.printed_interval
        for section in report.content.sections
        for criterion in section.criteria
        if criterion.score
    }
    for criterion_number, told in _told_criteria().items():
        low, high = intervals[criterion_number].split(" to ")
        rows = [line for line in lines if re.match(rf"{re.escape(criterion_number)} .*\d", line)]
        printed = ([f"{told['score']}%", low, high], [told["band"]])
        assert [scores_in([row]) for row in rows][-1] == printed
        assert f"95% interval {low} to {high}" in (chart or "")


def _appendix(report: Report, key: str) -> str:
    with translation.override("en-gb"):
        parts = list_parts(report.content, draft=False)
    return next(part.heading for part in parts if part.key == f"appendix-{key}")


def test_the_comparators_stand_beside_the_headlines(report: Report) -> None:
    told = {key: row for key, row in PUBLISHED["comparators"].items() if isinstance(row, dict)}
    titles = {headline.theme: f"{headline.title} work" for headline in report.content.headlines}
    # The chapter heading comes first on the page, and the table after the last line of text.
    page = report.lines[report.find_page("Foreword") - 1]
    (head,) = [n for n, line in enumerate(page) if re.search("Lowest.*Highest.*Average", line)]
    assert page[head].endswith("Average Hertfordshire")
    table = " ".join(page[head:])
    printed = {}
    for theme, title in titles.items():
        own = table.split(title, 1)[1]
        others = [own.index(other) for other in titles.values() if other != title and other in own]
        printed[theme] = PERCENT.findall(own[: min(others, default=len(own))])
    assert printed == {
        theme: [f"{row[key]}%" for key in ("lowest", "highest", "average", "this")]
        for theme, row in told.items()
    }


def test_the_one_published_score_of_a_group_is_in_the_text(report: Report) -> None:
    (group,) = PUBLISHED["subgroups"]
    text = " ".join(read_pages(report.pdf))
    (sentences,) = re.findall(r"In 19 of the 85 cases [^%]*looked after[^%]*%", text)
    assert PERCENT.findall(sentences) == [f"{group['score']}%"]


# Contents and pages


def test_contents_give_the_page_on_which_each_heading_is_printed(report: Report) -> None:
    with translation.override("en-gb"):
        parts = list_parts(report.content, draft=False)
    headings = [
        heading
        for part in parts
        if part.key != "contents"
        for heading in (
            part.heading,
            *(f"{c.number} {c.title}" for c in (part.section.criteria if part.section else ())),
        )
    ]
    contents = report.find_page("Contents")
    listed = [
        (match["title"], int(match["page"]))
        for line in report.lines[contents - 1]
        if (match := CONTENTS_LINE.fullmatch(line))
    ]
    assert listed == [(heading, _find_printed(report, heading)) for heading in headings]
    assert len(listed) == 25


def _find_printed(report: Report, heading: str) -> int:
    """Return the first page that prints a heading as a line of its own, below the running head.

    The score of a section stands in the same line.
    """
    line = re.compile(rf"{re.escape(heading)}( \d+%)?")
    contents = report.find_page("Contents")
    return next(
        number
        for number, lines in enumerate(report.lines, start=1)
        if number != contents and any(map(line.fullmatch, lines[1:]))
    )


def test_every_page_after_the_cover_says_what_it_is_and_its_number(report: Report) -> None:
    for number, lines in list(enumerate(report.lines, start=1))[2:]:
        assert "Hertfordshire" in lines[0]
        assert lines[-1].split()[-1] == str(number)


def test_the_report_is_as_long_as_one_and_has_no_run_of_empty_pages(report: Report) -> None:
    words = [sum(len(line.split()) for line in lines) for lines in report.lines]
    assert 26 <= len(words) <= 34
    assert [
        number
        for number, (this, following) in enumerate(pairwise(words), start=1)
        if number > 2 and max(this, following) < 90
    ] == []


def test_every_figure_in_the_text_has_its_value(report: Report) -> None:
    for pdf in (report.pdf, report.draft):
        text = " ".join(read_pages(pdf))
        assert [mark for mark in ("[[", "]]", "⟦", "⟧", "{{", "{%", "None%") if mark in text] == []


def test_only_the_draft_is_marked_as_one_on_every_page(report: Report) -> None:
    final, draft = read_pages(report.pdf), read_pages(report.draft)
    assert ["DRAFT" in page for page in final] == [False] * len(final)
    assert ["DRAFT" in page for page in draft] == [True] * len(draft)
    assert len(draft) >= len(final)


# The file


def test_it_is_tagged_and_says_its_language_and_title(report: Report) -> None:
    with pikepdf.open(BytesIO(report.pdf)) as document:
        assert str(document.Root.Lang) == "en-GB"
        assert bool(document.Root.MarkInfo.Marked)
        assert "Hertfordshire" in str(document.docinfo["/Title"])
        assert document.check_pdf_syntax() == []
    kinds = [kind for kind, _ in list_elements(report.pdf)]
    assert kinds.count("/H1") == 1
    assert {"/H2", "/H3", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure"} <= set(kinds)


def test_every_figure_has_an_alternative_text_with_all_that_it_shows(report: Report) -> None:
    said = [said or "" for kind, said in list_elements(report.pdf) if kind == "/Figure"]
    assert [figure for figure in said if not figure.strip()] == []
    charts = {chart.title: chart for chart in report.content.case_charts}
    drawn = [title for figure in said[1:] for title in charts if figure.startswith(f"{title}.")]
    assert len(drawn) == len(said) - 1 >= 8
    for title, figure in zip(drawn, said[1:], strict=True):
        for category, share in charts[title].rows:
            assert f"{category.label}: {category.count} ({share}%)" in figure


def test_no_group_of_fewer_than_five_is_told(report: Report) -> None:
    for chart in report.content.case_charts:
        assert sum(category.count for category in chart.categories) == PUBLISHED["cases"]
        assert min(category.count for category in chart.categories) >= 5


def test_what_the_manager_downloads_is_what_was_stored(report: Report) -> None:
    assert report.downloaded == report.pdf
    assert report.shown_hashes == [report.stored_hash]
    assert hashlib.sha256(report.downloaded).hexdigest() == report.stored_hash


def test_the_page_of_a_whole_report_takes_few_queries(report: Report) -> None:
    assert report.queries_of_page <= 20
