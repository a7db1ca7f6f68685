"""The start page and the overview of an inspection: who sees what of them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from inspections.access import give_part
from inspections.models import Inspection, TeamMember
from inspections.steps import STEPS, Who
from reports.models import Publication, PublishedDocument
from tests.casting import (
    make_administrator,
    make_area,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    member_of,
    user_of,
)
from tests.pages import links_of, read_page, rows_of, text_of, texts_of

DETAIL = "/inspections/anyshire-2026/"
ASSESSING = ("lead", "inspector", "practice-assessor", "local-assessor")

pytestmark = pytest.mark.django_db


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def publish(inspection: Inspection, number: int, *, rendered: bool = True) -> None:
    publication = Publication.objects.create(
        inspection=inspection,
        number=number,
        programme_digest="",
        scorecard={},
        content={},
        bundle={},
        published_by=member_of(inspection, "lead"),
        published_at=timezone.now(),
    )
    if rendered:
        PublishedDocument.objects.create(
            publication=publication, html="", pdf=b"", sha256="0" * 64, rendered_at=timezone.now()
        )


class TestHome:
    def test_lists_the_inspections_of_the_person_newest_first(self) -> None:
        make_inspection(
            "Oldshire", slug="oldshire-2025", fieldwork_start="2025-11", fieldwork_end="2025-12"
        )
        anyshire = make_inspection()
        make_inspection("Othershire").team.update(user=None)
        page = read_page(sign_in(user_of(anyshire, "local-assessor")).get("/"))
        assert [
            (links_of(card, "."), texts_of(card, ".//dt"), texts_of(card, ".//dd"))
            for card in page.xpath("//main//li")
        ] == [
            (
                [("Anyshire", DETAIL)],
                ["Your role", "Fieldwork", "Programme"],
                ["Local assessor", "12 to 23 January 2026", "Small inspection"],
            ),
            (
                [("Oldshire", "/inspections/oldshire-2025/")],
                ["Your role", "Fieldwork", "Programme"],
                ["Local assessor", "November to December 2025", "Small inspection"],
            ),
        ]

    def test_tells_whoever_leads_of_open_alerts(self) -> None:
        inspection = make_inspection()
        case = make_case(inspection).case
        now, inspector = timezone.now(), member_of(inspection, "inspector")
        for closed in (None, None, now):
            case.alerts.create(
                concern="Afraid.", raised_by=inspector, raised_at=now, mutation=uuid4(),
                service_told_at=now, closed_at=closed,
            )  # fmt: skip
        make_inspection("Otherton")
        page = read_page(sign_in(user_of(inspection, "lead")).get("/"))
        assert links_of(page, "//main//p") == [("2 case alerts in Anyshire", f"{DETAIL}alerts/")]
        page = read_page(sign_in(user_of(inspection, "inspector")).get("/"))
        assert links_of(page, "//main//p") == []

    def test_says_so_where_there_are_none(self) -> None:
        page = read_page(sign_in(make_user("newcomer")).get("/"))
        assert texts_of(page, "//main//li") == []
        assert texts_of(page, "//p[@class='app-empty']") == [
            "You are not in the team of any inspection yet. When a lead inspector puts you in "
            "theirs, it appears here."
        ]

    def test_sends_a_manager_on_to_what_is_published(self) -> None:
        response = sign_in(make_manager()).get("/")
        assert (response.status_code, response.headers["Location"]) == (302, "/reports/")

    def test_shows_a_manager_the_inspections_that_they_help_elsewhere(self) -> None:
        manager = make_manager("Otherton")
        inspection = make_inspection()
        give_part(member_of(inspection, "practice-assessor"), manager)
        page = read_page(sign_in(manager).get("/"))
        assert links_of(page, "//main") == [("Anyshire", DETAIL)]

    def test_shows_an_administrator_all_inspections_with_their_stage(self) -> None:
        published = make_inspection(
            "Oldshire", slug="oldshire-2025", fieldwork_start="2025-11", fieldwork_end="2025-11"
        )
        make_case(published, "OLD-001", rest="sufficient")
        make_case(published, "OLD-002", rest="sufficient")
        publish(published, 1)
        publish(published, 2)
        publish(published, 3, rendered=False)
        make_case(make_inspection())
        make_inspection("Newshire", fieldwork_start="2026-02-02", fieldwork_end="2026-02-20")
        page = read_page(sign_in(make_administrator()).get("/"))
        assert rows_of(page, "all-inspections") == [
            ["Area", "Stage", "Cases", "Fieldwork", "Programme"],
            ["Newshire", "Being set up", "0", "2 to 20 February 2026", "Small inspection"],
            ["Anyshire", "Fieldwork", "1", "12 to 23 January 2026", "Small inspection"],
            ["Oldshire", "Published, issue 2", "2", "November 2025", "Small inspection"],
        ]
        assert links_of(page, "//main//table") == [
            ("Newshire", "/inspections/newshire-2026/"),
            ("Anyshire", DETAIL),
            ("Oldshire", "/inspections/oldshire-2025/"),
        ]

    def test_leads_an_administrator_to_what_they_set_up(self) -> None:
        page = read_page(sign_in(make_administrator()).get("/"))
        assert links_of(page, "//section[@aria-labelledby='tasks']") == [
            ("People", "/set-up/people/"),
            ("Areas", "/set-up/areas/"),
            ("Programmes", "/set-up/programmes/"),
            ("Set up an inspection", "/set-up/new-inspection/"),
        ]

    def test_shows_an_administrator_their_own_parts_first(self) -> None:
        inspection = make_inspection()
        member_of(inspection, "support")
        TeamMember.objects.filter(key="support").update(user=make_administrator())
        page = read_page(sign_in(make_administrator()).get("/"))
        links = links_of(page, "//main")
        assert [links[0], links[-1]] == [("Anyshire", DETAIL), ("Anyshire", DETAIL)]

    def test_tells_an_administrator_where_there_are_none(self) -> None:
        page = read_page(sign_in(make_administrator()).get("/"))
        assert texts_of(page, "//p[@class='app-empty']") == ["There are no inspections yet."]

    def test_asks_to_sign_in(self) -> None:
        response = Client().get("/")
        assert (response.status_code, response.headers["Location"]) == (
            302,
            "/accounts/login/?next=/",
        )

    def test_only_shows(self) -> None:
        assert sign_in(make_user("newcomer")).post("/").status_code == 405

    @pytest.mark.parametrize("areas", [1, 5])
    def test_takes_as_many_queries_for_many_inspections(
        self, areas: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(areas):
            make_case(make_inspection(f"Shire {number}"))
        lead, administrator = make_user("lead"), make_administrator()
        for user, queries in ((lead, 4), (administrator, 4)):
            client = sign_in(user)
            with django_assert_num_queries(queries):
                page = read_page(client.get("/"))
            listed = "//table" if user.is_staff else "//main//li"
            assert len(links_of(page, listed)) == areas


class TestDetail:
    def test_tells_what_is_inspected_and_by_whom(self) -> None:
        inspection = make_inspection(caseload=57, publication_date="2026-05")
        page = read_page(sign_in(user_of(inspection, "inspector")).get(DETAIL))
        assert texts_of(page, "//h1") == ["Small inspection Anyshire"]
        assert texts_of(page, "//p[@class='app-meta']") == ["Your role: inspector"]
        assert [
            [text_of(cell) for cell in row.xpath("./dt|./dd")]
            for row in page.xpath("//dl[contains(@class, 'govuk-summary-list')]/div")
        ] == [
            ["Service", "Anyshire Youth Offending Service (YOS)"],
            ["Region", "East of England, England"],
            ["Programme", "Small inspection of youth offending work"],
            ["Fieldwork", "12 to 23 January 2026"],
            ["Caseload", "57 cases"],
            ["Publication due", "May 2026"],
        ]
        assert rows_of(page, "team") == [
            ["Name", "Role"],
            ["Lead inspector", "Lead inspector"],
            ["Inspector", "Inspector"],
            ["Practice assessor", "Practice assessor"],
            ["Local assessor", "Local assessor Home area: Otherton"],
            ["Support officer", "Support staff"],
        ]

    def test_leaves_out_what_is_not_known(self) -> None:
        inspection = make_inspection()
        page = read_page(sign_in(user_of(inspection, "inspector")).get(DETAIL))
        assert texts_of(page, "//dt") == ["Service", "Region", "Programme", "Fieldwork"]

    @pytest.mark.parametrize(
        ("key", "who"),
        [
            ("lead", Who.LEAD),
            ("inspector", Who.ASSESSOR),
            ("practice-assessor", Who.ASSESSOR),
            ("local-assessor", Who.ASSESSOR),
            ("support", Who(0)),
            ("administrator", Who.ADMINISTRATOR),
        ],
    )
    def test_leads_on_to_pages_that_open(self, key: str, who: Who) -> None:
        """Whoever does not judge cases can open no other."""
        inspection = make_inspection()
        make_case(inspection)
        user = make_administrator() if key == "administrator" else user_of(inspection, key)
        client = sign_in(user)
        page = read_page(client.get(DETAIL))
        listed = [
            (step.title, reverse(step.page, args=["anyshire-2026"]))
            for step in STEPS
            if step.who & who
        ]
        assert links_of(page, "//ul[contains(@class, 'app-steps__list')]") == listed
        wanted = {url for _, url in listed}
        every = {reverse(step.page, args=["anyshire-2026"]) for step in STEPS}
        opened = {url for url in every if client.get(url).status_code == 200}
        assert wanted - opened == set()
        assert key in ASSESSING or opened == wanted

    def test_groups_steps_in_the_order_of_the_work(self) -> None:
        page = read_page(sign_in(user_of(make_inspection(), "lead")).get(DETAIL))
        assert texts_of(page, "//section[@class='app-steps']/h2") == [
            "Setting up",
            "Fieldwork",
            "Results",
        ]

    def test_tells_an_administrator_what_stays_closed(self) -> None:
        make_case(make_inspection(), "ANY-001")
        page = read_page(sign_in(make_administrator()).get(DETAIL))
        assert texts_of(page, "//div[@class='govuk-inset-text']") == [
            "You see this page as an administrator. Cases, scores and the draft report are open "
            "to the inspection’s own team only."
        ]

    def test_is_not_found_by_others(self) -> None:
        make_inspection()
        make_inspection("Othershire").team.exclude(key="lead").update(user=None)
        TeamMember.objects.filter(inspection__slug="anyshire-2026", key="lead").update(user=None)
        for user in (make_user("newcomer"), make_manager(), make_user("lead")):
            assert sign_in(user).get(DETAIL).status_code == 404

    def test_is_not_found_where_there_is_no_such_inspection(self) -> None:
        lead = user_of(make_inspection(), "lead")
        for user in (lead, make_administrator()):
            assert sign_in(user).get("/inspections/nowhere-2026/").status_code == 404

    def test_asks_to_sign_in(self) -> None:
        make_inspection()
        response = Client().get(DETAIL)
        assert (response.status_code, response.headers["Location"]) == (
            302,
            f"/accounts/login/?next={DETAIL}",
        )

    def test_only_shows(self) -> None:
        assert sign_in(user_of(make_inspection(), "lead")).post(DETAIL).status_code == 405

    @pytest.mark.parametrize("more", [0, 10])
    def test_takes_as_many_queries_for_a_large_team(
        self, more: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        inspection = make_inspection()
        for number in range(more):
            TeamMember.objects.create(
                inspection=inspection,
                key=f"local-{number}",
                role="local_assessor",
                name="Local assessor",
                home_area=make_area(f"Shire {number}"),
            )
        client = sign_in(user_of(inspection, "lead"))
        with django_assert_num_queries(5):
            page = read_page(client.get(DETAIL))
        assert len(rows_of(page, "team")) == 6 + more


class TestNavigation:
    @pytest.mark.parametrize(
        ("path", "current"),
        [
            ("/", ["Inspections"]),
            (DETAIL, ["Inspections"]),
            ("/reports/", ["Published reports"]),
            ("/accounts/2fa/", []),
        ],
    )
    def test_marks_where_the_page_stands(self, path: str, current: list[str]) -> None:
        page = read_page(sign_in(user_of(make_inspection(), "lead")).get(path))
        menu = "//nav[@aria-label='Menu']"
        assert links_of(page, menu) == [("Inspections", "/"), ("Published reports", "/reports/")]
        assert texts_of(page, f"{menu}//a[@aria-current]") == current

    def test_says_the_role_that_is_known(self) -> None:
        inspection = make_inspection()
        role = "//span[@class='app-person__role']"
        lead, administrator = user_of(inspection, "lead"), make_administrator()
        assert texts_of(read_page(sign_in(lead).get(DETAIL)), role) == []
        User.objects.update(name="Somebody else")
        assert texts_of(read_page(sign_in(lead).get("/")), role) == []
        assert texts_of(read_page(sign_in(lead).get(DETAIL)), role) == ["Lead inspector"]
        assert texts_of(read_page(sign_in(administrator).get(DETAIL)), role) == ["Administrator"]

    def test_is_not_shown_before_signing_in(self) -> None:
        page = read_page(Client().get("/accounts/login/"))
        assert page.xpath("//nav[@aria-label='Menu']") == []
