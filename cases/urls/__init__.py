"""Addresses of the fieldwork, by subject."""

from cases.urls import (
    alerts,
    allocation,
    board,
    judging,
    moderation,
    practice,
    sampling,
    second_marking,
    timetable,
)

app_name = "cases"
urlpatterns = [
    *board.urlpatterns,
    *sampling.urlpatterns,
    *allocation.urlpatterns,
    *timetable.urlpatterns,
    *alerts.urlpatterns,
    *practice.urlpatterns,
    *second_marking.urlpatterns,
    *moderation.urlpatterns,
    *judging.urlpatterns,  # last: any two words after the reference of a case may be a topic
]
