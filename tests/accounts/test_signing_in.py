"""Signing in and out: who gets in, what a stranger learns, and how many attempts there are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from tests.casting import PASSWORD, make_user
from tests.pages import read_page, texts_of

SIGN_IN = "/accounts/login/"
SIGN_OUT = "/accounts/logout/"
MISMATCH = ["Enter the email address and password of your account"]
NO_ADDRESS = "Enter a whole email address, such as name@example.org"
TOO_MANY = ["Too many attempts. Try again in 5 minutes"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user("inspector")


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def who_is(client: Client) -> str:
    """Return the name that the pages show, or nothing where nobody is signed in."""
    page = read_page(client.get("/accounts/inactive/"))
    return "".join(texts_of(page, "//p[@class='app-person__name']")).removeprefix("Your account: ")


def errors_of(response: Any) -> list[str]:
    return texts_of(read_page(response), "//*[contains(@class, 'govuk-error-summary__list')]/li")


class TestSigningIn:
    @pytest.mark.parametrize(
        "typed",
        ["inspector@example.org", "Inspector@EXAMPLE.org", " inspector@example.org "],
    )
    def test_works_however_the_address_is_typed(self, person: User, typed: str) -> None:
        client = Client()
        response = sign_in(client, typed)
        assert (response.status_code, response.headers["Location"]) == (302, "/")
        assert who_is(client) == "Inspector"

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("inspector@example.org", PASSWORD.upper()),
            ("inspector@example.org", f" {PASSWORD}"),
            ("nobody@example.org", PASSWORD),
        ],
    )
    def test_says_the_same_whether_the_address_or_the_password_is_wrong(
        self, person: User, email: str, password: str
    ) -> None:
        client = Client()
        response = sign_in(client, email, password)
        assert (response.status_code, errors_of(response)) == (200, MISMATCH)
        assert who_is(client) == ""

    def test_tells_a_stranger_nothing_of_who_has_an_account(self, person: User) -> None:
        known = sign_in(Client(), person.email, "wrong")
        unknown = sign_in(Client(), "nobody-here@example.org", "wrong")
        assert sorted(known.headers) == sorted(unknown.headers)
        assert _without_what_differs(known, person.email) == _without_what_differs(
            unknown, "nobody-here@example.org"
        )

    def test_does_not_show_the_password_again(self, person: User) -> None:
        assert (
            "not the right one"
            not in sign_in(Client(), person.email, "not the right one").content.decode()
        )

    def test_is_closed_to_whose_account_is_closed(self, person: User) -> None:
        User.objects.update(is_active=False)
        client = Client()
        response = sign_in(client, person.email)
        assert (response.status_code, response.headers["Location"]) == (302, "/accounts/inactive/")
        assert who_is(client) == ""
        assert errors_of(sign_in(client, person.email, "wrong")) == MISMATCH

    def test_closing_an_account_ends_what_was_open(self, person: User) -> None:
        client = Client()
        sign_in(client, person.email)
        User.objects.update(is_active=False)
        response = client.get("/")
        assert (response.status_code, response.headers["Location"]) == (302, f"{SIGN_IN}?next=/")

    def test_leads_where_the_person_wanted_to_go(self, person: User) -> None:
        client = Client()
        wanted = client.get("/reports/").headers["Location"]
        assert wanted == f"{SIGN_IN}?next=/reports/"
        (sent,) = read_page(client.get(wanted)).xpath("//main//form//input[@name='next']/@value")
        assert sign_in(client, person.email, next=sent).headers["Location"] == "/reports/"

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://elsewhere.example/",
            "//elsewhere.example/",
            "https:///elsewhere.example",
            "\\\\elsewhere.example",
            "http:elsewhere.example",
            "javascript:alert(1)",
        ],
    )
    def test_never_leads_off_the_site(self, person: User, elsewhere: str) -> None:
        sent = {"login": person.email, "password": PASSWORD}
        for query, field in (({"next": elsewhere}, {}), ({}, {"next": elsewhere})):
            client = Client()
            response = client.post(SIGN_IN, sent | field, query_params=query)
            assert (response.status_code, response.headers["Location"]) == (302, "/")
            for url in (SIGN_IN, SIGN_OUT):  # whoever is in is led on at once, or out
                method = client.get if url == SIGN_IN else client.post
                response = method(url, query_params={"next": elsewhere})
                assert (response.status_code, response.headers["Location"]) == (302, "/")

    def test_gives_a_new_session(self, person: User) -> None:
        client = Client()
        session = client.session
        session["planted"] = "by somebody else"
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
        sign_in(client, person.email)
        fresh = client.cookies[settings.SESSION_COOKIE_NAME].value
        assert fresh != session.session_key or ""
        assert not Session.objects.filter(session_key=session.session_key).exists()

    def test_lasts_a_day_of_fieldwork_in_a_cookie_that_scripts_cannot_read(
        self, person: User
    ) -> None:
        cookie = sign_in(Client(), person.email).cookies[settings.SESSION_COOKIE_NAME]
        assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (43_200, True, "Lax")

    def test_is_refused_to_a_form_that_another_site_sends(self, person: User) -> None:
        client = Client(enforce_csrf_checks=True)
        assert sign_in(client, person.email).status_code == 403

    @pytest.mark.parametrize(
        ("sent", "errors"),
        [
            ({}, ["Enter your email address", "Enter your password"]),
            ({"login": "not an address", "password": "x"}, [NO_ADDRESS]),
            (
                {"login": "a\0b@example.org", "password": "x"},
                [NO_ADDRESS, "Null characters are not allowed."],
            ),
            ({"login": "nobody@example.org", "password": "x" * 100_000}, MISMATCH),
        ],
    )
    def test_answers_whatever_is_typed(
        self, person: User, sent: dict[str, str], errors: list[str]
    ) -> None:
        response = Client().post(SIGN_IN, sent)
        assert (response.status_code, errors_of(response)) == (200, errors)


def _without_what_differs(response: Any, email: str) -> str:
    page = response.content.decode().replace(email, "ADDRESS")
    return re.sub(r'(csrfmiddlewaretoken" value|nonce|data-now)="[^"]*"', "", page)


class TestLimits:
    def test_five_wrong_passwords_are_the_last_for_a_while(self, person: User) -> None:
        client = Client()
        for _ in range(5):
            assert errors_of(sign_in(client, person.email, "wrong")) == MISMATCH
        for password in ("wrong", PASSWORD):
            response = sign_in(client, person.email, password)
            assert (response.status_code, errors_of(response)) == (429, TOO_MANY)
        assert who_is(client) == ""

    def test_capitals_and_another_place_give_no_more_attempts(self, person: User) -> None:
        for number in range(5):
            sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), person.email.upper(), "wrong")
        assert sign_in(Client(REMOTE_ADDR="192.0.2.99"), person.email).status_code == 429

    def test_a_forwarded_address_that_anybody_can_make_up_gives_no_more_attempts(
        self, person: User
    ) -> None:
        for number in range(30):
            client = Client(headers={"X-Forwarded-For": f"192.0.2.{number}"})
            assert sign_in(client, f"guess-{number}@example.org").status_code == 200
        assert sign_in(Client(), person.email).status_code == 429

    def test_an_address_that_nobody_has_is_limited_in_the_same_way(self, db: None) -> None:
        for _ in range(5):
            sign_in(Client(), "nobody@example.org")
        response = sign_in(Client(), "nobody@example.org")
        assert (response.status_code, errors_of(response)) == (429, TOO_MANY)

    def test_others_in_the_same_office_are_not_locked_out(self, person: User) -> None:
        colleague = make_user("lead")
        for _ in range(7):
            sign_in(Client(), person.email, "wrong")
        assert sign_in(Client(), colleague.email).status_code == 302

    def test_a_right_password_is_no_attempt(self, person: User) -> None:
        for _ in range(8):
            assert sign_in(Client(), person.email).status_code == 302

    def test_a_right_password_does_not_wipe_out_wrong_ones(self, person: User) -> None:
        client = Client()
        for _ in range(4):
            sign_in(client, person.email, "wrong")
        sign_in(client, person.email)
        client.post(SIGN_OUT)
        sign_in(client, person.email, "wrong")
        assert sign_in(client, person.email).status_code == 429

    def test_a_place_from_which_everything_is_tried_is_shut_out(self, person: User) -> None:
        for number in range(30):
            sign_in(Client(), f"guess-{number}@example.org")
        response = sign_in(Client(), person.email)
        assert response.status_code == 429
        assert texts_of(read_page(response), "//h1") == ["Too many attempts"]
        assert sign_in(Client(REMOTE_ADDR="192.0.2.1"), person.email).status_code == 302


class TestSigningOut:
    def test_asks_first(self, person: User) -> None:
        client = Client()
        sign_in(client, person.email)
        page = read_page(client.get(SIGN_OUT))
        assert texts_of(page, "//h1") == ["Do you want to sign out?"]
        assert who_is(client) == "Inspector"

    def test_ends_the_session(self, person: User) -> None:
        client = Client()
        sign_in(client, person.email)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        response = client.post(SIGN_OUT)
        assert (response.status_code, response.headers["Location"]) == (302, "/")
        assert who_is(client) == ""
        assert not Session.objects.filter(session_key=key).exists()

    def test_is_refused_to_a_form_that_another_site_sends(self, person: User) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        assert client.post(SIGN_OUT).status_code == 403
        assert who_is(client) == "Inspector"


class TestSigningUp:
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_closed(self, method: str) -> None:
        sent = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
        response = getattr(Client(), method)("/accounts/signup/", sent)
        assert texts_of(read_page(response), "//h1") == ["You cannot sign up here"]
        assert (User.objects.count(), EmailAddress.objects.count()) == (0, 0)


class TestAddress:
    @pytest.mark.parametrize("action", ["action_add", "action_primary", "action_remove"])
    def test_is_changed_by_nobody_but_an_administrator(self, person: User, action: str) -> None:
        client = Client()
        sign_in(client, person.email)
        before = list(EmailAddress.objects.values())
        response = client.post("/accounts/email/", {"email": "other@example.org", action: ""})
        assert response.status_code == 405
        person.refresh_from_db()
        assert person.email == "inspector@example.org"
        assert list(EmailAddress.objects.values()) == before

    def test_is_shown(self, person: User) -> None:
        client = Client()
        client.force_login(person)
        response = client.get("/accounts/email/")
        assert "inspector@example.org" in response.content.decode()
        assert Client().get("/accounts/email/").status_code == 302

    def test_cannot_be_had_by_code_or_passkey(self) -> None:
        for path in ("login/code/", "signup/passkey/", "3rdparty/", "phone/change/"):
            assert Client().get(f"/accounts/{path}").status_code == 404
