"""Addresses of the scorecard and what opens from it, and of agreement between two markings."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from scoring import (
    agreement_views,
    assessor_views,
    breakdown_views,
    chart_views,
    export_views,
    near_views,
    score_views,
    sign_off_views,
    views,
)


class ScoreKind(StringConverter):
    """What a score is of; whatever else stands there is another page's."""

    regex = "headline|section|criterion|question"


register_converter(ScoreKind, "score_kind")

SCORECARD = "inspections/<slug:slug>/scorecard/"
QUESTION = {"kind": "question"}

app_name = "scoring"
urlpatterns = [
    path(SCORECARD, views.scorecard, name="scorecard"),
    path(f"{SCORECARD}near/", near_views.near, name="near"),
    path(f"{SCORECARD}near/<score_kind:kind>/<str:key>/", near_views.near_score, name="near_score"),
    path(f"{SCORECARD}<score_kind:kind>/<str:key>/", score_views.score, name="score"),
    path(
        f"{SCORECARD}question/<str:key>/<str:row>/",
        score_views.score,
        QUESTION,
        name="row_score",
    ),
    path(
        f"{SCORECARD}<score_kind:kind>/<str:key>/cases/<slug:reference>/",
        score_views.score_case,
        name="score_case",
    ),
    path(
        f"{SCORECARD}question/<str:key>/<str:row>/cases/<slug:reference>/",
        score_views.score_case,
        QUESTION,
        name="row_score_case",
    ),
    path(f"{SCORECARD}sign-off/", sign_off_views.sign_off, name="sign_off"),
    path(f"{SCORECARD}sign-off/lock/", sign_off_views.lock, name="lock"),
    path(f"{SCORECARD}sign-off/unlock/", sign_off_views.unlock, name="unlock"),
    path(f"{SCORECARD}sign-off/<str:criterion>/sign/", sign_off_views.sign, name="sign_criterion"),
    path(
        f"{SCORECARD}sign-off/<str:criterion>/withdraw/",
        sign_off_views.withdraw,
        name="withdraw_signature",
    ),
    path(f"{SCORECARD}export/", export_views.export_chosen, name="export_chosen"),
    path(f"{SCORECARD}export/<slug:key>/", export_views.export, name="export"),
    path(f"{SCORECARD}charts/", chart_views.charts, name="charts"),
    path(f"{SCORECARD}breakdown/", breakdown_views.breakdown, name="breakdown"),
    path(f"{SCORECARD}assessors/", assessor_views.assessors, name="assessors"),
    path(f"{SCORECARD}assessors/<slug:key>/", assessor_views.assessor, name="assessor"),
    path("inspections/<slug:slug>/agreement/", agreement_views.agreement, name="agreement"),
    path(
        "inspections/<slug:slug>/agreement/<str:code>/",
        agreement_views.agreement_question,
        name="agreement_question",
    ),
]
