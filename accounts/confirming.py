"""Asking for the password once more before something that could let a stranger in."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest


def confirm_password(request: HttpRequest) -> None:
    """Go on if the person gave their password (or code) within the last five minutes.

    Otherwise raises what allauth's middleware answers with its page that asks for it. A POST is
    kept meanwhile and comes again of itself once the password was right.
    """
    _check(request)


@reauthentication_required
def _check(request: HttpRequest) -> None:
    """Do nothing: the decorator is what is wanted."""
