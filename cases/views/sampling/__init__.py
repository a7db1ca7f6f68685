"""Pages of the sample: its caseload, its draw, its cases, and what is written out of it."""

from cases.views.sampling.caseload import caseload_template, upload_caseload
from cases.views.sampling.exporting import export_explanation, export_key_list, export_sample_csv
from cases.views.sampling.overview import draw_sample_again, open_sampled_cases, sample
from cases.views.sampling.replacing import key_list, replace_sampled_case

__all__ = [
    "caseload_template",
    "draw_sample_again",
    "export_explanation",
    "export_key_list",
    "export_sample_csv",
    "key_list",
    "open_sampled_cases",
    "replace_sampled_case",
    "sample",
    "upload_caseload",
]
