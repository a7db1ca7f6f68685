"""Who may read what is published: the team, the area's manager, and administrators."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from inspections.access import list_managed_areas, list_memberships
from reports.models import Language, Publication


def list_readable(user: User) -> QuerySet[Publication]:
    """Return the issues in English that `user` may download, newest first.

    What is not yet rendered is not there for anybody. The large columns are left out.
    """
    issued = (
        Publication.objects.filter(document__isnull=False, language=Language.ENGLISH)
        .select_related("inspection__area", "inspection__programme", "document")
        .defer("scorecard", "content", "bundle", "document__html", "document__web", "document__pdf")
        .order_by("-published_at", "inspection__slug", "-number")
    )
    if user.is_staff:
        return issued
    return issued.filter(
        Q(inspection__in=list_memberships(user).values("inspection"))
        | Q(inspection__area__in=list_managed_areas(user))
    )


def get_readable(user: User, slug: str, number: int) -> Publication:
    """Return issue `number` of the inspection `slug`. Raises Http404 unless `user` may read it."""
    publication = list_readable(user).filter(inspection__slug=slug, number=number).first()
    if publication is None:
        raise Http404
    return publication
