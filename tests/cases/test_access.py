"""Which assessments a member of the team may see and write."""

from __future__ import annotations

import pytest
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from cases.access import get_assessment, list_assessments
from cases.models import Assessment
from inspections.models import Inspection
from tests.casting import make_case, make_inspection, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    """Anyshire, with the same references as another inspection has."""
    other = make_inspection("Othershire")
    inspection = make_inspection()
    for owner in (other, inspection):
        make_case(owner, "ANY-002", assessor="inspector")
        make_case(owner, "ANY-001", assessor="local-assessor")
        make_case(owner, "ANY-003", assessor=None)
    return inspection


def seen_by(inspection: Inspection, key: str) -> list[tuple[str, str | None]]:
    assessments = list_assessments(member_of(inspection, key))
    return [
        (assessment.case.reference, assessment.assessor.key if assessment.assessor else None)
        for assessment in assessments
    ]


def test_each_sees_their_own_and_the_lead_inspector_all(inspection: Inspection) -> None:
    assert {key: seen_by(inspection, key) for key in ("inspector", "local-assessor", "lead")} == {
        "inspector": [("ANY-002", "inspector")],
        "local-assessor": [("ANY-001", "local-assessor")],
        "lead": [("ANY-002", "inspector"), ("ANY-001", "local-assessor"), ("ANY-003", None)],
    }
    assert seen_by(inspection, "practice-assessor") == []


def test_of_two_assessments_each_sees_their_own_and_the_lead_inspector_that_of_record(
    inspection: Inspection,
) -> None:
    case = inspection.cases.get(reference="ANY-002")
    second = Assessment.objects.create(
        case=case,
        inspection=inspection,
        assessor=member_of(inspection, "practice-assessor"),
        of_record=False,
    )
    assert get_assessment(member_of(inspection, "practice-assessor"), "ANY-002") == second
    first = get_assessment(member_of(inspection, "inspector"), "ANY-002")
    assert first.of_record
    assert get_assessment(member_of(inspection, "lead"), "ANY-002") == first


def test_one_of_somebody_else_is_as_one_that_is_not_there(inspection: Inspection) -> None:
    for reference in ("ANY-001", "ANY-003", "ANY-999", ""):
        with pytest.raises(Http404):
            get_assessment(member_of(inspection, "inspector"), reference)


def test_is_found_in_one_query_with_all_that_pages_ask_of_it(
    inspection: Inspection, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    member = member_of(inspection, "local-assessor")
    with django_assert_num_queries(1):
        assessment = get_assessment(member, "ANY-001")
        assert assessment.assessor is not None
        assert (assessment.case.reference, assessment.assessor.name, assessment.inspection) == (
            "ANY-001",
            "Local assessor",
            member.inspection,
        )
