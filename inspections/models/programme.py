"""A programme version as rows. Once an inspection uses it, it is never changed."""

from __future__ import annotations

from django.db import models


class Programme(models.Model):
    """One version of a way of inspecting."""

    class Kind(models.TextChoices):
        CCI = "cci", "Core Case Inspection"
        SQS = "sqs", "Short Quality Screening"

    slug = models.SlugField(max_length=50)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    short_title = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    scored = models.BooleanField()
    sample_min = models.PositiveIntegerField(null=True)
    sample_max = models.PositiveIntegerField(null=True)
    bands = models.JSONField(default=list)
    themes = models.JSONField(default=list)
    quantifiers = models.JSONField(default=list)
    grids = models.JSONField(default=list)
    contradictions = models.JSONField(default=list)
    sampling = models.JSONField(
        null=True, blank=True, help_text="How a sample is drawn; no score rests on it."
    )
    digest = models.CharField(max_length=64, help_text="SHA-256 of the whole definition.")
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("slug", "version")
        constraints = (
            models.UniqueConstraint(fields=("slug", "version"), name="programme_version_unique"),
        )

    def __str__(self) -> str:
        return f"{self.slug}@{self.version}"


class Section(models.Model):
    """A section of a programme, numbered as in print."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="sections")
    number = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("programme", "number"), name="section_number_unique"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Criterion(models.Model):
    """A general criterion."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="criteria")
    number = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    statement = models.TextField(null=True)  # noqa: DJ001  none was published: not an empty one
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ("position",)
        verbose_name_plural = "criteria"
        constraints = (
            models.UniqueConstraint(fields=("section", "number"), name="criterion_number_unique"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Fact(models.Model):
    """Something recorded about a case, which decides which questions apply."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="facts")
    key = models.CharField(max_length=50)
    label = models.CharField(max_length=200)
    type = models.CharField(max_length=10)
    choices = models.JSONField(default=list)
    group = models.CharField(max_length=10)
    help = models.TextField(blank=True)
    implies = models.JSONField(default=list)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("programme", "key"), name="fact_key_unique"),
        )

    def __str__(self) -> str:
        return self.label


class Question(models.Model):
    """A question of a programme; its conditions, guidance and reasons are data."""

    class Scoring(models.TextChoices):
        QUESTION = "question", "one scored point"
        ROWS = "rows", "each judged row"
        NONE = "none", "in no score"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="questions")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="questions")
    code = models.CharField(max_length=20)
    topic = models.CharField(max_length=200)
    text = models.TextField()
    guidance = models.TextField(blank=True)
    applies_when = models.JSONField(default=list)
    scoring = models.CharField(max_length=10, choices=Scoring)
    key_for = models.JSONField(default=list)
    grid = models.CharField(max_length=50, blank=True)
    outcome_fact = models.BooleanField(default=False)
    allow_na = models.BooleanField(default=False)
    na_when = models.TextField(blank=True)
    reasons = models.JSONField(default=list)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("programme", "code"), name="question_code_unique"),
        )

    def __str__(self) -> str:
        return self.code
