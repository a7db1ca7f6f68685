"""Addresses of the start page and of an inspection's overview."""

from django.urls import path

from inspections import views

app_name = "inspections"
urlpatterns = [
    path("", views.home, name="home"),
    path("inspections/<slug:slug>/", views.detail, name="detail"),
]
