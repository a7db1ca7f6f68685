"""Cases, their assessments, recorded facts and judgements, and every change to them."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from inspections.models import Fact, Inspection, Question, TeamMember


class Case(models.Model):
    """One child or young person's supervision, known only by a reference."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="cases")
    reference = models.CharField(max_length=30)
    case_manager = models.CharField(max_length=30, blank=True, help_text="An anonymous key.")
    position = models.PositiveIntegerField(default=0)

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
    people can create the same one, and a save is always a conditional update.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="assessments")
    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="assessments")
    assessor = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="assessments"
    )
    of_record = models.BooleanField(default=True)
    facts_missing = models.PositiveIntegerField(
        default=0, help_text="Facts that a condition asks for and that are not yet recorded."
    )

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


class AppendOnly(models.Model):
    """A row of history: written once, never changed, gone only with what it is the history of."""

    version = models.PositiveIntegerField()
    changed_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; refuse to change one."""
        if self.pk is not None:
            self.refuse_change()
        super().save(*args, **kwargs)

    def refuse_change(self) -> NoReturn:
        """Raise TypeError: history is append-only."""
        raise TypeError("A revision is never changed.")


class FactRevision(AppendOnly):
    """One change of a recorded fact."""

    recorded_fact = models.ForeignKey(RecordedFact, models.CASCADE, related_name="revisions")
    value = models.CharField(max_length=50, blank=True)

    class Meta:
        ordering = ("version",)
        constraints = (
            models.UniqueConstraint(
                fields=("recorded_fact", "version"), name="fact_revision_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.recorded_fact_id} v{self.version}"


class JudgementRevision(AppendOnly):
    """One change of a judgement, as it stood after it."""

    judgement = models.ForeignKey(Judgement, models.CASCADE, related_name="revisions")
    answer = models.CharField(max_length=14, blank=True)
    reasons = models.JSONField(default=list)
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ("version",)
        constraints = (
            models.UniqueConstraint(
                fields=("judgement", "version"), name="judgement_revision_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.judgement_id} v{self.version}"
