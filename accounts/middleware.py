"""Sessions on laptops that are shared, lost, or used all day."""

from collections.abc import Callable
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

EXTENDED_AT = "extended_at"
EXTENSION = 15 * 60
"""Seconds of use after which a session starts anew to run out."""


def keep_pages_private(get_response: GetResponse) -> GetResponse:
    """Forbid browsers and proxies to keep answers to a request that carries a session.

    So the back button asks the server again, which after sign-out shows nothing.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer


def extend_session(get_response: GetResponse) -> GetResponse:
    """Let a session run out only after it was not used, not in the middle of the work.

    A part of a page that asks for its own news by htmx is no use: nobody need be there.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "GET" and "HX-Request" in request.headers:
            return response
        extended_at = request.session.get(EXTENDED_AT)
        if extended_at is not None and time() - extended_at > EXTENSION:
            request.session[EXTENDED_AT] = time()
        return response

    return answer


@receiver(user_logged_in)
def start_session(request: HttpRequest, **signal: Any) -> None:
    """Note when the session began."""
    request.session[EXTENDED_AT] = time()
