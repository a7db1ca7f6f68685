"""What the tests of a team share: an inspection, and the browser of its lead inspector."""

from __future__ import annotations

import pytest
from django.test import Client

from inspections.models import Inspection
from tests.casting import make_inspection, user_of
from tests.inspections.setting_up.browsing import client_of, confirmed


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


@pytest.fixture
def client(inspection: Inspection) -> Client:
    """The lead inspector's, who gave their password just now: an administrator may do as much."""
    return confirmed(client_of(user_of(inspection, "lead")))
