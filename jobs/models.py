"""The one table of background work. No broker is the truth: this table is."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


def _is_abandoned(now: datetime) -> Q:
    return Q(status=Job.Status.RUNNING, lease_expires_at__lte=now)


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs by what may happen to them next."""

    def live(self) -> JobQuerySet:
        """Return those that are not finished."""
        return self.filter(status__in=Job.LIVE)

    def abandoned(self, now: datetime) -> JobQuerySet:
        """Return those whose worker let its lease run out."""
        return self.filter(_is_abandoned(now))

    def claimable(self, now: datetime) -> JobQuerySet:
        """Return those that a worker may claim: waiting, or abandoned by another."""
        return self.filter(Q(status=Job.Status.QUEUED) | _is_abandoned(now))


class Job(models.Model):
    """A piece of work on one subject; at most one of a kind is live for a subject at a time.

    A worker holds a claimed job by a lease, which its heartbeat extends; a job whose lease has
    run out is anybody's to claim again, so the work of every kind must be safe to do twice.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Working"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    LIVE = (Status.QUEUED, Status.RUNNING)

    kind = models.CharField(max_length=50)
    subject = models.CharField(max_length=100, help_text="What it works on: an id, as text.")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent, 0 to 100.")
    step = models.CharField(max_length=100, blank=True, help_text="What it is doing, in words.")
    attempts = models.PositiveIntegerField(default=0)
    token = models.UUIDField(null=True, help_text="Names the claim that holds the lease.")
    lease_expires_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject"),
                condition=Q(status__in=("queued", "running")),
                name="job_one_live",
            ),
        )
        indexes = (models.Index(fields=("status", "lease_expires_at")),)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.status}"

    @property
    def is_live(self) -> bool:
        """Whether it is not finished."""
        return self.status in self.LIVE
