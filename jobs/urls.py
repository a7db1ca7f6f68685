"""Addresses of this part of the site."""

from django.urls import path

from jobs.views import show_progress

app_name = "jobs"
urlpatterns = [path("jobs/<int:job_id>/", show_progress, name="progress")]
