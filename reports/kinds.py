"""The background work of reports: ids in, one function called."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser

from inspections.models import TeamMember
from jobs.registry import Kind
from reports.previews import RENDER_PREVIEW, render_preview
from reports.publication import RENDER_PUBLICATION, render_publication


def leads_publication(user: AbstractBaseUser, publication_id: str) -> bool:
    """Whether `user` is the lead inspector of the publication's inspection."""
    return TeamMember.objects.filter(
        user_id=user.pk,
        role=TeamMember.Role.LEAD_INSPECTOR,
        inspection__publications=int(publication_id),
    ).exists()


def leads_inspection(user: AbstractBaseUser, inspection_id: str) -> bool:
    """Whether `user` is the lead inspector of the inspection."""
    return TeamMember.objects.filter(
        user_id=user.pk, role=TeamMember.Role.LEAD_INSPECTOR, inspection=int(inspection_id)
    ).exists()


KINDS = (
    Kind(
        RENDER_PUBLICATION,
        title="Preparing the report",
        handler=lambda subject, report: render_publication(int(subject), report),
        may_see=leads_publication,
    ),
    Kind(
        RENDER_PREVIEW,
        title="Preparing the draft",
        handler=lambda subject, report: render_preview(int(subject), report),
        may_see=leads_inspection,
    ),
)
