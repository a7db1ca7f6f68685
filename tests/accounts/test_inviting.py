"""Invitations: the email, its link, and what ends it."""

from __future__ import annotations

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import F
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localtime
from pytest_django import Settings

from accounts.inviting import (
    find_sending,
    invite,
    make_link,
    renew_invitation,
    send_invitation,
    withdraw_invitation,
)
from accounts.models import User
from accounts.people import NotAllowedError, State, change_address, find_state, switch_on
from jobs.models import Job
from jobs.running import run_job
from tests.casting import PASSWORD, make_administrator, make_user
from tests.pages import read_page, texts_of

NEW = "another quite long one"
OVER = ["This link no longer works"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return make_administrator()


@pytest.fixture
def person(by: User) -> User:
    """Somebody who was invited, and whose email is not sent yet."""
    return invite("New.Inspector@example.org", "Inspector 4", by=by)


def path_of(user: User) -> str:
    """Return the path of the link that a person's latest invitation holds."""
    user.refresh_from_db()
    return make_link(user).removeprefix("http://127.0.0.1:8000")


def let_minutes_pass(minutes: int) -> None:
    """Have the invitation sent so long ago."""
    ago = timedelta(minutes=minutes)
    User.objects.update(invited_at=F("invited_at") - ago)
    Job.objects.update(created_at=F("created_at") - ago)


def choose(path: str, password: str = NEW) -> Any:
    return Client().post(path, {"password1": password, "password2": password})


def heading_of(response: Any) -> list[str]:
    return texts_of(read_page(response), "//h1")


class TestInvite:
    def test_makes_an_account_that_nobody_can_sign_in_to(self, person: User) -> None:
        person.refresh_from_db()
        assert (person.email, person.name) == ("new.inspector@example.org", "Inspector 4")
        assert (person.is_staff, person.is_active) == (False, True)
        assert find_state(person) == State.INVITED
        assert person.has_usable_password() is False
        assert [(e.what, str(e.by)) for e in person.events.all()] == [
            ("Invited, at new.inspector@example.org.", "Administrator")
        ]

    def test_has_the_link_sent_by_a_worker(
        self, person: User, mailoutbox: list[EmailMessage], settings: Settings
    ) -> None:
        settings.SITE_URL = "https://inspections.example"
        job = Job.objects.get()
        assert (job.kind, job.subject) == ("send_invitation", str(person.pk))
        assert mailoutbox == []
        run_job(job.pk)
        (mail,) = mailoutbox
        assert mail.to == ["new.inspector@example.org"]
        assert mail.subject == "Case inspection: set up your account"
        links = re.findall(r"https?://\S+", str(mail.body))
        assert links == [make_link(person)]
        job.refresh_from_db()
        assert job.status == "done"
        assert find_sending(person) == job

    @pytest.mark.parametrize("email", ["lead@example.org", "LEAD@example.org"])
    def test_refuses_an_address_that_is_taken(self, by: User, email: str) -> None:
        make_user("lead")
        with pytest.raises(NotAllowedError):
            invite(email, "Another", by=by)
        assert (User.objects.count(), Job.objects.count()) == (2, 0)


class TestSending:
    def test_twice_sends_the_same_link(self, person: User, mailoutbox: list[EmailMessage]) -> None:
        for _ in range(2):
            send_invitation(person.pk)
        assert [mail.body for mail in mailoutbox] == [mailoutbox[0].body] * 2

    def test_sends_nothing_to_those_who_need_none(
        self, person: User, by: User, mailoutbox: list[EmailMessage]
    ) -> None:
        choose(path_of(person))
        withdrawn = invite("other@example.org", "Other", by=by)
        withdraw_invitation(withdrawn, by=by)
        for user_id in (person.pk, withdrawn.pk, 4711):
            send_invitation(user_id)
        assert mailoutbox == []

    def test_follows_an_address_that_is_changed_meanwhile(
        self,
        person: User,
        by: User,
        mailoutbox: list[EmailMessage],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        send = EmailBackend.send_messages

        def change_while_sending(backend: Any, letters: Any) -> int:
            if letters[0].to == ["new.inspector@example.org"]:
                change_address(person, "right@example.org", by=by)
            return int(send(backend, letters))

        monkeypatch.setattr(EmailBackend, "send_messages", change_while_sending)
        send_invitation(person.pk)
        assert [mail.to for mail in mailoutbox] == [
            ["new.inspector@example.org"],
            ["right@example.org"],
        ]
        assert path_of(person) in str(mailoutbox[1].body)

    def test_that_the_mail_server_refuses_is_not_tried_again(
        self, person: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(backend: Any, letters: Any) -> int:
            raise SMTPRecipientsRefused({"new.inspector@example.org": (550, b"unknown")})

        monkeypatch.setattr(EmailBackend, "send_messages", refuse)
        run_job(Job.objects.get().pk)
        job = Job.objects.get()
        assert (job.status, job.error) == (
            "failed",
            "The mail server does not take emails to new.inspector@example.org.",
        )

    def test_that_fails_is_tried_again(
        self, person: User, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(backend: Any, letters: Any) -> int:
            raise ConnectionRefusedError

        with monkeypatch.context() as patch:
            patch.setattr(EmailBackend, "send_messages", fail)
            run_job(Job.objects.get().pk)
        assert Job.objects.get().status == "queued"
        run_job(Job.objects.get().pk)
        assert (Job.objects.get().status, len(mailoutbox)) == ("done", 1)


class TestLink:
    def test_lets_a_password_be_chosen_once(self, person: User) -> None:
        path = path_of(person)
        assert heading_of(Client().get(path)) == ["Set up your account"]
        answer = choose(path)
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
        assert heading_of(choose(path, PASSWORD)) == OVER
        assert choose(path, PASSWORD).status_code == 410
        person.refresh_from_db()
        assert person.check_password(NEW)
        assert next((e.what, str(e.by)) for e in person.events.all()) == (
            "The invitation was taken up: a password was chosen.",
            "Inspector 4",
        )
        client = Client()
        client.post("/accounts/login/", {"login": person.email, "password": NEW})
        assert client.get("/").status_code == 200

    def test_may_be_looked_at_without_being_used_up(self, person: User) -> None:
        path = path_of(person)
        for client in (Client(), Client()):
            assert client.get(path).status_code == 200
            assert client.head(path).status_code == 200
        assert choose(path).status_code == 302

    @pytest.mark.parametrize(("days", "status"), [(0, 200), (6.99, 200), (7.01, 410), (400, 410)])
    def test_works_for_seven_days(self, person: User, days: float, status: int) -> None:
        person.invited_at = timezone.now() - timedelta(days=days)
        person.save()
        assert Client().get(path_of(person)).status_code == status
        assert choose(path_of(person)).status_code == (302 if status == 200 else status)
        person.refresh_from_db()
        assert person.has_usable_password() is (status == 200)

    def test_says_what_to_do_once_it_is_over(self, person: User) -> None:
        User.objects.update(invited_at=timezone.now() - timedelta(days=8))
        page = read_page(Client().get(path_of(person)))
        links = [link.get("href") for link in page.xpath("//main//a")]
        assert links == ["/accounts/login/"]
        assert "ask an administrator of the inspectorate" in texts_of(page, "//main")[0]

    @pytest.mark.parametrize(
        ("days", "told"),
        [(1, "Use the link in the email with which"), (8, "Your invitation has run out. Ask an")],
    )
    def test_is_not_gone_round_by_a_forgotten_password(
        self, person: User, mailoutbox: list[EmailMessage], days: int, told: str
    ) -> None:
        User.objects.update(invited_at=timezone.now() - timedelta(days=days))
        answers = [
            Client().post("/accounts/password/reset/", {"email": email})
            for email in (person.email, person.email, "nobody@example.org")
        ]
        assert {(a.status_code, a["Location"], a.content) for a in answers} == {
            (302, "/accounts/password/reset/done/", b"")
        }
        assert [(m.to, m.subject) for m in mailoutbox] == [
            (["new.inspector@example.org"], "No password has been chosen yet")
        ] * 2
        assert told in str(mailoutbox[0].body)
        assert "http" not in str(mailoutbox[0].body)
        assert [(e.what, e.by) for e in person.events.all()][:-1] == [
            ("A new password was asked for before the first was chosen: none was offered.", None)
        ]

    def test_ends_when_a_password_is_chosen_otherwise(self, person: User) -> None:
        path = path_of(person)
        person.set_password(PASSWORD)
        person.save()
        assert choose(path).status_code == 410
        person.refresh_from_db()
        assert person.check_password(PASSWORD)

    def test_ends_when_the_address_is_changed(self, person: User, by: User) -> None:
        path = path_of(person)
        change_address(person, "right@example.org", by=by)
        assert choose(path).status_code == 410
        assert choose(path_of(person)).status_code == 302

    def test_is_nobody_else_s(self, person: User, by: User) -> None:
        other = invite("other@example.org", "Other", by=by)
        token = path_of(person).split("/")[-2]
        for path in (
            f"/accounts/invitation/{other.pk}/{token}/",
            f"/accounts/invitation/{person.pk}/{token}x/",
            f"/accounts/invitation/{person.pk}/x/",
            f"/accounts/invitation/{'9' * 30}/{token}/",
            f"/accounts/invitation/{by.pk}/{token}/",
            f"/accounts/invitation/{person.pk}/%00/",
        ):
            assert heading_of(Client().get(path)) == OVER
            assert choose(path).status_code == 410
        assert User.objects.filter(password__startswith="!").count() == 2

    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"password1": NEW},
            {"password1": NEW, "password2": "not the same one"},
            {"password1": "short", "password2": "short"},
            {"password1": "new.inspector@example.org", "password2": "new.inspector@example.org"},
            {"password1": "\0" * 20, "password2": "\0" * 20},
        ],
    )
    def test_wants_a_good_password(self, person: User, sent: dict[str, str]) -> None:
        answer = Client().post(path_of(person), sent)
        assert answer.status_code == 422
        summary = "//*[contains(@class, 'govuk-error-summary__list')]/li"
        assert len(texts_of(read_page(answer), summary)) >= 1
        person.refresh_from_db()
        assert not person.has_usable_password()

    def test_is_not_for_somebody_who_is_signed_in(self, person: User, by: User) -> None:
        client = Client()
        client.force_login(by)
        path = path_of(person)
        for answer in (
            client.get(path),
            client.post(path, {"password1": NEW, "password2": NEW}),
        ):
            assert (answer.status_code, heading_of(answer)) == (409, ["Sign out first"])
        person.refresh_from_db()
        assert not person.has_usable_password()

    def test_is_not_kept_by_browsers_and_not_followed_from_other_sites(self, person: User) -> None:
        path = path_of(person)
        assert "no-store" in Client().get(path)["Cache-Control"]
        client = Client(enforce_csrf_checks=True)
        assert client.post(path, {"password1": NEW, "password2": NEW}).status_code == 403
        assert Client().put(path).status_code == 405


class TestRenewing:
    def test_sends_a_new_link_and_ends_the_old(
        self, person: User, by: User, mailoutbox: list[EmailMessage]
    ) -> None:
        run_job(Job.objects.get().pk)
        let_minutes_pass(11)
        old = path_of(person)
        renew_invitation(person, by=by)
        run_job(Job.objects.latest("pk").pk)
        assert len(mailoutbox) == 2
        assert path_of(person) in str(mailoutbox[1].body)
        assert choose(old).status_code == 410
        assert choose(path_of(person)).status_code == 302

    def test_leaves_one_that_is_just_being_sent(self, person: User, by: User) -> None:
        path = path_of(person)
        renew_invitation(person, by=by)
        assert path_of(person) == path
        assert (Job.objects.count(), person.events.count()) == (1, 1)

    def test_begins_anew_after_it_ran_out(self, person: User, by: User) -> None:
        run_job(Job.objects.get().pk)
        let_minutes_pass(30 * 24 * 60)
        renew_invitation(person, by=by)
        person.refresh_from_db()
        assert find_state(person) == State.INVITED

    def test_is_refused_to_those_who_have_a_password(self, person: User, by: User) -> None:
        choose(path_of(person))
        with pytest.raises(NotAllowedError):
            renew_invitation(person, by=by)

    @pytest.mark.parametrize("withdrawn", [False, True])
    def test_is_refused_for_ten_minutes(self, person: User, by: User, withdrawn: bool) -> None:
        run_job(Job.objects.get().pk)
        if withdrawn:
            withdraw_invitation(person, by=by)
            switch_on(person, by=by)
        let_minutes_pass(9)
        sent_at = localtime(Job.objects.get().created_at)
        again = sent_at + timedelta(minutes=11)
        told = f"sent at {sent_at:%H:%M}. .* another from {again:%H:%M}."
        with pytest.raises(NotAllowedError, match=told):
            renew_invitation(person, by=by)
        assert Job.objects.count() == 1
        let_minutes_pass(1)
        renew_invitation(person, by=by)
        assert Job.objects.count() == 2

    def test_need_not_wait_where_nothing_was_sent_there(self, person: User, by: User) -> None:
        Job.objects.update(status="failed")
        renew_invitation(person, by=by)
        Job.objects.update(status="done")
        change_address(person, "right@example.org", by=by)
        renew_invitation(person, by=by)
        assert Job.objects.count() == 3

    def test_of_a_changed_address_is_not_taken_for_sent(self, person: User, by: User) -> None:
        run_job(Job.objects.get().pk)
        person.refresh_from_db()
        assert find_sending(person) is not None
        change_address(person, "right@example.org", by=by)
        person.refresh_from_db()
        assert find_sending(person) is None


class TestWithdrawing:
    def test_ends_the_link_for_good(self, person: User, by: User) -> None:
        path = path_of(person)
        withdraw_invitation(person, by=by)
        assert choose(path).status_code == 410
        person.refresh_from_db()
        assert find_state(person) == State.OFF
        switch_on(person, by=by)
        assert choose(path).status_code == 410
        let_minutes_pass(11)
        renew_invitation(person, by=by)
        assert choose(path_of(person)).status_code == 302

    def test_is_refused_once_it_is_taken_up(self, person: User, by: User) -> None:
        choose(path_of(person))
        with pytest.raises(NotAllowedError, match="taken up"):
            withdraw_invitation(person, by=by)
        person.refresh_from_db()
        assert person.is_active

    def test_sends_no_new_password(
        self, person: User, by: User, mailoutbox: list[EmailMessage]
    ) -> None:
        withdraw_invitation(person, by=by)
        Client().post("/accounts/password/reset/", {"email": person.email})
        assert mailoutbox == []
