"""Addresses of judging a case: the list, the pages of a case, and what devices ask for."""

from django.urls import path

from cases import views

urlpatterns = [
    path("sw.js", views.service_worker, name="service_worker"),
    path("offline/", views.offline_page, name="offline"),
    path("inspections/<slug:slug>/cases/", views.case_list, name="list"),
    path("inspections/<slug:slug>/cases/help/", views.show_help, name="help"),
    path("inspections/<slug:slug>/cases/<slug:reference>/", views.case_detail, name="detail"),
    path("inspections/<slug:slug>/cases/<slug:reference>/next/", views.go_to_next, name="next"),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/review/", views.review_case, name="review"
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/history/",
        views.show_history,
        name="history",
    ),
    path("inspections/<slug:slug>/cases/<slug:reference>/facts/", views.edit_facts, name="facts"),
    path("inspections/<slug:slug>/cases/<slug:reference>/sync/", views.sync_case, name="sync"),
    path("inspections/<slug:slug>/cases/<slug:reference>/data/", views.case_data, name="data"),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/<str:criterion>/<slug:topic>/",
        views.edit_topic,
        name="topic",
    ),
]
