"""The page on which the facts of a case are recorded."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.signing_in import signed_in
from cases.access import get_assessment, refuse_key
from cases.forms import FactsForm
from cases.models import Assessment, RecordedFact
from cases.recording import FactsOutcome, decline_fact, describe_closed, record_facts
from cases.views.closed import show_closed_facts
from cases.views.pages import (
    KEY,
    addresses_of,
    breadcrumbs_in_case,
    describe_outcome,
    describe_undecided,
    tell,
    url_of_case,
    url_of_part,
)
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_membership
from inspections.catalogue import load_definition
from inspections.models import TeamMember


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def edit_facts(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Show the facts of a case, and save what is sent; what cannot be saved is kept on the page."""
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    definition = load_definition(member.inspection.programme)
    recorded = _load_facts(assessment)
    status = 200
    if request.method != "POST" and describe_closed(assessment):
        unsaved = take_unsent(request, too_late=True)
        lost = None if unsaved is None else FactsForm(definition, recorded, _press_button(unsaved))
        return show_closed_facts(request, assessment, recorded, lost)
    unsaved = request.POST if request.method == "POST" else take_unsent(request)
    if unsaved is not None and (why := refuse_key(assessment, unsaved.get(KEY, ""))):
        form = FactsForm(definition, recorded, _press_button(unsaved))
        return show_closed_facts(request, assessment, recorded, form, why)
    if request.method != "POST":
        form = FactsForm(definition, recorded, unsaved)
    else:
        if kept := request.POST.get("keep"):
            sent = FactsForm(definition, recorded, request.POST)
            _keep_declined(sent, kept, assessment, by=member)
        form = FactsForm(definition, recorded, _press_button(request.POST))
        valid = form.is_valid()
        outcome = record_facts(assessment, form.read_changes(), by=member)
        if describe_closed(assessment):
            return show_closed_facts(request, assessment, recorded, form)
        if valid and outcome.complete:
            return _go_on(request, assessment, outcome)
        tell(request, describe_outcome(outcome), quietly=True)
        recorded = _load_facts(assessment)
        form = FactsForm(definition, recorded, form.data)
        form.is_valid()
        form.show_outcome(outcome, by=member)
        status = 409 if outcome.conflicts else 422
    return render(
        request,
        "cases/facts.html",
        {
            "title": "Facts and screening",
            "caption": f"{member.inspection}: case {assessment.case.reference}",
            "breadcrumbs": breadcrumbs_in_case(assessment),
            "inspection": member.inspection,
            "assessment": assessment,
            "undecided": describe_undecided(assessment, member),
            "form": form,
            "recorded": sum(1 for fact in recorded.values() if fact.value),
            "facts": len(recorded),
            "urls": {
                "case": url_of_case(assessment),
                "history": url_of_part(assessment, "history"),
                "review": url_of_part(assessment, "review"),
            },
            "offline": addresses_of(assessment),
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


def _keep_declined(form: FactsForm, key: str, assessment: Assessment, by: TeamMember) -> None:
    """Keep in the history what `by` sent for a fact and gave up by "keep theirs"."""
    form.is_valid()
    if change := form.find_change(key):
        decline_fact(assessment, change, by=by)


def _go_on(request: HttpRequest, assessment: Assessment, outcome: FactsOutcome) -> HttpResponse:
    """Say what was saved, and go to the case; after a button of one fact, back to that."""
    pressed = request.POST.get("clear") or request.POST.get("keep")
    tell(request, describe_outcome(outcome), quietly=bool(pressed))
    if pressed:
        return redirect(f"{request.path}#{pressed}")
    return redirect(url_of_case(assessment))
