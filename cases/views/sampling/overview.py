"""The page of the sample: what it was drawn from, how it came out, and going on with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from accounts.signing_in import signed_in
from cases.models import Caseload, SampledCase, SampleDraw
from cases.sampling.explaining import (
    compare,
    label_strata,
    label_stratum,
    list_standing,
    list_strata,
    tell_exchanges,
)
from cases.sampling.exporting import list_keys
from cases.sampling.fields import list_fields
from cases.sampling.forms import DrawForm
from cases.sampling.opening import open_sample
from cases.sampling.storing import (
    HAS_CASES,
    NO_METHOD,
    NotPossibleError,
    count_reserves,
    list_sampled,
    propose_sample,
)
from cases.views.pages import breadcrumbs_of, count, tell
from cases.views.sampling.pages import get_draw, get_inspection
from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition, SamplingMethod
from inspections.models import Inspection


@login_required
@require_safe
def sample(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how far the sample is, and how it compares with the caseload."""
    inspection, page = get_inspection(request, slug)
    return _show(request, inspection, page)


@login_required
@require_POST
def draw_sample_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw a sample from the caseload, in place of one whose cases are not open."""
    inspection, page = get_inspection(request, slug)
    form = DrawForm(request.POST)
    if not form.is_valid():
        return _show(request, inspection, page, form=form, status=422)
    try:
        draw = propose_sample(inspection, by=signed_in(request), seed=form.cleaned_data["seed"])
    except NotPossibleError as error:
        return _refuse(request, inspection, page, error)
    size = count(draw.account["size"], "case")
    tell(request, [f"A sample of {size} was drawn. Look at it, then open its cases."])
    return redirect(page["sample_url"])


@login_required
@require_POST
def open_sampled_cases(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the cases of the sample that the page showed."""
    inspection, page = get_inspection(request, slug)
    try:
        opened = open_sample(inspection, request.POST.get("seed", ""))
    except NotPossibleError as error:
        return _refuse(request, inspection, page, error)
    told = format_html(
        '{} opened. <a class="govuk-notification-banner__link" href="{}">Allocate {} to assessors'
        "</a> next.",
        count(opened, "case"),
        reverse("cases:allocation", args=[slug]),
        "it" if opened == 1 else "them",
    )
    tell(request, [told])
    return redirect(page["sample_url"])


def _refuse(
    request: HttpRequest, inspection: Inspection, page: dict[str, Any], error: NotPossibleError
) -> HttpResponse:
    """Show the page as it stands now, with what was not possible."""
    return _show(request, inspection, page, faults=[{"text": str(error)}], status=409)


def _show(
    request: HttpRequest,
    inspection: Inspection,
    page: dict[str, Any],
    *,
    form: DrawForm | None = None,
    faults: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    definition = load_definition(inspection.programme)
    caseload, draw = get_draw(inspection)
    method = SamplingMethod.from_document(draw.method) if draw else definition.sampling
    context = {
        **page,
        "title": "Sample",
        "breadcrumbs": breadcrumbs_of(inspection),
        "form": form or DrawForm(),
        "faults": faults or [],
        "has_errors": bool(faults),
        "caseload": caseload,
        "draw": draw,
        "method": method,
        "obstacle": _find_obstacle(inspection, caseload, method),
    }
    if method is not None:
        context["rules"] = _describe_method(definition, method)
    if caseload is not None and method is not None:
        asked = list_fields(definition, method)
        context["caseload_rows"] = _describe_caseload(caseload, [field.key for field in asked])
    if draw is not None and method is not None:
        context |= _describe_draw(inspection, draw, method, definition)
    return render(request, "cases/sampling/overview.html", context, status=status)


def _find_obstacle(
    inspection: Inspection, caseload: Caseload | None, method: SamplingMethod | None
) -> str:
    """Return why no sample can be drawn in this inspection at all; empty where one can."""
    if caseload is None and inspection.cases.exists():
        return HAS_CASES
    return NO_METHOD if method is None else ""


def _describe_method(definition: ProgrammeDefinition, method: SamplingMethod) -> dict[str, Any]:
    """Return the rules of the method in words."""
    sizes = []
    above = 0
    for size in method.sizes:
        reach = f"Up to {size.up_to}" if size.up_to else f"More than {above}"
        sizes.append([{"text": reach, "header": True}, {"text": size.cases, "numeric": True}])
        above = size.up_to or above
    return {
        "months": method.months,
        "terminated": method.terminated,
        "by": label_strata(definition, method).lower(),
        "sizes": sizes,
        "minimums": [
            [
                {"text": minimum.label, "header": True},
                f"{minimum.percent}% of the sample, or {minimum.cases} if that is more",
            ]
            for minimum in method.minimums
        ],
        "inference": method.inference,
    }


def _describe_caseload(caseload: Caseload, order: Sequence[str]) -> list[dict[str, object]]:
    """Return what is known of a caseload, its columns in the order in which they are asked for."""
    columns = [caseload.columns[key] for key in order if key in caseload.columns]
    return [
        {"key": "Cases", "value": caseload.entries.count()},
        {"key": "Date", "value": f"{caseload.as_at.day} {caseload.as_at:%B %Y}"},
        {"key": "Uploaded by", "value": caseload.uploaded_by.name},
        {"key": "Taken from", "value": ", ".join(dict.fromkeys(columns))},
    ]


def _describe_draw(
    inspection: Inspection,
    draw: SampleDraw,
    method: SamplingMethod,
    definition: ProgrammeDefinition,
) -> dict[str, Any]:
    sampled = list(list_sampled(draw))
    standing = list_standing(sampled)
    shown = list_keys(sampled) if draw.opened_at else standing
    reserves = count_reserves(draw)
    return {
        "account": draw.account,
        "is_whole": draw.account["size"] == draw.account["eligible"],
        "first_day": date.fromisoformat(draw.account["first_day"]),
        "comparison": compare(draw, sampled, definition),
        "exchanges": tell_exchanges(draw, definition),
        "cases": [_describe_case(row, method, definition) for row in shown],
        "replaced": sorted(
            (row for row in sampled if row.replaced_at),
            key=lambda row: row.replaced_at,
        ),
        "reserves": [
            (label_stratum(definition, method, value), reserves.get(value, 0))
            for value in list_strata(definition, draw)
        ],
        "reserve_count": sum(reserves.values()),
    }


def _describe_case(
    row: SampledCase, method: SamplingMethod, definition: ProgrammeDefinition
) -> dict[str, Any]:
    return {
        "reference": row.case.reference if row.case else "",
        "service_reference": row.entry.reference,
        "stratum": label_stratum(definition, method, row.stratum),
        "started_on": row.entry.started_on,
        "status": "Current" if row.entry.current else "Terminated",
        "groups": [m.label for m in method.minimums if m.holds(row.entry.facts)],
        "from_reserve": row.reserve,
    }
