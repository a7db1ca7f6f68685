"""Keeping what was sent by somebody whose session had ended, until they have signed in again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, QueryDict

from accounts.devices import device_key, find_last_person
from accounts.models import User

UNSENT = "unsent"
LARGEST = 500_000
"""Characters that are kept in all; the largest page, full of notes, is well below it."""

View = Callable[..., HttpResponse]


def keep_unsent(view: View) -> View:
    """Ask people to sign in before `view`, and keep what they sent for the page they come back to.

    It waits in their session, for the same page and the same person only, and is shown once. They
    come back to the whole address: what its query drew belongs to what they filled in.
    Nothing is kept where it is not known who sent it, nor after they signed out themselves. Of many
    pages the latest are kept.
    """

    @wraps(view)
    def sign_in_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        sent, sender = request.POST.urlencode(), find_last_person(request)
        if sender and 0 < len(sent) <= LARGEST:
            _keep(request, sender, sent)
        return redirect_to_login(request.get_full_path())

    return sign_in_first


def _keep(request: HttpRequest, sender: str, sent: str) -> None:
    kept = request.session.get(UNSENT)
    pages = kept["pages"] if kept and kept["sender"] == sender else {}
    pages.pop(request.path, None)
    pages[request.path] = sent
    while sum(map(len, pages.values())) > LARGEST:
        del pages[next(iter(pages))]
    request.session[UNSENT] = {"sender": sender, "pages": pages}


def take_unsent(request: HttpRequest, *, too_late: bool = False) -> QueryDict | None:
    """Return what was kept for this page, and say that it is not saved yet; None if nothing was.

    It waits on while the page is only asked for to be kept on the device: nobody sees that. With
    `too_late` it can no longer be saved, and the page says so itself.
    """
    pages = request.session.get(UNSENT, {}).get("pages", {})
    if request.path not in pages or "X-Keep-For" in request.headers:
        return None
    sent = pages.pop(request.path)
    request.session.modified = True
    if not too_late:
        messages.warning(
            request,
            "You had been signed out, so what you filled in was not saved. It is below: check it "
            "and save it now.",
        )
    return QueryDict(sent, mutable=True)


@receiver(user_logged_in)
def drop_what_another_sent(request: HttpRequest, user: User, **signal: Any) -> None:
    """Drop what was kept, unseen, unless it is of the person who signs in."""
    kept = request.session.get(UNSENT)
    if kept and kept["sender"] != device_key(user):
        del request.session[UNSENT]
