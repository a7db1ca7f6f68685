"""The page on which the facts of a case are recorded."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.signing_in import signed_in
from cases.access import get_assessment
from cases.forms import FactsForm
from cases.models import RecordedFact
from cases.recording import record_facts
from cases.views.pages import breadcrumbs_of, tell_outcome, url_of_case
from inspections.access import get_membership
from inspections.catalogue import load_definition


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_facts(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Show the facts of a case, and save what is sent; what cannot be saved is kept on the page."""
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    definition = load_definition(member.inspection.programme)
    recorded = {
        fact.fact.key: fact
        for fact in RecordedFact.objects.filter(assessment=assessment).select_related(
            "fact", "changed_by"
        )
    }
    status = 200
    if request.method == "POST":
        form = FactsForm(definition, recorded, _without_cleared(request))
        valid = form.is_valid()
        outcome = record_facts(assessment, form.read_changes(), by=member)
        tell_outcome(request, outcome)
        if valid and outcome.complete:
            if "clear" in request.POST:
                return redirect(f"{request.path}#{request.POST['clear']}")
            return redirect(url_of_case(assessment))
        form.show_outcome(outcome)
        status = 409 if outcome.conflicts else 422
    else:
        form = FactsForm(definition, recorded)
    return render(
        request,
        "cases/facts.html",
        {
            "title": "Facts and screening",
            "caption": f"{member.inspection}: case {assessment.case.reference}",
            "breadcrumbs": [
                *breadcrumbs_of(member.inspection, assessment),
                {"label": str(assessment.case), "url": url_of_case(assessment)},
            ],
            "form": form,
            "case_url": url_of_case(assessment),
        },
        status=status,
    )


def _without_cleared(request: HttpRequest) -> dict[str, str]:
    """Return what was sent, without the fact whose "Clear" button was pressed."""
    data = request.POST.copy()
    data.pop(data.get("clear", ""), None)
    return data
