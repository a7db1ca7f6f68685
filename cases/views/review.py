"""The page on which a case is looked through and said to be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.signing_in import signed_in
from cases.access import get_assessment, refuse_key
from cases.forms.completion import CompletionForm
from cases.models import Assessment
from cases.recording import NotLookedError, complete_assessment, describe_closed
from cases.review import Doubt, Spot, review_assessment
from cases.views.pages import (
    KEY,
    addresses_of,
    breadcrumbs_in_case,
    describe_completed,
    describe_undecided,
    tell,
    url_of_case,
    url_of_part,
    url_of_topic,
)
from inspections.access import get_membership
from inspections.definition import FactDefinition
from inspections.problems import Problem, RefusedError


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_case(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Show what is missing in a case and what may not be right; complete it when asked to."""
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    refused = None
    if request.method == "POST":
        try:
            _refuse_another(assessment, request.POST.get(KEY, ""))
            complete_assessment(assessment, by=member, looked="looked" in request.POST)
        except RefusedError as error:
            refused = error
        else:
            assessment.refresh_from_db(fields=["closed"])
            tell(request, [describe_completed(assessment)])
            return redirect(url_of_case(assessment))
    review = review_assessment(assessment)
    form = CompletionForm(review, request.POST if refused else None)
    if refused:
        _say_why(form, refused)
    return render(
        request,
        "cases/review.html",
        {
            "title": "Review the case",
            "caption": f"{member.inspection}: case {assessment.case.reference}",
            "breadcrumbs": breadcrumbs_in_case(assessment),
            "assessment": assessment,
            "closed": describe_closed(assessment),
            "undecided": describe_undecided(assessment, member),
            "form": form,
            "review": review,
            "missing": {
                "facts": [_link_fact(assessment, fact) for fact in review.facts],
                "unanswered": _group_spots(assessment, review.unanswered),
            },
            "doubts": {
                "contradictions": [_link_doubt(assessment, d) for d in review.contradictions],
                "without_reason": _group_spots(assessment, review.without_reason),
                "without_evidence": _group_spots(assessment, review.without_evidence),
                "flagged": _group_spots(assessment, review.flagged),
                "identifying": [_link_doubt(assessment, d) for d in review.identifying],
                "facts": [_link_fact(assessment, fact) for fact in review.other_facts],
            },
            "set_aside": _group_spots(assessment, review.set_aside),
            "urls": {
                "case": url_of_case(assessment),
                "completed": f"{url_of_case(assessment)}?completed",
                "next": url_of_part(assessment, "next"),
                "history": url_of_part(assessment, "history"),
            },
            "offline": addresses_of(assessment),
        },
        status=422 if refused else 200,
    )


def _refuse_another(assessment: Assessment, key: str) -> None:
    """Raise RefusedError where it is another assessment that the person said is done."""
    if why := refuse_key(assessment, key):
        raise RefusedError([Problem(str(assessment.case), None, why)])


def _say_why(form: CompletionForm, refused: RefusedError) -> None:
    """Say on `form` why the case is not completed, at the box where that is not ticked."""
    at_box = isinstance(refused, NotLookedError) and "looked" in form.fields
    for problem in refused.problems:
        form.add_error("looked" if at_box else None, problem.message)


def _link_fact(assessment: Assessment, fact: FactDefinition) -> dict[str, str]:
    return {"text": fact.label, "url": f"{url_of_part(assessment, 'facts')}#{fact.key}"}


def _link_spot(assessment: Assessment, spot: Spot) -> dict[str, str]:
    url = f"{url_of_topic(assessment, spot.topic)}#{spot.anchor}"
    return {"name": spot.name, "text": spot.text, "url": url}


def _link_doubt(assessment: Assessment, doubt: Doubt) -> dict[str, Any]:
    links = [_link_spot(assessment, spot) for spot in doubt.spots]
    return {"message": doubt.message, "links": links}


def _group_spots(assessment: Assessment, spots: Sequence[Spot]) -> list[dict[str, Any]]:
    """Return judgements with their links, topic by topic."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for spot in spots:
        title = f"{spot.topic.criterion.number} {spot.topic.title}"
        group = groups.setdefault(spot.topic.key, {"title": title, "links": []})
        group["links"].append(_link_spot(assessment, spot))
    return list(groups.values())
