"""The service's caseload, and the sample that was drawn from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.assessment import Case
from inspections.models import Inspection


class Caseload(models.Model):
    """The list of cases that a service gave, as at a date: of its file, only what is asked for."""

    inspection = models.OneToOneField(Inspection, models.CASCADE, related_name="uploaded_caseload")
    as_at = models.DateField(help_text="Cases that started up to so many months before count.")
    columns = models.JSONField(help_text="Which column of the file was taken for what.")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Caseload of {self.inspection}"


class CaseloadEntry(models.Model):
    """One case of a caseload: what is needed to draw a fair sample, and nothing else."""

    caseload = models.ForeignKey(Caseload, models.CASCADE, related_name="entries")
    reference = models.CharField(max_length=30)
    case_manager = models.CharField(max_length=30, blank=True, help_text="An anonymous key.")
    started_on = models.DateField()
    ended_on = models.DateField(
        null=True, blank=True, help_text="Empty where it is current, or no date was given."
    )
    current = models.BooleanField(help_text="Not ended by the date of the caseload.")
    facts = models.JSONField(help_text="Values of facts of the programme, by key.")

    class Meta:
        ordering = ("reference",)
        verbose_name_plural = "caseload entries"
        constraints = (
            models.UniqueConstraint(
                fields=("caseload", "reference"), name="caseload_reference_unique"
            ),
        )

    def __str__(self) -> str:
        return self.reference


class SampleDraw(models.Model):
    """One draw of a sample: the seed and the method that it can be repeated from.

    It is a proposal until its cases are opened; then it stands.
    """

    caseload = models.OneToOneField(Caseload, models.CASCADE, related_name="draw")
    seed = models.CharField(max_length=64)
    number = models.PositiveIntegerField(
        default=1, help_text="How many samples were drawn from this caseload, this one included."
    )
    method = models.JSONField(help_text="The programme's method as it stood.")
    account = models.JSONField(help_text="How it came out: shares, exchanges, cases left out.")
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Sample of {self.caseload.inspection}"


class SampledCase(models.Model):
    """A case of a draw: in the sample, or a reserve that can take the place of one of it."""

    draw = models.ForeignKey(SampleDraw, models.CASCADE, related_name="sampled")
    entry = models.OneToOneField(CaseloadEntry, models.CASCADE, related_name="sampled")
    stratum = models.CharField(max_length=50)
    reserve = models.BooleanField(default=False)
    position = models.PositiveIntegerField(help_text="Its place among its like, in drawn order.")
    case = models.OneToOneField(Case, models.CASCADE, null=True, blank=True, related_name="sampled")
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    reason = models.TextField(blank=True, default="", help_text="Why it was replaced.")
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("reserve", "position")
        constraints = (
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True) | ~Q(reason=""),
                name="sampled_case_replaced_for_reason",
            ),
        )

    def __str__(self) -> str:
        return str(self.entry)
