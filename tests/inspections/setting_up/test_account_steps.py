"""Steps with an account: each is asked about, and some want the password once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote_plus

import pytest
from allauth.mfa.models import Authenticator
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.inviting import invite
from accounts.models import AccountEvent, User
from accounts.people import State, find_state
from inspections.views.setting_up.account_steps import STEPS
from jobs.models import Job
from jobs.running import run_job
from tests.casting import PASSWORD, make_administrator, make_user
from tests.inspections.setting_up.browsing import (
    administrator,
    client_of,
    confirm,
    refusals,
    told_after,
)
from tests.pages import read_page, texts_of

pytestmark = pytest.mark.django_db

GUARDED = ("make-administrator", "end-administrator", "reset-second-step")


def make_invited() -> User:
    user = invite("new@example.org", "New inspector", by=make_administrator())
    run_job(Job.objects.get().pk)
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    return user


def make_with_second_step() -> User:
    user = make_user("inspector")
    Authenticator.objects.create(user=user, type="totp", data={})
    return user


SUBJECTS: dict[str, Callable[[], User]] = {
    "invite-again": make_invited,
    "withdraw": make_invited,
    "switch-off": lambda: make_user("inspector"),
    "switch-on": lambda: make_user("inspector", is_active=False),
    "make-administrator": lambda: make_user("inspector"),
    "end-administrator": lambda: make_user("inspector", is_staff=True),
    "reset-second-step": make_with_second_step,
}


def url_of(user: User, step: str) -> str:
    return f"/set-up/people/{user.pk}/{step}/"


def test_every_step_is_tried() -> None:
    assert set(SUBJECTS) == set(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_asked_about_taken_and_recorded(step: str) -> None:
    user, client = SUBJECTS[step](), administrator()
    events = AccountEvent.objects.count()
    page = read_page(client.get(url_of(user, step)))
    assert texts_of(page, "//h1") == [f"{user.name} {STEPS[step].title}"]
    assert AccountEvent.objects.count() == events
    if step in GUARDED:
        confirm(client)
    answer = client.post(url_of(user, step))
    assert answer["Location"] == f"/set-up/people/{user.pk}/"
    assert told_after(client, answer) == [STEPS[step].done]
    assert AccountEvent.objects.count() == events + 1
    assert AccountEvent.objects.latest("pk").by == make_administrator()


@pytest.mark.parametrize("step", GUARDED)
def test_some_steps_want_the_password_first_and_go_on_by_themselves(step: str) -> None:
    user, client = SUBJECTS[step](), administrator()
    before = User.objects.filter(pk=user.pk).values("is_staff").get()
    answer = client.post(url_of(user, step))
    assert answer["Location"] == f"/accounts/reauthenticate/?next={quote_plus(url_of(user, step))}"
    assert User.objects.filter(pk=user.pk).values("is_staff").get() == before
    wrong = client.post(answer["Location"], {"password": "not the right one"})
    assert (wrong.status_code, AccountEvent.objects.count()) == (200, 0)
    resumed = client.post(answer["Location"], {"password": PASSWORD})
    assert told_after(client, resumed) == [STEPS[step].done]
    assert AccountEvent.objects.count() == 1


def test_an_invitation_is_sent_again(mailoutbox: list[EmailMessage]) -> None:
    user = make_invited()
    administrator().post(url_of(user, "invite-again"))
    run_job(Job.objects.get(status="queued").pk)
    assert [mail.to for mail in mailoutbox] == [["new@example.org"]] * 2


def test_an_invitation_is_not_sent_again_at_once() -> None:
    user, client = make_invited(), administrator()
    Job.objects.update(created_at=timezone.now())
    ((told, _),) = refusals(client.post(url_of(user, "invite-again")), 409)
    assert told.startswith("An invitation was sent at ")
    assert Job.objects.count() == 1


def test_an_invitation_is_withdrawn() -> None:
    user = make_invited()
    administrator().post(url_of(user, "withdraw"))
    user.refresh_from_db()
    assert find_state(user) == State.OFF


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("switch-off", "You cannot switch off your own account: ask another administrator."),
        ("end-administrator", "You cannot take this from yourself: ask another administrator."),
        ("reset-second-step", "Remove your own second step on the page of your account."),
    ],
)
def test_nobody_does_to_themselves_what_shuts_them_out(step: str, reason: str) -> None:
    user = make_administrator()
    make_user("second", is_staff=True)
    client = client_of(user)
    confirm(client)
    assert refusals(client.post(url_of(user, step)), 409) == [(reason, "")]
    user.refresh_from_db()
    assert (user.is_active, user.is_staff) == (True, True)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("invite-again", "Only somebody who has not chosen a password yet can be invited."),
        ("withdraw", "The invitation was taken up already: switch the account off."),
        ("reset-second-step", "No second step is set up for this account."),
    ],
)
def test_a_step_that_cannot_be_taken_is_refused(step: str, reason: str) -> None:
    user, client = make_user("inspector"), administrator()
    confirm(client)
    assert refusals(client.post(url_of(user, step)), 409) == [(reason, "")]
    assert AccountEvent.objects.count() == 0


def test_the_page_of_a_person_offers_the_steps_that_make_sense() -> None:
    def offered(user: User) -> set[str]:
        page = read_page(administrator().get(f"/set-up/people/{user.pk}/"))
        urls = (*page.xpath("//main//a/@href"), *page.xpath("//main//form/@action"))
        return {url.split("/")[-2] for url in urls} & set(STEPS)

    assert offered(make_administrator()) == set()
    assert offered(make_user("inspector")) == {"switch-off", "make-administrator"}
    assert offered(make_user("lead", is_active=False)) == {"switch-on"}
    assert offered(make_user("second", is_staff=True)) == {"switch-off", "end-administrator"}
    assert offered(make_invited()) == {"invite-again", "withdraw", "make-administrator"}
    assert "reset-second-step" in offered(make_with_second_step())
