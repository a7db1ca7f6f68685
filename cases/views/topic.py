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
from cases.access import get_assessment, refuse_key
from cases.checking import NOTE_LIMIT
from cases.forms import TopicForm
from cases.forms.items import PARTS, Judgements
from cases.forms.texts import year_of
from cases.identifying import RULES, find_identifying
from cases.models import Assessment, Judgement, RecordedFact
from cases.progress import Survey, list_asked_topics, position_of, survey_assessment
from cases.recording import (
    AnswerChange,
    AnswersOutcome,
    decline_answer,
    describe_closed,
    record_answers,
)
from cases.topics import Topic, find_neighbours, find_topic, place_of
from cases.views.closed import show_closed_topic
from cases.views.going_on import describe_remaining, url_of_next, url_of_next_topic
from cases.views.pages import (
    KEY,
    addresses_of,
    breadcrumbs_in_case,
    count,
    describe_outcome,
    describe_undecided,
    tell,
    url_of_case,
    url_of_part,
    url_of_topic,
)
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_membership
from inspections.catalogue import load_definition, question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember

State = Judgement.State


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def edit_topic(
    request: HttpRequest, slug: str, reference: str, criterion: str, topic: str
) -> HttpResponse:
    """Show the questions of a topic, and save what is sent.

    What cannot be saved is kept on the page. A save that opens questions which the page did not
    show comes back to it; otherwise it goes on: to the next topic, to the next unanswered question
    or to the case.
    """
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    definition = load_definition(member.inspection.programme)
    page = find_topic(definition, criterion, topic)
    if page is None:
        raise Http404
    judgements = _load_judgements(assessment, definition, page)

    def make_form(sent: Any) -> TopicForm:
        return TopicForm(definition, page, judgements, sent, year=year_of(member.inspection))

    def show_closed(form: TopicForm | None = None, why: str = "") -> HttpResponse:
        pager = _make_pager(assessment, page, survey_assessment(assessment))
        return show_closed_topic(request, assessment, page, judgements, pager, form, why)

    if request.method != "POST" and describe_closed(assessment):
        unsaved = take_unsent(request, too_late=True)
        return show_closed(None if unsaved is None else make_form(_press_button(unsaved)))
    sent = request.POST if request.method == "POST" else take_unsent(request)
    if sent is not None and (why := refuse_key(assessment, sent.get(KEY, ""))):
        return show_closed(make_form(_press_button(sent)), why)
    if request.method != "POST":
        return _render_topic(request, assessment, page, make_form(sent), judgements, member)
    if kept := request.POST.get("keep"):
        _keep_declined(make_form(request.POST), kept, assessment, by=member)
    form = make_form(_press_button(request.POST))
    valid = form.is_valid()
    outcome = record_answers(assessment, form.read_changes(), by=member)
    if describe_closed(assessment):
        return show_closed(form)
    if valid and outcome.complete:
        return _go_on(request, assessment, page, form, outcome)
    tell(request, describe_outcome(outcome), quietly=True)
    judgements = _load_judgements(assessment, definition, page)
    form = make_form(form.data)
    form.is_valid()
    form.show_outcome(outcome, by=member)
    status = 409 if outcome.conflicts else 422
    return _render_topic(request, assessment, page, form, judgements, member, status)


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

    "Clear" takes an answer away, its reasons too, and leaves the notes: that was the work. "Keep
    theirs" leaves a judgement out, so that it stays as it is recorded.
    """
    data = sent.copy()
    for part in ("answer", "reasons"):
        data.pop(f"{sent.get('clear', '')}-{part}", None)
    for part in PARTS:
        data.pop(f"{sent.get('keep', '')}-{part}", None)
    return data


def _keep_declined(form: TopicForm, prefix: str, assessment: Assessment, by: TeamMember) -> None:
    """Keep in the history what `by` sent for a judgement and gave up by "keep theirs"."""
    form.is_valid()
    if change := form.find_change(prefix):
        decline_answer(assessment, change, by=by)


def _go_on(
    request: HttpRequest,
    assessment: Assessment,
    topic: Topic,
    form: TopicForm,
    outcome: AnswersOutcome,
) -> HttpResponse:
    """Say what was saved and what remains, and go to the page that the person asked for.

    Questions that were opened and not shown on the page they were opened from come first.
    """
    here = {question.code for question in topic.questions}
    shown = set(form.cleaned_data["shown"].split())
    unseen = [code for code in outcome.opened if code in here - shown]
    outcome.opened = [code for code in outcome.opened if code not in here]
    survey = survey_assessment(assessment)
    sentences = _describe_save(assessment, topic, outcome, survey)
    if unseen:
        sentences.append(_describe_unseen(unseen))
    pressed = request.POST.get("clear") or request.POST.get("keep")
    tell(request, sentences, quietly=bool(pressed or unseen))
    if pressed:
        return redirect(f"{request.path}#{pressed}")
    if unseen:
        return redirect(request.path)
    return redirect(_find_way(assessment, topic, survey, request.POST.get("next", "topic")))


def _find_way(assessment: Assessment, topic: Topic, survey: Survey, wanted: str) -> str:
    """Return the address that the button asks for: next topic, unanswered question or case."""
    if wanted == "unanswered":
        definition = load_definition(assessment.inspection.programme)
        start = position_of(definition, topic.questions[0].code)
        return url_of_next(assessment, survey, start)
    if wanted == "case":
        return url_of_case(assessment)
    return url_of_next_topic(assessment, survey, topic)


def _describe_save(
    assessment: Assessment, topic: Topic, outcome: AnswersOutcome, survey: Survey
) -> list[str]:
    sentences = describe_outcome(outcome)
    if outcome.saved:
        year = year_of(assessment.inspection)
        changes = [change for change, _ in outcome.saved if _may_identify(change, year)]
        if changes:
            sentences.append(_describe_identifying(url_of_topic(assessment, topic), changes))
        sentences.append(describe_remaining(assessment, survey))
    return [sentence for sentence in sentences if sentence]


def _may_identify(change: AnswerChange, year: int) -> bool:
    return any(find_identifying(text, year) for text in (change.evidence, change.note_to_lead))


def _describe_identifying(url: str, changes: Sequence[AnswerChange]) -> SafeString:
    links = format_html_join(
        ", ",
        '<a class="govuk-notification-banner__link" href="{}#{}">{}</a>',
        ((url, place_of(change.code, change.row), change.code) for change in changes),
    )
    return format_html("A note may identify somebody: check {}.", links)


def _describe_unseen(codes: Sequence[str]) -> SafeString:
    links = format_html_join(
        ", ",
        '<a class="govuk-notification-banner__link" href="#{}">{}</a>',
        ((place_of(code), code) for code in codes),
    )
    questions = count(len(codes), "further question")
    return format_html("Your answers open {} on this page: {}.", questions, links)


def _render_topic(
    request: HttpRequest,
    assessment: Assessment,
    topic: Topic,
    form: TopicForm,
    judgements: Judgements,
    member: TeamMember,
    status: int = 200,
) -> HttpResponse:
    inspection = assessment.inspection
    definition = load_definition(inspection.programme)
    survey = survey_assessment(assessment)
    progress = survey.by_topic[topic.key]
    return render(
        request,
        "cases/topic.html",
        {
            "title": topic.title,
            "caption": f"Case {assessment.case.reference}: {topic.criterion.number} "
            f"{topic.criterion.title}",
            "breadcrumbs": breadcrumbs_in_case(assessment),
            "inspection": inspection,
            "assessment": assessment,
            "undecided": describe_undecided(assessment, member),
            "form": form,
            "topic": topic,
            "progress": progress,
            "remaining": len(survey.unanswered),
            "nothing_asked": _describe_nothing(judgements),
            "rules": _gather_rules(assessment, definition, topic),
            "note_rules": RULES,
            "note_limit": NOTE_LIMIT,
            "year": year_of(inspection),
            "pager": _make_pager(assessment, topic, survey),
            "urls": {
                "case": url_of_case(assessment),
                "history": url_of_part(assessment, "history"),
                "review": url_of_part(assessment, "review"),
                "next": f"{url_of_part(assessment, 'next')}?from={topic.questions[0].code}",
                "next_topic": f"{url_of_part(assessment, 'next')}?after={topic.questions[0].code}",
            },
            "offline": addresses_of(assessment),
        },
        status=status,
    )


def _describe_nothing(judgements: Judgements) -> str:
    """Return why a page has no question on it."""
    if any(judgement.state == State.UNDECIDED for judgement in judgements.values()):
        return "Nothing to judge here yet: it depends on facts or answers that are not yet given."
    return "No question of this topic applies to this case, as its facts and answers stand."


def _make_pager(
    assessment: Assessment, topic: Topic, survey: Survey
) -> dict[str, dict[str, str] | None]:
    before, following = find_neighbours(list_asked_topics(assessment, survey), topic)
    return {
        "previous": _pager_link(assessment, before),
        "next": _pager_link(assessment, following),
    }


def _pager_link(assessment: Assessment, topic: Topic | None) -> dict[str, str] | None:
    if topic is None:
        return None
    return {
        "url": url_of_topic(assessment, topic),
        "title": f"{topic.criterion.number} {topic.title}",
    }


def _gather_rules(
    assessment: Assessment, definition: ProgrammeDefinition, topic: Topic
) -> dict[str, Any]:
    """Return what the browser needs to follow facts and answers as the server does."""
    here = {question.code for question in topic.questions}
    return {
        "questions": [
            {"code": code, "applies_when": question.applies_when}
            for code, question in definition.questions.items()
            if code in definition.gates or code in here
        ],
        "facts": dict(
            RecordedFact.objects.filter(assessment=assessment).values_list("fact__key", "value")
        ),
        "answers": dict(
            Judgement.objects.filter(
                assessment=assessment, question__code__in=definition.gates
            ).values_list("question__code", "answer")
        ),
    }
