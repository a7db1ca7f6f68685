"""Addresses of the fieldwork."""

from django.urls import path

from cases import views
from cases.views import (
    allocation,
    conflicts_of_interest,
    interviews,
    sampling,
    second_marking,
    timetable,
)

app_name = "cases"
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
    path("inspections/<slug:slug>/board/", views.show_board, name="board"),
    path("inspections/<slug:slug>/board/notes/", views.show_notes, name="notes"),
    path("inspections/<slug:slug>/sample/", sampling.sample, name="sample"),
    path(
        "inspections/<slug:slug>/sample/caseload/",
        sampling.upload_caseload,
        name="upload_caseload",
    ),
    path(
        "inspections/<slug:slug>/sample/caseload/template.csv",
        sampling.caseload_template,
        name="caseload_template",
    ),
    path("inspections/<slug:slug>/sample/draw/", sampling.draw_sample_again, name="draw_sample"),
    path("inspections/<slug:slug>/sample/open/", sampling.open_sampled_cases, name="open_sample"),
    path(
        "inspections/<slug:slug>/sample/sample.csv", sampling.export_sample_csv, name="sample_csv"
    ),
    path(
        "inspections/<slug:slug>/sample/explanation.csv",
        sampling.export_explanation,
        name="sample_explanation_csv",
    ),
    path("inspections/<slug:slug>/sample/keys/", sampling.key_list, name="sample_keys"),
    path(
        "inspections/<slug:slug>/sample/keys.csv", sampling.export_key_list, name="sample_keys_csv"
    ),
    path(
        "inspections/<slug:slug>/sample/<slug:reference>/replace/",
        sampling.replace_sampled_case,
        name="replace_case",
    ),
    path("inspections/<slug:slug>/allocation/", allocation.allocate_cases, name="allocation"),
    path("inspections/<slug:slug>/allocation/balance/", allocation.balance_cases, name="balance"),
    path(
        "inspections/<slug:slug>/allocation/assessors/",
        allocation.edit_availability,
        name="availability",
    ),
    path(
        "inspections/<slug:slug>/conflicts-of-interest/",
        conflicts_of_interest.declare,
        name="conflicts_of_interest",
    ),
    path(
        "inspections/<slug:slug>/conflicts-of-interest/<int:conflict_id>/lift/",
        conflicts_of_interest.lift,
        name="lift_conflict",
    ),
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
    path(
        "inspections/<slug:slug>/second-marking/",
        second_marking.second_marking_list,
        name="second_markings",
    ),
    path(
        "inspections/<slug:slug>/second-marking/pick/",
        second_marking.pick_for_second_marking,
        name="pick_second_marking",
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/second-marking/",
        second_marking.compare_markings,
        name="compare_markings",
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/second-marking/start/",
        second_marking.start_comparison,
        name="start_comparison",
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/second-marking/call-off/",
        second_marking.call_off,
        name="call_off",
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/second-marking/one-sided/",
        second_marking.settle_one_sided,
        name="settle_one_sided",
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/second-marking/facts/<slug:key>/",
        second_marking.settle_fact,
        name="settle_fact",
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/second-marking/questions/<str:code>/",
        second_marking.settle_answer,
        name="settle_answer",
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/second-marking/questions/<str:code>/<slug:row>/",
        second_marking.settle_answer,
        name="settle_answer",
    ),
    path(
        "inspections/<slug:slug>/cases/<slug:reference>/<str:criterion>/<slug:topic>/",
        views.edit_topic,
        name="topic",
    ),
]
