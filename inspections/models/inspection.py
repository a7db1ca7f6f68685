"""Areas, inspections, their teams, and which people belong to which area."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from inspections.models.programme import Programme

SMALLEST_GROUP = 5
"""A figure about fewer cases than these could point to a child, whatever an inspection chooses."""


class Area(models.Model):
    """A local authority area with a youth offending team."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=100, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Affiliation(models.Model):
    """A person's tie to an area: its home there keeps them off its inspection's team.

    The manager of an area's youth offending team may read what is published of it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="affiliations")
    area = models.ForeignKey(Area, models.CASCADE, related_name="affiliations")
    is_manager = models.BooleanField("youth offending team manager", default=False)

    class Meta:
        ordering = ("area__name",)
        constraints = (models.UniqueConstraint(fields=("user", "area"), name="affiliation_unique"),)

    def __str__(self) -> str:
        return f"{self.user} of {self.area}"


class Inspection(models.Model):
    """One programme applied to one area's youth offending team.

    Dates are ISO text, since a month alone (`2012-01`) is a date here as it is in print.
    """

    class Country(models.TextChoices):
        ENGLAND = "england", "England"
        WALES = "wales", "Wales"

    slug = models.SlugField(max_length=100, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="inspections")
    area = models.ForeignKey(Area, models.PROTECT, related_name="inspections")
    region = models.CharField(max_length=100)
    country = models.CharField(max_length=10, choices=Country)
    service_title = models.CharField(max_length=20, help_text="Its own short name: YOT, YOS, YJS.")
    service_name = models.CharField(max_length=200)
    manager_title = models.CharField(max_length=100)
    isbn = models.CharField(max_length=20, blank=True)
    fieldwork_start = models.CharField(max_length=10)
    fieldwork_end = models.CharField(max_length=10)
    publication_date = models.CharField(max_length=10, blank=True)
    chief_inspector = models.CharField(max_length=150)
    caseload = models.PositiveIntegerField(null=True)
    comparators = models.JSONField(null=True)
    urgent_telephone = models.CharField(
        "telephone number for urgent concerns",
        max_length=40,
        blank=True,
        help_text="Of the lead inspector, named wherever somebody is to telephone them.",
    )
    smallest_group = models.PositiveSmallIntegerField(
        "smallest group that is shown",
        default=SMALLEST_GROUP,
        validators=[MinValueValidator(SMALLEST_GROUP)],
        help_text="Scores of fewer cases are hidden from everybody outside the team.",
    )
    locked_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When its judgements were locked, so that none can be changed until unlocked.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    former_leads = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        help_text="They have seen every answer, so they judge nothing in it blind any more.",
    )

    class Meta:
        ordering = ("-fieldwork_start", "slug")
        constraints = (
            models.CheckConstraint(
                condition=Q(smallest_group__gte=SMALLEST_GROUP),
                name="inspection_smallest_group",
            ),
        )

    def __str__(self) -> str:
        return f"{self.area.name} {self.fieldwork_start[:4]}"


class TeamMember(models.Model):
    """A part in an inspection, and who plays it: a part may have a name only, and no account."""

    class Role(models.TextChoices):
        LEAD_INSPECTOR = "lead_inspector", "Lead Inspector"
        INSPECTOR = "inspector", "Inspector"
        PRACTICE_ASSESSOR = "practice_assessor", "Practice Assessor"
        LOCAL_ASSESSOR = "local_assessor", "Local Assessor"
        REGIONAL_ASSESSOR = "regional_assessor", "Regional Assessor"
        SUPPORT_STAFF = "support_staff", "Support Staff"
        PUBLICATIONS_TEAM = "publications_team", "Publications Team"
        EDITOR = "editor", "Editor"
        ASSISTANT_CHIEF_INSPECTOR = "assistant_chief_inspector", "Assistant Chief Inspector"

    ASSESSING_ROLES = frozenset(
        {
            Role.LEAD_INSPECTOR,
            Role.INSPECTOR,
            Role.PRACTICE_ASSESSOR,
            Role.LOCAL_ASSESSOR,
            Role.REGIONAL_ASSESSOR,
        }
    )
    BORROWED_ROLES = frozenset({Role.LOCAL_ASSESSOR, Role.REGIONAL_ASSESSOR})

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="team")
    key = models.SlugField(max_length=50)
    role = models.CharField(max_length=30, choices=Role)
    name = models.CharField(max_length=150)
    home_area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
    )
    position = models.PositiveIntegerField(default=0)
    former_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        help_text="Accounts that played the part before: what is written in it may be theirs.",
    )

    class Meta:
        ordering = ("position", "key")
        constraints = (
            models.UniqueConstraint(fields=("inspection", "key"), name="team_key_unique"),
            models.UniqueConstraint(
                fields=("inspection", "user"),
                condition=Q(user__isnull=False),
                name="team_user_unique",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def leads(self) -> bool:
        """Whether this is the lead inspector."""
        return self.role == self.Role.LEAD_INSPECTOR

    @property
    def assesses(self) -> bool:
        """Whether this part judges cases."""
        return self.role in self.ASSESSING_ROLES
