"""What assessors wrote for the lead inspector, and what they flagged to come back to."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from cases.models import Assessment, Judgement
from cases.topics import Topic, list_topics
from inspections.catalogue import load_definition, question_ids
from inspections.models import TeamMember

Closed, Kind = Assessment.Closed, Assessment.Kind


@dataclass(frozen=True)
class Marked:
    """A judgement with a private note or a flag, and where it stands.

    `flagged` says whether it is still to be come back to.
    """

    judgement: Judgement
    code: str
    row_label: str
    question: str
    topic: Topic
    flagged: bool

    @property
    def assessment(self) -> Assessment:
        """The assessment in which it was written."""
        return self.judgement.assessment

    @property
    def compared(self) -> bool:
        """Whether the two markings of its case lie side by side."""
        return self.assessment.closed == Closed.SECOND_MARKING


def list_marked(lead: TeamMember) -> list[Marked]:
    """Return the judgements of the inspection's cases that have a note or a flag, in one query.

    By case, then in the programme's order. Notes of a second marking come with those of the first
    once both are compared, and both stay when the agreed assessment is of record; before, nobody
    but its assessor reads it. A flag counts while its assessor can come back to it: not where the
    assessment is closed, nor where the question is no longer asked.
    """
    definition = load_definition(lead.inspection.programme)
    codes = {pk: code for code, pk in question_ids(lead.inspection.programme).items()}
    topics = {q.code: topic for topic in list_topics(definition) for q in topic.questions}
    noted = ~Q(note_to_lead="")
    flagged = Q(flagged=True) & ~Q(state=Judgement.State.NOT_ASKED)
    flagged &= Q(assessment__closed=Closed.NO) & ~Q(assessment__kind=Kind.AGREED)
    read = Q(assessment__of_record=True) | Q(
        assessment__closed__in=(Closed.SECOND_MARKING, Closed.CANCELLED)
    )
    judgements = (
        Judgement.objects.filter(
            noted | flagged,
            read,
            assessment__inspection=lead.inspection,
            assessment__case__withdrawn=False,
        )
        .select_related("assessment__case", "assessment__assessor", "changed_by")
        .order_by("assessment__case__position", "question__position", "row", "assessment_id")
    )
    marked = []
    for judgement in judgements:
        judgement.assessment.inspection = lead.inspection
        code = codes[judgement.question_id]
        question = definition.questions[code]
        marked.append(
            Marked(
                judgement=judgement,
                code=code,
                row_label=definition.row_labels(question).get(judgement.row, ""),
                question=question.text,
                topic=topics[code],
                flagged=judgement.flagged
                and judgement.state != Judgement.State.NOT_ASKED
                and may_come_back_to(judgement.assessment),
            )
        )
    return marked


def may_read_notes(assessment: Assessment) -> bool:
    """Whether the lead inspector may read the notes in `assessment`, of record or not."""
    return assessment.of_record or assessment.closed in (Closed.SECOND_MARKING, Closed.CANCELLED)


def may_come_back_to(assessment: Assessment) -> bool:
    """Whether what is flagged in `assessment` is still to be come back to."""
    return assessment.of_record and not assessment.closed and assessment.kind != Kind.AGREED


def name_marking(assessment: Assessment) -> str:
    """Return which marking of its case `assessment` is; empty where the case has but one."""
    if assessment.closed == Closed.CANCELLED:
        return f"{assessment.get_kind_display()}, called off"
    if assessment.closed == Closed.SECOND_MARKING or assessment.kind != Kind.FIRST:
        return assessment.get_kind_display()
    return ""
