"""The authored narrative, what has been published of it, and what it is compared with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inspections.models import Area, Inspection, TeamMember


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
    """A PDF for the lead inspector of what is not published: of each kind the latest one only.

    It shows the inspection as it stood at `rendered_at`.
    """

    class Document(models.TextChoices):
        REPORT = "report", "Draft report"
        SCORECARD = "scorecard", "Scorecard"

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="previews")
    document = models.CharField(max_length=20, choices=Document, default=Document.REPORT)
    pdf = models.BinaryField()
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("inspection", "document"), name="preview_document_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_document_display()} of {self.inspection}"


class AreaResult(models.Model):
    """The headline scores that were published of an area, brought in from a file.

    They are compared with as our own issues are. `programme` is a slug alone: what is published
    under one version is compared with what is published under the next.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="results")
    programme = models.SlugField(max_length=50)
    region = models.CharField(max_length=100)
    publication_date = models.CharField(max_length=10, help_text="ISO text, a day or a month.")
    scores = models.JSONField(help_text="Per cent by theme; null where it was not scored.")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ("programme", "area__name", "publication_date")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "area", "publication_date"), name="area_result_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.area}, {self.programme}, {self.publication_date}"


class ComparatorChoice(models.Model):
    """Which results the lead inspector set the report's headline scores beside, and when.

    The report compares with every other area whose result was published by `as_of`, in `region` or,
    if that is empty, in all; the `family` is for the page on which it is chosen.
    """

    MAX_FAMILY = 10

    inspection = models.OneToOneField(Inspection, models.CASCADE, related_name="comparator_choice")
    as_of = models.CharField(max_length=10, help_text="ISO text, a day or a month.")
    region = models.CharField(max_length=100, blank=True)
    family = models.ManyToManyField(Area, related_name="+", blank=True)
    chosen_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.inspection}: {self.region or 'all regions'} by {self.as_of}"
