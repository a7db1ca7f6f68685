"""People as they are stored: known by their address, whatever its capitals."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.models import User
from tests.casting import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_user_is_no_administrator_unless_made_one() -> None:
    user = User.objects.create_user("Inspector.One@Example.ORG", PASSWORD, name="Inspector one")
    user.refresh_from_db()
    assert (user.email, user.name, str(user)) == (
        "inspector.one@example.org",
        "Inspector one",
        "Inspector one",
    )
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, False, False)
    assert user.check_password(PASSWORD)
    assert PASSWORD not in user.password


def test_a_user_without_a_password_cannot_sign_in() -> None:
    user = User.objects.create_user("inspector@example.org", name="Inspector")
    assert not user.has_usable_password()


def test_a_user_needs_an_address() -> None:
    with pytest.raises(ValueError, match="email address"):
        User.objects.create_user("", PASSWORD, name="Nobody")
    assert User.objects.count() == 0


@pytest.mark.parametrize("email", ["inspector@example.org", "INSPECTOR@example.org"])
def test_an_address_belongs_to_one_user(email: str) -> None:
    User.objects.create_user("inspector@example.org", PASSWORD, name="Inspector")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email=email, name="Another")
    with pytest.raises(ValidationError):
        User(email=email, name="Another", password=PASSWORD).full_clean()
    assert User.objects.count() == 1


def test_a_user_is_found_whatever_the_capitals() -> None:
    user = User.objects.create_user("inspector@example.org", PASSWORD, name="Inspector")
    assert User.objects.get_by_natural_key("Inspector@EXAMPLE.org") == user
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key("inspector@example.com")


def test_a_superuser_is_an_administrator() -> None:
    user = User.objects.create_superuser("chief@example.org", PASSWORD, name="Administrator")
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, True, True)


def test_the_first_administrator_is_made_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    out = StringIO()
    call_command(
        "createsuperuser",
        "--no-input",
        email="Chief@example.org",
        name="Administrator",
        stdout=out,
    )
    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == ("chief@example.org", "Administrator", True)
    assert user.check_password(PASSWORD)
