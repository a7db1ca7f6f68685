"""Who judges what and when: hand-overs, conflicts of interest, the fieldwork's days, interviews."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.assessment import Assessment, Case
from inspections.models import Inspection, TeamMember


class Handover(models.Model):
    """That an assessment was given to somebody, or taken from them: written once.

    `before` and `after` are the names of the parts as they were then, empty for nobody: a part
    that never judged anything may leave the team, and this stays.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="handovers")
    before = models.CharField(max_length=150, blank=True)
    after = models.CharField(max_length=150, blank=True)
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    handed_at = models.DateTimeField()

    class Meta:
        ordering = ("handed_at", "pk")

    def __str__(self) -> str:
        return f"{self.before or 'nobody'} to {self.after or 'nobody'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; raise TypeError where one is to be changed."""
        if self.pk is not None:
            raise TypeError("A hand-over is never changed.")
        super().save(*args, **kwargs)


class ConflictOfInterest(models.Model):
    """A case, or all cases of one case manager, that a member of the team must not judge.

    The case is named by the reference as it was typed in: whether there is such a case is nothing
    that its declaring may tell, and one drawn later is then known to be in conflict. The lead
    inspector may lift a conflict, giving a reason; it is never deleted, nor is the part. It binds
    every account that plays the part or has played it, whichever part they play later.
    """

    member = models.ForeignKey(TeamMember, models.PROTECT, related_name="conflicts_of_interest")
    reference = models.CharField(max_length=30, blank=True, default="")
    case_manager = models.CharField(max_length=30, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    declared_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        TeamMember, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("member", "declared_at", "pk")
        verbose_name_plural = "conflicts of interest"
        constraints = (
            models.CheckConstraint(
                condition=~Q(reference="") ^ ~Q(case_manager=""),
                name="conflict_of_case_or_manager",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lifted_reason=""),
                name="conflict_lifted_for_reason",
            ),
            models.UniqueConstraint(
                fields=("member", "reference", "case_manager"),
                condition=Q(lifted_at__isnull=True),
                name="conflict_declared_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member} and {self.reference or self.case_manager}"


class Availability(models.Model):
    """When an assessor is not there, and how many cases they can be given at the most.

    Whoever has none of these is there on every day of the fieldwork, and takes any number.
    """

    member = models.OneToOneField(TeamMember, models.CASCADE, related_name="availability")
    days_off = models.JSONField(default=list, help_text="ISO dates, in order.")
    most_cases = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "availabilities"

    def __str__(self) -> str:
        return f"Availability of {self.member}"


class Timetable(models.Model):
    """The frame of an inspection's interviews: its days, the times of a day, and the rooms.

    `revision` rises with every change of the frame or of an interview.
    """

    inspection = models.OneToOneField(Inspection, models.CASCADE, related_name="timetable")
    days = models.JSONField(default=list, help_text="ISO dates, in order.")
    times = models.JSONField(default=list, help_text="Start and end of each slot: 09:15, 10:30.")
    places = models.JSONField(default=list, help_text="Rooms in which interviews can be held.")
    revision = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"Timetable of {self.inspection}"


class Interview(models.Model):
    """The interview with a case's manager: when and where, and with which assessor.

    `assessor` and `case_manager` are those of the case, the latter in small letters. They are kept
    here so that the database itself can see that nobody is in two interviews at once.
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
    sequence = models.PositiveIntegerField(
        default=0, help_text="The timetable's revision when it was last placed or moved."
    )
    placed_on = models.DateField(
        null=True, blank=True, help_text="The day on which it was last given its time, if known."
    )

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
