"""The scorecard as a document for print: for the inspection team, and never published."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from inspections.catalogue import load_definition
from inspections.models import Inspection
from reports.rendering import DRAFT_STYLES, PRINT_STYLES, read_styles
from reports.snapshot import at_one_moment
from scoring.answer_table import read_answer_table
from scoring.charts.scorecard import draw_questions, draw_scores
from scoring.scored import score_table

SCORECARD_STYLES = "css/scorecard-print.css"


def render_scorecard_html(inspection: Inspection) -> SafeString:
    """Return the charts of the scorecard with their tables, as one HTML document for print.

    It is marked DRAFT for as long as the scorecard is not locked.
    """
    with at_one_moment():
        inspection = Inspection.objects.select_related("area", "programme").get(pk=inspection.pk)
        scored = score_table(inspection, read_answer_table(inspection))
    locked = inspection.locked_at is not None
    sheets = (
        [PRINT_STYLES, SCORECARD_STYLES]
        if locked
        else [PRINT_STYLES, DRAFT_STYLES, SCORECARD_STYLES]
    )
    return render_to_string(
        "reports/scorecard/print.html",
        {
            "inspection": inspection,
            "definition": load_definition(inspection.programme),
            "now": timezone.now(),
            "cases": scored.cases,
            "complete": scored.complete,
            "open": scored.open,
            "scores": draw_scores(scored),
            "criteria": draw_questions(scored),
            "styles": [read_styles(name) for name in sheets],
        },
    )
