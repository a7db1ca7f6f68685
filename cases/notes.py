"""What assessors wrote for the lead inspector, and what they flagged to come back to."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from cases.models import Judgement
from cases.topics import Topic, list_topics
from inspections.catalogue import load_definition, question_ids
from inspections.models import TeamMember


@dataclass(frozen=True)
class Marked:
    """A judgement with a private note or a flag, and where it stands."""

    judgement: Judgement
    code: str
    row_label: str
    question: str
    topic: Topic


def list_marked(lead: TeamMember) -> list[Marked]:
    """Return the judgements of the inspection's cases that have a note or a flag, in one query.

    By case, then in the programme's order. They are of the assessments that the lead inspector may
    see, those of record; a flag on what is no longer asked is left out, a note is not.
    """
    definition = load_definition(lead.inspection.programme)
    codes = {pk: code for code, pk in question_ids(lead.inspection.programme).items()}
    topics = {q.code: topic for topic in list_topics(definition) for q in topic.questions}
    judgements = (
        Judgement.objects.filter(
            ~Q(note_to_lead="") | (Q(flagged=True) & ~Q(state=Judgement.State.NOT_ASKED)),
            assessment__inspection=lead.inspection,
            assessment__of_record=True,
            assessment__case__withdrawn=False,
        )
        .select_related("assessment__case", "assessment__assessor", "changed_by")
        .order_by("assessment__case__position", "assessment", "question__position", "row")
    )
    marked = []
    for judgement in judgements:
        judgement.assessment.inspection = lead.inspection
        code = codes[judgement.question_id]
        question = definition.questions[code]
        label = definition.row_labels(question).get(judgement.row, "")
        marked.append(Marked(judgement, code, label, question.text, topics[code]))
    return marked
