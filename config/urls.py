"""Every address of the site: each app's `urls.py`, sign-in, and the health check."""

from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("accounts.urls")),
    path("", include("inspections.urls")),
    path("", include("cases.urls")),
    path("", include("scoring.urls")),
    path("", include("reports.urls")),
    path("", include("jobs.urls")),
]
