"""Inviting people: an account without a password, and an e-mail with a link to choose one.

A link says nothing that could be guessed, works once, and for a week. It ends when a password is
chosen, when the address is changed, when the invitation is withdrawn, and when it is sent anew.
Nothing else gives an account its first password, a forgotten one neither.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from accounts.models import User
from accounts.notices import send_letter
from accounts.people import (
    ADDRESS_TAKEN,
    INVITATION_LASTS,
    NotAllowedError,
    State,
    end_sessions,
    find_state,
    is_address_taken,
    record,
)
from jobs.models import Job
from jobs.queue import enqueue, find_latest_job

SEND_INVITATION = "send_invitation"
SEND_AGAIN_AFTER = timedelta(minutes=10)
"""How long an invitation must have been sent before it can be sent again."""
ASKED_TOO_EARLY = "A new password was asked for before the first was chosen: none was offered."
TRIES = 3


class InvitationOverError(Exception):
    """The link of an invitation does not work, or does so no longer."""


@transaction.atomic
def invite(email: str, name: str, *, by: User, is_administrator: bool = False) -> User:
    """Return a new account without a password, whose person is sent a link to choose one.

    Raises NotAllowedError if there is an account with this address.
    """
    if is_address_taken(email):
        raise NotAllowedError(ADDRESS_TAKEN)
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, name=name, is_staff=is_administrator)
    except IntegrityError:
        raise NotAllowedError(ADDRESS_TAKEN) from None
    as_what = " as an administrator" if is_administrator else ""
    _send(user, by, f"Invited{as_what}, at {user.email}.")
    return user


@transaction.atomic
def renew_invitation(user: User, *, by: User) -> None:
    """Send `user` a new link, which works for a week from now; earlier ones end.

    Where one is just being sent, that is left to be done. Raises NotAllowedError where `user` has
    chosen a password already, or the account is switched off, and within `SEND_AGAIN_AFTER` of the
    last, unless that could not be sent or the address is another since.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    if find_state(person) not in (State.INVITED, State.LAPSED):
        raise NotAllowedError("Only somebody who has not chosen a password yet can be invited.")
    job = find_latest_job(SEND_INVITATION, str(person.pk))
    if job is not None and job.is_live and person.invited_at is not None:
        return
    _check_pause(person, job)
    _send(person, by, f"The invitation was sent again, to {person.email}.")


def _check_pause(user: User, job: Job | None) -> None:
    """Raise NotAllowedError where `job` sent an invitation to this address a moment ago."""
    if job is None or job.status == Job.Status.FAILED:
        return
    readdressed = user.invited_at is not None and user.invited_at > job.created_at
    again = job.created_at + SEND_AGAIN_AFTER
    if not readdressed and timezone.now() < again:
        raise NotAllowedError(
            f"An invitation was sent at {_tell_time(job.created_at)}. It can take a few minutes to "
            f"arrive. You can send another from {_tell_time(again, round_up=True)}."
        )


def _tell_time(moment: datetime, *, round_up: bool = False) -> str:
    return f"{localtime(moment + timedelta(minutes=1) if round_up else moment):%H:%M}"


@transaction.atomic
def withdraw_invitation(user: User, *, by: User) -> None:
    """End the link of `user` and switch the account off.

    Raises NotAllowedError where `user` has chosen a password already.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    if find_state(person) not in (State.INVITED, State.LAPSED):
        raise NotAllowedError("The invitation was taken up already: switch the account off.")
    person.is_active, person.invited_at = False, None
    person.save(update_fields=["is_active", "invited_at"])
    end_sessions(person)
    record(person, by, "The invitation was withdrawn.")


def make_link(user: User) -> str:
    """Return the address at which `user`, who was invited, chooses a password."""
    path = reverse("accept_invitation", args=[user.pk, _signer().signature(_describe(user))])
    return f"{settings.SITE_URL}{path}"


def find_invited(user_id: int, token: str) -> User:
    """Return the person whose link this is. Raises InvitationOverError if it does not work."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or find_state(user) != State.INVITED:
        raise InvitationOverError
    try:
        _signer().unsign(f"{_describe(user)}:{token}")
    except BadSignature:
        raise InvitationOverError from None
    return user


@transaction.atomic
def accept_invitation(user_id: int, token: str, password: str) -> None:
    """Give the account its first password. Raises InvitationOverError if the link is over."""
    User.objects.select_for_update().filter(pk=user_id).first()
    user = find_invited(user_id, token)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(user, user, "The invitation was taken up: a password was chosen.")


@transaction.atomic
def answer_forgotten(user: User) -> dict[str, Any]:
    """Return what an email says to somebody who asks for a new password and never chose a first.

    That it was asked for is recorded, once until something else is done to the account.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    latest = person.events.first()
    if latest is None or latest.what != ASKED_TOO_EARLY:
        record(person, None, ASKED_TOO_EARLY)
    until = person.invited_at + INVITATION_LASTS if person.invited_at else None
    return {"until": localtime(until) if until and find_state(person) == State.INVITED else None}


def find_sending(user: User) -> Job | None:
    """Return the job that sends the latest invitation of `user`, or has sent it.

    None where nobody has asked for it since.
    """
    job = find_latest_job(SEND_INVITATION, str(user.pk))
    if job is None or user.invited_at is None:
        return None
    return job if job.is_live or job.created_at >= user.invited_at else None


def send_invitation(user_id: int) -> None:
    """Send the link to whoever was invited, unless they have used it. For a worker.

    Where the address is changed meanwhile, it is sent to the new one too. Raises WorkError where
    the mail server refuses the address.
    """
    sent = ""
    for _ in range(TRIES):
        user = User.objects.filter(pk=user_id).first()
        if user is None or find_state(user) != State.INVITED or _describe(user) == sent:
            return
        _send_link(user)
        sent = _describe(user)


def _send_link(user: User) -> None:
    if user.invited_at is None:
        return
    context = {
        "user": user,
        "url": make_link(user),
        "until": localtime(user.invited_at + INVITATION_LASTS),
        "site_name": settings.SITE_NAME,
    }
    body = render_to_string("accounts/emails/invitation.txt", context)
    send_letter(user.email, f"{settings.SITE_NAME}: set up your account", body)


def _send(user: User, by: User, what: str) -> None:
    """Begin a new week, and have the link sent once the transaction is committed."""
    user.invited_at = timezone.now()
    user.save(update_fields=["invited_at"])
    record(user, by, what)
    enqueue(SEND_INVITATION, str(user.pk))


def _signer() -> Signer:
    return Signer(salt="accounts.inviting")


def _describe(user: User) -> str:
    """Return what a link stands for: when any of it changes, the link ends."""
    invited_at = user.invited_at.isoformat() if user.invited_at else ""
    return f"{user.pk} {user.email} {user.password} {invited_at}"
