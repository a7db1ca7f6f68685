"""Second marking: a case judged twice, blind, then compared and settled."""

from __future__ import annotations

from django.db import models

from cases.models.assessment import Assessment, Case, Judgement, RecordedFact
from inspections.models import TeamMember


class SecondMarking(models.Model):
    """A case picked to be judged a second time.

    Neither assessor sees the other's work before both are completed. Then `agreed` is made, in
    which their differences are settled; it becomes the assessment of record when none is left.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="second_marking")
    first = models.OneToOneField(Assessment, models.CASCADE, related_name="+")
    second = models.OneToOneField(Assessment, models.CASCADE, related_name="+")
    agreed = models.OneToOneField(
        Assessment, models.CASCADE, null=True, blank=True, related_name="+"
    )
    picked_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    picked_at = models.DateTimeField()
    seed = models.CharField(
        max_length=64, blank=True, default="", help_text="Empty where picked by hand."
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("case__position",)

    def __str__(self) -> str:
        return f"Second marking of {self.case}"


class Settlement(models.Model):
    """How one difference between two assessors was settled, by whom and why; never changed."""

    judgement = models.ForeignKey(Judgement, models.CASCADE, null=True, related_name="settlements")
    recorded_fact = models.ForeignKey(
        RecordedFact, models.CASCADE, null=True, related_name="settlements"
    )
    reason = models.TextField()
    settled_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        ordering = ("settled_at", "pk")

    def __str__(self) -> str:
        return f"Settlement by {self.settled_by}"
