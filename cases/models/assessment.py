"""Cases, their assessments, and what is recorded and judged in each as it stands now."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inspections.models import Fact, Inspection, Question, TeamMember


class Case(models.Model):
    """One child or young person's supervision, known only by a reference."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="cases")
    reference = models.CharField(max_length=30)
    case_manager = models.CharField(max_length=30, blank=True, help_text="An anonymous key.")
    position = models.PositiveIntegerField(default=0)
    withdrawn = models.BooleanField(
        default=False, help_text="Found unsuitable: kept, but in no score and on no list of work."
    )

    class Meta:
        ordering = ("position", "reference")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "reference"), name="case_reference_unique"
            ),
        )

    def __str__(self) -> str:
        return self.reference


class Assessment(models.Model):
    """One assessor's judging of one case; one of a case's assessments is the one of record.

    Its recorded facts and judgements exist from its creation, one row each, unanswered: so no two
    people can create the same one, and whoever saves holds the assessment. `completed_at` is
    when its assessor said that it is done; it is taken back when something in it is open again.
    A closed one cannot be written to at all.
    """

    class Kind(models.TextChoices):
        FIRST = "first", "First marking"
        SECOND = "second", "Second marking"
        AGREED = "agreed", "Agreed after second marking"

    class Closed(models.TextChoices):
        NO = "", "Open"
        SECOND_MARKING = "second_marking", "Being compared, or settled, after second marking"
        WITHDRAWN = "withdrawn", "The case was withdrawn from the sample"
        CANCELLED = "cancelled", "Its second marking was called off"
        LOCKED = "locked", "The scorecard is locked"

    case = models.ForeignKey(Case, models.CASCADE, related_name="assessments")
    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="assessments")
    assessor = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="assessments"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.FIRST)
    of_record = models.BooleanField(default=True)
    facts_missing = models.PositiveIntegerField(
        default=0, help_text="Facts that a condition asks for and that are not yet recorded."
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed = models.CharField(max_length=20, choices=Closed, blank=True, default=Closed.NO)

    class Meta:
        ordering = ("case__position",)
        constraints = (
            models.UniqueConstraint(
                fields=("case",), condition=Q(of_record=True), name="assessment_of_record_unique"
            ),
            models.UniqueConstraint(
                fields=("case", "assessor"),
                condition=Q(assessor__isnull=False),
                name="assessment_assessor_unique",
            ),
        )
        indexes = (models.Index(fields=("inspection", "of_record")),)

    def __str__(self) -> str:
        return f"{self.case} by {self.assessor}"


class Versioned(models.Model):
    """What people write: a version for every change, and who made the last one and when."""

    version = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class RecordedFact(Versioned):
    """The value of one fact in one assessment; the empty string is not yet recorded."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="facts")
    fact = models.ForeignKey(Fact, models.PROTECT, related_name="+")
    value = models.CharField(max_length=50, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("assessment", "fact"), name="recorded_fact_unique"),
        )

    def __str__(self) -> str:
        return f"{self.fact}: {self.value}"


class Judgement(Versioned):
    """The answer to one question (or one row of a grid) in one assessment.

    `state` says whether the question applies; it is decided when a fact or a gate answer changes,
    in the same transaction. An answer whose question does not apply is set aside: kept, not scored.
    """

    class Answer(models.TextChoices):
        SUFFICIENT = "sufficient", "Yes"
        INSUFFICIENT = "insufficient", "No"
        NOT_APPLICABLE = "not_applicable", "Not applicable"

    class State(models.TextChoices):
        APPLIES = "applies", "applies"
        UNDECIDED = "undecided", "undecided"
        NOT_ASKED = "not_asked", "not asked"

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="judgements")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    row = models.CharField(max_length=10, blank=True, default="")
    state = models.CharField(max_length=10, choices=State, default=State.UNDECIDED)
    answer = models.CharField(max_length=14, choices=Answer, blank=True, default="")
    reasons = models.JSONField(default=list)
    evidence = models.TextField(blank=True, default="")
    flagged = models.BooleanField(default=False, help_text="To come back to.")
    note_to_lead = models.TextField(
        blank=True, default="", help_text="For the lead inspector alone; in no bundle or report."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("assessment", "question", "row"), name="judgement_unique"
            ),
            models.CheckConstraint(
                condition=Q(answer__in=("", "sufficient", "insufficient", "not_applicable")),
                name="judgement_answer_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.question_id}{self.row}: {self.answer or 'unanswered'}"
