"""Moderation: what the lead inspector has done again before the scores are signed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from cases.models.assessment import Assessment
from inspections.models import TeamMember


class Reopening(models.Model):
    """That the lead inspector opened a completed case again, and why: written once.

    It is open work until the case is completed again: then `completed_again_at` says when.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="reopenings")
    reason = models.TextField()
    reopened_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField()
    completed_again_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("reopened_at", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="reopening_for_reason"),
            models.UniqueConstraint(
                fields=("assessment",),
                condition=Q(completed_again_at__isnull=True),
                name="reopening_unique",
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessment} reopened"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; raise TypeError where one is to be changed."""
        if self.pk is not None:
            raise TypeError("A reopening is never changed.")
        super().save(*args, **kwargs)
