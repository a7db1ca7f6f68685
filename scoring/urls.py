"""Addresses of the scorecard, and of agreement between first and second markings."""

from django.urls import path

from scoring import agreement_views, views

app_name = "scoring"
urlpatterns = [
    path("inspections/<slug:slug>/scorecard/", views.scorecard, name="scorecard"),
    path("inspections/<slug:slug>/agreement/", agreement_views.agreement, name="agreement"),
    path(
        "inspections/<slug:slug>/agreement/<str:code>/",
        agreement_views.agreement_question,
        name="agreement_question",
    ),
]
