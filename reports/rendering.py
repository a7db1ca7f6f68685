"""From frozen content to HTML, and from HTML to PDF.

Rendering reads the content, the templates and the print style sheet, and nothing else: no
database, no network, no clock. So the same content always gives the same bytes.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from reports.content import CategoryChart, ReportContent, Score, Section
from reports.draft_links import DraftLinks
from reports.parts import list_parts
from reports.team_roles import name_role
from reports.templatetags.report_text import month
from scoring.charts.bars import Bar, Limit, bar_chart
from scoring.charts.dots import Named, Strip, dot_plot

PRINT_STYLES = "css/report-print.css"
DRAFT_STYLES = "css/report-print-draft.css"
LOCALES = {"en": "en-gb", "cy": "cy"}
PDF_VARIANT = "pdf/ua-1"
# These divide the cases as their sentences do: beside that chart they would give away, by
# subtraction, the small groups that it merges.
UNPRINTED_CHARTS = {"sentence_family", "custody"}

Progress = Callable[[int, str], None]


def render_html(content: ReportContent, *, draft: bool) -> str:
    """The whole report as one HTML document for print, with its styles and charts in it.

    Raises ValueError for a final report whose scores are still open.
    """
    if not draft and not content.is_complete:
        raise ValueError("Scores are still open: only a draft can be rendered.")
    styles = [read_styles(name) for name in (PRINT_STYLES, DRAFT_STYLES)[: 1 + draft]]
    return _render("reports/document/print.html", content, draft=draft, styles=styles)


def render_web(
    content: ReportContent, *, draft: bool, links: DraftLinks | None = None
) -> SafeString:
    """The same report as a fragment for a page of the site, which supplies its `h1`.

    Its contents come first. The page must load `css/report-web.css`. With `links`, which marked
    the content's figures, these and the scores of a draft lead to what is behind them.
    """
    parts = sorted(list_parts(content, draft=draft), key=lambda part: part.key != "contents")
    template = "reports/document/web.html"
    html = _render(template, content, draft=draft, web=True, parts=parts, links=links)
    return links.make_links(html) if links else html


def render_pdf(html: str, *, progress: Progress | None = None) -> bytes:
    """The PDF of what `render_html` gave: tagged, with bookmarks, the same bytes every time.

    Loads nothing over the network or from disk. Calls `progress` with a percentage and words as
    the work goes on. Takes seconds and memory: for workers and commands, never for a request.
    """
    # It loads native libraries: only where a PDF is really made.
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    with _report_progress(progress):
        document = HTML(string=html, url_fetcher=fetcher, base_url=None)
        pdf: bytes = document.write_pdf(
            pdf_variant=PDF_VARIANT,
            pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode(),
            finisher=_scope_header_cells,
        )
    return pdf


def hash_pdf(pdf: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(pdf).hexdigest()


def read_styles(name: str) -> SafeString:
    """Return one of our style sheets. Raises FileNotFoundError where there is none."""
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(name)
    return mark_safe(Path(path).read_text(encoding="utf-8"))  # noqa: S308 (our own file)


def _render(template: str, content: ReportContent, *, draft: bool, **more: Any) -> SafeString:
    with translation.override(LOCALES[content.language]):
        return render_to_string(template, {**_describe(content, draft=draft), **more})


def _describe(content: ReportContent, *, draft: bool) -> dict[str, Any]:
    """What the templates need beside the content itself."""
    parts = list_parts(content, draft=draft)
    criteria = {c.number: c for section in content.sections for c in section.criteria}
    sections = {section.number: section for section in content.sections}
    compared = {row.theme: row for row in content.comparators.rows} if content.comparators else {}
    return {
        "content": content,
        "draft": draft,
        "parts": parts,
        "has": {part.template: True for part in parts},
        "service": content.service,
        "fieldwork": _name_fieldwork(content),
        "team": [(name_role(member.role, len(member.names)), member) for member in content.team],
        "compared": [(headline, compared.get(headline.theme)) for headline in content.headlines],
        "examples": [
            (sections.get(example.section), criteria.get(example.criterion or ""), example)
            for example in content.examples
        ],
        "bands": _list_bands(content),
        "higher_proportion": [r for r in content.recommendations if r.group != "furthermore"],
        "furthermore": [r for r in content.recommendations if r.group == "furthermore"],
        "score_chart": _draw_scores(content),
        "comparators_chart": _draw_comparators(content),
        "case_charts": [
            (chart, _draw_cases(chart))
            for chart in content.case_charts
            if chart.key not in UNPRINTED_CHARTS
        ],
    }


def _name_fieldwork(content: ReportContent) -> str:
    first, last = month(content.dates.fieldwork_start), month(content.dates.fieldwork_end)
    return first if first == last else _("%(first)s and %(last)s") % {"first": first, "last": last}


def _list_bands(content: ReportContent) -> list[tuple[str, int, int]]:
    """Label, lowest and highest score of each band, highest first."""
    ceilings = [100, *(band.floor - 1 for band in content.programme.bands)]
    return [
        (band.label, band.floor, ceiling)
        for band, ceiling in zip(content.programme.bands, ceilings, strict=False)
    ]


def _draw_scores(content: ReportContent) -> SafeString:
    bars = [bar for section in content.sections for bar in _section_bars(section)]
    return bar_chart(
        _("CCI %(area)s General Criterion Scores") % {"area": content.area},
        _("Percentage of judgements that were sufficient, for each section and criterion."),
        bars,
        [Limit(band.floor) for band in content.programme.bands if band.floor],
    )


def _draw_comparators(content: ReportContent) -> SafeString | None:
    """The headlines among those of other areas, if each one's were frozen. No other is named."""
    compared = {row.theme: row for row in content.comparators.rows} if content.comparators else {}
    strips = [
        Strip(
            title=headline.title,
            others=row.values,
            average=row.average,
            own=Named(
                content.area, headline.score.percent, headline.score.low, headline.score.high
            ),
        )
        for headline in content.headlines
        if (row := compared.get(headline.theme)) and row.values
    ]
    if not strips:
        return None
    return dot_plot(
        _("Headline scores among those of other areas"), _("Percentages of each theme."), strips
    )


def _section_bars(section: Section) -> Iterator[Bar]:
    yield _score_bar(f"{section.number}. {section.title}", section.score, is_group=True)
    for criterion in section.criteria:
        yield _score_bar(f"{criterion.number} {criterion.title}", criterion.score)


def _score_bar(label: str, score: Score | None, *, is_group: bool = False) -> Bar:
    if score is None:
        return Bar(label, None, is_group=is_group)
    return Bar(
        label,
        score.percent,
        score.low,
        score.high,
        score.band or "",
        is_group=is_group,
        whisker=score.interval,
    )


def _draw_cases(chart: CategoryChart) -> SafeString:
    bars = [
        Bar(category.label, share, text=str(category.count), note=f"{share}%")
        for category, share in chart.rows
    ]
    description = _("Number of the %(total)d cases, and share of them.") % {"total": chart.total}
    return bar_chart(chart.title, description, bars)


def _scope_header_cells(document: Any, pdf: Any) -> None:
    """Say of each header cell whether it heads a column or a row; WeasyPrint leaves that out."""
    elements: dict[bytes, Any] = {item.reference: item for item in pdf.objects}
    for cell in elements.values():
        if isinstance(cell, dict) and cell.get("S") == "/TH" and "A" in cell:
            group = elements[elements[cell["P"]]["P"]]
            cell["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"


@contextmanager
def _report_progress(progress: Progress | None) -> Iterator[None]:
    """Passes WeasyPrint's own log of its progress on."""
    if progress is None:
        yield
        return
    handler = _ProgressHandler(progress)
    logger = logging.getLogger("weasyprint.progress")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


class _ProgressHandler(logging.Handler):
    """Turns "Step 5 - Creating layout - Page 3" into a percentage that only ever grows."""

    STARTS = {1: 2, 3: 5, 4: 10, 5: 20, 6: 80, 7: 95}

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress
        self.percent = 0

    def emit(self, record: logging.LogRecord) -> None:
        step = re.match(r"Step (\d)(?:.*Page (\d+))?", record.getMessage())
        if not step:
            return
        page = int(step[2] or 0)
        percent = self.STARTS.get(int(step[1]), 0) + min(page, 55)
        if percent > self.percent:
            self.percent = percent
            self.progress(percent, f"Setting page {page}" if page else "Preparing the document")
