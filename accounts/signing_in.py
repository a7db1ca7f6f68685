"""The person behind a request."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """Return the user of a request to a page that asks people to sign in first.

    Raises TypeError on other pages: an anonymous visitor is no `User`.
    """
    if not isinstance(request.user, User):
        raise TypeError("This page is for people who have signed in.")
    return request.user
