"""Addresses of case alerts."""

from django.urls import path

from cases import views

urlpatterns = [
    path("inspections/<slug:slug>/alerts/", views.alert_list, name="alerts"),
    path("inspections/<slug:slug>/alerts/<int:alert_id>/", views.show_alert, name="alert"),
    path(
        "inspections/<slug:slug>/alerts/<int:alert_id>/send/", views.send_alert, name="send_alert"
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/alert/",
        views.raise_case_alert,
        name="raise_alert",
    ),
]
