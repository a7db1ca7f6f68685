"""Addresses of the fieldwork."""

from django.urls import path

from cases import views

app_name = "cases"
urlpatterns = [
    path("inspections/<slug:slug>/cases/", views.case_list, name="list"),
    path("inspections/<slug:slug>/cases/<slug:reference>/", views.case_detail, name="detail"),
    path("inspections/<slug:slug>/cases/<slug:reference>/facts/", views.edit_facts, name="facts"),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/<str:criterion>/<slug:topic>/",
        views.edit_topic,
        name="topic",
    ),
]
