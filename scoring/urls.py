"""Addresses of the scorecard and what opens from it, and of agreement between two markings."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from scoring.views import (
    agreement,
    assessors,
    breakdown,
    charts,
    export,
    near,
    score,
    scorecard,
    sign_off,
)


class ScoreKind(StringConverter):
    """What a score is of; whatever else stands there is another page's."""

    regex = "headline|section|criterion|question"


register_converter(ScoreKind, "score_kind")

SCORECARD = "inspections/<slug:slug>/scorecard/"
QUESTION = {"kind": "question"}

app_name = "scoring"
urlpatterns = [
    path(SCORECARD, scorecard.scorecard, name="scorecard"),
    path(f"{SCORECARD}near/", near.near, name="near"),
    path(f"{SCORECARD}near/<score_kind:kind>/<str:key>/", near.near_score, name="near_score"),
    path(f"{SCORECARD}<score_kind:kind>/<str:key>/", score.score, name="score"),
    path(
        f"{SCORECARD}question/<str:key>/<str:row>/",
        score.score,
        QUESTION,
        name="row_score",
    ),
    path(
        f"{SCORECARD}<score_kind:kind>/<str:key>/cases/<slug:reference>/",
        score.score_case,
        name="score_case",
    ),
    path(
        f"{SCORECARD}question/<str:key>/<str:row>/cases/<slug:reference>/",
        score.score_case,
        QUESTION,
        name="row_score_case",
    ),
    path(f"{SCORECARD}sign-off/", sign_off.sign_off, name="sign_off"),
    path(f"{SCORECARD}sign-off/lock/", sign_off.lock, name="lock"),
    path(f"{SCORECARD}sign-off/unlock/", sign_off.unlock, name="unlock"),
    path(f"{SCORECARD}sign-off/<str:criterion>/sign/", sign_off.sign, name="sign_criterion"),
    path(
        f"{SCORECARD}sign-off/<str:criterion>/withdraw/",
        sign_off.withdraw,
        name="withdraw_signature",
    ),
    path(f"{SCORECARD}export/", export.export_chosen, name="export_chosen"),
    path(f"{SCORECARD}export/<slug:key>/", export.export, name="export"),
    path(f"{SCORECARD}charts/", charts.charts, name="charts"),
    path(f"{SCORECARD}breakdown/", breakdown.breakdown, name="breakdown"),
    path(f"{SCORECARD}assessors/", assessors.assessors, name="assessors"),
    path(f"{SCORECARD}assessors/<slug:key>/", assessors.assessor, name="assessor"),
    path("inspections/<slug:slug>/agreement/", agreement.agreement, name="agreement"),
    path(
        "inspections/<slug:slug>/agreement/<str:code>/",
        agreement.agreement_question,
        name="agreement_question",
    ),
]
