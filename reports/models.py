"""The authored narrative, and what has been published of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inspections.models import Inspection, TeamMember


class Language(models.TextChoices):
    """The languages of a report; in Wales both are published."""

    ENGLISH = "en", "English"
    WELSH = "cy", "Welsh"


class Narrative(models.Model):
    """The authored text of an inspection's report, in one language, as `report.yaml` holds it."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="narratives")
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    document = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "language"), name="narrative_language_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.inspection} ({self.language})"


class Publication(models.Model):
    """A numbered issue of a report. What is frozen here is all that it is ever rendered from.

    It is issued when its `PublishedDocument` exists: until then nobody can download it.
    """

    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    programme_digest = models.CharField(max_length=64)
    scorecard = models.JSONField()
    content = models.JSONField(help_text="All that the report is rendered from.")
    bundle = models.JSONField(help_text="The inspection as exported: file names and their text.")
    published_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "language", "number"), name="publication_number_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.inspection}, issue {self.number}"


class PublishedDocument(models.Model):
    """The rendered bytes of a publication, and their hash. Written once."""

    publication = models.OneToOneField(Publication, models.CASCADE, related_name="document")
    html = models.TextField()
    web = models.TextField(default="", help_text="The same, as a fragment for a page of the site.")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(sha256=""), name="published_document_hashed"),
        )

    def __str__(self) -> str:
        return f"{self.publication}: {self.sha256[:12]}"


class Preview(models.Model):
    """A draft rendered for the lead inspector: the latest one only, marked DRAFT.

    It shows the inspection as it stood at `rendered_at`.
    """

    inspection = models.OneToOneField(Inspection, models.CASCADE, related_name="preview")
    pdf = models.BinaryField()
    rendered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Draft of {self.inspection}"
