"""The draft that a lead inspector looks at before publishing: the latest one only, marked DRAFT."""

from __future__ import annotations

from django.utils import timezone
from django.utils.safestring import SafeString

from inspections.models import Inspection
from jobs.models import Job
from jobs.queue import enqueue, find_latest_job
from jobs.registry import ReportProgress, WorkError
from reports.gathering import gather_content
from reports.models import Language, Preview
from reports.rendering import render_html, render_pdf, render_web

RENDER_PREVIEW = "render_preview"


def request_preview(inspection: Inspection) -> Job:
    """Have the draft rendered as it now stands; returns the job, the live one if there is one."""
    return enqueue(RENDER_PREVIEW, str(inspection.pk))


def find_preview_job(inspection: Inspection) -> Job | None:
    """Return the job that renders the draft, or last did."""
    return find_latest_job(RENDER_PREVIEW, str(inspection.pk))


def render_preview(inspection_id: int, report_progress: ReportProgress) -> None:
    """Render the draft and keep it in place of the last one, with the time that it shows.

    Raises WorkError if the inspection is gone.
    """
    inspection = Inspection.objects.filter(pk=inspection_id).first()
    if inspection is None:
        raise WorkError("There is no such inspection any more.")
    shows = timezone.now()
    pdf = render_pdf(render_draft_html(inspection), progress=report_progress)
    Preview.objects.update_or_create(
        inspection=inspection, defaults={"pdf": pdf, "rendered_at": shows}
    )


def render_draft_html(inspection: Inspection, *, language: str = Language.ENGLISH) -> str:
    """Return the draft as one HTML document for print."""
    return render_html(gather_content(inspection, language=language).content, draft=True)


def render_draft_web(inspection: Inspection, *, language: str = Language.ENGLISH) -> SafeString:
    """Return the draft as a fragment for a page of the site, quickly enough for a request."""
    return render_web(gather_content(inspection, language=language).content, draft=True)
