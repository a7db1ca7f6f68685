"""Replacing a case of the sample, and the list that tells which case is which of the service's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signing_in import signed_in
from cases.forms.texts import year_of
from cases.models import SampledCase
from cases.sampling.explaining import label_stratum
from cases.sampling.exporting import list_keys
from cases.sampling.forms import ReplaceForm
from cases.sampling.replacing import (
    Prospect,
    Replacement,
    UnconfirmedError,
    look_ahead,
    replace_case,
)
from cases.sampling.storing import NotPossibleError, list_sampled
from cases.views.pages import tell
from cases.views.sampling.pages import crumbs_of_sample, get_draw, get_inspection
from cases.views.unsent import keep_unsent, take_unsent
from inspections.catalogue import load_definition
from inspections.definition import SamplingMethod
from inspections.models import Inspection


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def replace_sampled_case(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Ask why a case is unsuitable, and have the next reserve take its place."""
    inspection, page = get_inspection(request, slug)
    page |= {"title": f"Replace case {reference}", "breadcrumbs": crumbs_of_sample(inspection)}
    try:
        return _replace(request, inspection, reference, page)
    except SampledCase.DoesNotExist:
        raise Http404 from None
    except NotPossibleError as error:
        context = {**page, "obstacle": str(error), "has_errors": request.method == "POST"}
        status = 409 if request.method == "POST" else 200
        return render(request, "cases/sampling/replace.html", context, status=status)


@login_required
@require_safe
def key_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which case of the inspection is which of the service's, to be printed for it."""
    inspection, page = get_inspection(request, slug)
    _, draw = get_draw(inspection)
    if draw is None or draw.opened_at is None:
        raise Http404
    context = {
        **page,
        "title": "Key list",
        "breadcrumbs": crumbs_of_sample(inspection),
        "cases": list_keys(list(list_sampled(draw))),
    }
    return render(request, "cases/sampling/key_list.html", context)


def _replace(
    request: HttpRequest, inspection: Inspection, reference: str, page: dict[str, Any]
) -> HttpResponse:
    prospect = look_ahead(inspection, reference, signed_in(request))
    year = year_of(inspection)
    if request.method != "POST":
        form = ReplaceForm(take_unsent(request), year=year, begun=prospect.begun)
        return _show(request, page, prospect, form)
    form = ReplaceForm(request.POST, year=year, begun=prospect.begun)
    if not form.is_valid():
        return _show(request, page, prospect, form, status=422)
    try:
        replacement = replace_case(
            inspection,
            reference,
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
            confirmed=form.cleaned_data.get("confirmed", False),
        )
    except UnconfirmedError:  # begun this very moment
        form = ReplaceForm(request.POST, year=year, begun=True)
        form.is_valid()
        return _show(request, page, prospect, form, status=409)
    tell(request, _describe_replacement(replacement))
    return redirect(page["sample_url"])


def _show(
    request: HttpRequest,
    page: dict[str, Any],
    prospect: Prospect,
    form: ReplaceForm,
    status: int = 200,
) -> HttpResponse:
    sampled, choice = prospect.sampled, prospect.choice
    definition = load_definition(page["inspection"].programme)
    method = SamplingMethod.from_document(sampled.draw.method)
    context = {
        **page,
        "form": form,
        "prospect": prospect,
        # An administrator may know of no alert.
        "open_alerts": prospect.open_alerts if page["leads"] else 0,
        "service_reference": sampled.entry.reference,
        "stratum": label_stratum(definition, method, sampled.stratum),
    }
    if choice is not None:
        context |= {
            "choice": choice,
            "choice_stratum": label_stratum(definition, method, choice.entry.facts[method.strata]),
        }
    return render(request, "cases/sampling/replace.html", context, status=status)


def _describe_replacement(done: Replacement) -> list[str]:
    if done.case is None or done.choice is None:
        return [
            f"Case {done.withdrawn} was withdrawn from the sample. There is no reserve left to "
            "take its place."
        ]
    sentences = [f"Case {done.withdrawn} was replaced by {done.case}."]
    if not done.choice.same_stratum:
        sentences.append("No reserve of the same group could take its place.")
    if done.choice.short_of:
        labels = ", ".join(minimum.label for minimum in done.choice.short_of)
        sentences.append(f"The sample has fewer cases now than the method asks for: {labels}.")
    if done.assessor is not None:
        sentences.append(f"It is allocated to {done.assessor.name}, as the case before was.")
    elif done.obstacle:
        sentences.append(f"It is not allocated: {done.obstacle}")
    return sentences
