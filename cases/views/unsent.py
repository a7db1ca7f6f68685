"""Keeping what was sent by somebody whose session had ended, until they have signed in again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

UNSENT = "unsent"
LARGEST = 500_000
"""Characters that are kept; the largest page, full of notes, is well below it."""

View = Callable[..., HttpResponse]


def keep_unsent(view: View) -> View:
    """Ask people to sign in before `view`, and keep what they sent for the page they come back to.

    It waits in their session, for the same address only, and is shown once.
    """

    @wraps(view)
    def sign_in_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        sent = request.POST.urlencode()
        if 0 < len(sent) <= LARGEST:
            request.session[UNSENT] = {"path": request.path, "sent": sent}
        return redirect_to_login(request.path)

    return sign_in_first


def take_unsent(request: HttpRequest) -> QueryDict | None:
    """Return what was kept for this page, and say that it is not saved yet; None if nothing was."""
    kept = request.session.get(UNSENT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[UNSENT]
    messages.warning(
        request,
        "You had been signed out, so what you filled in was not saved. It is below: check it and "
        "save it now.",
    )
    return QueryDict(kept["sent"], mutable=True)
