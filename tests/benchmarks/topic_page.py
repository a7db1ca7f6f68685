"""How long the form of a topic page takes to draw, beside Django's own `as_div` of that form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from crispy_forms.utils import render_crispy_form
from django.db.models import Count, Q

from cases.forms import TopicForm
from cases.models import Assessment, Judgement
from cases.topics import find_topic
from inspections.catalogue import load_definition, question_ids
from inspections.models import Inspection

LIMIT = 1.5
LARGEST_TOPICS = (("1.2", "plan-for-the-community"), ("2.3", "working-together"))
ROUNDS = 25

MakeForm = Callable[[], TopicForm]


def measure_topic_pages(inspection: Inspection) -> list[tuple[str, float]]:
    """Return the name of each of the largest topic pages, and its time as a multiple of Django's.

    `inspection` follows the CCI of 2012; the case is the one of which most is asked. Forms are
    made anew for each drawing, as for each request, and that is not timed.
    """
    return [
        (f"topic page {number} {slug}", _compare(_form_maker(inspection, number, slug)))
        for number, slug in LARGEST_TOPICS
    ]


def _compare(make_form: MakeForm) -> float:
    """Return the ratio of the best times; the two take turns, so that a busy machine is fair."""
    ways: Sequence[Callable[[TopicForm], object]] = (
        lambda form: render_crispy_form(form, form.helper),
        lambda form: form.as_div(),
    )
    best = [float("inf")] * len(ways)
    for _ in range(ROUNDS):
        for index, draw in enumerate(ways):
            form = make_form()
            start = perf_counter()
            draw(form)
            best[index] = min(best[index], perf_counter() - start)
    ours, django = best
    return ours / django


def _form_maker(inspection: Inspection, number: str, slug: str) -> MakeForm:
    definition = load_definition(inspection.programme)
    topic = find_topic(definition, number, slug)
    if topic is None:
        raise ValueError(f"{inspection.programme} has no topic {number} {slug}.")
    ids = question_ids(inspection.programme)
    codes = {ids[question.code]: question.code for question in topic.questions}
    rows = Judgement.objects.filter(
        assessment=_find_fullest_assessment(inspection, list(codes)), question_id__in=codes
    ).select_related("changed_by")
    judgements = {(codes[row.question_id], row.row): row for row in rows}
    year = int(inspection.fieldwork_start[:4])
    return lambda: TopicForm(definition, topic, judgements, year=year)


def _find_fullest_assessment(inspection: Inspection, questions: Sequence[int]) -> Assessment:
    """Return the assessment with most judgements that apply on the page."""
    asked = Q(judgements__question_id__in=questions, judgements__state=Judgement.State.APPLIES)
    return (
        Assessment.objects.filter(inspection=inspection)
        .annotate(asked=Count("judgements", filter=asked))
        .order_by("-asked", "pk")[0]
    )
