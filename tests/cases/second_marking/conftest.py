"""The inspection that the pages of second marking are tried on, and those who look at them."""

from __future__ import annotations

import pytest
from django.test import Client

from cases.models import SecondMarking
from inspections.models import Inspection
from tests.cases.filling import client_of
from tests.cases.second_marking.pairs import make_compared
from tests.casting import FACTS, make_inspection


@pytest.fixture
def inspection(db: None) -> Inspection:
    return make_inspection()


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return client_of(inspection, "lead")


@pytest.fixture
def pair(inspection: Inspection) -> SecondMarking:
    """They differ on the fact of custody (and so on 1.2.01), on 1.2.02 and on a row of 2.1.02."""
    return make_compared(
        inspection,
        first_facts={**FACTS, "custody": "yes"},
        first={"1.2.02": "insufficient", "1.2.01": "not_applicable"},
        second={"2.1.02/a": "not_applicable"},
    )


@pytest.fixture
def clients(inspection: Inspection, pair: SecondMarking) -> dict[str, Client]:
    keys = ("lead", "inspector", "practice-assessor", "local-assessor")
    return {key: client_of(inspection, key) for key in keys}
