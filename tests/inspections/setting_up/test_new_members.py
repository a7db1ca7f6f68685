"""Adding members to a team: by name, by account, by invitation; and who may lead."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import User
from cases.second_marking.choosing import gather_second_assessors
from cases.second_marking.picking import cancel_second_marking
from inspections.access import get_membership, give_affiliation
from inspections.models import Affiliation, Inspection
from jobs.models import Job
from jobs.running import run_job
from tests.cases.second_marking.pairs import pick
from tests.casting import (
    CAST,
    make_area,
    make_case,
    make_inspection,
    make_user,
    member_of,
    user_of,
)
from tests.inspections.setting_up.browsing import (
    administrator,
    client_of,
    confirmed,
    refusals,
    told_after,
    value_of,
)
from tests.inspections.setting_up.team_pages import NEW, SENT, TEAM, keys_of
from tests.pages import read_page, texts_of

pytestmark = pytest.mark.django_db


class TestAdding:
    def test_adds_a_name(self, inspection: Inspection, client: Client) -> None:
        answer = client.post(NEW, SENT)
        assert answer["Location"] == TEAM
        assert told_after(client, answer) == ["Inspector 7 is in the team."]
        member = member_of(inspection, "inspector-7")
        assert (member.name, member.role, member.user, member.home_area) == (
            "Inspector 7",
            "inspector",
            None,
            None,
        )
        assert keys_of(inspection)[-1] == "inspector-7"

    def test_derives_a_key_of_its_own(self, inspection: Inspection, client: Client) -> None:
        for name in ("Inspector 7", "inspector 7!", "张", "A" * 150, "A" * 149, "Inspector"):
            assert client.post(NEW, SENT | {"name": name}).status_code == 302
        assert keys_of(inspection)[5:] == [
            "inspector-7",
            "inspector-7-2",
            "inspector-2",
            "a" * 50,
            f"{'a' * 48}-2",
            "inspector-3",
        ]

    def test_ties_it_to_an_account(self, inspection: Inspection, client: Client) -> None:
        user = make_user("newcomer")
        assert client.post(NEW, SENT | {"email": "Newcomer@Example.org "}).status_code == 302
        assert get_membership(user, "anyshire-2026").key == "inspector-7"
        (event,) = user.events.all()
        assert event.what == (
            "Plays the part of inspector (Inspector 7) in the inspection Anyshire 2026."
        )

    def test_makes_the_home_area_of_an_assessor_one_of_the_person_s(
        self, inspection: Inspection, client: Client
    ) -> None:
        user, area = make_user("newcomer"), make_area("Homeshire")
        sent = {"role": "local_assessor", "home_area": str(area.pk), "email": user.email}
        assert client.post(NEW, SENT | sent).status_code == 302
        tie = Affiliation.objects.get()
        assert (tie.user, tie.area, tie.is_manager) == (user, area, False)

    def test_leaves_a_manager_one(self, inspection: Inspection, client: Client) -> None:
        user, area = make_user("newcomer"), make_area("Homeshire")
        give_affiliation(user, area, is_manager=True)
        sent = {"role": "local_assessor", "home_area": str(area.pk), "email": user.email}
        client.post(NEW, SENT | sent)
        assert list(Affiliation.objects.values_list("is_manager", flat=True)) == [True]

    @pytest.mark.parametrize(
        ("changes", "errors"),
        [
            ({"role": ""}, [("Choose the role", "#id_role")]),
            ({"role": "chief"}, [("Choose the role", "#id_role")]),
            ({"name": ""}, [("Enter the name", "#id_name")]),
            (
                {"name": "a\u2028b"},
                [("The name holds a character that cannot be printed", "#id_name")],
            ),
            (
                {"role": "local_assessor"},
                [("Choose the home area: a local or regional assessor has one.", "#id_home_area")],
            ),
            (
                {"role": "regional_assessor", "home_area": "9" * 30},
                [("Choose an area from the list", "#id_home_area")],
            ),
            (
                {"email": "inspector"},
                [("Enter a whole email address, such as name@example.org", "#id_email")],
            ),
            (
                {"email": "inspector@example.org"},
                [("Inspector is already in the team.", "#id_email")],
            ),
            (
                {"email": "neighbour@example.org"},
                [
                    (
                        "Neighbour belongs to Anyshire and cannot be put on its inspection.",
                        "#id_email",
                    )
                ],
            ),
            ({"email": "gone@example.org"}, [("This account is switched off.", "#id_email")]),
        ],
    )
    def test_says_at_the_field_what_cannot_be(
        self,
        inspection: Inspection,
        client: Client,
        changes: dict[str, str],
        errors: list[tuple[str, str]],
    ) -> None:
        give_affiliation(make_user("neighbour"), make_area())
        make_user("gone", is_active=False)
        answer = client.post(NEW, SENT | changes)
        assert refusals(answer) == errors
        assert value_of(answer, "email") == (SENT | changes)["email"]
        assert inspection.team.count() == 5
        assert not make_user("neighbour").events.exists()

    def test_does_not_offer_the_inspected_area_as_a_home(
        self, inspection: Inspection, client: Client
    ) -> None:
        page = read_page(client.get(NEW))
        assert texts_of(page, "//select[@name='home_area']/option") == ["None", "Otherton"]
        sent = {"role": "local_assessor", "home_area": str(inspection.area_id)}
        assert refusals(client.post(NEW, SENT | sent)) == [
            ("Choose an area from the list", "#id_home_area")
        ]

    def test_refuses_a_home_area_that_the_person_inspects(
        self, inspection: Inspection, client: Client
    ) -> None:
        """They are in the team of an inspection of it, so it cannot be home to them."""
        make_inspection("Othershire").team.exclude(key="support").update(user=None)
        user = make_user("support")
        inspection.team.filter(user=user).delete()
        sent = {
            "role": "local_assessor",
            "home_area": str(make_area("Othershire").pk),
            "email": user.email,
        }
        assert refusals(client.post(NEW, SENT | sent)) == [
            (
                f"{user.name} is in the team of an inspection of Othershire, so it cannot be their "
                "home area.",
                "#id_home_area",
            )
        ]
        assert (inspection.team.count(), Affiliation.objects.count()) == (4, 0)
        assert not user.events.exists()


class TestLeading:
    def test_is_given_by_an_administrator(self, inspection: Inspection) -> None:
        inspection.team.filter(key="lead").delete()
        sent = SENT | {"role": "lead_inspector", "email": "lead@example.org"}
        assert confirmed(administrator()).post(NEW, sent).status_code == 302
        assert member_of(inspection, "inspector-7").leads

    def test_is_refused_to_whoever_is_to_judge_blind(self, inspection: Inspection) -> None:
        make_case(inspection)
        second_marking = pick(inspection)
        client = confirmed(administrator())
        client.post(f"{TEAM}lead/", SENT | {"email": "lead@example.org"})
        sent = SENT | {"role": "lead_inspector", "email": "practice-assessor@example.org"}
        path = f"{TEAM}practice-assessor/"
        assert refusals(client.post(path, sent)) == [
            (
                "Practice assessor has a second marking to do, which is blind, and a lead "
                "inspector sees every answer. Have it called off, and somebody else picked, first.",
                "#id_role",
            )
        ]
        cancel_second_marking(second_marking, member_of(inspection, "lead"), "They lead now.")
        assert client.post(path, sent).status_code == 302
        assert member_of(inspection, "practice-assessor").leads

    def test_keeps_from_judging_blind_ever_after(self, inspection: Inspection) -> None:
        """By another role, another account or removal: who led has seen what all answered."""
        case = make_case(inspection).case
        client, lead = confirmed(administrator()), SENT | {"role": "lead_inspector"}
        client.post(f"{TEAM}lead/", SENT | {"name": "First", "email": "lead@example.org"})
        client.post(NEW, lead | {"name": "Second", "email": make_user("second").email})
        client.post(f"{TEAM}second/", lead | {"name": "Third", "email": make_user("third").email})
        client.post(f"{TEAM}second/remove/")
        for name in ("second", "third", "fourth"):
            client.post(NEW, SENT | {"name": name, "email": make_user(name).email})
        assert keys_of(inspection) == [
            *CAST, "second", "third", "fourth",
        ]  # fmt: skip
        able = gather_second_assessors(inspection).list_for(case)
        assert [m.key for m in able] == ["practice-assessor", "local-assessor", "fourth"]
        pick(inspection)
        inspection.team.filter(key="lead").update(user=None)
        sent = SENT | {"role": "practice_assessor", "email": "lead@example.org"}
        assert refusals(client.post(f"{TEAM}practice-assessor/", sent)) == [
            (
                "This part has a second marking to do, which is blind, and Lead inspector has led "
                "this inspection. Choose somebody else.",
                "#id_email",
            )
        ]

    def test_is_not_given_by_a_lead_inspector(self, inspection: Inspection) -> None:
        client = client_of(user_of(inspection, "lead"))
        page = read_page(client.get(NEW))
        assert "lead_inspector" not in page.xpath("//select[@name='role']/option/@value")
        for path in (NEW, f"{TEAM}inspector/"):
            answer = client.post(path, SENT | {"role": "lead_inspector"})
            assert refusals(answer) == [("Choose the role", "#id_role")]

    def test_is_one_person_s(self, inspection: Inspection) -> None:
        sent = SENT | {"role": "lead_inspector"}
        expected = [
            (
                "Lead inspector is the lead inspector. Give Lead inspector another role first.",
                "#id_role",
            )
        ]
        for path in (NEW, f"{TEAM}inspector/"):
            assert refusals(administrator().post(path, sent)) == expected
        assert inspection.team.filter(role="lead_inspector").count() == 1
        same = SENT | {"role": "lead_inspector", "name": "Lead", "email": "lead@example.org"}
        assert administrator().post(f"{TEAM}lead/", same).status_code == 302


class TestInvitingFromHere:
    def test_is_for_administrators(
        self, inspection: Inspection, mailoutbox: list[EmailMessage]
    ) -> None:
        sent = SENT | {"email": "new@example.org", "invite": "on"}
        assert confirmed(administrator()).post(NEW, sent).status_code == 302
        user = user_of(inspection, "inspector-7")
        assert (user.name, user.email) == ("Inspector 7", "new@example.org")
        run_job(Job.objects.get().pk)
        assert [mail.to for mail in mailoutbox] == [["new@example.org"]]

    def test_is_not_for_lead_inspectors(self, inspection: Inspection) -> None:
        client = client_of(user_of(inspection, "lead"))
        page = read_page(client.get(NEW))
        assert page.xpath("//input[@name='invite']") == []
        assert page.xpath("//datalist") == []
        sent = SENT | {"email": "new@example.org", "invite": "on"}
        assert refusals(client.post(NEW, sent)) == [
            (
                "Nobody has an account with this address. Ask an administrator to invite them.",
                "#id_email",
            )
        ]
        assert (inspection.team.count(), Job.objects.count()) == (5, 0)

    def test_is_asked_for(self, inspection: Inspection) -> None:
        answer = administrator().post(NEW, SENT | {"email": "new@example.org"})
        assert refusals(answer) == [
            (
                "Nobody has an account with this address. Tick the box below to invite them.",
                "#id_email",
            )
        ]

    def test_invites_nobody_where_the_part_cannot_be(self, inspection: Inspection) -> None:
        sent = SENT | {"email": "new@example.org", "invite": "on", "role": "local_assessor"}
        refusals(administrator().post(NEW, sent))
        assert not User.objects.filter(email="new@example.org").exists()
        assert Job.objects.count() == 0

    def test_offers_the_addresses_of_those_who_can_sign_in(self, inspection: Inspection) -> None:
        make_user("gone", is_active=False)
        page = read_page(administrator().get(NEW))
        offered = page.xpath("//datalist[@id='people']/option/@value")
        assert "inspector@example.org" in offered
        assert "gone@example.org" not in offered
