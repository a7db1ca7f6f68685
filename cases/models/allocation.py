"""Who judges what and when: conflicts of interest, the days of the fieldwork, interviews."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cases.models.assessment import Case
from inspections.models import Inspection, TeamMember


class ConflictOfInterest(models.Model):
    """A case, or all cases of one case manager, that a member of the team must not judge."""

    member = models.ForeignKey(TeamMember, models.CASCADE, related_name="conflicts_of_interest")
    case = models.ForeignKey(
        Case, models.CASCADE, null=True, blank=True, related_name="conflicts_of_interest"
    )
    case_manager = models.CharField(max_length=30, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    declared_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ("member", "case_manager", "case")
        verbose_name_plural = "conflicts of interest"
        constraints = (
            models.CheckConstraint(
                condition=Q(case__isnull=False) ^ ~Q(case_manager=""),
                name="conflict_of_case_or_manager",
            ),
            models.UniqueConstraint(fields=("member", "case"), name="conflict_with_case_unique"),
            models.UniqueConstraint(
                fields=("member", "case_manager"),
                condition=~Q(case_manager=""),
                name="conflict_with_case_manager_unique",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member} and {self.case or self.case_manager}"


class Timetable(models.Model):
    """The frame of an inspection's interviews: its days, the times of a day, and the rooms."""

    inspection = models.OneToOneField(Inspection, models.CASCADE, related_name="timetable")
    days = models.JSONField(default=list, help_text="ISO dates, in order.")
    times = models.JSONField(default=list, help_text="Start and end of each slot: 09:15, 10:30.")
    places = models.JSONField(default=list, help_text="Rooms in which interviews can be held.")

    def __str__(self) -> str:
        return f"Timetable of {self.inspection}"


class Interview(models.Model):
    """The interview with a case's manager: when and where, and with which assessor.

    `assessor` and `case_manager` are those of the case, kept here so that the database itself can
    see that nobody is in two interviews at once.
    """

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="interviews")
    case = models.OneToOneField(Case, models.CASCADE, related_name="interview")
    assessor = models.ForeignKey(TeamMember, models.PROTECT, related_name="interviews")
    case_manager = models.CharField(max_length=30, blank=True, default="")
    day = models.DateField()
    start = models.TimeField()
    end = models.TimeField()
    place = models.CharField(max_length=100)
    held_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("day", "start", "place")
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "day", "start", "assessor"), name="interview_one_of_assessor"
            ),
            models.UniqueConstraint(
                fields=("inspection", "day", "start", "case_manager"),
                condition=~Q(case_manager=""),
                name="interview_one_of_case_manager",
            ),
            models.UniqueConstraint(
                fields=("inspection", "day", "start", "place"), name="interview_one_in_place"
            ),
            models.CheckConstraint(
                condition=Q(start__lt=F("end")), name="interview_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.day} {self.start:%H:%M}"
