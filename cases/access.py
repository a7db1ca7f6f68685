"""Which cases a member of the team may see: their own, or all for the lead inspector."""

from __future__ import annotations

from typing import cast

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from cases.models import Assessment
from inspections.access import get_membership
from inspections.models import TeamMember

STANDING = ("case", "closed", "completed_at", "facts_missing", "kind", "of_record")
NEEDED = (
    *STANDING,
    "assessor__inspection",
    "assessor__role",
    "inspection__slug",
    "inspection__programme__digest",
    "inspection__programme__loaded_at",
)
"""What every save asks of an assessment, and of what goes with it. What only some of them need is
loaded when they ask for it, since a save is made after each answer that somebody gives."""

ANOTHER = (
    "This case is now judged in another assessment than the one that this was given in, so it was "
    "not saved."
)
NOT_NAMED = (
    "This case has more than one assessment, and it is not known which of them this was given in, "
    "so it was not saved."
)


def list_assessments(member: TeamMember) -> QuerySet[Assessment]:
    """Return the assessments that `member` may see, in the order of the cases.

    Those of withdrawn cases are gone; a closed one may be read and not written to.
    """
    assessments = Assessment.objects.filter(inspection=member.inspection).select_related(
        "case", "assessor", "completed_by"
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


def key_of(assessment: Assessment) -> str:
    """Return what pages and devices call `assessment`. They send it with what is given for it."""
    return str(assessment.pk)


def refuse_key(assessment: Assessment, key: str) -> str:
    """Return why what was sent under `key` is not for `assessment`; the empty string if it is.

    A case keeps its address when another of its assessments becomes the person's, or the one of
    record. What was sent without a key, as pages did before they had one, is taken where the case
    has but one assessment, which takes a query.
    """
    if key == key_of(assessment):
        return ""
    if key:
        return ANOTHER
    others = Assessment.objects.filter(case=assessment.case_id).exclude(pk=assessment.pk)
    return NOT_NAMED if others.exists() else ""


def find_own_assessment(
    user: User, slug: str, reference: str, *, hold: bool = False
) -> tuple[Assessment, TeamMember]:
    """Return what `get_assessment` returns of the inspection `slug`, and the part of `user` in it.

    Takes one query for the assessor of a case and three for the lead inspector of the others. An
    assessor finds a withdrawn case too: what was recorded without a network is then refused with
    the reason. With `hold`, in a transaction, nobody else writes to the assessment until that
    ends. Raises Http404.
    """
    assessments = Assessment.objects.all()
    if hold:
        assessments = assessments.select_for_update(of=("self",))
    return _find_as_assessor(assessments, user, slug, reference) or _find_as_lead(
        assessments, user, slug, reference
    )


def _find_as_assessor(
    assessments: QuerySet[Assessment], user: User, slug: str, reference: str
) -> tuple[Assessment, TeamMember] | None:
    own = assessments.select_related("assessor", "inspection__programme").only(*NEEDED)
    try:
        assessment = own.get(
            assessor__user_id=user.pk, inspection__slug=slug, case__reference=reference
        )
    except Assessment.DoesNotExist:
        return None
    member = cast(TeamMember, assessment.assessor)
    if not member.assesses or (member.leads and not assessment.of_record):
        return None
    member.inspection = assessment.inspection
    return assessment, member


def _find_as_lead(
    assessments: QuerySet[Assessment], user: User, slug: str, reference: str
) -> tuple[Assessment, TeamMember]:
    member = get_membership(user, slug)
    if not member.leads:
        raise Http404
    of_record = assessments.filter(of_record=True).only(*STANDING, "inspection")
    try:
        assessment = of_record.get(inspection=member.inspection, case__reference=reference)
    except Assessment.DoesNotExist:
        raise Http404 from None
    assessment.inspection = member.inspection
    return assessment, member
