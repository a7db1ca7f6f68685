"""Second marking: a case judged twice, blind, then compared and settled."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from cases.models.assessment import Assessment, Case, Judgement, RecordedFact
from inspections.models import TeamMember


class SecondMarking(models.Model):
    """A case picked to be judged a second time.

    Neither assessor sees the other's work before both are completed. Then `agreed` is made, in
    which their differences are settled; it becomes the assessment of record when none is left.
    One that was called off stays as a record, and the case may be picked again.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="second_markings")
    first = models.ForeignKey(Assessment, models.CASCADE, related_name="+")
    second = models.OneToOneField(Assessment, models.CASCADE, related_name="+")
    agreed = models.OneToOneField(
        Assessment, models.CASCADE, null=True, blank=True, related_name="+"
    )
    picked_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    picked_at = models.DateTimeField()
    seed = models.CharField(
        max_length=64, blank=True, default="", help_text="Empty where picked by hand."
    )
    share = models.CharField(
        max_length=60,
        blank=True,
        default="",
        help_text="What was drawn from what, and picked if not all was: 4 of 38, 3 picked.",
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_because = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("case__position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(cancelled_at__isnull=True),
                name="second_marking_unique",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | Q(agreed__isnull=False),
                name="second_marking_settled_with_agreed",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_because=""),
                name="second_marking_cancelled_for_reason",
            ),
        )

    def __str__(self) -> str:
        return f"Second marking of {self.case}"


class Settlement(models.Model):
    """How one difference between two assessors is to be settled, by whom and why.

    One of the pair proposes it, and it is settled when the other agrees; the lead inspector
    settles alone. A later one for the same difference takes its place; none is ever deleted.
    """

    second_marking = models.ForeignKey(SecondMarking, models.CASCADE, related_name="settlements")
    judgement = models.ForeignKey(
        Judgement, models.CASCADE, null=True, blank=True, related_name="settlements"
    )
    recorded_fact = models.ForeignKey(
        RecordedFact, models.CASCADE, null=True, blank=True, related_name="settlements"
    )
    value = models.CharField(max_length=50, help_text="An answer, or the value of a fact.")
    reason = models.TextField()
    proposed_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("proposed_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(judgement__isnull=False) ^ Q(recorded_fact__isnull=False),
                name="settlement_of_one",
            ),
            models.UniqueConstraint(
                fields=("judgement",),
                condition=Q(replaced_at__isnull=True, judgement__isnull=False),
                name="settlement_of_judgement_unique",
            ),
            models.UniqueConstraint(
                fields=("recorded_fact",),
                condition=Q(replaced_at__isnull=True, recorded_fact__isnull=False),
                name="settlement_of_fact_unique",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) ^ Q(settled_by__isnull=False),
                name="settlement_settled_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.value} by {self.proposed_by}"
