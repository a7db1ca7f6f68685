"""What a browser knows a person by, and telling that a page is left from somebody else."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts.devices import SENDER, device_key, is_sent_by_another
from accounts.models import User
from tests.casting import make_user

pytestmark = pytest.mark.django_db


def is_another(user: User | AnonymousUser, **headers: str) -> bool:
    request = RequestFactory().get("/", headers=headers)
    request.user = user
    return is_sent_by_another(request)


def test_a_person_keeps_their_key_whatever_is_changed_about_them() -> None:
    user = make_user("one")
    key = device_key(user)
    user.email, user.name = "other@example.org", "Other"
    user.set_password("another long password")
    user.save()
    assert device_key(User.objects.get(pk=user.pk)) == key
    assert len(key) == 20


def test_keys_differ_between_people_and_between_databases() -> None:
    one, two = make_user("one"), make_user("two")
    assert device_key(one) != device_key(two)
    same_number = User(pk=one.pk, date_joined=datetime(2020, 1, 1, tzinfo=UTC))
    assert device_key(same_number) != device_key(one)


def test_who_asks_for_somebody_else_is_told_apart() -> None:
    one, two = make_user("one"), make_user("two")
    assert is_another(one, **{SENDER: device_key(two)})
    assert is_another(one, **{SENDER: "?"})
    assert not is_another(one, **{SENDER: device_key(one)})
    assert not is_another(one)
    assert not is_another(AnonymousUser(), **{SENDER: device_key(one)})
