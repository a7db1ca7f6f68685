"""The pages of people: the list, and what is shown and changed about one."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.inviting import invite
from accounts.models import User
from accounts.people import record
from inspections.access import give_affiliation
from inspections.models import Affiliation
from jobs.models import Job
from jobs.running import run_job
from tests.casting import (
    make_administrator,
    make_area,
    make_inspection,
    make_manager,
    make_user,
    user_of,
)
from tests.inspections.setting_up.browsing import (
    administrator,
    confirm,
    refusals,
    told_after,
    value_of,
)
from tests.pages import links_of, read_page, rows_of, texts_of

PEOPLE = "/set-up/people/"

pytestmark = pytest.mark.django_db


def page_of(user: User) -> str:
    return f"{PEOPLE}{user.pk}/"


class TestList:
    def test_shows_state_and_areas(self) -> None:
        make_manager()
        User.objects.update(last_login=timezone.now())
        make_user("inspector", is_active=False)
        invite("new@example.org", "New inspector", by=make_administrator())
        give_affiliation(User.objects.get(email="new@example.org"), make_area("Otherton"))
        page = read_page(administrator().get(PEOPLE))
        assert rows_of(page, "people") == [
            ["Name", "Account", "Belongs to"],
            ["Administratoradministrator@example.org", "Active Administrator", ""],
            ["Inspectorinspector@example.org", "Switched off", ""],
            ["Manager of Anyshiremanager-of-anyshire@example.org", "Active", "Anyshire (manager)"],
            ["New inspectornew@example.org", "Invited", "Otherton"],
        ]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({"words": "lead"}, ["Lead"]),
            ({"words": "@example.org", "state": "off"}, ["Support"]),
            ({"words": "nobody"}, []),
            ({"words": "\0lead"}, ["Lead"]),
            ({"state": "no such state", "words": "lead"}, ["Lead"]),
            ({"state": "\0", "words": "supp"}, ["Support"]),
        ],
    )
    def test_is_searched(self, query: dict[str, str], names: list[str]) -> None:
        make_user("lead")
        make_user("support", is_active=False)
        answer = administrator().get(PEOPLE, query)
        listed = [name for name, _ in links_of(read_page(answer), "//table")]
        assert [name for name in listed if name != "Administrator"] == names

    def test_keeps_what_was_searched_for(self) -> None:
        page = read_page(administrator().get(PEOPLE, {"words": "lead", "state": "invited"}))
        assert page.xpath("string(//input[@name='words']/@value)") == "lead"
        assert page.xpath("//select/option[@selected]/@value") == ["invited"]

    @pytest.mark.parametrize("people", [1, 40])
    def test_takes_as_many_queries_for_many(
        self, people: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        """Session, person, how many there are, those of the page, and their areas."""
        for number in range(people):
            give_affiliation(make_user(f"person-{number}"), make_area(f"Shire {number}"))
        client = administrator()
        with django_assert_num_queries(5):
            page = read_page(client.get(PEOPLE))
        assert len(rows_of(page, "people")) == people + 2


class TestOne:
    def test_shows_parts_areas_and_history(self) -> None:
        inspection = make_inspection()
        inspector = user_of(inspection, "inspector")
        give_affiliation(inspector, make_area("Homeshire"))
        record(inspector, make_administrator(), "Something was done.")
        record(inspector, inspector, "Something else.")
        page = read_page(administrator().get(page_of(inspector)))
        assert texts_of(page, "//h1") == ["Person Inspector"]
        assert texts_of(page, "//section[@aria-labelledby='areas']//li/span") == [
            "Homeshire home area"
        ]
        assert texts_of(page, "//section[@aria-labelledby='parts']//li") == [
            "Anyshire 2026 inspector"
        ]
        what = texts_of(page, "//ol[@id='events']/li")
        assert [line.split(" 20")[0] for line in what] == ["Something else.", "Something was done."]
        assert [line.split(", by ")[1] for line in what] == ["themselves", "Administrator"]

    @pytest.mark.parametrize("many", [1, 15])
    def test_takes_as_many_queries_for_many_things(
        self, many: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        """Session, reader, person, second factor, areas, parts, events with who did them."""
        person = make_user("inspector")
        for number in range(many):
            make_inspection(f"Shire {number}")
            give_affiliation(person, make_area(f"Home {number}"))
            record(person, make_user(f"by-{number}"), "Something was done.")
        client = administrator()
        with django_assert_num_queries(7):
            client.get(page_of(person))

    def test_says_whether_the_invitation_is_sent(self) -> None:
        user = invite("new@example.org", "New inspector", by=make_administrator())
        client, part = administrator(), "//section[@aria-labelledby='invitation']"
        job = Job.objects.get()

        def told() -> str:
            return " ".join(texts_of(read_page(client.get(page_of(user))), part))

        assert "It is being sent to new@example.org. Waiting to start." in told()
        Job.objects.update(
            status="failed", error="The mail server is away.", finished_at=job.created_at
        )
        assert "could not be sent. The mail server is away. Send it again" in told()
        Job.objects.update(status="done", error="")
        assert "It was sent to new@example.org on" in told()
        User.objects.filter(pk=user.pk).update(invited_at=None)
        assert "No invitation has been sent to new@example.org." in told()

    def test_is_not_told_of_an_invitation_once_a_password_is_chosen(self) -> None:
        page = read_page(administrator().get(page_of(make_user("inspector"))))
        assert page.xpath("//section[@aria-labelledby='invitation']") == []


class TestChanging:
    def test_name(self) -> None:
        user, client = make_user("inspector"), administrator()
        assert value_of(client.get(f"{page_of(user)}name/"), "name") == "Inspector"
        answer = client.post(f"{page_of(user)}name/", {"name": " Inspector <4> "})
        assert told_after(client, answer) == ["The name is changed."]
        user.refresh_from_db()
        assert user.name == "Inspector <4>"
        assert refusals(client.post(f"{page_of(user)}name/", {"name": ""})) == [
            ("Enter the name", "#id_name")
        ]

    def test_address_after_the_password(self) -> None:
        user, client = make_user("inspector"), administrator()
        url = f"{page_of(user)}address/"
        answer = client.post(url, {"email": "New@example.org"})
        assert answer["Location"] == f"/accounts/reauthenticate/?next={quote_plus(url)}"
        user.refresh_from_db()
        assert user.email == "inspector@example.org"
        confirm(client)
        answer = client.post(url, {"email": "New@example.org"})
        assert told_after(client, answer) == ["They sign in with new@example.org from now on."]
        answer = client.post(url, {"email": "administrator@example.org"})
        assert refusals(answer) == [("Another account has this email address.", "#id_email")]

    def test_address_of_somebody_who_was_invited(self, mailoutbox: list[EmailMessage]) -> None:
        user = invite("wrong@example.org", "New inspector", by=make_administrator())
        run_job(Job.objects.get().pk)
        client = administrator()
        confirm(client)
        client.post(f"{page_of(user)}address/", {"email": "right@example.org"})
        run_job(Job.objects.get(status="queued").pk)
        assert [mail.to for mail in mailoutbox] == [["wrong@example.org"], ["right@example.org"]]

    def test_areas(self) -> None:
        user, client = make_user("inspector"), administrator()
        url = f"{page_of(user)}areas/"
        answer = client.post(url, {"area": make_area().pk, "tie": "home"})
        assert told_after(client, answer) == ["Anyshire is recorded."]
        told_after(client, client.post(url, {"area": make_area().pk, "tie": "manager"}))
        tie = Affiliation.objects.get()
        assert (tie.user, tie.is_manager) == (user, True)
        answer = client.post(f"{url}{tie.pk}/remove/")
        assert told_after(client, answer) == ["Anyshire is taken off the list."]
        assert Affiliation.objects.count() == 0
        assert list(user.events.values_list("what", flat=True)) == [
            "Manages the service of Anyshire no longer.",
            "Manages the service of Anyshire.",
            "Belongs to Anyshire.",
        ]

    def test_area_that_they_inspect_is_refused_at_its_field(self) -> None:
        user = user_of(make_inspection(), "inspector")
        sent = {"area": make_area().pk, "tie": "home"}
        assert refusals(administrator().post(f"{page_of(user)}areas/", sent)) == [
            (
                "Inspector is in the team of an inspection of Anyshire, so it cannot be their "
                "home area.",
                "#id_area",
            )
        ]
        assert Affiliation.objects.count() == 0

    def test_area_must_be_chosen(self) -> None:
        user = make_user("inspector")
        assert refusals(administrator().post(f"{page_of(user)}areas/")) == [
            ("Choose the area", "#id_area"),
            ("Choose how they belong to it", "#id_tie_0"),
        ]
