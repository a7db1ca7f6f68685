"""Alerts: cases of immediate concern, and what was done about them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from cases.models.assessment import Case
from inspections.models import TeamMember


class CaseAlert(models.Model):
    """An assessor's immediate concern about a child; open until the lead inspector closes it.

    While one is open, the report of its inspection cannot be published.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="alerts")
    concern = models.TextField()
    raised_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(help_text="When the server took it, which sends it on.")
    mutation = models.UUIDField(
        unique=True, help_text="So that an alert sent twice is raised once."
    )
    told_lead_at = models.DateTimeField(null=True, blank=True)
    service_told_at = models.DateTimeField(null=True, blank=True)
    service_told_whom = models.CharField(
        max_length=200, blank=True, help_text="A role in the service, not a name."
    )
    service_told_recorded_by = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    service_told_recorded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-raised_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(service_told_at__isnull=False),
                name="alert_closed_after_service_told",
            ),
        )

    def __str__(self) -> str:
        return f"Alert on {self.case}"


class AlertAction(models.Model):
    """Something done about an alert, when and by whom it was recorded; never changed."""

    alert = models.ForeignKey(CaseAlert, models.CASCADE, related_name="actions")
    done_at = models.DateTimeField()
    action = models.TextField()
    recorded_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("done_at", "pk")

    def __str__(self) -> str:
        return f"{self.alert} {self.done_at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry. Raises TypeError rather than change one."""
        if self.pk is not None:
            raise TypeError("An entry is never changed.")
        super().save(*args, **kwargs)
