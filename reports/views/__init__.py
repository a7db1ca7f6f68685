"""Pages of the report: the lead inspector's draft, and what everybody entitled downloads."""

from reports.views.comparison import compare
from reports.views.draft import (
    discard_issue,
    download_draft,
    prepare_draft,
    publish_report,
    retry_issue,
    show_draft,
    show_report,
)
from reports.views.published import download_issue, list_published, read_issue, show_issue
from reports.views.questionnaires import download_counts, edit_questionnaires
from reports.views.scorecard_pdf import (
    download_scorecard_pdf,
    prepare_scorecard_pdf,
    show_scorecard_pdf,
)

__all__ = [
    "compare",
    "discard_issue",
    "download_counts",
    "download_draft",
    "download_issue",
    "download_scorecard_pdf",
    "edit_questionnaires",
    "list_published",
    "prepare_draft",
    "prepare_scorecard_pdf",
    "publish_report",
    "read_issue",
    "retry_issue",
    "show_draft",
    "show_issue",
    "show_report",
    "show_scorecard_pdf",
]
