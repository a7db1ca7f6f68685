"""The page on which the facts of a case are recorded."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.signing_in import signed_in
from cases.access import get_assessment
from cases.forms import FactsForm
from cases.models import Assessment, RecordedFact
from cases.recording import FactsOutcome, record_facts
from cases.views.pages import breadcrumbs_of, describe_outcome, tell, url_of_case
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_membership
from inspections.catalogue import load_definition


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def edit_facts(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Show the facts of a case, and save what is sent; what cannot be saved is kept on the page."""
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    definition = load_definition(member.inspection.programme)
    recorded = _load_facts(assessment)
    status = 200
    if request.method != "POST":
        form = FactsForm(definition, recorded, take_unsent(request))
    else:
        form = FactsForm(definition, recorded, _press_button(request.POST))
        valid = form.is_valid()
        outcome = record_facts(assessment, form.read_changes(), by=member)
        if valid and outcome.complete:
            return _go_on(request, assessment, outcome)
        tell(request, describe_outcome(outcome), quietly=True)
        form = FactsForm(definition, _load_facts(assessment), form.data)
        form.is_valid()
        form.show_outcome(outcome)
        status = 409 if outcome.conflicts else 422
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


def _load_facts(assessment: Assessment) -> dict[str, RecordedFact]:
    facts = RecordedFact.objects.filter(assessment=assessment).select_related("fact", "changed_by")
    return {fact.fact.key: fact for fact in facts}


def _press_button(sent: QueryDict) -> QueryDict:
    """Return what was sent, as the button that was pressed changes it.

    "Clear" empties a fact; "Keep theirs" leaves it out, so that it stays as it is recorded.
    """
    data = sent.copy()
    data.pop(sent.get("clear", ""), None)
    for name in (sent.get("keep", ""), f"{sent.get('keep', '')}-version"):
        data.pop(name, None)
    return data


def _go_on(request: HttpRequest, assessment: Assessment, outcome: FactsOutcome) -> HttpResponse:
    """Say what was saved, and go to the case; after a button of one fact, back to that."""
    pressed = request.POST.get("clear") or request.POST.get("keep")
    tell(request, describe_outcome(outcome), quietly=bool(pressed))
    if pressed:
        return redirect(f"{request.path}#{pressed}")
    return redirect(url_of_case(assessment))
