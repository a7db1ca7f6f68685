"""The pages of signing in, in our design and our words."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMessage
from django.test import Client

from tests.frontend.test_pages import Page, found, heading_of, title_of

User = get_user_model()
PASSWORD = "a long enough password"
NEW_PASSWORD = "another quite long one"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gallery")]


@pytest.fixture
def person() -> Any:
    return User.objects.create_user("lead@example.org", PASSWORD, name="Lead inspector")


@pytest.fixture
def signed_in(client: Client, person: Any) -> Client:
    """Signed in, with the password given once more, as changes to an account ask."""
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def set_up_app(client: Client) -> Any:
    """Enter the code that an authenticator app would show; return the page this leads to."""
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    counter = next(totp.yield_hotp_counters_from_time())
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    return client.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True)


def labels_of(response: Page) -> list[Any]:
    return found(r'<label class="govuk-label[^"]*" for="[^"]*">(.*?)</label>', response)


def faults_of(response: Page) -> list[Any]:
    """Target and words of each link of the error summary; each must lead to something."""
    faults = found(r'<li><a href="#([^"]*)">(.*?)</a></li>', response)
    for target, _ in faults:
        assert found(f' id="{target}"', response) != []
    return faults


@pytest.mark.parametrize(
    ("url", "heading"),
    [
        ("/accounts/login/", "Sign in"),
        ("/accounts/signup/", "You cannot sign up here"),
        ("/accounts/inactive/", "Your account is closed"),
        ("/accounts/password/reset/", "Set a new password"),
        ("/accounts/password/reset/done/", "Check your email"),
        ("/accounts/password/reset/key/1-false/", "This link no longer works"),
        ("/accounts/password/reset/key/done/", "Password changed"),
        ("/accounts/confirm-email/", "Confirm your email address"),
        ("/accounts/confirm-email/false/", "This link no longer works"),
    ],
)
def test_visitor_finds_page(client: Client, url: str, heading: str) -> None:
    response = client.get(url)

    assert (response.status_code, heading_of(response)) == (200, heading)
    assert title_of(response) == f"{heading} – Case inspection"


@pytest.mark.parametrize(
    ("url", "heading"),
    [
        ("/accounts/logout/", "Do you want to sign out?"),
        ("/accounts/email/", "Your email address"),
        ("/accounts/reauthenticate/", "Confirm that it is you"),
        ("/accounts/password/change/", "Change your password"),
        ("/accounts/2fa/", "Your account"),
        ("/accounts/2fa/totp/activate/", "Set up an authenticator app"),
    ],
)
def test_person_signed_in_finds_page(signed_in: Client, url: str, heading: str) -> None:
    response = signed_in.get(url)

    assert (response.status_code, heading_of(response)) == (200, heading)


@pytest.mark.parametrize(
    ("url", "heading"),
    [
        ("/accounts/2fa/totp/deactivate/", "Remove the authenticator app?"),
        ("/accounts/2fa/recovery-codes/", "Recovery codes"),
        ("/accounts/2fa/recovery-codes/generate/", "Make new recovery codes"),
        ("/accounts/2fa/reauthenticate/", "Confirm that it is you"),
    ],
)
def test_person_with_two_step_sign_in_finds_page(signed_in: Client, url: str, heading: str) -> None:
    set_up_app(signed_in)
    response = signed_in.get(url)

    assert (response.status_code, heading_of(response)) == (200, heading)


@pytest.mark.django_db(transaction=True)
def test_app_once_set_up_is_confirmed_beside_its_recovery_codes(signed_in: Client) -> None:
    response = set_up_app(signed_in)

    assert heading_of(response) == "Recovery codes"
    assert found(r'banner__heading">(.*?)</p>', response) == [
        "Your authenticator app is set up. From now on you need it to sign in.",
        "You have a new set of recovery codes.",
    ]
    assert len(found(r"<li>(\d{8})</li>", response)) == 10


def test_second_step_asks_for_a_code(client: Client, person: Any) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    response = client.post(
        "/accounts/login/", {"login": person.email, "password": PASSWORD}, follow=True
    )

    assert heading_of(response) == "Enter your code"
    assert labels_of(response) == ["Code"]
    assert faults_of(client.post("/accounts/2fa/authenticate/", {"code": ""})) == [
        ("id_code", "Enter the code from your authenticator app")
    ]
    assert Authenticator.objects.filter(user=person).count() == 1


def test_empty_sign_in_says_what_is_missing(client: Client) -> None:
    response = client.post("/accounts/login/")

    assert labels_of(response) == ["Email address", "Password"]
    assert faults_of(response) == [
        ("id_login", "Enter your email address"),
        ("id_password", "Enter your password"),
    ]


def test_fields_tell_the_browser_what_they_are_for(client: Client) -> None:
    response = client.get("/accounts/login/")

    assert found(r'autocomplete="([^"]*)"', response) == ["email", "current-password"]
    assert found("placeholder", response) == []


def test_sign_in_leads_on_without_a_message(client: Client, person: Any) -> None:
    response = client.post(
        "/accounts/login/?next=/gallery/components/",
        {"login": person.email, "password": PASSWORD, "next": "/gallery/components/"},
        follow=True,
    )

    assert response.redirect_chain == [("/gallery/components/", 302)]
    assert found('role="alert"', response) == []


def test_changed_password_is_confirmed(signed_in: Client) -> None:
    response = signed_in.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        follow=True,
    )

    assert found(r'banner__heading">(.*?)</p>', response) == ["Your password has been changed."]


def test_forgotten_password_is_set_by_the_link_sent(
    client: Client, person: Any, mailoutbox: list[EmailMessage]
) -> None:
    client.post("/accounts/password/reset/", {"email": person.email})
    (mail,) = mailoutbox
    (path,) = re.findall(r"https?://[^/]+(/\S+)", str(mail.body))
    form = client.get(path, follow=True)
    assert heading_of(form) == "Choose a new password"
    assert labels_of(form) == ["New password", "New password, once more"]

    done = client.post(
        form.request["PATH_INFO"],
        {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        follow=True,
    )

    person.refresh_from_db()
    assert heading_of(done) == "Password changed"
    assert person.check_password(NEW_PASSWORD)
    assert "Set a new password" in mail.subject


def test_unknown_address_is_told_the_same_and_sent_nothing(
    client: Client, mailoutbox: list[EmailMessage]
) -> None:
    response = client.post(
        "/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True
    )

    assert heading_of(response) == "Check your email"
    assert mailoutbox == []


def test_closed_account_is_told_so(client: Client) -> None:
    User.objects.create(email="past@example.org", password=make_password(PASSWORD), is_active=False)
    response = client.post(
        "/accounts/login/", {"login": "past@example.org", "password": PASSWORD}, follow=True
    )

    assert heading_of(response) == "Your account is closed"
