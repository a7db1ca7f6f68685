"""Passwords: forgotten, changed and confirmed once more."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.casting import PASSWORD, make_user
from tests.pages import read_page, texts_of

RESET = "/accounts/password/reset/"
NEW = "another quite long one"
CURRENT = ["Enter your password as it is now"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user("inspector")


def errors_of(response: Any) -> list[str]:
    return texts_of(read_page(response), "//*[contains(@class, 'govuk-error-summary__list')]/li")


def link_in(mail: EmailMessage) -> str:
    (path,) = re.findall(r"http://testserver(/\S+)", str(mail.body))
    return str(path)


def choose(link: str, password: str) -> Any:
    """Open the link of an email and send the form that it leads to."""
    client = Client()
    form = client.get(link, follow=True)
    return client.post(
        form.request["PATH_INFO"], {"password1": password, "password2": password}, follow=True
    )


class TestForgotten:
    def test_link_is_sent_to_the_person_alone(
        self, person: User, mailoutbox: list[EmailMessage]
    ) -> None:
        Client().post(RESET, {"email": person.email.upper()})
        (mail,) = mailoutbox
        assert (mail.to, mail.cc, mail.bcc) == (["inspector@example.org"], [], [])
        assert mail.subject == "Set a new password"

    def test_answer_reveals_nothing(self, person: User, mailoutbox: list[EmailMessage]) -> None:
        answers = [
            Client().post(RESET, {"email": email}) for email in (person.email, "nobody@example.org")
        ]
        assert [
            (answer.status_code, answer.headers["Location"], answer.content) for answer in answers
        ] == [(302, f"{RESET}done/", b"")] * 2
        assert len(mailoutbox) == 1

    def test_answer_reveals_nothing_while_the_mail_server_is_away(
        self, person: User, settings: Settings
    ) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
        response = Client().post(RESET, {"email": person.email})
        assert (response.status_code, response.headers["Location"]) == (302, f"{RESET}done/")

    def test_closed_account_is_sent_nothing(
        self, person: User, mailoutbox: list[EmailMessage]
    ) -> None:
        User.objects.update(is_active=False)
        response = Client().post(RESET, {"email": person.email})
        assert (response.status_code, response.headers["Location"]) == (302, f"{RESET}done/")
        assert mailoutbox == []

    def test_link_works_once(self, person: User, mailoutbox: list[EmailMessage]) -> None:
        Client().post(RESET, {"email": person.email})
        link = link_in(mailoutbox[0])
        assert texts_of(read_page(choose(link, NEW)), "//h1") == ["Password changed"]
        again = Client().get(link, follow=True)
        assert texts_of(read_page(again), "//h1") == ["This link no longer works"]
        person.refresh_from_db()
        assert person.check_password(NEW)

    def test_link_ends_when_the_password_is_changed_otherwise(
        self, person: User, mailoutbox: list[EmailMessage]
    ) -> None:
        Client().post(RESET, {"email": person.email})
        person.set_password(NEW)
        person.save()
        page = read_page(Client().get(link_in(mailoutbox[0]), follow=True))
        assert texts_of(page, "//h1") == ["This link no longer works"]

    def test_new_password_ends_every_session(
        self, person: User, mailoutbox: list[EmailMessage]
    ) -> None:
        elsewhere = Client()
        elsewhere.force_login(person)
        Client().post(RESET, {"email": person.email})
        choose(link_in(mailoutbox[0]), NEW)
        assert elsewhere.get("/").status_code == 302

    @pytest.mark.parametrize("password", ["too short", "123456789101112", "inspector@example.org"])
    def test_weak_password_is_refused(
        self, person: User, mailoutbox: list[EmailMessage], password: str
    ) -> None:
        Client().post(RESET, {"email": person.email})
        assert len(errors_of(choose(link_in(mailoutbox[0]), password))) >= 1
        person.refresh_from_db()
        assert person.check_password(PASSWORD)

    def test_letters_are_limited(self, person: User, mailoutbox: list[EmailMessage]) -> None:
        for _ in range(5):
            assert Client().post(RESET, {"email": person.email}).status_code == 302
        assert Client().post(RESET, {"email": person.email}).status_code == 429
        assert len(mailoutbox) == 5

    def test_letter_does_not_follow_a_host_that_the_sender_made_up(
        self, person: User, mailoutbox: list[EmailMessage]
    ) -> None:
        response = Client(headers={"Host": "elsewhere.example"}).post(
            RESET, {"email": person.email}
        )
        assert (response.status_code, mailoutbox) == (400, [])


class TestChanged:
    @pytest.fixture
    def client(self, person: User) -> Client:
        client = Client()
        client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
        return client

    def change(self, client: Client, old: str, new: str = NEW) -> Any:
        return client.post(
            "/accounts/password/change/",
            {"oldpassword": old, "password1": new, "password2": new},
        )

    def test_takes_the_place_of_the_old_one(self, client: Client, person: User) -> None:
        elsewhere = Client()
        elsewhere.force_login(person)
        assert self.change(client, PASSWORD).status_code == 302
        person.refresh_from_db()
        assert person.check_password(NEW)
        assert client.get("/").status_code == 200
        assert elsewhere.get("/").status_code == 302

    def test_needs_the_old_one(self, client: Client, person: User) -> None:
        response = self.change(client, "not the right one")
        assert (response.status_code, errors_of(response)) == (200, CURRENT)
        person.refresh_from_db()
        assert person.check_password(PASSWORD)

    def test_is_asked_for_again_before_the_account_is_changed(self, client: Client) -> None:
        response = client.post("/accounts/reauthenticate/", {"password": "not the right one"})
        assert (response.status_code, errors_of(response)) == (200, CURRENT)
        response = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert response.status_code == 302


def test_wrong_code_is_said_in_our_words(person: User) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/totp/activate/")
    response = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert errors_of(response) == ["Enter the code that your authenticator app shows now"]
