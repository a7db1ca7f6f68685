"""Addresses of moderation."""

from django.urls import path

from cases.views import moderation

urlpatterns = [
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/reopen/",
        moderation.reopen,
        name="reopen",
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/settle/<str:code>/",
        moderation.settle_one,
        name="settle_judgement",
    ),
]
