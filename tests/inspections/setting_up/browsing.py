"""Opening the pages of setting up over HTTP, as an administrator or as others."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from tests.cases.filling import banners_of, errors_of
from tests.casting import PASSWORD, make_administrator
from tests.pages import read_page

Errors = list[tuple[str, str]]


def client_of(user: User) -> Client:
    """Return the browser of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    return client


def administrator() -> Client:
    """Return the browser of an administrator."""
    return client_of(make_administrator())


def confirm(client: Client) -> None:
    """Give the password once more, as one is asked to before some steps."""
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302


def confirmed(client: Client) -> Client:
    """Return the browser of somebody who gave their password just now."""
    confirm(client)
    return client


def refusals(response: Any, status: int = 422) -> Errors:
    """Return the lines of the error summary of a page that refused what was sent."""
    assert response.status_code == status
    return errors_of(read_page(response))


def told_after(client: Client, response: Any) -> list[str]:
    """Return what the page says to which a form that was accepted leads."""
    assert response.status_code == 302
    return [text for _, text in banners_of(read_page(client.get(response["Location"])))]


def value_of(response: Any, name: str) -> str:
    """Return what a field of a page holds."""
    page = read_page(response)
    (field,) = page.xpath("//*[@name=$name]", name=name)
    return (field.text if field.tag == "textarea" else field.get("value")) or ""
