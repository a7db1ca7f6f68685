"""The background work of reports: ids in, one function called."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from inspections.models import Inspection, TeamMember
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


def find_publication_page(publication_id: str) -> str:
    """Return the address of the report page on which the publication stands."""
    return _find_report_page(publications=int(publication_id))


def find_inspection_page(inspection_id: str) -> str:
    """Return the address of the report page of the inspection."""
    return _find_report_page(pk=int(inspection_id))


def _find_report_page(**lookup: int) -> str:
    slug = Inspection.objects.filter(**lookup).values_list("slug", flat=True).first()
    return reverse("reports:report", args=[slug]) if slug else ""


KINDS = (
    Kind(
        RENDER_PUBLICATION,
        title="Preparing the report",
        handler=lambda subject, report: render_publication(int(subject), report),
        may_see=leads_publication,
        page=find_publication_page,
    ),
    Kind(
        RENDER_PREVIEW,
        title="Preparing the draft",
        handler=lambda subject, report: render_preview(int(subject), report),
        may_see=leads_inspection,
        page=find_inspection_page,
    ),
)
