"""Addresses of the report of an inspection, and of what is published."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("inspections/<slug:slug>/report/", views.show_report, name="report"),
    path("inspections/<slug:slug>/report/draft/", views.show_draft, name="draft"),
    path("inspections/<slug:slug>/report/draft.pdf", views.download_draft, name="draft_pdf"),
    path("inspections/<slug:slug>/report/prepare/", views.prepare_draft, name="prepare_draft"),
    path("inspections/<slug:slug>/report/publish/", views.publish_report, name="publish"),
    path("inspections/<slug:slug>/report/retry/", views.retry_issue, name="retry"),
    path("inspections/<slug:slug>/report/discard/", views.discard_issue, name="discard"),
    path("inspections/<slug:slug>/comparison/", views.compare, name="comparison"),
    path("inspections/<slug:slug>/scorecard/pdf/", views.show_scorecard_pdf, name="scorecard_pdf"),
    path(
        "inspections/<slug:slug>/scorecard/pdf/prepare/",
        views.prepare_scorecard_pdf,
        name="prepare_scorecard_pdf",
    ),
    path(
        "inspections/<slug:slug>/scorecard.pdf",
        views.download_scorecard_pdf,
        name="download_scorecard_pdf",
    ),
    path(
        "inspections/<slug:slug>/questionnaires/", views.edit_questionnaires, name="questionnaires"
    ),
    path(
        "inspections/<slug:slug>/questionnaires.csv",
        views.download_counts,
        name="questionnaires_csv",
    ),
    path("reports/", views.list_published, name="published"),
    path("reports/<slug:slug>/<int:number>/", views.show_issue, name="issue"),
    path("reports/<slug:slug>/<int:number>/read/", views.read_issue, name="read"),
    path("reports/<slug:slug>/<int:number>.pdf", views.download_issue, name="issue_pdf"),
]
