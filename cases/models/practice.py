"""Good practice, noted by assessors as they meet it."""

from __future__ import annotations

from django.db import models

from cases.models.assessment import Case
from inspections.models import Inspection, TeamMember


class GoodPractice(models.Model):
    """An example under a criterion, which the lead inspector may choose for the report."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="good_practice")
    case = models.ForeignKey(
        Case, models.SET_NULL, null=True, blank=True, related_name="good_practice"
    )
    criterion = models.CharField(max_length=10, help_text="Its number in the programme: 1.2.")
    text = models.TextField()
    noted_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    mutation = models.UUIDField(unique=True, help_text="An example sent twice is noted once.")
    chosen_at = models.DateTimeField(null=True, blank=True)
    chosen_by = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Its text is gone then; the row stays, so that a device cannot bring it back.",
    )

    class Meta:
        ordering = ("criterion", "noted_at", "pk")
        verbose_name_plural = "good practice"

    def __str__(self) -> str:
        return f"{self.criterion} by {self.noted_by}"
