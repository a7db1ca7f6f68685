"""Addresses of good practice."""

from django.urls import path

from cases import views

urlpatterns = [
    path("inspections/<slug:slug>/good-practice/", views.practice_list, name="practice"),
    path("inspections/<slug:slug>/good-practice/note/", views.note_example, name="note_practice"),
    path(
        "inspections/<slug:slug>/good-practice/<int:example_id>/",
        views.edit_example,
        name="edit_practice",
    ),
    path(
        "inspections/<slug:slug>/good-practice/<int:example_id>/choose/",
        views.choose_example,
        name="choose_practice",
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/good-practice/",
        views.note_example,
        name="note_case_practice",
    ),
]
