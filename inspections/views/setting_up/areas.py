"""The pages of areas: all of them, one with its people, making and renaming one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from inspections.forms import AreaForm
from inspections.models import Area
from inspections.presentation import describe_period
from inspections.problems import RefusedError
from inspections.setting_up.areas import create_area, rename_area, search_areas
from inspections.views.setting_up.pages import (
    breadcrumbs,
    for_administrators,
    paginate,
    read_sent,
    read_words,
    render_form,
    show_refusal,
)


@for_administrators
@require_safe
def list_areas(request: HttpRequest) -> HttpResponse:
    """List the areas, with how many people belong to each; searched by name."""
    words = read_words(request)
    page, pager = paginate(request, search_areas(words))
    context = {
        "title": "Areas",
        "breadcrumbs": breadcrumbs(),
        "words": words,
        "areas": page,
        "pager": pager,
    }
    return render(request, "inspections/setting_up/areas.html", context)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def add_area(request: HttpRequest) -> HttpResponse:
    """Make an area."""
    form = AreaForm(read_sent(request))
    if form.is_valid():
        try:
            area = create_area(form.cleaned_data["name"])
        except RefusedError as error:
            show_refusal(form, error, "name")
        else:
            messages.success(request, f"The area {area.name} is set up.")
            return redirect("inspections:areas")
    areas = reverse("inspections:areas")
    return render_form(
        request,
        form,
        title="Add an area",
        submit="Add the area",
        cancel=areas,
        crumbs=breadcrumbs(("Areas", areas)),
    )


@for_administrators
@require_safe
def show_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an area: who belongs to it, and its inspections."""
    area = get_object_or_404(Area, slug=slug)
    inspections = area.inspections.select_related("programme").order_by("-fieldwork_start")
    context = {
        "title": area.name,
        "caption": "Area",
        "breadcrumbs": breadcrumbs(("Areas", reverse("inspections:areas"))),
        "area": area,
        "affiliations": area.affiliations.select_related("user").order_by("user__name"),
        "inspections": [
            {
                "title": str(inspection),
                "url": reverse("inspections:detail", args=[inspection.slug]),
                "programme": inspection.programme.short_title,
                "fieldwork": describe_period(inspection.fieldwork_start, inspection.fieldwork_end),
            }
            for inspection in inspections
        ],
    }
    return render(request, "inspections/setting_up/area.html", context)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def edit_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Rename an area; its address stays."""
    area = get_object_or_404(Area, slug=slug)
    title = area.name
    form = AreaForm(read_sent(request), initial={"name": area.name})
    if form.is_valid():
        try:
            rename_area(area, form.cleaned_data["name"])
        except RefusedError as error:
            show_refusal(form, error, "name")
        else:
            messages.success(request, "The name of the area is changed.")
            return redirect("inspections:area", area.slug)
    url = reverse("inspections:area", args=[area.slug])
    return render_form(
        request,
        form,
        title="Rename the area",
        caption=title,
        submit="Save the name",
        cancel=url,
        crumbs=breadcrumbs(("Areas", reverse("inspections:areas")), (title, url)),
        intro="Reports that are published already keep the name that they were published with.",
    )
