"""Gathering and rendering a report, against WeasyPrint alone on the same HTML."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.models import Inspection
from reports.gathering import gather_content
from reports.rendering import PDF_VARIANT, render_html, render_pdf
from tests.benchmarks.timing import Result, measure_ratio

PEAK = """
import pathlib, re, sys, django
django.setup()
from reports.rendering import render_pdf
render_pdf(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
status = pathlib.Path("/proc/self/status").read_text()
print(re.search(r"VmHWM:\\s+(\\d+)", status)[1])
"""


def measure(inspection: Inspection) -> Iterator[Result]:
    """Give the queries, the ratio, and the memory of a process that renders one report."""
    from weasyprint import HTML

    with CaptureQueriesContext(connection) as queries:
        content = gather_content(inspection).content
    yield Result("queries to gather a report", len(queries), 15, "queries")

    html = render_html(content, draft=False)

    def render_alone() -> None:
        HTML(string=html).write_pdf(pdf_variant=PDF_VARIANT)

    def render_ours() -> None:
        render_pdf(render_html(content, draft=False), progress=lambda percent, step: None)

    ratio = measure_ratio(render_ours, render_alone, rounds=5, clock=process_time)
    yield Result("render a report, against WeasyPrint alone on the same HTML", ratio, 1.1)
    yield Result("memory of a process that renders it", measure_memory(html), 200, "MiB")


def measure_memory(html: str) -> float:
    """Return the peak memory, in MiB, of a new process that renders `html`.

    It is read from VmHWM: what getrusage tells begins with the memory of the parent.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(html, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True
        )
    return int(done.stdout.split()[-1]) / 1024
