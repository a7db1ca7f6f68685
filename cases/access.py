"""Which cases a member of the team may see: their own, or all for the lead inspector."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from cases.models import Assessment
from inspections.models import TeamMember


def list_assessments(member: TeamMember) -> QuerySet[Assessment]:
    """Return the assessments that `member` may see, in the order of the cases.

    Those of withdrawn cases are gone; a closed one may be read and not written to.
    """
    assessments = Assessment.objects.filter(inspection=member.inspection).select_related(
        "case", "assessor"
    )
    if member.leads:
        return assessments.filter(of_record=True)
    return assessments.filter(assessor=member).exclude(closed=Assessment.Closed.WITHDRAWN)


def get_assessment(member: TeamMember, reference: str) -> Assessment:
    """Return the assessment of the case `reference` that `member` may write, in one query.

    Raises Http404 where there is none: a case of somebody else is not known to exist.
    """
    assessment = list_assessments(member).filter(case__reference=reference).first()
    if assessment is None:
        raise Http404
    assessment.inspection = member.inspection
    return assessment
