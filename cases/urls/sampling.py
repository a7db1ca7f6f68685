"""Addresses of the sample."""

from django.urls import path

from cases.views import sampling

urlpatterns = [
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
]
