"""The background work of accounts: ids in, one function called."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse

from accounts.inviting import SEND_INVITATION, send_invitation
from accounts.models import AccountEvent, User
from accounts.notices import SEND_NOTICE, send_notice
from jobs.registry import Kind


def is_administrator(user: AbstractBaseUser, subject: str) -> bool:
    """Whether `user` is an inspectorate administrator."""
    return isinstance(user, User) and user.is_staff


def find_person_page(user_id: str) -> str:
    """Return the address of the page about a person."""
    return reverse("inspections:person", args=[user_id])


def find_event_page(event_id: str) -> str:
    """Return the address of the page about the person to whose account something was done."""
    user_id = AccountEvent.objects.filter(pk=int(event_id)).values_list("user", flat=True).first()
    return find_person_page(str(user_id)) if user_id else ""


KINDS = (
    Kind(
        SEND_INVITATION,
        title="Sending the invitation",
        handler=lambda subject, report: send_invitation(int(subject)),
        may_see=is_administrator,
        page=find_person_page,
    ),
    Kind(
        SEND_NOTICE,
        title="Telling somebody of a change to their account",
        handler=lambda subject, report: send_notice(int(subject)),
        may_see=is_administrator,
        page=find_event_page,
    ),
)
