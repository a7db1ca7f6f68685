"""The inspection that the pages of the timetable are tried on, and its lead inspector."""

from __future__ import annotations

import pytest
from django.test import Client

from inspections.models import Inspection
from tests.cases.allocation.casework import make_cases
from tests.cases.filling import client_of
from tests.cases.timetable.arranging import make_frame
from tests.casting import make_inspection


@pytest.fixture
def inspection(db: None) -> Inspection:
    """Two cases of the inspector, one of the lead."""
    inspection = make_inspection()
    make_cases(
        inspection,
        ("ANY-001", "inspector", "cm-01"),
        ("ANY-002", "inspector", "cm-02"),
        ("ANY-003", "lead", "cm-01"),
    )
    return inspection


@pytest.fixture
def framed(inspection: Inspection) -> Inspection:
    """The same, with two rooms and two days of four times each."""
    make_frame(inspection)
    return inspection


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return client_of(inspection, "lead")
