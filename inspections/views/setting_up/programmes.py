"""The pages of programmes: all versions, one of them, and uploading a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.catalogue import load_definition
from inspections.definition import ProgrammeDefinition
from inspections.forms import AcceptForm, UploadForm
from inspections.models import Programme
from inspections.problems import RefusedError
from inspections.programme_changes import compare_programmes
from inspections.programme_effects import describe_score_effects, describe_work_effects
from inspections.programme_files import write_programme
from inspections.setting_up.programmes import (
    UPLOAD_LIMIT,
    Kind,
    OutOfDateError,
    Proposal,
    accept,
    find_before,
    list_programmes,
    propose,
)
from inspections.views.setting_up.pages import (
    breadcrumbs,
    for_administrators,
    read_sent,
    render_form,
)

FAULTS_SHOWN = 200
OUT_OF_DATE = (
    "What you were shown is out of date, so nothing was stored. Upload the file again to see what "
    "it changes now."
)


@for_administrators
@require_safe
def show_programmes(request: HttpRequest) -> HttpResponse:
    """List the versions of programmes, with the inspections that use them."""
    context = {
        "title": "Programmes",
        "breadcrumbs": breadcrumbs(),
        "programmes": [
            {
                "programme": programme,
                "url": _url_of(programme),
                "inspections": list(programme.inspections.all()),
            }
            for programme in list_programmes()
        ],
    }
    return render(request, "inspections/setting_up/programmes.html", context)


@for_administrators
@require_safe
def show_programme(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """Show a version: what it holds, who uses it, and how it differs from the one before."""
    programme = get_object_or_404(Programme, slug=slug, version=version)
    before = find_before(programme)
    definition = load_definition(programme)
    context = {
        "title": f"{programme.short_title}, version {programme.version}",
        "caption": "Programme",
        "breadcrumbs": _crumbs(),
        "programme": programme,
        "rows": _describe_definition(definition),
        "inspections": programme.inspections.select_related("area"),
        "before": before,
        **_describe_difference(load_definition(before) if before else None, definition),
    }
    return render(request, "inspections/setting_up/programme.html", context)


@for_administrators
@require_safe
def download_programme(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """Send a version as a file, to be changed and uploaded as the next."""
    programme = get_object_or_404(Programme, slug=slug, version=version)
    response = HttpResponse(
        write_programme(load_definition(programme)),
        content_type="application/yaml; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{slug}-{version}.yaml"'
    return response


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def upload_programme(request: HttpRequest) -> HttpResponse:
    """Read the file of a new version, and show what it changes: nothing is stored yet."""
    form = UploadForm(read_sent(request), request.FILES or None)
    faults: list[dict[str, Any]] = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            # One byte more than is allowed is enough to be refused.
            return _show_proposal(request, propose(file.read(UPLOAD_LIMIT + 1)))
        except RefusedError as error:
            count = len(error.problems)
            form.add_error(
                "file", f"The file has {'a fault' if count == 1 else f'{count} faults'}: see below"
            )
            faults = [
                {"line": problem.line or "", "message": problem.message}
                for problem in error.problems
            ]
    return render_form(
        request,
        form,
        title="Upload a programme",
        submit="Show what it changes",
        cancel=reverse("inspections:programmes"),
        crumbs=_crumbs(),
        template="inspections/setting_up/upload.html",
        faults=faults[:FAULTS_SHOWN],
        more_faults=max(len(faults) - FAULTS_SHOWN, 0),
    )


@for_administrators
@require_POST
def accept_programme(request: HttpRequest) -> HttpResponse:
    """Store what was shown, unless something has changed meanwhile."""
    form = AcceptForm(request.POST)
    form.is_valid()
    try:
        proposal = accept(form.cleaned_data.get("sealed", ""))
    except OutOfDateError as error:
        if error.proposal is not None:
            return _show_proposal(request, error.proposal, out_of_date=True)
        messages.error(request, OUT_OF_DATE)
        return redirect("inspections:upload_programme")
    except RefusedError as error:
        messages.error(request, " ".join(_as_sentence(p.message) for p in error.problems))
        return redirect("inspections:upload_programme")
    definition = proposal.definition
    messages.success(
        request, f"{definition.short_title}, version {definition.version}, can now be used."
    )
    return redirect("inspections:programme", definition.slug, definition.version)


def _show_proposal(
    request: HttpRequest, proposal: Proposal, *, out_of_date: bool = False
) -> HttpResponse:
    definition = proposal.definition
    context = {
        "title": f"{definition.short_title}, version {definition.version}",
        "caption": "New version" if proposal.kind == Kind.NEXT else "Programme",
        "breadcrumbs": _crumbs(),
        "proposal": proposal,
        "definition": definition,
        "rows": _describe_definition(definition),
        "before": proposal.before,
        "form": AcceptForm(initial={"sealed": proposal.seal()}),
        "out_of_date": out_of_date,
        **_describe_difference(proposal.old, definition),
    }
    status = 409 if out_of_date else 200
    return render(request, "inspections/setting_up/proposal.html", context, status=status)


def _describe_difference(
    old: ProgrammeDefinition | None, new: ProgrammeDefinition
) -> dict[str, Any]:
    if old is None:
        return {"groups": [], "score_effects": [], "work_effects": []}
    return {
        "groups": compare_programmes(old, new),
        "score_effects": describe_score_effects(old, new),
        "work_effects": describe_work_effects(old, new),
    }


def _describe_definition(definition: ProgrammeDefinition) -> list[dict[str, Any]]:
    scored = sum(question.scores for question in definition.questions.values())
    return [
        {"key": "Title", "value": definition.title},
        {"key": "Name and version", "value": definition.identity},
        {"key": "Questions", "value": f"{len(definition.questions)}, of which {scored} score"},
        {"key": "Criteria", "value": len(definition.criteria)},
        {"key": "Facts", "value": len(definition.facts)},
        {
            "key": "Headlines",
            "value": ", ".join(theme.title for theme in definition.themes) or "None",
        },
    ]


def _as_sentence(message: str) -> str:
    return f"{message[:1].upper()}{message[1:]}."


def _crumbs() -> list[dict[str, str]]:
    return breadcrumbs(("Programmes", reverse("inspections:programmes")))


def _url_of(programme: Programme) -> str:
    return reverse("inspections:programme", args=[programme.slug, programme.version])
