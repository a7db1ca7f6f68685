"""What a browser knows a person by, and telling that a page is left from somebody else."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory

from accounts.devices import (
    LAST_PERSON,
    REMEMBERED,
    RENEWED,
    SENDER,
    device_key,
    find_last_person,
    is_sent_by_another,
)
from accounts.models import User
from tests.casting import PASSWORD, make_user

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


def last_person(client: Client) -> str:
    """Whom a server takes a browser to be of, by its cookies."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return find_last_person(request)


def sign_in(client: Client, key: str) -> None:
    user = make_user(key)
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds go by, for the clock of this process."""

    def pass_seconds(seconds: float) -> None:
        now = time() + seconds
        monkeypatch.setattr("time.time", lambda: now)

    return pass_seconds


def test_a_browser_knows_who_signed_in_until_they_sign_out(client: Client) -> None:
    sign_in(client, "one")
    cookie = client.cookies[LAST_PERSON]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert int(cookie["max-age"]) == REMEMBERED
    assert last_person(client) == device_key(make_user("one"))
    Session.objects.all().delete()
    client.get("/")
    assert last_person(client) == device_key(make_user("one"))
    sign_in(client, "two")
    assert last_person(client) == device_key(make_user("two"))
    client.post("/accounts/logout/")
    assert client.cookies[LAST_PERSON]["max-age"] == 0
    assert last_person(client) == ""


def test_it_is_told_again_only_after_a_day(
    client: Client, pass_time: Callable[[float], None]
) -> None:
    sign_in(client, "one")
    assert LAST_PERSON not in client.get("/").cookies
    pass_time(RENEWED + 1)
    assert LAST_PERSON in client.get("/").cookies
    assert LAST_PERSON not in client.get("/").cookies


def test_it_is_forgotten_after_a_time(client: Client, pass_time: Callable[[float], None]) -> None:
    sign_in(client, "one")
    pass_time(REMEMBERED + 1)
    assert last_person(client) == ""


def test_whoever_never_signed_in_is_nobody(client: Client) -> None:
    assert LAST_PERSON not in client.get("/").cookies
    for forged in ("", "?", device_key(make_user("one")), "a:b:c"):
        client.cookies[LAST_PERSON] = forged
        assert last_person(client) == ""
