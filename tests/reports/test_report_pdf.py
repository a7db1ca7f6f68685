"""The report as PDF, read back: pages, bookmarks, tags, fonts, and the same bytes every time."""

import io
import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest

from reports.rendering import hash_pdf, render_html, render_pdf
from tests.reports.factories_content import hertfordshire, stockport, unfinished


@pytest.fixture(scope="module")
def final() -> bytes:
    return render_pdf(render_html(hertfordshire(), draft=False))


@pytest.fixture(scope="module")
def draft() -> bytes:
    return render_pdf(render_html(unfinished(), draft=True))


@pytest.fixture(scope="module")
def pages(final: bytes) -> list[str]:
    return read_pages(final)


def read_pages(pdf: bytes) -> list[str]:
    """The text of each page, white space made single."""
    return [" ".join(page.split()) for page in extract_pages(pdf)]


def extract_pages(pdf: bytes, *options: str) -> list[str]:
    """The text of each page as pdftotext gives it with these options."""
    command = ["pdftotext", *options, "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


def list_bookmarks(pdf: bytes) -> list[tuple[str, int]]:
    """Title and page, counted from 1, of every bookmark."""
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        numbers = {page.objgen: number for number, page in enumerate(document.pages, start=1)}

        def walk(items: list[Any]) -> Iterator[tuple[str, int]]:
            for item in items:
                yield item.title, numbers[item.destination[0].objgen]
                yield from walk(item.children)

        return list(walk(outline.root))


def list_elements(pdf: bytes) -> list[tuple[str, str | None]]:
    """Kind and alternative text of every structure element, in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as document:

        def walk(element: Any) -> Iterator[tuple[str, str | None]]:
            if isinstance(element, pikepdf.Array):
                for child in element:
                    yield from walk(child)
            elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
                alternative = element.get("/Alt")
                yield str(element.S), None if alternative is None else str(alternative)
                yield from walk(element.get("/K", pikepdf.Array()))

        return list(walk(document.Root.StructTreeRoot.K))


# Pages


def test_cover_then_blank_page_then_foreword(pages: list[str]) -> None:
    assert "Hertfordshire ISBN: 978-1-84099-522-0 2012" in pages[0]
    assert pages[1] == ""
    assert "Foreword" in pages[2]


def test_every_page_after_the_blank_one_is_numbered(pages: list[str]) -> None:
    numbered = [re.search(rf"\b{number}$", page) for number, page in enumerate(pages, start=1)]

    assert [bool(found) for found in numbered] == [False, False, *[True] * (len(pages) - 2)]


def test_every_numbered_page_is_at_least_a_quarter_full(final: bytes) -> None:
    """Nearly empty pages would be a printer's fault; the lowest text of each page is measured."""
    done = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=final, capture_output=True, check=True
    )
    depths = []
    for page in done.stdout.decode().split("<page ")[3:]:
        bottoms = [float(y) for y in re.findall(r'yMax="([\d.]+)"', page)]
        depths.append(max(y for y in bottoms if y < 770))  # points; the page number stands below
    assert [number for number, depth in enumerate(depths, start=3) if depth < 842 / 4] == []


def test_contents_gives_the_page_of_every_heading(final: bytes, pages: list[str]) -> None:
    found = dict(re.findall(r"([A-Z0-9][^…]*?) ?\.{3,} ?(\d+)", pages[4].split("Contents", 2)[2]))
    listed = {title.strip(): int(page) for title, page in found.items()}

    bookmarks = dict(reversed(list_bookmarks(final)))
    assert len(listed) == 25
    assert listed == {title: bookmarks[title] for title in listed}


def test_bookmarks_stand_where_their_headings_are_printed(final: bytes, pages: list[str]) -> None:
    bookmarks = list_bookmarks(final)[1:]

    assert [title for title, page in bookmarks if title not in pages[page - 1]] == []
    assert [page for _, page in bookmarks] == sorted(page for _, page in bookmarks)


def test_a_note_stands_on_the_page_that_calls_it(pages: list[str]) -> None:
    calls = {"supervised by the Hertfordshire YJS.1": "1. Youth offending specialists",
             "reached the quality we look for.2": "2. Appendix 5 explains"}  # fmt: skip
    places = [
        ([n for n, page in enumerate(pages) if call in page],
         [n for n, page in enumerate(pages) if note in page])
        for call, note in calls.items()
    ]  # fmt: skip

    assert places == [([2], [2]), ([5], [5])]


def test_scores_and_bands_stand_with_their_criteria(final: bytes, pages: list[str]) -> None:
    places = dict(list_bookmarks(final))
    for section in hertfordshire().sections:
        for criterion in section.criteria:
            page = pages[places[f"{criterion.number} {criterion.title}"] - 1]
            after = page.split(f"{criterion.number} {criterion.title}", 1)[1]
            assert criterion.score is not None
            assert re.findall(r"Score: .*? required", after)[0] == (
                f"Score: {criterion.score.percent}% "
                f"Comment: {criterion.score.band} improvement required"
            )


def test_no_heading_stands_last_on_its_page(final: bytes) -> None:
    titles = {title for title, _page in list_bookmarks(final)[1:]}
    last = []
    for page in extract_pages(final, "-layout")[2:]:
        *lines, _foot = [line.strip() for line in page.splitlines() if line.strip()]
        last.append(lines[-1])

    assert len(last) > 20
    assert titles & set(last) == set()


def test_recommendations_are_numbered_through_both_groups() -> None:
    (page,) = [
        page
        for page in read_pages(render_pdf(render_html(stockport(), draft=False)))
        if "In addition, change is needed" in page
    ]

    assert re.findall(r"\((\d)\)", page) == ["1", "2", "3", "4", "5"]


# Drafts


def test_every_page_of_a_draft_says_so_and_none_of_a_final_report(
    draft: bytes, pages: list[str]
) -> None:
    mark = "DRAFT of 16 May 2012: not for publication"

    assert [mark in page for page in read_pages(draft)] == [True] * len(read_pages(draft))
    assert [number for number, page in enumerate(pages) if "DRAFT" in page] == []


# The file


def test_the_file_is_sound(final: bytes) -> None:
    with pikepdf.open(io.BytesIO(final)) as document:
        assert document.check_pdf_syntax() == []


def test_language_title_and_date_come_from_the_content(final: bytes) -> None:
    with pikepdf.open(io.BytesIO(final)) as document:
        assert str(document.Root.Lang) == "en-GB"
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        assert {key: str(value) for key, value in document.docinfo.items()} == {
            "/Author": "HM Inspectorate of Probation",
            "/CreationDate": "D:20120516090000+01'00",
            "/ModDate": "D:20120516090000+01'00",
            "/Producer": str(document.docinfo.Producer),
            "/Subject": "Report on youth offending work in Hertfordshire",
            "/Title": "Core Case Inspection of youth offending work in England and Wales: "
            "Hertfordshire",
        }


def test_every_figure_has_an_alternative_text(final: bytes) -> None:
    figures = [alternative for kind, alternative in list_elements(final) if kind == "/Figure"]

    assert len(figures) == 1 + len(hertfordshire().case_charts)
    assert (figures[0] or "").endswith("3.2 Sustaining outcomes: 79% (MINIMUM).")
    assert figures[1] == (
        "Gender. Number of the 85 cases, and share of them. Male: 67 (79%); Female: 18 (21%)."
    )
    assert [alternative for alternative in figures if not alternative] == []


def test_there_is_one_title_and_every_part_has_a_heading(final: bytes) -> None:
    kinds = [kind for kind, _ in list_elements(final)]

    assert (kinds.count("/H1"), kinds.count("/H2")) == (1, 18)


@pytest.mark.parametrize("report", ["final", "draft"])
def test_no_paragraph_is_tagged_within_another(report: str, request: pytest.FixtureRequest) -> None:
    with pikepdf.open(io.BytesIO(request.getfixturevalue(report))) as document:
        parents = [
            item.P.S for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == pikepdf.Name.P
        ]  # fmt: skip

    assert len(parents) > 50
    assert pikepdf.Name.P not in parents


def test_every_header_cell_says_what_it_heads(final: bytes) -> None:
    with pikepdf.open(io.BytesIO(final)) as document:
        cells = [
            item for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == pikepdf.Name.TH
        ]  # fmt: skip
        scopes = {str(cell.A.Scope) for cell in cells}

    assert len(cells) > 80
    assert scopes == {"/Row", "/Column"}


def test_what_can_be_checked_of_pdf_ua_is_in_order(final: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(final)

    assert [finding.message for finding in pdfua.validate(str(path)).findings] == []


def test_every_font_is_embedded(final: bytes) -> None:
    with pikepdf.open(io.BytesIO(final)) as document:
        descriptors = [
            item for item in document.objects
            if isinstance(item, pikepdf.Dictionary)
            and item.get("/Type") == pikepdf.Name.FontDescriptor
        ]  # fmt: skip
        embedded = [bool({"/FontFile2", "/FontFile3"} & set(item.keys())) for item in descriptors]

    assert embedded
    assert all(embedded)


def test_the_same_content_gives_the_same_bytes(final: bytes) -> None:
    again = render_pdf(render_html(hertfordshire(), draft=False))

    assert again == final
    assert hash_pdf(again) == hash_pdf(final)


# What rendering may not do


def test_nothing_is_loaded_over_the_network_or_from_disk() -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        pdf = render_pdf(
            f'<html lang="en"><head><title>T</title><link rel="stylesheet" href="{address}/css">'
            f"<style>body {{ background: url({address}/background) }}</style>"
            '<link rel="attachment" href="file:///etc/hostname"></head>'
            f'<body><p>Text</p><img alt="A" src="{address}/picture"></body></html>'
        )
        server.shutdown()

    assert asked == []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.attachments) == 0


def test_progress_grows_to_the_end() -> None:
    told: list[tuple[int, str]] = []

    render_pdf(
        '<html lang="en"><title>T</title><p>One<p style="break-before: page">Two</html>',
        progress=lambda percent, step: told.append((percent, step)),
    )

    percents = [percent for percent, _ in told]
    assert percents == sorted(set(percents))
    assert (percents[0], percents[-1]) == (2, 95)
    assert "Setting page 2" in [step for _, step in told]
