"""Going on after a save: what remains to be done in a case, and where that is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from accounts.signing_in import signed_in
from cases.access import get_assessment
from cases.models import Assessment
from cases.progress import Survey, list_asked_topics, position_of, survey_assessment
from cases.topics import Topic, find_neighbours, find_topic_of, place_of
from cases.views.pages import count, tell, url_of_case, url_of_part, url_of_topic
from inspections.access import get_membership
from inspections.catalogue import load_definition


@login_required
@require_safe
def go_to_next(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Go to the first unanswered question from the one that `from` names on, or from the start.

    Where all are answered, go to the facts that are missing, or to the review of the case. With
    `after` go to the next topic after that of the question it names, whatever is answered there.
    """
    member = get_membership(signed_in(request), slug)
    assessment = get_assessment(member, reference)
    definition = load_definition(member.inspection.programme)
    survey = survey_assessment(assessment)
    if (after := request.GET.get("after", "")) in definition.questions:
        return redirect(url_of_next_topic(assessment, survey, find_topic_of(definition, after)))
    position = position_of(definition, request.GET.get("from", ""))
    if not survey.unanswered:
        tell(request, [describe_remaining(assessment, survey)])
    return redirect(url_of_next(assessment, survey, position))


def url_of_next(assessment: Assessment, survey: Survey, position: int = 0) -> str:
    """Return the address of what is to be done next, from `position` of the programme on.

    That is an unanswered question; failing that, the facts that are missing, or the review.
    """
    place = survey.find_next(position)
    if place is None:
        return url_of_part(assessment, "facts" if assessment.facts_missing else "review")
    definition = load_definition(assessment.inspection.programme)
    topic = find_topic_of(definition, place.code)
    return f"{url_of_topic(assessment, topic)}#{place_of(place.code, place.row)}"


def url_of_next_topic(assessment: Assessment, survey: Survey, topic: Topic) -> str:
    """Return the address of the next topic that asks something; after the last, of the case."""
    _, following = find_neighbours(list_asked_topics(assessment, survey), topic)
    return url_of_topic(assessment, following) if following else url_of_case(assessment)


def describe_remaining(assessment: Assessment, survey: Survey) -> str:
    """Return in a sentence what is still to be done in a case; safe text with a link at the end."""
    unanswered = len(survey.unanswered)
    if unanswered:
        return f"{count(unanswered, 'question')} still to answer in this case."
    if assessment.facts_missing:
        return (
            "Every question that applies so far is answered. "
            f"{count(assessment.facts_missing, 'fact')} still to record."
        )
    if assessment.completed_at:
        return ""
    return format_html(
        'Every question that applies is answered. <a class="govuk-notification-banner__link" '
        'href="{}">Review the case, and complete it</a>.',
        url_of_part(assessment, "review"),
    )
