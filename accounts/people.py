"""People and their accounts: what state an account is in, and what an administrator may change.

Nothing here deletes an account, since what a person did keeps their name. Every change is recorded
with who made it; one that could let a stranger in is told to the person by e-mail.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, TextChoices
from django.utils import timezone

from accounts.models import AccountEvent, User
from accounts.notices import SEND_NOTICE
from jobs.queue import enqueue

INVITATION_LASTS = timedelta(days=7)
"""How long the link of an invitation works."""

ADDRESS_TAKEN = "Another account has this email address."


class State(TextChoices):
    """How far a person has come with their account."""

    ACTIVE = "active", "Active"
    NEW = "new", "Never signed in"
    INVITED = "invited", "Invited"
    LAPSED = "lapsed", "Invitation run out"
    OFF = "off", "Switched off"


class NotAllowedError(Exception):
    """A change to an account is refused; the message says why, in words for an administrator."""


def find_state(user: User, now: datetime | None = None) -> State:
    """Return the state of the account of `user` at `now` (this moment, unless given)."""
    if not user.is_active:
        return State.OFF
    if user.has_usable_password():
        return State.ACTIVE if user.last_login else State.NEW
    now = now or timezone.now()
    waits = user.invited_at is not None and now - user.invited_at < INVITATION_LASTS
    return State.INVITED if waits else State.LAPSED


def in_state(state: State, now: datetime | None = None) -> Q:
    """Return the condition that holds for the accounts in `state` and for no others."""
    active = Q(is_active=True)
    no_password = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    waits = Q(invited_at__gt=(now or timezone.now()) - INVITATION_LASTS)
    match state:
        case State.ACTIVE:
            return active & ~no_password & Q(last_login__isnull=False)
        case State.NEW:
            return active & ~no_password & Q(last_login__isnull=True)
        case State.INVITED:
            return active & no_password & waits
        case State.LAPSED:
            return active & no_password & (Q(invited_at__isnull=True) | ~waits)
        case State.OFF:
            return Q(is_active=False)


def search_people(words: str = "", state: State | None = None) -> QuerySet[User]:
    """Return the people whose name or address holds every one of `words`, by name."""
    people = User.objects.order_by("name", "email")
    for word in words.split():
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    return people.filter(in_state(state)) if state else people


def find_by_address(email: str) -> User | None:
    """Return the person with this address, whatever its capitals."""
    return User.objects.filter(email__iexact=email).first()


def is_address_taken(email: str, *, by_other_than: User | None = None) -> bool:
    """Whether an account has this address, or allauth keeps it for one."""
    people = User.objects.filter(email__iexact=email)
    kept = EmailAddress.objects.filter(email__iexact=email)
    if by_other_than is not None:
        people = people.exclude(pk=by_other_than.pk)
        kept = kept.exclude(user=by_other_than)
    return people.exists() or kept.exists()


def list_addresses() -> set[str]:
    """Return every address that is taken, in small letters."""
    return {
        email.lower()
        for model in (User, EmailAddress)
        for email in model.objects.values_list("email", flat=True)
    }


def has_second_factor(user: User) -> bool:
    """Whether a code is asked of `user` besides the password."""
    found: bool = Authenticator.objects.filter(user=user).exists()
    return found


def record(user: User, by: User | None, what: str, *, notice_to: str = "") -> AccountEvent:
    """Record `what` was done to the account of `user`, and have it told to `notice_to`, if given.

    Part of the caller's transaction. `what` is one sentence, said of the account.
    """
    event = AccountEvent.objects.create(user=user, by=by, what=what, notice_to=notice_to)
    if notice_to:
        enqueue(SEND_NOTICE, str(event.pk))
    return event


@transaction.atomic
def rename(user: User, name: str, *, by: User) -> None:
    """Change the name under which other people see `user`."""
    person = _hold(user)
    if person.name == name:
        return
    record(person, by, f"The name was changed from “{person.name}” to “{name}”.")
    person.name = user.name = name
    person.save(update_fields=["name"])


@transaction.atomic
def change_address(user: User, email: str, *, by: User) -> None:
    """Change the address with which `user` signs in and to which a new password is sent.

    Whoever is signed in to the account is signed out, and the old address is told. Raises
    NotAllowedError if the address is another account's.
    """
    person, email = _hold(user), email.lower()
    if person.email == email:
        return
    if is_address_taken(email, by_other_than=person):
        raise NotAllowedError(ADDRESS_TAKEN)
    old = person.email
    person.email = user.email = email
    if not person.has_usable_password() and person.invited_at is not None:
        person.invited_at = timezone.now()  # an invitation sent to the old address is none
    try:
        with transaction.atomic():
            person.save(update_fields=["email", "invited_at"])
    except IntegrityError:
        raise NotAllowedError(ADDRESS_TAKEN) from None
    # allauth keeps the address in a table of its own once a new password was asked for, and would
    # still find the account by it; it makes the row anew when it needs it.
    EmailAddress.objects.filter(user=person).delete()
    end_sessions(person)
    told = old if person.has_usable_password() else ""
    record(person, by, f"The email address was changed from {old} to {email}.", notice_to=told)


@transaction.atomic
def switch_off(user: User, *, by: User) -> None:
    """Let `user` sign in no more, and sign them out. What they did stays.

    Raises NotAllowedError for one's own account and for the last administrator's.
    """
    _refuse_self(user, by, "You cannot switch off your own account: ask another administrator.")
    person, administrators = _hold_with_administrators(user)
    if not person.is_active:
        return
    if person.is_staff:
        _refuse_last(administrators)
    person.is_active = user.is_active = False
    person.save(update_fields=["is_active"])
    end_sessions(person)
    record(person, by, "The account was switched off.")


@transaction.atomic
def switch_on(user: User, *, by: User) -> None:
    """Let `user` sign in again, as they did before."""
    person = _hold(user)
    if person.is_active:
        return
    person.is_active = user.is_active = True
    person.save(update_fields=["is_active"])
    record(person, by, "The account was switched on again.")


@transaction.atomic
def make_administrator(user: User, *, by: User) -> None:
    """Let `user` manage people, areas, programmes and inspections."""
    person = _hold(user)
    if person.is_staff:
        return
    person.is_staff = user.is_staff = True
    person.save(update_fields=["is_staff"])
    record(person, by, "The account was made an administrator’s.", notice_to=person.email)


@transaction.atomic
def end_administration(user: User, *, by: User) -> None:
    """Let `user` be an administrator no longer; their parts in inspections stay.

    Raises NotAllowedError for oneself and for the last administrator.
    """
    _refuse_self(user, by, "You cannot take this from yourself: ask another administrator.")
    person, administrators = _hold_with_administrators(user)
    if not person.is_staff:
        return
    _refuse_last(administrators)
    person.is_staff = user.is_staff = False
    person.is_superuser = user.is_superuser = False
    person.save(update_fields=["is_staff", "is_superuser"])
    record(person, by, "The account is an administrator’s no longer.")


@transaction.atomic
def reset_second_factor(user: User, *, by: User) -> None:
    """Take the authenticator app and the recovery codes from `user`, who has lost them.

    They sign in by password alone until they set up a new one, and are told of it by e-mail.
    Raises NotAllowedError where there is none, and for oneself.
    """
    _refuse_self(user, by, "Remove your own second step on the page of your account.")
    person = _hold(user)
    if not has_second_factor(person):
        raise NotAllowedError("No second step is set up for this account.")
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    record(person, by, "The second step of signing in was taken away.", notice_to=person.email)


def end_sessions(user: User) -> None:
    """Sign `user` out wherever they are signed in."""
    ended = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=ended).delete()


def _hold(user: User) -> User:
    """Return the account as it is now, held until the transaction ends."""
    return User.objects.select_for_update().get(pk=user.pk)


def _refuse_self(user: User, by: User, message: str) -> None:
    if user.pk == by.pk:
        raise NotAllowedError(message)


def _hold_with_administrators(user: User) -> tuple[User, list[User]]:
    """Return the account as it is now and all other administrators, held together.

    They are held in one order, so that two who act on each other wait and do not block.
    """
    concerned = User.objects.select_for_update().filter(Q(is_staff=True) | Q(pk=user.pk))
    people = {person.pk: person for person in concerned.order_by("pk")}
    person = people.pop(user.pk)
    return person, list(people.values())


def _refuse_last(others: list[User]) -> None:
    """Raise NotAllowedError unless one of the other administrators can sign in."""
    if not any(other.is_active and other.has_usable_password() for other in others):
        raise NotAllowedError(
            "This is the last administrator who can sign in. Make somebody else one first."
        )
