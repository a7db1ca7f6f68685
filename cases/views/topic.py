"""The page of one topic: its questions are judged here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from accounts.signing_in import signed_in
from cases.access import get_assessment
from cases.forms import TopicForm
from cases.forms.topic import PARTS, Judgements
from cases.models import Assessment, Judgement, RecordedFact
from cases.progress import list_asked_topics
from cases.recording import Outcome, record_answers
from cases.topics import Topic, find_neighbours, find_topic
from cases.views.pages import (
    breadcrumbs_of,
    count,
    describe_outcome,
    tell,
    url_of_case,
    url_of_topic,
)
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_membership
from inspections.catalogue import load_definition, question_ids
from inspections.definition import ProgrammeDefinition

State = Judgement.State


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def edit_topic(
    request: HttpRequest, slug: str, reference: str, criterion: str, topic: str
) -> HttpResponse:
    """Show the questions of a topic, and save what is sent.

    What cannot be saved is kept on the page. A save that opens questions which the page did not
    show comes back to it; otherwise it goes on, to the next topic or to the case.
    """
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    definition = load_definition(member.inspection.programme)
    page = find_topic(definition, criterion, topic)
    if page is None:
        raise Http404
    judgements = _load_judgements(assessment, definition, page)
    if request.method != "POST":
        form = TopicForm(definition, page, judgements, take_unsent(request))
        return _render_topic(request, assessment, page, form, judgements)
    form = TopicForm(definition, page, judgements, _press_button(request.POST))
    valid = form.is_valid()
    outcome = record_answers(assessment, form.read_changes(), by=member)
    if valid and outcome.complete:
        return _go_on(request, assessment, page, form, outcome)
    tell(request, describe_outcome(outcome), quietly=True)
    judgements = _load_judgements(assessment, definition, page)
    form = TopicForm(definition, page, judgements, form.data)
    form.is_valid()
    form.show_outcome(outcome)
    return _render_topic(
        request, assessment, page, form, judgements, status=409 if outcome.conflicts else 422
    )


def _load_judgements(
    assessment: Assessment, definition: ProgrammeDefinition, topic: Topic
) -> Judgements:
    ids = question_ids(assessment.inspection.programme)
    codes = {ids[question.code]: question.code for question in topic.questions}
    rows = Judgement.objects.filter(assessment=assessment, question_id__in=codes).select_related(
        "changed_by"
    )
    return {(codes[judgement.question_id], judgement.row): judgement for judgement in rows}


def _press_button(sent: QueryDict) -> QueryDict:
    """Return what was sent, as the button that was pressed changes it.

    "Clear" takes an answer away, its reasons too, and leaves the note: that was the work. "Keep
    theirs" leaves a judgement out, so that it stays as it is recorded.
    """
    data = sent.copy()
    for part in ("answer", "reasons"):
        data.pop(f"{sent.get('clear', '')}-{part}", None)
    for part in PARTS:
        data.pop(f"{sent.get('keep', '')}-{part}", None)
    return data


def _go_on(
    request: HttpRequest, assessment: Assessment, topic: Topic, form: TopicForm, outcome: Outcome
) -> HttpResponse:
    """Say what was saved, and go to the page that the person asked for.

    Questions that were opened and not shown on the page they were opened from come first.
    """
    here = {question.code for question in topic.questions}
    shown = set(form.cleaned_data["shown"].split())
    unseen = [code for code in outcome.opened if code in here - shown]
    outcome.opened = [code for code in outcome.opened if code not in here]
    sentences = describe_outcome(outcome)
    if unseen:
        sentences.append(_describe_unseen(unseen))
    pressed = request.POST.get("clear") or request.POST.get("keep")
    tell(request, sentences, quietly=bool(pressed or unseen))
    if pressed:
        return redirect(f"{request.path}#{pressed}")
    if unseen:
        return redirect(request.path)
    _, following = find_neighbours(list_asked_topics(assessment), topic)
    if following is None or request.POST.get("next") == "case":
        return redirect(url_of_case(assessment))
    return redirect(url_of_topic(assessment, following))


def _describe_unseen(codes: Sequence[str]) -> SafeString:
    links = format_html_join(
        ", ",
        '<a class="govuk-notification-banner__link" href="#q{}">{}</a>',
        ((code.replace(".", "-"), code) for code in codes),
    )
    questions = count(len(codes), "further question")
    return format_html("Your answers open {} on this page: {}.", questions, links)


def _render_topic(
    request: HttpRequest,
    assessment: Assessment,
    topic: Topic,
    form: TopicForm,
    judgements: Judgements,
    status: int = 200,
) -> HttpResponse:
    inspection = assessment.inspection
    definition = load_definition(inspection.programme)
    before, following = find_neighbours(list_asked_topics(assessment), topic)
    asked = [j for j in judgements.values() if j.state == State.APPLIES]
    return render(
        request,
        "cases/topic.html",
        {
            "title": topic.title,
            "caption": f"Case {assessment.case.reference}: {topic.criterion.number} "
            f"{topic.criterion.title}",
            "breadcrumbs": [
                *breadcrumbs_of(inspection, assessment),
                {"label": str(assessment.case), "url": url_of_case(assessment)},
            ],
            "form": form,
            "topic": topic,
            "asked": len(asked),
            "answered": sum(1 for judgement in asked if judgement.answer),
            "nothing_asked": _describe_nothing(judgements),
            "rules": _gather_rules(assessment, definition, form),
            "pager": {
                "previous": _pager_link(assessment, before),
                "next": _pager_link(assessment, following),
            },
            "case_url": url_of_case(assessment),
        },
        status=status,
    )


def _describe_nothing(judgements: Judgements) -> str:
    """Return why a page has no question on it."""
    if any(judgement.state == State.UNDECIDED for judgement in judgements.values()):
        return "Nothing to judge here yet: it depends on facts or answers that are not yet given."
    return "No question of this topic applies to this case, as its facts and answers stand."


def _pager_link(assessment: Assessment, topic: Topic | None) -> dict[str, str] | None:
    if topic is None:
        return None
    return {
        "url": url_of_topic(assessment, topic),
        "title": f"{topic.criterion.number} {topic.title}",
    }


def _gather_rules(
    assessment: Assessment, definition: ProgrammeDefinition, form: TopicForm
) -> dict[str, Any] | None:
    """Return what static/js/topic.js needs to follow the answers; None where nothing can change."""
    turning = [question for question in form.questions if question.applies_when]
    here = {question.code for question in form.topic.questions}
    if not any(code in definition.gates for code in here):
        return None
    facts = dict(
        RecordedFact.objects.filter(assessment=assessment).values_list("fact__key", "value")
    )
    answers = dict(
        Judgement.objects.filter(
            assessment=assessment, question__code__in=definition.gates
        ).values_list("question__code", "answer")
    )
    codes = [
        code
        for code in definition.questions
        if code in definition.gates or code in {question.code for question in turning}
    ]
    return {
        "questions": [
            {"code": code, "applies_when": definition.questions[code].applies_when}
            for code in codes
        ],
        "facts": facts,
        "answers": answers,
    }
