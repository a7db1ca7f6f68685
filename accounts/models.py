"""Who may sign in. What a person may do in an inspection is decided by its team, not here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail address, and finds them whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new user; `password` None means that they cannot sign in until it is reset."""
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new inspectorate administrator."""
        fields.update(is_staff=True, is_superuser=True)
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user with this address, ignoring case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by e-mail address. `is_staff` marks an inspectorate administrator."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("inspectorate administrator", default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    invited_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_unique_ignoring_case"),
        )

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name as other people are shown it."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name as the person is shown it."""
        return self.name


class AccountEvent(models.Model):
    """Something that was done to an account, by whom and when. It is never changed.

    `by` is the person themselves where they did it, and None where nobody in particular did.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="events")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    what = models.TextField(help_text="One sentence.")
    at = models.DateTimeField(auto_now_add=True)
    notice_to = models.EmailField(blank=True, help_text="Who is told of it by e-mail.")

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.what
