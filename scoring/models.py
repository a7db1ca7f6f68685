"""Sign-off: which criteria the lead inspector has signed, and when the scorecard was locked."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inspections.models import Inspection, TeamMember


class CriterionSignature(models.Model):
    """That the lead inspector answers for a criterion's score, as it stood when they signed.

    `digest` is of every judgement behind it: one that differs now is signed no longer, and is
    withdrawn. None is deleted, and none is changed but for being withdrawn.
    """

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="signatures")
    criterion = models.CharField(max_length=10, help_text="Its number in the programme: 1.2.")
    sufficient = models.PositiveIntegerField()
    relevant = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    signed_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("signed_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "criterion"),
                condition=Q(withdrawn_at__isnull=True),
                name="criterion_signed_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_because=""),
                name="signature_withdrawn_for_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.inspection} {self.criterion}"


class ScorecardLock(models.Model):
    """That a scorecard was locked, as it stood; and when, by whom and why it was unlocked."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="scorecard_locks")
    scorecard = models.JSONField(help_text="In the form of `manage.py scorecard --format json`.")
    locked_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField()
    unlocked_by = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    unlocked_at = models.DateTimeField(null=True, blank=True)
    unlocked_because = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-locked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection",),
                condition=Q(unlocked_at__isnull=True),
                name="scorecard_locked_once",
            ),
            models.CheckConstraint(
                condition=Q(unlocked_at__isnull=True) | ~Q(unlocked_because=""),
                name="scorecard_unlocked_for_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.inspection} locked {self.locked_at:%Y-%m-%d}"
