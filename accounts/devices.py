"""What a browser keeps for one person, and sending it as that person and nobody else."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpRequest

from accounts.models import User

SENDER = "X-Fieldwork-User"
"""The header in which a page says for whom it asks; `static/js/fieldwork/asking.js` sends it."""


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
