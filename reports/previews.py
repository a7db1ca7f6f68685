"""PDFs for the lead inspector of what is not published: the draft report, and the scorecard.

Of each the latest one only is kept.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from django.utils.safestring import SafeString

from inspections.models import Inspection
from jobs.models import Job
from jobs.queue import enqueue, find_latest_job
from jobs.registry import ReportProgress, WorkError
from reports.gathering import gather_content
from reports.models import Language, Preview
from reports.rendering import render_html, render_pdf, render_web
from reports.scorecard_document import render_scorecard_html

RENDER_PREVIEW = "render_preview"
RENDER_SCORECARD = "render_scorecard"

KINDS = {
    Preview.Document.REPORT: RENDER_PREVIEW,
    Preview.Document.SCORECARD: RENDER_SCORECARD,
}


def request_preview(
    inspection: Inspection, document: Preview.Document = Preview.Document.REPORT
) -> Job:
    """Have a document rendered as it now stands; returns the job, the live one if there is one."""
    return enqueue(KINDS[document], str(inspection.pk))


def find_preview_job(
    inspection: Inspection, document: Preview.Document = Preview.Document.REPORT
) -> Job | None:
    """Return the job that renders the document, or last did."""
    return find_latest_job(KINDS[document], str(inspection.pk))


def find_preview(
    inspection: Inspection, document: Preview.Document = Preview.Document.REPORT
) -> Preview | None:
    """Return the document that was rendered last; its bytes are loaded when they are asked for."""
    kept = Preview.objects.filter(inspection=inspection, document=document)
    return kept.defer("pdf").first()


def render_preview(inspection_id: int, report_progress: ReportProgress) -> None:
    """Render the draft report and keep it in place of the last one, with the time that it shows.

    Raises WorkError if the inspection is gone.
    """
    _render(inspection_id, Preview.Document.REPORT, render_draft_html, report_progress)


def render_scorecard(inspection_id: int, report_progress: ReportProgress) -> None:
    """Render the scorecard for the team and keep it likewise.

    Raises WorkError if the inspection is gone.
    """
    _render(inspection_id, Preview.Document.SCORECARD, render_scorecard_html, report_progress)


def render_draft_html(inspection: Inspection, *, language: str = Language.ENGLISH) -> str:
    """Return the draft as one HTML document for print."""
    return render_html(gather_content(inspection, language=language).content, draft=True)


def render_draft_web(inspection: Inspection, *, language: str = Language.ENGLISH) -> SafeString:
    """Return the draft as a fragment for a page of the site, quickly enough for a request."""
    return render_web(gather_content(inspection, language=language).content, draft=True)


def _render(
    inspection_id: int,
    document: Preview.Document,
    make_html: Callable[[Inspection], str],
    report_progress: ReportProgress,
) -> None:
    inspection = Inspection.objects.filter(pk=inspection_id).first()
    if inspection is None:
        raise WorkError("There is no such inspection any more.")
    shows = timezone.now()
    pdf = render_pdf(make_html(inspection), progress=report_progress)
    Preview.objects.update_or_create(
        inspection=inspection, document=document, defaults={"pdf": pdf, "rendered_at": shows}
    )
