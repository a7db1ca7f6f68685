"""What devices ask for: to take in what was kept on them, and a case to be worked on offline."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.devices import is_sent_by_another
from accounts.signing_in import signed_in
from cases.access import find_own_assessment, key_of
from cases.models import Assessment, Judgement, RecordedFact
from cases.recording import Outcome, describe_closed
from cases.syncing import (
    LARGEST_REQUEST,
    Made,
    MalformedError,
    describe_fact,
    describe_judgement,
    describe_made,
    make_changes,
    read_request,
)
from cases.topics import list_topics
from cases.views.pages import describe_outcome, url_of_case, url_of_topic
from inspections.catalogue import fact_ids, load_definition, question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember

View = Callable[..., HttpResponse]

REOPENED = "This case is no longer recorded as completed, because something in it is open again."


def answer_in_json(view: View) -> View:
    """Answer whoever has not signed in, and who asks for what is not theirs, without a page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"error": "signed_out"}, status=401)
        if is_sent_by_another(request):
            return JsonResponse({"error": "somebody_else"}, status=401)
        try:
            return view(request, *args, **kwargs)
        except Http404:
            message = "This case is not there, or it is no longer one of yours."
            return JsonResponse({"error": message}, status=404)

    return answer


@require_POST
@answer_in_json
def sync_case(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Take in changes of a case as JSON, and answer what became of each."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if request.content_type != "application/json" or not length.isdecimal():
        return JsonResponse({"error": "The request is not JSON."}, status=400)
    if len(length) > 9 or int(length) > LARGEST_REQUEST:
        return JsonResponse({"error": "The request is too large."}, status=413)
    try:
        sent = read_request(request.body)
    except UnreadablePostError:
        return JsonResponse({"error": "The request broke off."}, status=400)
    except MalformedError as error:
        return JsonResponse({"error": str(error)}, status=400)
    made = make_changes(signed_in(request), slug, reference, sent)
    return JsonResponse({**describe_made(made), "told": _tell(made)})


@require_safe
@answer_in_json
def case_data(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Answer all of a case that a device needs to go on without a network."""
    assessment, member = find_own_assessment(signed_in(request), slug, reference)
    definition = load_definition(assessment.inspection.programme)
    return JsonResponse(
        {
            "case": reference,
            "assessment": key_of(assessment),
            "url": url_of_case(assessment),
            "facts": _list_facts(assessment, member),
            "answers": _list_answers(assessment, member),
            "rules": _list_rules(assessment, definition),
            "pages": _list_pages(assessment, definition),
            "completed": assessment.completed_at is not None,
            "closed": describe_closed(assessment),
        }
    )


def _tell(made: Made) -> str:
    """Return in sentences what the changes opened, set aside and brought back."""
    settled = made.outcome.settled
    outcome: Outcome = Outcome(
        opened=settled.opened, set_aside=settled.set_aside, restored=settled.restored
    )
    sentences = describe_outcome(outcome)
    return " ".join([*sentences, REOPENED] if settled.reopened else sentences)


def _list_facts(assessment: Assessment, member: TeamMember) -> dict[str, dict[str, Any]]:
    keys = {pk: key for key, pk in fact_ids(assessment.inspection.programme).items()}
    rows = RecordedFact.objects.filter(assessment=assessment).select_related("changed_by")
    facts = {keys[row.fact_id]: describe_fact(row, member) for row in rows}
    return {key: facts[key] for key in keys.values()}


def _list_answers(assessment: Assessment, member: TeamMember) -> list[dict[str, Any]]:
    codes = {pk: code for code, pk in question_ids(assessment.inspection.programme).items()}
    rows = Judgement.objects.filter(assessment=assessment).select_related("changed_by")
    return [
        {
            "code": codes[row.question_id],
            "row": row.row,
            "state": row.state,
            **describe_judgement(row, member),
        }
        for row in rows.order_by("pk")
    ]


def _list_rules(assessment: Assessment, definition: ProgrammeDefinition) -> list[dict[str, Any]]:
    """Return all questions in the programme's order, with what decides whether each applies."""
    pages = {
        question.code: url_of_topic(assessment, topic)
        for topic in list_topics(definition)
        for question in topic.questions
    }
    return [
        {
            "code": code,
            "applies_when": question.applies_when,
            "criterion": definition.criterion_of[code],
            "topic": pages[code],
            "rows": definition.rows_of(question),
        }
        for code, question in definition.questions.items()
    ]


def _list_pages(assessment: Assessment, definition: ProgrammeDefinition) -> list[str]:
    """Return the addresses of the pages on which the case is worked on."""
    args = [assessment.inspection.slug, assessment.case.reference]
    return [
        url_of_case(assessment),
        reverse("cases:facts", args=args),
        *(url_of_topic(assessment, topic) for topic in list_topics(definition)),
        reverse("cases:review", args=args),
        reverse("cases:raise_alert", args=args),
        reverse("cases:note_case_practice", args=args),
        reverse("cases:help", args=args[:1]),
    ]
