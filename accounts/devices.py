"""What a browser keeps for one person, and sending it as that person and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from accounts.models import User

SENDER = "X-Fieldwork-User"
"""The header in which a page says for whom it asks; `static/js/fieldwork/asking.js` sends it."""

LAST_PERSON = "person"
"""The signed cookie that says whose browser this was last: it outlives their session. The session
holds the same under this name."""

REMEMBERED = 7 * 24 * 60 * 60
"""Seconds for which a browser knows that; `RENEWED` seconds after it was told, it is told anew."""

RENEWED = 24 * 60 * 60


def device_key(user: User) -> str:
    """Return the opaque name under which a device keeps what belongs to `user`.

    It outlives changes of name, address, password and secret key, since what was not sent yet is
    found by it. It is no secret, and says nothing of the person.
    """
    moment = int(user.date_joined.timestamp())
    return sha256(f"device {user.pk} {moment}".encode()).hexdigest()[:20]


def is_sent_by_another(request: HttpRequest) -> bool:
    """Whether a page asks for somebody else than who is signed in: it is left from before them."""
    sender = request.headers.get(SENDER)
    if sender is None or not isinstance(request.user, User):
        return False
    return sender != device_key(request.user)


def find_last_person(request: HttpRequest, max_age: int = REMEMBERED) -> str:
    """Return the key of who used this browser last and did not sign out; empty if nobody is known.

    They need not be signed in any more. `max_age` is in seconds.
    """
    key = request.get_signed_cookie(LAST_PERSON, default="", salt=LAST_PERSON, max_age=max_age)
    return key or ""


def remember_person(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let the browser know who uses it until they sign out, not only until their session ends.

    Takes no query: the session, which is read anyway, holds the key of whoever is signed in.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        key = request.session.get(LAST_PERSON, "")
        if key and find_last_person(request, RENEWED) != key:
            response.set_signed_cookie(
                LAST_PERSON,
                key,
                salt=LAST_PERSON,
                max_age=REMEMBERED,
                path=settings.SESSION_COOKIE_PATH,
                domain=settings.SESSION_COOKIE_DOMAIN,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        elif not key and getattr(request, "signs_out", False):
            response.delete_cookie(
                LAST_PERSON,
                path=settings.SESSION_COOKIE_PATH,
                domain=settings.SESSION_COOKIE_DOMAIN,
                samesite="Lax",
            )
        return response

    return answer


@receiver(user_logged_in)
def note_person(request: HttpRequest, user: User, **signal: Any) -> None:
    """Have the session hold the key of whoever signed in."""
    request.session[LAST_PERSON] = device_key(user)


@receiver(user_logged_out)
def forget_person(request: HttpRequest, **signal: Any) -> None:
    """Have the browser forget who signs out."""
    request.signs_out = True  # type: ignore[attr-defined]
