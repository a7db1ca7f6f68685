"""The background work of reports: ids in, one function called."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from inspections.models import Inspection, TeamMember
from jobs.registry import Kind
from reports.previews import (
    RENDER_PREVIEW,
    RENDER_SCORECARD,
    render_preview,
    render_scorecard,
)
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
    return _find_page("reports:report", publications=int(publication_id))


def find_inspection_page(inspection_id: str) -> str:
    """Return the address of the report page of the inspection."""
    return _find_page("reports:report", pk=int(inspection_id))


def find_scorecard_page(inspection_id: str) -> str:
    """Return the address of the page on which the scorecard's PDF stands."""
    return _find_page("reports:scorecard_pdf", pk=int(inspection_id))


def _find_page(name: str, **lookup: int) -> str:
    slug = Inspection.objects.filter(**lookup).values_list("slug", flat=True).first()
    return reverse(name, args=[slug]) if slug else ""


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
    Kind(
        RENDER_SCORECARD,
        title="Preparing the scorecard",
        handler=lambda subject, report: render_scorecard(int(subject), report),
        may_see=leads_inspection,
        page=find_scorecard_page,
    ),
)
