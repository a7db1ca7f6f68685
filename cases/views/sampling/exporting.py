"""The sample written out as CSV."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cases.models import SampleDraw
from cases.sampling.explaining import compare, tell_exchanges
from cases.sampling.exporting import export_comparison, export_keys, export_sample
from cases.sampling.storing import list_sampled
from cases.views.sampling.pages import get_draw, get_inspection
from inspections.catalogue import load_definition
from inspections.models import Inspection


@login_required
@require_safe
def export_sample_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Send every case of the caseload with its place in the draw, and each replacement."""
    inspection, draw = _get_draw(request, slug)
    text = export_sample(draw, load_definition(inspection.programme))
    return send_csv(f"{slug}-sample.csv", text)


@login_required
@require_safe
def export_explanation(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the shares of caseload and sample, and what was exchanged."""
    inspection, draw = _get_draw(request, slug)
    definition = load_definition(inspection.programme)
    comparison = compare(draw, list(list_sampled(draw)), definition)
    text = export_comparison(draw, comparison, tell_exchanges(draw, definition))
    return send_csv(f"{slug}-sample-explained.csv", text)


@login_required
@require_safe
def export_key_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the key list: which case of the inspection is which of the service's."""
    _, draw = _get_draw(request, slug)
    if draw.opened_at is None:
        raise Http404
    return send_csv(f"{slug}-key-list.csv", export_keys(list(list_sampled(draw))))


def send_csv(name: str, text: str) -> HttpResponse:
    """Return a response that a browser stores as the file `name`."""
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _get_draw(request: HttpRequest, slug: str) -> tuple[Inspection, SampleDraw]:
    inspection, _ = get_inspection(request, slug)
    _, draw = get_draw(inspection)
    if draw is None:
        raise Http404
    return inspection, draw
