"""The page that explains the form to somebody who has not used it before."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from cases.checking import NOTE_LIMIT
from cases.views.pages import breadcrumbs_of
from inspections.access import get_membership


@login_required
@require_safe
def show_help(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain the form, its keys, work without a network, and alerts."""
    member = get_membership(signed_in(request), slug)
    inspection = member.inspection
    return render(
        request,
        "cases/help.html",
        {
            "title": "Help with judging a case",
            "caption": str(inspection),
            "breadcrumbs": [
                *breadcrumbs_of(inspection),
                {"label": "Cases", "url": reverse("cases:list", args=[slug])},
            ],
            "note_limit": NOTE_LIMIT,
        },
    )
