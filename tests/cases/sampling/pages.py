"""Going through the pages of the sample over HTTP, as a browser does."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from inspections.models import Inspection
from tests.cases.filling import Sheet, client_of, open_sheet, sheet_of

SAMPLE = "/inspections/anyshire-2026/sample/"
CASELOAD = f"{SAMPLE}caseload/"
DAY = "2026-01-05"


def lead_of(inspection: Inspection) -> Client:
    """Return the browser of the lead inspector."""
    return client_of(inspection, "lead")


def as_file(text: str | bytes, name: str = "caseload.csv") -> SimpleUploadedFile:
    """Return what a browser sends of a file."""
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def send_file(client: Client, text: str | bytes, day: str = DAY) -> Any:
    """Send a caseload on the first page, and return the answer."""
    sheet = open_sheet(client, CASELOAD)
    return client.post(CASELOAD, {**sheet.sent, "file": as_file(text), "as_at": day})


def go_to_columns(client: Client, text: str | bytes) -> Sheet:
    """Return the page on which the columns of a caseload are matched."""
    answer = send_file(client, text)
    assert answer.status_code == 200
    return sheet_of(client, CASELOAD, answer)


def go_to_values(client: Client, text: str | bytes) -> Sheet:
    """Return the page on which texts are matched, the columns as they were guessed."""
    answer = go_to_columns(client, text).save()
    assert answer.status_code == 200
    return sheet_of(client, CASELOAD, answer)
