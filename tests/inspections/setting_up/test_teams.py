"""The pages of a team: its members, their order, and the accounts that play the parts."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import AccountEvent, User
from inspections.models import Affiliation, Inspection, TeamMember
from jobs.models import Job
from jobs.running import run_job
from tests.casting import (
    PASSWORD,
    make_administrator,
    make_area,
    make_case,
    make_user,
    member_of,
    user_of,
)
from tests.inspections.setting_up.browsing import (
    administrator,
    client_of,
    confirm,
    confirmed,
    refusals,
    told_after,
    value_of,
)
from tests.inspections.setting_up.team_pages import NEW, SENT, TEAM, events_of, keys_of
from tests.pages import links_of, read_page, texts_of

OWN_PART = (
    "You cannot give a part to yourself, or change your own role. Ask another administrator to do "
    "it."
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["administrator", "lead"])
def test_a_team_is_changed_by_both(inspection: Inspection, who: str) -> None:
    by = make_administrator() if who == "administrator" else user_of(inspection, "lead")
    client = confirmed(client_of(by))
    make_user("newcomer")
    client.post(NEW, SENT | {"email": "newcomer@example.org"})
    client.post(f"{TEAM}inspector-7/move/", {"to": "up"})
    client.post(f"{TEAM}inspector-7/", SENT | {"name": "Inspector 8"})
    assert keys_of(inspection)[-2:] == ["inspector-7", "support"]
    assert member_of(inspection, "inspector-7").name == "Inspector 8"
    client.post(f"{TEAM}inspector-7/remove/")
    assert inspection.team.count() == 5
    assert events_of(make_user("newcomer")) == [
        (
            "No longer plays the part of inspector (Inspector 7) in the inspection Anyshire 2026.",
            by.name,
            "newcomer@example.org",
        ),
        (
            "Plays the part of inspector (Inspector 7) in the inspection Anyshire 2026.",
            by.name,
            "newcomer@example.org",
        ),
    ]


class TestList:
    def test_shows_parts_and_accounts_in_order(
        self, inspection: Inspection, client: Client
    ) -> None:
        inspection.team.filter(key="support").update(user=None)
        User.objects.filter(email="lead@example.org").update(last_login=timezone.now())
        User.objects.filter(email="inspector@example.org").update(is_active=False)
        page = read_page(client.get(TEAM))
        assert texts_of(page, "//div[@class='app-member__who']") == [
            "Lead inspector Lead inspector lead@example.org",
            "Inspector Inspector inspector@example.org Switched off",
            "Practice assessor Practice assessor practice-assessor@example.org Never signed in",
            "Local assessor Local assessorHome area: Otherton local-assessor@example.org Never "
            "signed in",
            "Support officer Support staff No account",
        ]

    def test_warns_where_nobody_leads(self, inspection: Inspection, client: Client) -> None:
        warning = "//*[@class='govuk-warning-text__text']"
        assert texts_of(read_page(client.get(TEAM)), warning) == []
        inspection.team.filter(key="lead").delete()
        page = read_page(administrator().get(TEAM))
        assert texts_of(page, warning) == [
            "Warning There is no lead inspector. Nobody can watch the fieldwork, or publish the "
            "report."
        ]
        inspection.team.all().delete()
        page = read_page(administrator().get(TEAM))
        assert texts_of(page, "//p[@class='app-empty']") == [
            "Nobody is in the team yet. Begin with the lead inspector."
        ]

    def test_offers_the_lead_inspector_s_part_to_administrators_alone(
        self, inspection: Inspection
    ) -> None:
        part = "//li[@id='member-lead']"
        links = links_of(read_page(administrator().get(TEAM)), part)
        assert [url for _, url in links] == [f"{TEAM}lead/", f"{TEAM}lead/remove/"]
        lead = client_of(user_of(inspection, "lead"))
        assert links_of(read_page(lead.get(TEAM)), part) == []
        for path in (f"{TEAM}lead/", f"{TEAM}lead/remove/"):
            assert [lead.get(path).status_code, lead.post(path).status_code] == [403, 403]

    @pytest.mark.parametrize("more", [0, 20])
    def test_takes_as_many_queries_for_a_large_team(
        self, inspection: Inspection, more: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        """Session, person, inspection, and the team with areas and accounts."""
        for number in range(more):
            TeamMember.objects.create(
                inspection=inspection, key=f"n-{number}", role="inspector", name="Inspector",
                user=make_user(f"n-{number}"), home_area=make_area(f"Shire {number}"),
            )  # fmt: skip
        client = client_of(user_of(inspection, "lead"))
        with django_assert_num_queries(4):
            page = read_page(client.get(TEAM))
        assert len(page.xpath("//ol/li[contains(@class, 'app-member')]")) == 5 + more


class TestChanging:
    def test_changes_role_name_and_home(self, inspection: Inspection, client: Client) -> None:
        url = f"{TEAM}inspector/"
        page = read_page(client.get(url))
        assert texts_of(page, "//h1") == ["Anyshire 2026 Change Inspector"]
        assert value_of(client.get(url), "email") == "inspector@example.org"
        sent = {
            "role": "regional_assessor",
            "name": "Regional assessor 1",
            "home_area": str(make_area("Homeshire").pk),
            "email": "inspector@example.org",
        }
        answer = client.post(url, sent)
        assert told_after(client, answer) == ["Regional assessor 1 is changed."]
        member = member_of(inspection, "inspector")
        assert (member.role, member.name, str(member.home_area), member.position) == (
            "regional_assessor",
            "Regional assessor 1",
            "Homeshire",
            1,
        )
        assert member.user == make_user("inspector")
        assert list(Affiliation.objects.values_list("user", flat=True)) == [member.user.pk]

    def test_gives_the_part_to_another(self, inspection: Inspection, client: Client) -> None:
        before, after = user_of(inspection, "inspector"), make_user("newcomer")
        client.post(f"{TEAM}inspector/", SENT | {"email": "newcomer@example.org"})
        assert user_of(inspection, "inspector") == after
        assert [what for what, *_ in events_of(before)] == [
            "No longer plays the part of inspector (Inspector) in the inspection Anyshire 2026."
        ]
        assert [what for what, *_ in events_of(after)] == [
            "Plays the part of inspector (Inspector 7) in the inspection Anyshire 2026."
        ]

    def test_leaves_the_part_without_an_account(
        self, inspection: Inspection, client: Client
    ) -> None:
        client.post(f"{TEAM}inspector/", SENT)
        assert member_of(inspection, "inspector").user is None

    def test_of_a_part_with_cases_is_for_administrators(self, inspection: Inspection) -> None:
        make_case(inspection)
        make_user("newcomer")
        client = client_of(user_of(inspection, "lead"))
        for email in ("newcomer@example.org", ""):
            assert refusals(client.post(f"{TEAM}inspector/", SENT | {"email": email})) == [
                (
                    "Cases are allocated to this part, or something is recorded in it, so another "
                    "person cannot take it. Add them as a new member, and allocate cases to them; "
                    "or ask an administrator.",
                    "#id_email",
                )
            ]
        assert user_of(inspection, "inspector") == make_user("inspector")
        same = SENT | {"email": "inspector@example.org"}
        assert client.post(f"{TEAM}inspector/", same).status_code == 302
        page = read_page(administrator().get(f"{TEAM}inspector/"))
        assert len(page.xpath("//*[@class='govuk-warning-text']")) == 1
        sent = SENT | {"email": "newcomer@example.org"}
        assert confirmed(administrator()).post(f"{TEAM}inspector/", sent).status_code == 302
        assert user_of(inspection, "inspector") == make_user("newcomer")

    def test_of_a_part_without_an_account_is_for_both(
        self, inspection: Inspection, client: Client
    ) -> None:
        make_case(inspection)
        inspection.team.filter(key="inspector").update(user=None)
        make_user("newcomer")
        sent = SENT | {"email": "newcomer@example.org"}
        assert client.post(f"{TEAM}inspector/", sent).status_code == 302

    def test_keeps_a_role_that_judges_cases_while_there_are_some(
        self, inspection: Inspection, client: Client
    ) -> None:
        make_case(inspection)
        sent = SENT | {"role": "editor", "email": "inspector@example.org"}
        assert refusals(client.post(f"{TEAM}inspector/", sent)) == [
            (
                "Inspector has cases, and this role judges none. Allocate them to others first.",
                "#id_role",
            )
        ]
        answer = client.post(f"{TEAM}practice-assessor/", SENT | {"role": "editor"})
        assert answer.status_code == 302


class TestWhoSeesWhat:
    """Nobody gives themselves a part; a password is asked for, and whom it concerns is told."""

    @pytest.mark.parametrize("role", ["lead_inspector", "inspector", "support_staff"])
    def test_an_administrator_gives_themselves_no_part(
        self, inspection: Inspection, role: str
    ) -> None:
        inspection.team.filter(key="lead").delete()
        client = confirmed(administrator())
        sent = SENT | {"role": role, "email": "administrator@example.org"}
        for path in (NEW, f"{TEAM}inspector/"):
            assert refusals(client.post(path, sent)) == [(OWN_PART, "#id_email")]
        assert user_of(inspection, "inspector") == make_user("inspector")
        assert (inspection.team.count(), AccountEvent.objects.count()) == (4, 0)

    def test_an_administrator_who_is_in_the_team_keeps_their_role(
        self, inspection: Inspection
    ) -> None:
        inspection.team.filter(key="lead").delete()
        inspection.team.filter(key="inspector").update(user=make_administrator())
        client, mine = administrator(), SENT | {"email": "administrator@example.org"}
        sent = mine | {"role": "lead_inspector"}
        assert refusals(client.post(f"{TEAM}inspector/", sent)) == [(OWN_PART, "#id_role")]
        assert client.post(f"{TEAM}inspector/", mine | {"name": "Renamed"}).status_code == 302
        assert member_of(inspection, "inspector").name == "Renamed"
        confirm(client)
        assert client.post(f"{TEAM}inspector/", SENT).status_code == 302
        assert member_of(inspection, "inspector").user is None

    def test_a_lead_inspector_gives_themselves_no_other(
        self, inspection: Inspection, client: Client
    ) -> None:
        ((told, at),) = refusals(client.post(NEW, SENT | {"email": "lead@example.org"}))
        assert (told, at) == (OWN_PART.replace("another", "an"), "#id_email")

    @pytest.mark.parametrize(
        ("path", "changes"),
        [
            (NEW, {"email": "newcomer@example.org"}),
            (NEW, {"email": "new@example.org", "invite": "on"}),
            (NEW, {"role": "lead_inspector"}),
            (f"{TEAM}inspector/", {"email": "newcomer@example.org"}),
            (f"{TEAM}inspector/", {"email": ""}),
            (f"{TEAM}inspector/", {"email": "inspector@example.org", "role": "lead_inspector"}),
        ],
    )
    def test_the_password_is_asked_for_first(
        self, inspection: Inspection, path: str, changes: dict[str, str]
    ) -> None:
        make_user("newcomer")
        inspection.team.filter(key="lead").delete()
        client, team = administrator(), list(inspection.team.values())
        answer = client.post(path, SENT | changes)
        assert answer["Location"] == f"/accounts/reauthenticate/?next={quote_plus(path)}"
        assert (list(inspection.team.values()), Job.objects.count()) == (team, 0)
        resumed = client.post(answer["Location"], {"password": PASSWORD})
        assert told_after(client, resumed)[0].startswith("Inspector 7 is ")
        assert list(inspection.team.values()) != team

    def test_it_is_not_asked_for_otherwise(self, inspection: Inspection) -> None:
        client = administrator()
        assert client.post(NEW, SENT).status_code == 302
        same = {"role": "practice_assessor", "email": "inspector@example.org"}
        answer = client.post(f"{TEAM}inspector/", SENT | same)
        assert told_after(client, answer)[-1] == "Inspector 7 is changed."

    def test_those_whom_it_concerns_are_told(
        self, inspection: Inspection, mailoutbox: list[EmailMessage]
    ) -> None:
        """When the lead goes to another: who led, and who leads now."""
        client = confirmed(administrator())
        lead = {"role": "lead_inspector"}
        client.post(f"{TEAM}lead/", SENT | {"name": "First", "email": "lead@example.org"})
        client.post(
            f"{TEAM}inspector/", SENT | lead | {"name": "New", "email": "inspector@example.org"}
        )
        for job in Job.objects.order_by("pk"):
            run_job(job.pk)
        at = "in the inspection Anyshire 2026"
        assert [(mail.to, str(mail.body).split("\n")[2]) for mail in mailoutbox] == [
            (
                ["lead@example.org"],
                f"Plays the part of inspector (First) {at}, no longer of lead inspector (Lead "
                f"inspector) {at}.",
            ),
            (
                ["inspector@example.org"],
                f"Plays the part of lead inspector (New) {at}, no longer of inspector "
                f"(Inspector) {at}.",
            ),
        ]
        assert "Administrator changed your account" in str(mailoutbox[0].body)

    def test_who_cannot_sign_in_is_sent_nothing(self, inspection: Inspection) -> None:
        User.objects.filter(email="inspector@example.org").update(is_active=False)
        confirmed(administrator()).post(f"{TEAM}inspector/", SENT)
        assert [notice for *_, notice in events_of(make_user("inspector"))] == [""]


class TestRemoving:
    def test_asks_and_removes(self, inspection: Inspection, client: Client) -> None:
        user = user_of(inspection, "inspector")
        assert client.get(f"{TEAM}inspector/remove/").status_code == 200
        assert inspection.team.count() == 5
        answer = client.post(f"{TEAM}inspector/remove/")
        assert told_after(client, answer) == ["Inspector is out of the team."]
        assert keys_of(inspection) == ["lead", "practice-assessor", "local-assessor", "support"]
        assert User.objects.filter(pk=user.pk, is_active=True).exists()
        assert events_of(user) == [
            (
                "No longer plays the part of inspector (Inspector) in the inspection Anyshire "
                "2026.",
                "Lead inspector",
                "inspector@example.org",
            )
        ]

    def test_keeps_who_has_cases_or_wrote_something(
        self, inspection: Inspection, client: Client
    ) -> None:
        make_case(inspection)
        assert refusals(client.post(f"{TEAM}inspector/remove/"), 409) == [
            (
                "Inspector has cases, or has recorded something in this inspection, or a conflict "
                "of interest, so the part cannot be removed.",
                "",
            )
        ]
        assert inspection.team.count() == 5
        assert not user_of(inspection, "inspector").events.exists()


class TestOrder:
    @pytest.mark.parametrize(
        ("key", "to", "expected"),
        [
            ("inspector", "up", ["inspector", "lead", "practice-assessor"]),
            ("inspector", "down", ["lead", "practice-assessor", "inspector"]),
            ("lead", "up", ["lead", "inspector", "practice-assessor"]),
            ("lead", "nowhere", ["inspector", "lead", "practice-assessor"]),
        ],
    )
    def test_is_changed_place_by_place(
        self, inspection: Inspection, client: Client, key: str, to: str, expected: list[str]
    ) -> None:
        answer = client.post(f"{TEAM}{key}/move/", {"to": to})
        assert answer["Location"] == f"{TEAM}#member-{key}"
        assert keys_of(inspection)[:3] == expected

    def test_stays_at_the_end(self, inspection: Inspection, client: Client) -> None:
        before = keys_of(inspection)
        client.post(f"{TEAM}support/move/", {"to": "down"})
        assert keys_of(inspection) == before

    def test_is_mended_where_places_were_the_same(
        self, inspection: Inspection, client: Client
    ) -> None:
        inspection.team.update(position=0)
        client.post(f"{TEAM}lead/move/", {"to": "up"})
        assert keys_of(inspection) == [
            "lead", "inspector", "local-assessor", "practice-assessor", "support",
        ]  # fmt: skip
