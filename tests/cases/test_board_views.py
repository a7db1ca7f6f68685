"""The pages of the fieldwork board: what they show, to whom, and how they are kept up to date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate
from pytest_django import DjangoAssertNumQueries

from cases.alerts import raise_alert
from cases.models import ConflictOfInterest
from cases.recording import AnswerChange, record_answers
from inspections.catalogue import load_definition
from inspections.models import Inspection
from tests.cases.test_board import mark_twice, plan, read
from tests.casting import (
    make_administrator,
    make_case,
    make_inspection,
    make_manager,
    make_user,
    member_of,
    user_of,
)
from tests.pages import links_of, read_page, rows_of, text_of, texts_of

pytestmark = pytest.mark.django_db

BOARD = "/inspections/anyshire-2026/board/"
NOTES = "/inspections/anyshire-2026/board/notes/"


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    client = Client()
    client.force_login(user_of(inspection, "lead"))
    return client


class TestPage:
    def test_shows_figures_and_tables_that_lead_on(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_case(inspection, "ANY-001", rest="sufficient")
        assessment = make_case(inspection, "ANY-002")
        plan(assessment, localdate() - timedelta(days=1))
        raise_alert(
            assessment.case,
            member_of(inspection, "inspector"),
            concern="Afraid.",
            mutation=uuid4(),
        )
        page = read_page(lead.get(BOARD))
        figures = texts_of(page, "//li[contains(@class, 'board-figure')]")
        unanswered = read(inspection).progress.unanswered
        assert figures == [
            "1 of 2 cases completed",
            f"{unanswered} questions unanswered",
            "1 open alert",
            "1 late interview",
            "0 second markings in dispute",
            "0 notes to you",
            "0 questions flagged",
        ]
        assert rows_of(page, "states")[1:] == [
            ["Not started", "0"],
            ["In progress", "1"],
            ["Ready to complete", "0"],
            ["Completed", "1"],
        ]
        cases = "/inspections/anyshire-2026/cases/"
        assert ("In progress", f"{cases}?status=in_progress") in links_of(page, "//main")
        assert ("Inspector", f"{cases}?assessor=inspector") in links_of(page, "//main")
        ids = page.xpath("//*[@id='board']//@id")
        assert len(ids) == len(set(ids))
        assert all(link.get("id") for link in page.xpath("//*[@id='board']//a"))
        for address in page.xpath("//*[@id='board']//a/@href"):
            if not address.startswith("#"):
                assert lead.get(address).status_code == 200, address
            else:
                assert page.xpath("//*[@id=$id]", id=address[1:]), address

    def test_says_when_it_was_true_for_those_without_javascript(
        self, inspection: Inspection, lead: Client
    ) -> None:
        page = read_page(lead.get(BOARD))
        assert texts_of(page, "//*[@id='board-state']")[0].startswith("As it stood at ")
        assert links_of(page, "//*[@id='board-state']") == [("Load it again", BOARD)]

    def test_is_sent_anew_only_when_it_changed(self, inspection: Inspection, lead: Client) -> None:
        assessment = make_case(inspection)
        htmx = {"HX-Request": "true"}
        asked = read_page(lead.get(BOARD)).xpath("//*[@id='board']/@hx-get")[0]
        assert lead.get(asked, headers=htmx).status_code == 204
        inspector = member_of(inspection, "inspector")
        assert record_answers(
            assessment, [AnswerChange("1.2.02", "", "sufficient", 0)], inspector
        ).complete
        response = lead.get(asked, headers=htmx)
        fragment = read_page(response)
        assert fragment.xpath("//h1") == []
        (again,) = fragment.xpath("//*[@id='board']/@hx-get")
        assert again != asked
        assert lead.get(again, headers=htmx).status_code == 204

    def test_news_are_those_that_matter(self, inspection: Inspection, lead: Client) -> None:
        assessment = make_case(inspection, rest="sufficient")
        make_case(inspection, "ANY-002")
        news = "//*[@id='board']/@data-news"
        before = read_page(lead.get(BOARD)).xpath(news)
        assert before == [
            "1 of 2 cases completed, 0 open alerts, 0 late interviews, 0 disputes, 0 notes to you."
        ]
        inspector = member_of(inspection, "inspector")
        record_answers(assessment, [AnswerChange("1.2.02", "", "insufficient", 1)], inspector)
        assert read_page(lead.get(BOARD)).xpath(news) == before

    def test_whoever_was_signed_out_is_sent_to_sign_in(self, inspection: Inspection) -> None:
        response = Client().get(BOARD, headers={"HX-Request": "true"})
        assert (response.status_code, response.headers["HX-Refresh"]) == (200, "true")
        response = Client().get(BOARD)
        assert response.headers["Location"] == f"/accounts/login/?next={BOARD}"

    def test_notes_lead_to_the_place_of_the_answer(
        self, inspection: Inspection, lead: Client
    ) -> None:
        page = read_page(lead.get(NOTES))
        assert "Nobody has written a note to you." in text_of(page.xpath("//main")[0])
        assessment = make_case(inspection, rest="sufficient")
        inspector = member_of(inspection, "inspector")
        note = AnswerChange("2.1.02", "b", "insufficient", 1, note_to_lead="See <me>.\nToday.")
        flag = AnswerChange("1.1.01", "", "sufficient", 1, flagged=True)
        record_answers(assessment, [note, flag], inspector)
        page = read_page(lead.get(NOTES))
        assert texts_of(page, "//*[@class='govuk-body board-note__words']") == ["See <me>. Today."]
        links = links_of(page, "//main//ul")
        place = "/inspections/anyshire-2026/cases/ANY-001"
        assert links == [
            ("ANY-001, 2.1.02 Health", f"{place}/2.1/delivery/#q2-1-02-b"),
            ("ANY-001, 1.1.01", f"{place}/1.1/screening/#q1-1-01"),
        ]
        for _, address in links:
            path, _, anchor = address.partition("#")
            assert read_page(lead.get(path)).xpath("//*[@id=$id]", id=anchor)

    def test_only_the_lead_inspector_may_see_it(self, inspection: Inspection) -> None:
        other = make_inspection("Elsewhere")
        other.team.filter(key="lead").update(user=make_user("lead-elsewhere"))
        people = {
            "inspector": user_of(inspection, "inspector"),
            "support": user_of(inspection, "support"),
            "administrator": make_administrator(),
            "manager": make_manager(),
            "elsewhere": make_user("lead-elsewhere"),
        }
        answers = {}
        for key, user in people.items():
            client = Client()
            client.force_login(user)
            answers[key] = [client.get(path).status_code for path in (BOARD, NOTES)]
        assert answers == {
            "inspector": [403, 403],
            "support": [404, 404],
            "administrator": [404, 404],
            "manager": [404, 404],
            "elsewhere": [404, 404],
        }

    def test_pages_are_only_read(self, lead: Client) -> None:
        assert [lead.post(path).status_code for path in (BOARD, NOTES)] == [405, 405]


@pytest.fixture
def fill(inspection: Inspection) -> Callable[[int], None]:
    """Put so many of everything on the board."""

    def fill_board(number: int) -> None:
        for n in range(number):
            assessment = make_case(inspection, f"ANY-{n:03}", rest="sufficient" if n < 2 else "")
            day = localdate() - timedelta(days=1 + n // 6)
            plan(assessment, day, hour=8 + n % 6)
            inspector = member_of(inspection, "inspector")
            raise_alert(assessment.case, inspector, concern="Afraid.", mutation=uuid4())
            mark_twice(assessment, compare=True)
            ConflictOfInterest.objects.create(
                member=inspector,
                reference=f"ANY-{n:03}",
                declared_by=inspector,
                declared_at=timezone.now(),
            )
            assessment.judgements.update(note_to_lead="Look.", flagged=True)

    return fill_board


@pytest.mark.parametrize("cases", [1, 15])
def test_takes_as_many_queries_for_many_cases(
    inspection: Inspection,
    lead: Client,
    fill: Callable[[int], None],
    cases: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(cases)
    load_definition(inspection.programme)
    with django_assert_num_queries(16):
        response = lead.get(BOARD)
    assert len(rows_of(read_page(response), "days")) > 1
    with django_assert_num_queries(4):
        lead.get(NOTES)
