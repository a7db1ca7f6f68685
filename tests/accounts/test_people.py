"""Accounts as an administrator changes them: states, addresses, switching off, administrators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import AccountEvent, User
from accounts.people import (
    NotAllowedError,
    State,
    change_address,
    end_administration,
    find_state,
    in_state,
    make_administrator,
    rename,
    reset_second_factor,
    search_people,
    switch_off,
    switch_on,
)
from jobs.models import Job
from jobs.running import run_job
from tests.casting import PASSWORD, make_user
from tests.casting import make_administrator as cast_administrator

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return cast_administrator()


@pytest.fixture
def person() -> User:
    return make_user("inspector")


def make_person(*, password: str | None, invited: int | None = None, **fields: Any) -> User:
    """Return somebody who was invited so many days before `NOW`."""
    invited_at = None if invited is None else NOW - timedelta(days=invited)
    return User.objects.create_user(
        "somebody@example.org", password, name="Somebody", invited_at=invited_at, **fields
    )


def sign_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def events_of(user: User) -> list[tuple[str, str]]:
    """Return what was done to the account and by whom, last first."""
    return [(event.what, str(event.by)) for event in user.events.select_related("by")]


class TestState:
    @pytest.mark.parametrize(
        ("fields", "state"),
        [
            ({"password": PASSWORD, "last_login": NOW}, State.ACTIVE),
            ({"password": PASSWORD}, State.NEW),
            ({"password": PASSWORD, "invited": 1}, State.NEW),
            ({"password": None, "invited": 0}, State.INVITED),
            ({"password": None, "invited": 6}, State.INVITED),
            ({"password": None, "invited": 7}, State.LAPSED),
            ({"password": None}, State.LAPSED),
            ({"password": None, "invited": 1, "is_active": False}, State.OFF),
            ({"password": PASSWORD, "last_login": NOW, "is_active": False}, State.OFF),
        ],
    )
    def test_is_found_one_by_one_as_in_lists(self, fields: dict[str, Any], state: State) -> None:
        user = make_person(**fields)
        assert find_state(user, NOW) == state
        assert [s for s in State if User.objects.filter(in_state(s, NOW)).exists()] == [state]


class TestSearch:
    def test_finds_every_word_in_name_or_address(self) -> None:
        for key in ("inspector-one", "inspector-two", "editor"):
            make_user(key)
        assert [user.name for user in search_people()] == [
            "Editor",
            "Inspector one",
            "Inspector two",
        ]
        assert [user.name for user in search_people("TWO insp")] == ["Inspector two"]
        assert [user.name for user in search_people("editor@example")] == ["Editor"]
        assert list(search_people("editor two")) == []

    def test_finds_those_in_a_state(self, person: User) -> None:
        make_user("lead", is_active=False)
        assert [user.name for user in search_people("", State.OFF)] == ["Lead"]


def test_a_name_is_changed_and_the_former_one_kept(person: User, by: User) -> None:
    rename(person, "Inspector 4", by=by)
    rename(person, "Inspector 4", by=by)
    person.refresh_from_db()
    assert person.name == "Inspector 4"
    assert events_of(person) == [
        ("The name was changed from “Inspector” to “Inspector 4”.", "Administrator")
    ]


class TestChangeAddress:
    def test_lets_the_person_sign_in_with_the_new_one_alone(self, person: User, by: User) -> None:
        old = person.email
        Client().post("/accounts/password/reset/", {"email": old})
        assert EmailAddress.objects.get(user=person).email == old
        change_address(person, "Other@Example.org", by=by)
        assert (person.email, User.objects.get(pk=person.pk).email) == ("other@example.org",) * 2
        for address, status in ((old, 200), ("other@example.org", 302)):
            answer = Client().post("/accounts/login/", {"login": address, "password": PASSWORD})
            assert answer.status_code == status
        assert not EmailAddress.objects.filter(email=old).exists()

    def test_sends_a_new_password_to_the_new_one_alone(
        self, person: User, by: User, mailoutbox: list[EmailMessage]
    ) -> None:
        old = person.email
        EmailAddress.objects.create(user=person, email=old, primary=True, verified=True)
        change_address(person, "other@example.org", by=by)
        for address in (old, "other@example.org"):
            Client().post("/accounts/password/reset/", {"email": address})
        assert [mail.to for mail in mailoutbox] == [["other@example.org"]]

    def test_ends_their_sessions_and_nobody_else_s(self, person: User, by: User) -> None:
        clients = [sign_in(person), sign_in(person)]
        other = sign_in(make_user("lead"))
        change_address(person, "other@example.org", by=by)
        assert [client.get("/").status_code for client in clients] == [302, 302]
        assert other.get("/").status_code == 200
        assert Session.objects.count() == 1

    def test_tells_the_old_one(
        self, person: User, by: User, mailoutbox: list[EmailMessage]
    ) -> None:
        change_address(person, "other@example.org", by=by)
        run_job(Job.objects.get(kind="send_notice").pk)
        (mail,) = mailoutbox
        what = "The email address was changed from inspector@example.org to other@example.org."
        assert mail.to == ["inspector@example.org"]
        assert what in str(mail.body)
        assert events_of(person) == [(what, "Administrator")]

    @pytest.mark.parametrize("taken", ["lead@example.org", "LEAD@example.org"])
    def test_refuses_one_that_is_taken(self, person: User, by: User, taken: str) -> None:
        make_user("lead")
        with pytest.raises(NotAllowedError, match="Another account has this email address"):
            change_address(person, taken, by=by)
        person.refresh_from_db()
        assert person.email == "inspector@example.org"
        assert events_of(person) == []

    def test_refuses_one_that_allauth_keeps_for_another(self, person: User, by: User) -> None:
        other = make_user("lead")
        EmailAddress.objects.create(user=other, email="second@example.org")
        with pytest.raises(NotAllowedError):
            change_address(person, "second@example.org", by=by)

    def test_to_the_same_one_changes_nothing(self, person: User, by: User) -> None:
        client = sign_in(person)
        change_address(person, "INSPECTOR@example.org", by=by)
        assert client.get("/").status_code == 200
        assert AccountEvent.objects.count() == 0


class TestSwitchingOff:
    def test_signs_out_for_good(self, person: User, by: User) -> None:
        client = sign_in(person)
        switch_off(person, by=by)
        assert client.get("/").status_code == 302
        switch_on(person, by=by)
        assert client.get("/").status_code == 302
        assert sign_in(person).get("/").status_code == 200
        assert events_of(person) == [
            ("The account was switched on again.", "Administrator"),
            ("The account was switched off.", "Administrator"),
        ]

    def test_twice_is_once(self, person: User, by: User) -> None:
        for change in (switch_off, switch_off, switch_on, switch_on):
            change(person, by=by)
        assert len(events_of(person)) == 2

    def test_is_refused_for_oneself(self, by: User) -> None:
        cast_second_administrator()
        with pytest.raises(NotAllowedError, match="your own account"):
            switch_off(by, by=by)
        by.refresh_from_db()
        assert by.is_active


def cast_second_administrator(**fields: Any) -> User:
    return make_user("second", is_staff=True, **fields)


class TestAdministrators:
    def test_are_made_and_told(
        self, person: User, by: User, mailoutbox: list[EmailMessage]
    ) -> None:
        make_administrator(person, by=by)
        make_administrator(person, by=by)
        person.refresh_from_db()
        assert person.is_staff
        run_job(Job.objects.get().pk)
        assert [mail.to for mail in mailoutbox] == [["inspector@example.org"]]

    def test_are_made_and_ended(self, person: User, by: User) -> None:
        make_administrator(person, by=by)
        User.objects.filter(pk=person.pk).update(is_superuser=True)
        end_administration(person, by=by)
        end_administration(person, by=by)
        person.refresh_from_db()
        assert (person.is_staff, person.is_superuser) == (False, False)
        assert events_of(person) == [
            ("The account is an administrator’s no longer.", "Administrator"),
            ("The account was made an administrator’s.", "Administrator"),
        ]

    def test_do_not_end_their_own(self, by: User) -> None:
        cast_second_administrator()
        with pytest.raises(NotAllowedError, match="from yourself"):
            end_administration(by, by=by)
        by.refresh_from_db()
        assert by.is_staff

    @pytest.mark.parametrize("change", [switch_off, end_administration])
    @pytest.mark.parametrize(
        "others", [{"is_staff": False}, {"is_active": False}, {"password": "!"}]
    )
    def test_one_who_can_sign_in_always_stays(
        self, change: Callable[..., None], others: dict[str, Any], by: User
    ) -> None:
        """As where two act on each other at the same moment: the later finds the earlier's work."""
        second = cast_second_administrator()
        User.objects.filter(pk=by.pk).update(**others)
        with pytest.raises(NotAllowedError, match="the last administrator who can sign in"):
            change(second, by=by)
        second.refresh_from_db()
        assert (second.is_active, second.is_staff) == (True, True)
        assert AccountEvent.objects.count() == 0


class TestSecondFactor:
    def test_is_taken_away_with_its_codes(
        self, person: User, by: User, mailoutbox: list[EmailMessage]
    ) -> None:
        client = sign_in(person)
        other = make_user("lead")
        for user in (person, other):
            for kind in ("totp", "recovery_codes"):
                Authenticator.objects.create(user=user, type=kind, data={})
        reset_second_factor(person, by=by)
        assert set(Authenticator.objects.values_list("user", flat=True)) == {other.pk}
        assert client.get("/").status_code == 302
        run_job(Job.objects.get().pk)
        assert [mail.to for mail in mailoutbox] == [["inspector@example.org"]]
        assert events_of(person) == [
            ("The second step of signing in was taken away.", "Administrator")
        ]

    def test_cannot_be_taken_where_there_is_none(self, person: User, by: User) -> None:
        with pytest.raises(NotAllowedError, match="No second step"):
            reset_second_factor(person, by=by)

    def test_is_not_taken_from_oneself(self, by: User) -> None:
        Authenticator.objects.create(user=by, type="totp", data={})
        with pytest.raises(NotAllowedError):
            reset_second_factor(by, by=by)
        assert Authenticator.objects.count() == 1
