"""Every change to facts and judgements, and what was offered and not taken: written once."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from cases.models.assessment import Judgement, RecordedFact
from inspections.models import TeamMember


class AppendOnly(models.Model):
    """A row of history: written once, never changed, gone only with what it is the history of."""

    version = models.PositiveIntegerField()
    changed_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    mutation = models.UUIDField(
        null=True, help_text="Names the change as a device sent it, so that it is made once."
    )

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
            models.UniqueConstraint(
                fields=("mutation",),
                condition=Q(mutation__isnull=False),
                name="fact_mutation_unique",
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
    flagged = models.BooleanField(default=False)
    note_to_lead = models.TextField(blank=True, default="")
    because = models.TextField(
        blank=True, default="", help_text="Why the lead inspector settled it so, if they did."
    )

    class Meta:
        ordering = ("version",)
        constraints = (
            models.UniqueConstraint(
                fields=("judgement", "version"), name="judgement_revision_unique"
            ),
            models.UniqueConstraint(
                fields=("mutation",),
                condition=Q(mutation__isnull=False),
                name="judgement_mutation_unique",
            ),
        )

    def __str__(self) -> str:
        return f"{self.judgement_id} v{self.version}"


class DeclinedChange(AppendOnly):
    """What somebody answered and then gave up for another's answer, when asked to choose.

    `version` is the version of the answer that was kept.
    """

    judgement = models.ForeignKey(
        Judgement, models.CASCADE, null=True, related_name="declined_changes"
    )
    recorded_fact = models.ForeignKey(
        RecordedFact, models.CASCADE, null=True, related_name="declined_changes"
    )
    values = models.JSONField(help_text="What was not taken, by the names of its columns.")

    class Meta:
        ordering = ("changed_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(judgement__isnull=False) ^ Q(recorded_fact__isnull=False),
                name="declined_change_of_one",
            ),
            models.UniqueConstraint(
                fields=("mutation",),
                condition=Q(mutation__isnull=False),
                name="declined_mutation_unique",
            ),
        )

    def __str__(self) -> str:
        return f"Declined at v{self.version}"
