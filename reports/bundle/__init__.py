"""A whole inspection as a folder of files, in one canonical form.

`inspection.yaml` says what was inspected and by whom, `cases.csv` and `judgements.csv` hold the
fieldwork, `report.yaml` (and `report.cy.yaml` in Welsh) the narrative, if there is one.
"""

from reports.bundle.exporting import build_bundle, export_inspection
from reports.bundle.importing import Bundle, import_inspection, read_bundle
from reports.bundle.narrative import check_narrative

__all__ = [
    "Bundle",
    "build_bundle",
    "check_narrative",
    "export_inspection",
    "import_inspection",
    "read_bundle",
]
