"""Who may watch the background work of reports."""

from __future__ import annotations

import pytest

from inspections.models import Inspection
from jobs.registry import find_kind
from reports.publication import publish
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    member_of,
    user_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    inspection = make_inspection()
    make_case(inspection, rest="sufficient")
    return inspection


@pytest.mark.parametrize("kind", ["render_publication", "render_preview", "render_scorecard"])
def test_only_the_lead_inspector_of_the_inspection_may_watch(
    inspection: Inspection, kind: str
) -> None:
    publication = publish(inspection, member_of(inspection, "lead"))
    subject = str(publication.pk if kind == "render_publication" else inspection.pk)
    other = make_inspection("Elsewhere")
    other.team.filter(key="lead").update(user=make_user("lead-elsewhere"))
    people = {
        "lead": user_of(inspection, "lead"),
        "inspector": user_of(inspection, "inspector"),
        "support": user_of(inspection, "support"),
        "lead elsewhere": user_of(other, "lead"),
        "manager": make_manager(),
        "administrator": make_administrator(),
    }
    may_see = find_kind(kind).may_see
    assert [name for name, user in people.items() if may_see(user, subject)] == ["lead"]
    assert not may_see(people["lead"], "12345")


@pytest.mark.parametrize("kind", ["render_publication", "render_preview"])
def test_the_work_leads_back_to_the_report_page(inspection: Inspection, kind: str) -> None:
    publication = publish(inspection, member_of(inspection, "lead"))
    subject = str(publication.pk if kind == "render_publication" else inspection.pk)
    page = find_kind(kind).page
    assert page is not None
    assert page(subject) == "/inspections/anyshire-2026/report/"
    assert page("12345") == ""
