"""The address of the scorecard."""

from django.urls import path

from scoring import views

app_name = "scoring"
urlpatterns = [
    path("inspections/<slug:slug>/scorecard/", views.scorecard, name="scorecard"),
]
