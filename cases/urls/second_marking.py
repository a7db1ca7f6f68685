"""Addresses of second marking."""

from django.urls import path

from cases.views import second_marking

urlpatterns = [
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
]
