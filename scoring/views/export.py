"""The scorecard sent as a file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from inspections.access import get_lead
from inspections.catalogue import load_definition
from scoring.exporting import FORMATS, gather_export, write_export


@login_required
@require_safe
def export(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Send the scores as they stand, in the format `key`; with `?by=FACT` broken down by it too.

    An unknown format or fact is not found.
    """
    member = get_lead(signed_in(request), slug)
    wanted = next((each for each in FORMATS if each.key == key), None)
    fact = request.GET.get("by", "")
    if wanted is None or (
        fact and fact not in load_definition(member.inspection.programme).facts_by_key
    ):
        raise Http404
    found = gather_export(member.inspection, fact)
    return HttpResponse(
        write_export(found, key),
        content_type=wanted.content_type,
        headers={"Content-Disposition": f'attachment; filename="{found.file_name}.{key}"'},
    )


@login_required
@require_safe
def export_chosen(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the file that a form asks for, by its `format` and `by`."""
    member = get_lead(signed_in(request), slug)
    keys = [each.key for each in FORMATS]
    key, fact = request.GET.get("format", keys[0]), request.GET.get("by", "")
    definition = load_definition(member.inspection.programme)
    if key not in keys or (fact and fact not in definition.facts_by_key):
        raise Http404
    url = reverse("scoring:export", args=[slug, key])
    return redirect(f"{url}?by={fact}" if fact else url)
