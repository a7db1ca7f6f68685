"""Addresses of the fieldwork board."""

from django.urls import path

from cases import views

urlpatterns = [
    path("inspections/<slug:slug>/board/", views.show_board, name="board"),
    path("inspections/<slug:slug>/board/notes/", views.show_notes, name="notes"),
]
