"""The pages on which people are invited, one by one or by a list."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from django.core.mail import EmailMessage
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from inspections.models import Affiliation
from inspections.problems import RefusedError
from inspections.setting_up.people import read_people
from jobs.models import Job
from jobs.running import run_job
from tests.casting import (
    make_area,
    make_user,
)
from tests.inspections.setting_up.browsing import (
    administrator,
    refusals,
    told_after,
    value_of,
)

PEOPLE = "/set-up/people/"
INVITE = "/set-up/invitation/"
LIST = "/set-up/invitations/"
SENT = {"name": "Inspector 4", "email": "Four@example.org", "tie": "none", "area": ""}

pytestmark = pytest.mark.django_db


def page_of(user: User) -> str:
    return f"{PEOPLE}{user.pk}/"


class TestInviting:
    def test_makes_an_account_and_has_the_link_sent(self, mailoutbox: list[EmailMessage]) -> None:
        client = administrator()
        answer = client.post(INVITE, SENT)
        user = User.objects.get(email="four@example.org")
        assert answer["Location"] == page_of(user)
        assert told_after(client, answer) == ["Inspector 4 is invited."]
        assert (user.is_staff, user.affiliations.count()) == (False, 0)
        run_job(Job.objects.get().pk)
        assert [mail.to for mail in mailoutbox] == [["four@example.org"]]

    @pytest.mark.parametrize(("tie", "is_manager"), [("home", False), ("manager", True)])
    def test_records_where_somebody_belongs(self, tie: str, is_manager: bool) -> None:
        area = make_area()
        sent = SENT | {"tie": tie, "area": str(area.pk)}
        assert administrator().post(INVITE, sent).status_code == 302
        affiliation = Affiliation.objects.get()
        assert (affiliation.user.name, affiliation.area, affiliation.is_manager) == (
            "Inspector 4",
            area,
            is_manager,
        )

    def test_asks_for_the_password_before_it_makes_an_administrator(self) -> None:
        client = administrator()
        sent = SENT | {"is_administrator": "on"}
        answer = client.post(INVITE, sent)
        assert answer["Location"] == f"/accounts/reauthenticate/?next={quote_plus(INVITE)}"
        assert User.objects.count() == 1
        resumed = client.post(answer["Location"], {"password": "a long enough password"})
        user = User.objects.get(email="four@example.org")
        assert (user.is_staff, resumed["Location"]) == (True, page_of(user))
        assert user.events.get().what == "Invited as an administrator, at four@example.org."

    def test_asks_nothing_while_something_is_wrong(self) -> None:
        sent = SENT | {"is_administrator": "on", "name": ""}
        assert refusals(administrator().post(INVITE, sent)) == [("Enter the name", "#id_name")]

    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            ({"name": ""}, [("Enter the name", "#id_name")]),
            ({"name": "x" * 151}, [("The name must be 150 characters or fewer", "#id_name")]),
            (
                {"name": "a\0"},
                [("The name holds a character that cannot be printed", "#id_name")],
            ),
            ({"email": ""}, [("Enter the email address", "#id_email")]),
            (
                {"email": "x@example"},
                [("Enter a whole email address, such as name@example.org", "#id_email")],
            ),
            (
                {"email": "a\0b@example.org"},
                [("Enter a whole email address, such as name@example.org", "#id_email")] * 2,
            ),
            (
                {"email": "ADMINISTRATOR@example.org"},
                [("Another account has this email address.", "#id_email")],
            ),
            ({"tie": "home"}, [("Choose the area", "#id_area")]),
            ({"tie": "home", "area": "999999999999999999999"}, [("Choose the area", "#id_area")]),
            (
                {"tie": "home", "area": "x\0"},
                [("Null characters are not allowed.", "#id_area")],
            ),
            ({"tie": "owner"}, [("Choose where they belong", "#id_tie_0")]),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_rest(
        self, changes: dict[str, str], errors: list[tuple[str, str]]
    ) -> None:
        answer = administrator().post(INVITE, SENT | changes)
        assert refusals(answer) == errors
        kept = (SENT | changes)["name"].replace("\0", "\ufffd")
        assert value_of(answer, "name") == kept
        assert (User.objects.count(), Job.objects.count()) == (1, 0)

    def test_wants_to_know_how_somebody_belongs_to_an_area(self) -> None:
        sent = SENT | {"area": str(make_area().pk)}
        assert refusals(administrator().post(INVITE, sent)) == [
            ("Choose how they belong to the area, or leave the area out", "#id_tie_0")
        ]


class TestInvitingSeveral:
    def test_invites_all(self, mailoutbox: list[EmailMessage]) -> None:
        make_area()
        client = administrator()
        text = (
            "Name;Address;Area\r\nInspector 4;FOUR@example.org\r\n\r\n5; five@example.org ;anyshire"
        )
        answer = client.post(LIST, {"people": text})
        assert told_after(client, answer) == ["2 people are invited."]
        invited = User.objects.filter(invited_at__isnull=False).order_by("email")
        assert [(user.email, user.name) for user in invited] == [
            ("five@example.org", "5"),
            ("four@example.org", "Inspector 4"),
        ]
        assert [str(a) for a in Affiliation.objects.all()] == ["5 of Anyshire"]
        for job in Job.objects.all():
            run_job(job.pk)
        assert sorted(mail.to[0] for mail in mailoutbox) == ["five@example.org", "four@example.org"]

    def test_invites_nobody_while_a_line_is_wrong(self) -> None:
        text = "Inspector 4, four@example.org\nInspector 5, five"
        answer = administrator().post(LIST, {"people": text})
        assert refusals(answer) == [
            ("Line 2: “five” is not a whole email address", "#id_people"),
        ]
        assert value_of(answer, "people").strip() == text
        assert (User.objects.count(), Job.objects.count()) == (1, 0)

    def test_shows_fifty_faults(self) -> None:
        answer = administrator().post(
            LIST, {"people": "".join(f"x,y{number}\n" for number in range(60))}
        )
        errors = refusals(answer)
        assert (len(errors), errors[-1][0]) == (51, "And 10 further faults")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "Enter at least one person"),
            ("\0", "The list holds a character that cannot be stored"),
            ("x" * 200_001, "The list is too long. Invite people in several lists."),
        ],
    )
    def test_refuses_what_is_no_list(self, text: str, message: str) -> None:
        answer = administrator().post(LIST, {"people": text})
        assert refusals(answer) == [(message, "#id_people")]


class TestReadPeople:
    def test_takes_what_a_spreadsheet_copies(self) -> None:
        area = make_area()
        people = read_people("Inspector, 4\tfour@example.org\tANYSHIRE\n")
        assert [(p.name, p.email, p.area) for p in people] == [
            ("Inspector, 4", "four@example.org", area)
        ]
        (person,) = read_people('"Inspector, 4",four@example.org')
        assert (person.name, person.area) == ("Inspector, 4", None)

    @pytest.mark.parametrize(
        ("text", "problems"),
        [
            (" \n\n", [(None, "the list is empty")]),
            ("name,email\n", [(None, "the list is empty")]),
            ("Inspector", [(1, "the email address is missing")]),
            (",four@example.org", [(1, "the name is missing")]),
            (
                "A,a@example.org,Nowhere\n\nB,b@example.org,,x",
                [
                    (1, "there is no area “Nowhere”"),
                    (3, "has more than 3 values: name, email address, home area"),
                ],
            ),
            (
                "A,a@example.org\nB,A@example.org",
                [(2, "a@example.org is on line 1 already")],
            ),
            (
                "A,Lead@example.org",
                [(1, "there is an account with the address lead@example.org already")],
            ),
            ('A,"a@example.org', [(1, "the quotation marks do not match")]),
            ("x" * 151 + ",a@example.org", [(1, "the name must be 150 characters or fewer")]),
            ("A\u202e,a@example.org", [(1, "the name holds a character that cannot be printed")]),
            (
                f"A,{'a' * 60}@{'b' * 63}.{'c' * 63}.{'d' * 63}.org",
                [
                    (
                        1,
                        f"“{'a' * 60}@{'b' * 39}” is not a whole email address",
                    )
                ],
            ),
        ],
    )
    def test_tells_each_fault_with_its_line(
        self, text: str, problems: list[tuple[int | None, str]]
    ) -> None:
        make_user("lead")
        with pytest.raises(RefusedError) as refused:
            read_people(text)
        assert [(p.line, p.message) for p in refused.value.problems] == problems

    def test_takes_five_hundred_people(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        lines = [f"Person {number},{number}@example.org" for number in range(501)]
        with django_assert_num_queries(3):
            assert len(read_people("\n".join(lines[:500]))) == 500
        with pytest.raises(RefusedError, match="more than 500 people"):
            read_people("\n".join(lines))
