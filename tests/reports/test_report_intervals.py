"""95% intervals in a report: drawn and explained where it has them, and never without."""

from __future__ import annotations

from dataclasses import replace

from reports.content import ReportContent
from reports.rendering import render_html, render_web
from tests.reports.factories_content import hertfordshire
from tests.reports.test_rendering import find, part, read, select

KEY = "appendix-scores"


def with_intervals() -> ReportContent:
    """The report with an interval for criterion 1.1 alone."""
    content = hertfordshire()
    section, *others = content.sections
    criterion, *rest = section.criteria
    assert criterion.score is not None
    scored = replace(criterion, score=replace(criterion.score, interval=(43.4, 54.2)))
    return replace(content, sections=(replace(section, criteria=(scored, *rest)), *others))


def test_they_are_drawn_printed_and_explained() -> None:
    appendix = part(read(with_intervals()), KEY)
    (title,) = select(appendix, "svg title")
    assert title.text.count("95% interval") == 1
    assert "(SUBSTANTIAL, 95% interval 43% to 55%)" in title.text
    assert find(appendix, "thead th")[4] == "95% interval"
    rows = [find(row, "td") for row in select(appendix, "tbody tr")]
    assert [row[3] for row in rows if row[3]] == ["43% to 55%"]
    assert "The line with two ends across a bar is its 95% interval" in find(appendix, "p")[0]


def test_a_report_that_was_frozen_without_them_is_drawn_as_it_was() -> None:
    document = hertfordshire().to_document()
    for section in document["sections"]:
        for score in (section["score"], *(c["score"] for c in section["criteria"])):
            assert score.pop("interval") is None
    for headline in document["headlines"]:
        del headline["score"]["interval"]
    content = ReportContent.from_document(document)
    assert content == hertfordshire()
    for html in (render_html(content, draft=False), render_web(content, draft=False)):
        assert "95% interval" not in html


def test_they_are_frozen_with_the_content() -> None:
    content = with_intervals()
    assert ReportContent.from_json(content.to_json()) == content
