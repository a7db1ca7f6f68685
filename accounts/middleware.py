"""Keeping what a signed-in person sees off a shared or lost laptop."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]


def keep_pages_private(get_response: GetResponse) -> GetResponse:
    """Forbid browsers and proxies to keep answers to a request that carries a session.

    So the back button asks the server again, after sign-out in vain, and before it gets the
    versions that a form must be based on.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer
