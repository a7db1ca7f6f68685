"""Addresses of the timetable and its interviews."""

from django.urls import path

from cases.views import interviews, timetable

urlpatterns = [
    path("inspections/<slug:slug>/timetable/", timetable.show_timetable, name="timetable"),
    path("inspections/<slug:slug>/timetable/frame/", timetable.edit_frame, name="timetable_frame"),
    path(
        "inspections/<slug:slug>/timetable/print/",
        timetable.print_timetable,
        name="timetable_print",
    ),
    path("inspections/<slug:slug>/timetable/mine/", interviews.own_timetable, name="own_timetable"),
    path(
        "inspections/<slug:slug>/timetable/calendars/<slug:key>.ics",
        interviews.calendar,
        name="calendar",
    ),
    path(
        "inspections/<slug:slug>/timetable/cases/<slug:reference>/",
        interviews.arrange_interview,
        name="interview",
    ),
    path(
        "inspections/<slug:slug>/timetable/cases/<slug:reference>/held/",
        interviews.record_held,
        name="record_held",
    ),
]
