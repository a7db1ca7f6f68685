"""The lead inspector opens a case again, or settles a judgement in it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts.signing_in import signed_in
from cases.access import get_assessment, key_of, refuse_key
from cases.forms.items import Item, name_answer
from cases.forms.moderation import SettleJudgementForm
from cases.forms.second_marking import ReasonForm
from cases.forms.versions import ANSWER_LABELS, describe_change, describe_conflict
from cases.models import Assessment, Judgement
from cases.moderation import (
    describe_not_reopenable,
    describe_not_settleable,
    find_address,
    is_double_marked,
    reopen_case,
    settle_judgement,
)
from cases.recording import AnswersOutcome
from cases.topics import find_topic_of, place_of
from cases.views.pages import (
    KEY,
    breadcrumbs_in_case,
    describe_outcome,
    tell,
    url_of_case,
    url_of_part,
    url_of_topic,
)
from cases.views.unsent import keep_unsent, take_unsent
from inspections.access import get_lead
from inspections.catalogue import load_definition, question_ids
from inspections.definition import ProgrammeDefinition
from inspections.models import TeamMember
from inspections.presentation import describe_role
from inspections.problems import RefusedError


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def reopen(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Let the lead inspector open a completed case again, giving a reason."""
    member = get_lead(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    sent = request.POST if request.method == "POST" else take_unsent(request)
    form = ReasonForm(
        sent,
        label="Why is it to be looked at again?",
        help_text="Its assessor reads this on the page of the case. It is kept in the history.",
    )
    why, status = describe_not_reopenable(assessment), 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _is_same(form, assessment, request.POST.get(KEY, "")):
            try:
                reopening = reopen_case(assessment, form.cleaned_data["reason"], member)
            except RefusedError as error:
                form.add_error(None, error.problems[0].message)
                why, status = describe_not_reopenable(assessment), 409
            else:
                told = bool(find_address(reopening))
                tell(request, [_describe_reopened(assessment, member, told)])
                return redirect(url_of_case(assessment))
    return render(
        request,
        "cases/moderation/reopen.html",
        {
            "title": "Open the case again",
            **_describe_page(assessment, member),
            "assessment": assessment,
            "why": why,
            "second_marking_url": _url_of_second_marking(assessment),
            "form": form,
        },
        status=status,
    )


def _is_same(form: Any, assessment: Assessment, key: str) -> bool:
    """Say on `form` where another assessment is of record now than the page was made for."""
    if why := refuse_key(assessment, key):
        form.add_error(None, why)
    return not why


def _describe_reopened(assessment: Assessment, member: TeamMember, told: bool) -> str:
    sentence = f"Case {assessment.case} is open again."
    assessor = assessment.assessor
    if assessor is None or assessor.pk == member.pk:
        return sentence
    if told:
        return f"{sentence} {assessor.name} is told by email, and reads why on its page."
    return f"{sentence} {assessor.name} cannot be told by email: tell them yourself."


@require_http_methods(["GET", "HEAD", "POST"])
@keep_unsent
def settle_one(request: HttpRequest, slug: str, reference: str, code: str) -> HttpResponse:
    """Let the lead inspector answer a judgement, `?row=` naming that of a grid, and say why.

    What cannot be stored stays on the page, beside what somebody else wrote meanwhile.
    """
    member = get_lead(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    definition = load_definition(member.inspection.programme)
    item = _find_item(assessment, definition, code, request.GET.get("row", ""))
    if request.method != "POST":
        form = SettleJudgementForm(item, take_unsent(request))
        return _show(request, assessment, member, definition, item, form)
    form = SettleJudgementForm(item, request.POST)
    if not form.is_valid() or not _is_same(form, assessment, request.POST.get(KEY, "")):
        return _show(request, assessment, member, definition, item, form, status=422)
    try:
        outcome = settle_judgement(
            assessment,
            code,
            item.row,
            answer=form.cleaned_data["answer"],
            reasons=form.cleaned_data.get("reasons", ()),
            evidence=form.cleaned_data["evidence"],
            because=form.cleaned_data["reason"],
            base_version=form.cleaned_data["version"],
            by=member,
        )
    except RefusedError as error:
        form.add_error(None, error.problems[0].message)
        return _show(request, assessment, member, definition, item, form, status=409)
    if outcome.saved:
        tell(request, _describe_settled(item, outcome))
        return redirect(_find_way_back(request, assessment, definition, item))
    return _show_unsaved(request, assessment, member, definition, form, outcome)


def _show_unsaved(
    request: HttpRequest,
    assessment: Assessment,
    member: TeamMember,
    definition: ProgrammeDefinition,
    form: SettleJudgementForm,
    outcome: AnswersOutcome,
) -> HttpResponse:
    """Show the form again, and at the answer why it was not stored."""
    item = _find_item(assessment, definition, form.item.question.code, form.item.row)
    form = SettleJudgementForm(item, form.show_current(item))
    form.is_valid()
    for conflict in outcome.conflicts:
        words = describe_conflict(conflict.current, name_answer(conflict.current), member)
        form.add_error("answer", f"{item.name}: {words}")
    for refusal in outcome.refusals:
        form.add_error(_field_of(refusal.message), refusal.message)
    status = 409 if outcome.conflicts else 422
    return _show(
        request, assessment, member, definition, item, form, status, bool(outcome.conflicts)
    )


def _field_of(message: str) -> str:
    """Return at which field a refusal by the rules for answers is to be told."""
    if message.startswith(("Reasons", "Unknown reason")):
        return "reasons"
    return "evidence" if message.startswith("The evidence note") else "answer"


def _find_item(
    assessment: Assessment, definition: ProgrammeDefinition, code: str, row: str
) -> Item:
    """Return a judgement by question and row. Raises Http404 where the programme has none such."""
    question = definition.questions.get(code)
    if question is None or row not in definition.rows_of(question):
        raise Http404
    judgement = Judgement.objects.select_related("changed_by").get(
        assessment=assessment,
        question=question_ids(assessment.inspection.programme)[code],
        row=row,
    )
    return Item(question, row, definition.row_labels(question).get(row, ""), judgement)


def _show(
    request: HttpRequest,
    assessment: Assessment,
    member: TeamMember,
    definition: ProgrammeDefinition,
    item: Item,
    form: SettleJudgementForm,
    status: int = 200,
    is_conflict: bool = False,
) -> HttpResponse:
    judgement = item.judgement
    decided = definition.decided_by.get(item.question.code, frozenset())
    return render(
        request,
        "cases/moderation/settle.html",
        {
            "title": f"Settle {item.name}",
            **_describe_page(assessment, member),
            "assessment": assessment,
            "item": item,
            "why": describe_not_settleable(assessment) or _describe_not_asked(judgement),
            "second_marking_url": _url_of_second_marking(assessment),
            "standing": {
                "answer": ANSWER_LABELS.get(judgement.answer) or "Not answered",
                "reasons": item.reason_labels(judgement.reasons),
                "evidence": judgement.evidence,
                "note": judgement.note_to_lead,
                "flagged": judgement.flagged,
                "by": describe_change(judgement) if judgement.changed_at else "",
            },
            "decides": [code for code in definition.questions if code in decided],
            "is_conflict": is_conflict,
            "form": form,
            "back_url": _find_way_back(request, assessment, definition, item),
            "history_url": f"{url_of_part(assessment, 'history')}?question={item.question.code}",
        },
        status=status,
    )


def _describe_not_asked(judgement: Judgement) -> str:
    if judgement.state == Judgement.State.APPLIES:
        return ""
    if judgement.state == Judgement.State.UNDECIDED:
        return "It is not known yet whether this question applies: a fact or an answer is missing."
    return "This question does not apply to this case, so it has no answer."


def _describe_settled(item: Item, outcome: AnswersOutcome) -> list[str]:
    """Return in sentences what was settled, and what it opened, set aside or brought back."""
    sentences = [f"Settled {item.name}."]
    sentences += describe_outcome(outcome)[1:]
    if outcome.opened:
        sentences.append(f"To be answered now: {', '.join(outcome.opened)}.")
    if outcome.reopened:
        sentences.append("The case is no longer completed.")
    return sentences


def _find_way_back(
    request: HttpRequest, assessment: Assessment, definition: ProgrammeDefinition, item: Item
) -> str:
    """Return the page of this site that `?back=` names, else the judgement's place on the form."""
    back = request.GET.get("back", "")
    if url_has_allowed_host_and_scheme(back, None, request.is_secure()):
        return back
    topic = find_topic_of(definition, item.question.code)
    return f"{url_of_topic(assessment, topic)}#{place_of(item.question.code, item.row)}"


def _url_of_second_marking(assessment: Assessment) -> str:
    """Return where both markings lie side by side; empty for a case that was judged once."""
    return url_of_part(assessment, "compare_markings") if is_double_marked(assessment) else ""


def _describe_page(assessment: Assessment, member: TeamMember) -> dict[str, Any]:
    inspection = member.inspection
    return {
        "caption": f"{inspection}: case {assessment.case.reference}",
        "breadcrumbs": breadcrumbs_in_case(assessment),
        "user_role": describe_role(member),
        "key_field": KEY,
        "key": key_of(assessment),
        "case_url": url_of_case(assessment),
        "sign_off_url": reverse("scoring:sign_off", args=[inspection.slug]),
        "is_locked": assessment.closed == Assessment.Closed.LOCKED,
    }
