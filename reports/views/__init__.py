"""Pages of the report: the lead inspector's draft, and what everybody entitled downloads."""

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

__all__ = [
    "discard_issue",
    "download_counts",
    "download_draft",
    "download_issue",
    "edit_questionnaires",
    "list_published",
    "prepare_draft",
    "publish_report",
    "read_issue",
    "retry_issue",
    "show_draft",
    "show_issue",
    "show_report",
]
