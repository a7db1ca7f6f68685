"""The page around everything: title, navigation, messages, and what is said of a fault."""

import re
from typing import Any, Protocol

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import Settings

from tests.frontend.gallery import NAVIGATION
from tests.frontend.govuk import load_examples, normalise

User = get_user_model()


class Page(Protocol):
    """A response, of the test client or made by hand."""

    @property
    def content(self) -> bytes: ...


def title_of(response: Page) -> str:
    return " ".join(found(r"<title>(.*?)</title>", response))


def heading_of(response: Page) -> str:
    """The words of the page's h1; there must be just one."""
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", response.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", heading).split())


def found(pattern: str, response: Page) -> list[Any]:
    return re.findall(pattern, response.content.decode(), re.DOTALL)


@pytest.fixture
def signed_in(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_user("lead@example.org", name="Lead <inspector>"))
    return client


def test_page_has_title_heading_and_caption(client: Client, gallery: None) -> None:
    response = client.get("/gallery/components/")

    assert title_of(response) == "Every component – Case inspection"
    assert heading_of(response) == "Hertfordshire, January 2012 Every component"


def test_page_with_errors_says_so_in_its_title_and_first(client: Client, gallery: None) -> None:
    response = client.post("/gallery/form/")
    page = response.content.decode()

    assert title_of(response) == "Error: Every field – Case inspection"
    assert page.count("govuk-error-summary__title") == 1
    assert page.index("govuk-error-summary__title") < page.index("<h1")


def test_scripts_are_files_or_carry_the_nonce_of_the_policy(client: Client, gallery: None) -> None:
    response = client.get("/gallery/components/")
    nonces = re.findall(r"'nonce-([^']*)'", response["Content-Security-Policy"])
    scripts = found(r"<script([^>]*)>", response)

    assert [script for script in scripts if " src=" not in script] == [f' nonce="{nonces[0]}"']
    assert found(r'<[^>]* (?:style|on\w+)="[^>]*>', response) == []


def test_navigation_is_drawn_as_in_the_design_system() -> None:
    (example,) = load_examples("service-navigation")
    items = [
        {"label": item["text"], "url": item["href"], "current": item.get("current", False)}
        for item in example.options["navigation"]
    ]
    html = render_to_string(
        "components/header.html",
        {"user": User(name="Lead inspector"), "navigation": items},
    )

    def navigation_of(page: str) -> str:
        match = re.search(r"<nav .*</nav>", page, re.DOTALL)
        assert match
        return match[0]

    assert normalise(navigation_of(html)) == normalise(navigation_of(example.html))


def test_skip_link_is_drawn_as_in_the_design_system(client: Client, gallery: None) -> None:
    (example,) = load_examples("skip-link")
    (link,) = found(r"<a [^>]*govuk-skip-link.*?</a>", client.get("/gallery/components/"))

    assert normalise(link.replace("main-content", "test-target-element")) == normalise(example.html)


def test_visitor_sees_no_navigation(client: Client, gallery: None) -> None:
    assert found("<nav [^>]*Menu", client.get("/gallery/components/")) == []


def test_person_signed_in_sees_navigation_name_role_and_a_button_to_sign_out(
    signed_in: Client, gallery: None
) -> None:
    response = signed_in.get("/gallery/components/")
    assert NAVIGATION["user_role"] == "Lead inspector"

    assert found(r'navigation__link" href="([^"]*)"', response) == [
        "/gallery/components/",
        "/gallery/form/",
        "/",
    ]
    assert found(r"Your account: </span>(.*?)</a>", response) == ["Lead &lt;inspector&gt;"]
    assert found(r'person__role">(.*?)<', response) == ["Lead inspector"]
    assert found(r'<form method="post" action="([^"]*)" class="app-person', response) == [
        "/accounts/logout/"
    ]


def test_messages_are_banners_with_ids_of_their_own(client: Client, gallery: None) -> None:
    response = client.get("/gallery/components/?message")

    assert found(r'role="(\w+)" aria-labelledby="(message-\d)-title"', response) == [
        ("alert", "message-1"),
        ("region", "message-2"),
    ]


def test_unknown_page_is_explained(client: Client, gallery: None) -> None:
    response = client.get("/nowhere/")

    assert (response.status_code, heading_of(response)) == (404, "Page not found")


def test_fault_is_explained_without_the_database(client: Client, gallery: None) -> None:
    client.raise_request_exception = False
    response = client.get("/gallery/fault/")

    assert (response.status_code, heading_of(response)) == (500, "Something went wrong")


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("400", "This request could not be read"),
        ("403", "You cannot open this page"),
        ("404", "Page not found"),
        ("500", "Something went wrong"),
    ],
)
def test_error_page_needs_nothing_from_its_view(name: str, heading: str) -> None:
    page = HttpResponse(render_to_string(f"{name}.html"))

    assert heading_of(page) == heading
    assert title_of(page) == f"{heading} – Case inspection"


def test_form_from_another_sign_in_is_explained(gallery: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/gallery/form/")

    assert (response.status_code, heading_of(response)) == (403, "This page was open for too long")


def test_too_many_attempts_are_explained(
    client: Client, db: None, gallery: None, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    statuses = [client.post("/accounts/login/").status_code for _ in range(2)]

    assert statuses == [200, 429]
    assert heading_of(client.post("/accounts/login/")) == "Too many attempts"
