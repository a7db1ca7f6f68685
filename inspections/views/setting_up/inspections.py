"""The pages on which an administrator makes, changes and deletes an inspection."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from inspections.forms import InspectionForm
from inspections.forms.inspections import REGIONS
from inspections.models import Inspection
from inspections.problems import RefusedError
from inspections.setting_up.inspections import (
    PUBLISHED,
    ChangedMeanwhileError,
    change_inspection,
    create_inspection,
    delete_inspection,
    digest_details,
    has_cases,
    is_published,
)
from inspections.views.setting_up.pages import (
    breadcrumbs,
    breadcrumbs_of,
    for_administrators,
    read_sent,
    render_form,
    show_refusal,
)

TEMPLATE = "inspections/setting_up/inspection.html"


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def add_inspection(request: HttpRequest) -> HttpResponse:
    """Make an inspection, and go on to its team."""
    form = InspectionForm(read_sent(request), initial={"area": request.GET.get("area", "")})
    if form.is_valid():
        try:
            inspection = create_inspection(form.read_details())
        except RefusedError as error:
            show_refusal(form, error)
        else:
            messages.success(request, "The inspection is set up. Now put its team together.")
            return redirect("inspections:team", inspection.slug)
    return render_form(
        request,
        form,
        title="Set up an inspection",
        submit="Set up the inspection",
        cancel=reverse("inspections:home"),
        crumbs=breadcrumbs(),
        template=TEMPLATE,
        regions=REGIONS,
    )


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def edit_inspection(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is said of an inspection, until a report of it is published.

    What somebody else changed meanwhile is shown beside what was typed, and nothing is stored.
    """
    inspection = _find(slug)
    crumbs = breadcrumbs_of(inspection)
    caption = str(inspection)
    url = reverse("inspections:detail", args=[slug])
    if is_published(inspection):
        context = {
            "title": "Details",
            "caption": caption,
            "breadcrumbs": crumbs,
            "reason": PUBLISHED,
            "cancel": url,
        }
        status = 409 if request.method == "POST" else 200
        return render(request, "inspections/setting_up/closed.html", context, status=status)
    form = InspectionForm(read_sent(request), initial=InspectionForm.initial_of(inspection))
    shown = digest_details(inspection)
    seen, conflict = request.POST.get("seen", "") if form.is_bound else shown, False
    if form.is_valid():
        try:
            change_inspection(inspection, form.read_details(), seen=seen)
        except RefusedError as error:
            show_refusal(form, error)
        except ChangedMeanwhileError as error:
            form.show_current(error.current)
            seen, conflict = digest_details(error.current), True
        else:
            messages.success(request, "The details are saved.")
            return redirect("inspections:detail", slug)
    page = render_form(
        request,
        form,
        title="Details",
        caption=caption,
        submit="Save the details",
        cancel=url,
        crumbs=crumbs,
        template=TEMPLATE,
        regions=REGIONS,
        inspection=inspection,
        seen=seen,
        can_delete=not has_cases(inspection),
    )
    if conflict:
        page.status_code = 409
    return page


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def remove_inspection(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask whether to delete an inspection that has no cases, and do it."""
    inspection = _find(slug)
    name = str(inspection)
    refused: list[dict[str, Any]] = []
    if request.method == "POST":
        try:
            delete_inspection(inspection)
        except RefusedError as error:
            refused = [{"text": problem.message} for problem in error.problems]
        else:
            messages.success(request, f"The inspection {name} is deleted.")
            return redirect("inspections:home")
    details = reverse("inspections:edit", args=[slug])
    context = {
        "title": "Delete the inspection",
        "caption": name,
        "breadcrumbs": breadcrumbs_of(inspection, ("Details", details)),
        "meaning": "The inspection and its team are deleted, and cannot be brought back. The area, "
        "the programme and the accounts of the people stay.",
        "button": "Delete the inspection",
        "style": "warning",
        "cancel": details,
        "refused": refused,
        "has_errors": bool(refused),
    }
    return render(
        request, "inspections/setting_up/confirm.html", context, status=409 if refused else 200
    )


def _find(slug: str) -> Inspection:
    return get_object_or_404(Inspection.objects.select_related("area", "programme"), slug=slug)
