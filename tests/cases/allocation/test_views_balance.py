"""The pages that balance the allocation, and ask when assessors are there."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.allocation.availability import save_availabilities
from cases.allocation.conflicts_of_interest import declare_conflict
from cases.models import Availability
from cases.opening import NewCase, open_cases
from inspections.models import Inspection, TeamMember
from tests.cases.allocation.casework import (
    ALLOCATION,
    ASSESSORS,
    BALANCE,
    allocation_of,
    make_many,
)
from tests.cases.filling import client_of, errors_of, open_sheet, sheet_of
from tests.cases.sampling.caseloads import load_programme
from tests.casting import make_inspection, member_of
from tests.pages import links_of, read_page, rows_of, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return client_of(inspection, "lead")


class TestBalance:
    ASKED = {"scope": "rest", "managers": "share", "seed": "abc"}

    def test_asks_how_and_makes_up_a_seed(self, inspection: Inspection, lead: Client) -> None:
        page = read_page(lead.get(BALANCE))
        (seed,) = page.xpath("//input[@name='seed']/@value")
        assert re.fullmatch("[0-9a-f]{8}", seed)
        assert page.xpath("//table") == []

    def test_nothing_sent_is_told_and_nothing_stored(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_many(inspection, 1)
        assert lead.post(BALANCE).status_code == 422
        assert allocation_of(inspection) == {"ANY-001": ""}

    def test_shows_the_proposal_and_stores_it_when_accepted(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_many(inspection, 8)
        answer = lead.get(BALANCE, self.ASKED)
        page = read_page(answer)
        assert [row[:3] for row in rows_of(page, "loads")] == [
            ["Assessor", "Cases now", "Cases then"],
            ["Lead inspector", "0", "2"],
            ["Inspector", "0", "2"],
            ["Practice assessor", "0", "2"],
            ["Local assessor", "0", "2"],
        ]
        proposed = {row[0]: row[2] for row in rows_of(page, "cases")[1:]}
        assert len(proposed) == 8
        assert set(allocation_of(inspection).values()) == {""}
        answer = lead.post(BALANCE, fields_to_accept(answer))
        assert (answer.status_code, answer["Location"]) == (302, ALLOCATION)
        names = dict(inspection.team.values_list("key", "name"))
        assert {r: names[key] for r, key in allocation_of(inspection).items()} == proposed
        page = read_page(lead.get(BALANCE, self.ASKED))
        assert "Nothing would change." in text_of(page.xpath("//*[@id='proposal']/following::p")[0])
        assert page.xpath("//table[@id='cases']") == []

    def test_shares_the_strata_of_the_sample_fairly_and_shows_it(self) -> None:
        inspection = make_inspection(programme=load_programme())
        families = ("first_tier", "community")
        open_cases(
            inspection,
            [NewCase(f"ANY-{n:03}", facts={"sentence_family": families[n % 2]}) for n in range(8)],
        )
        page = read_page(client_of(inspection, "lead").get(BALANCE, self.ASKED))
        assert rows_of(page, "loads") == [
            [
                "Assessor",
                "Cases now",
                "Cases then",
                "First tier",
                "Community",
                "Second markings",
                "Days there",
            ],
            *(
                [name, "0", "2", "1", "1", "0", "10"]
                for name in ("Lead inspector", "Inspector", "Practice assessor", "Local assessor")
            ),
        ]
        assert rows_of(page, "cases")[0][-1] == "Sentence family"
        by_hand = read_page(client_of(inspection, "lead").get(ALLOCATION))
        assert [row[3] for row in rows_of(by_hand, "cases")[:3]] == [
            "Sentence family",
            "First tier",
            "Community",
        ]

    def test_lists_cases_that_nobody_can_take(self, inspection: Inspection, lead: Client) -> None:
        make_many(inspection, 1)
        inspection.team.update(role=TeamMember.Role.SUPPORT_STAFF)
        inspection.team.filter(key="lead").update(role=TeamMember.Role.LEAD_INSPECTOR)
        member = member_of(inspection, "lead")
        declare_conflict(member, member, reference="ANY-001")
        page = read_page(lead.get(BALANCE, self.ASKED))
        assert texts_of(page, "//*[@id='left']/li") == [
            "ANY-001: Kept from it by a conflict of interest: Lead inspector."
        ]
        assert page.xpath("//button[contains(., 'Accept')]") == []

    def test_shows_it_anew_where_something_changed_meanwhile(
        self, inspection: Inspection, lead: Client
    ) -> None:
        first, *_ = make_many(inspection, 8)
        shown = lead.get(BALANCE, self.ASKED)
        give(lead, first.pk, "lead")
        before = allocation_of(inspection)
        answer = lead.post(BALANCE, fields_to_accept(shown))
        assert answer.status_code == 409
        assert "so nothing was stored" in text_of(read_page(answer).xpath("//main")[0])
        assert allocation_of(inspection) == before
        assert lead.post(BALANCE, fields_to_accept(answer)).status_code == 302
        assert "" not in allocation_of(inspection).values()

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"seed": ""}, "Enter a seed: any letters and digits"),
            ({"seed": "a b"}, "Use only letters, digits and hyphens"),
            ({"seed": "x" * 65}, "The seed can have 64 characters"),
            ({"scope": "all"}, "Choose which cases are to be shared out"),
            ({"managers": ""}, "Choose what is to become of the cases of one case manager"),
        ],
    )
    def test_refuses_what_it_does_not_know(
        self, inspection: Inspection, lead: Client, change: dict[str, str], message: str
    ) -> None:
        make_many(inspection, 1)
        for answer, status in (
            (lead.get(BALANCE, self.ASKED | change), 400),
            (lead.post(BALANCE, self.ASKED | change | {"digest": "x"}), 422),
        ):
            assert answer.status_code == status
            assert [text for text, _ in errors_of(read_page(answer))] == [message]
        assert allocation_of(inspection) == {"ANY-001": ""}

    @pytest.mark.parametrize("cases", [1, 40])
    def test_takes_as_many_queries_for_many_cases(
        self,
        inspection: Inspection,
        lead: Client,
        django_assert_num_queries: DjangoAssertNumQueries,
        cases: int,
    ) -> None:
        make_many(inspection, cases)
        lead.get(BALANCE, self.ASKED)
        with django_assert_num_queries(11):
            answer = lead.get(BALANCE, self.ASKED)
        with django_assert_num_queries(18):
            assert lead.post(BALANCE, fields_to_accept(answer)).status_code == 302


def fields_to_accept(answer: object) -> dict[str, str]:
    """Return what the form that accepts a proposal sends."""
    page = read_page(answer)  # type: ignore[arg-type]
    (form,) = page.xpath("//main//form[@method='post']")
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


class TestAvailability:
    def test_asks_for_days_and_limits_and_stores_them(
        self, inspection: Inspection, lead: Client
    ) -> None:
        sheet = open_sheet(lead, ASSESSORS)
        assert len(sheet.sent["inspector-there"]) == 10
        sheet.sent["inspector-there"] = ["2026-01-12", "2026-01-13"]
        sheet.sent["lead-most_cases"] = ["0"]
        assert sheet.save()["Location"] == ALLOCATION
        stored = {a.member.key: a for a in Availability.objects.select_related("member")}
        assert stored["inspector"].days_off[0] == "2026-01-14"
        assert len(stored["inspector"].days_off) == 8
        assert (stored["lead"].days_off, stored["lead"].most_cases) == ([], 0)
        again = open_sheet(lead, ASSESSORS)
        assert again.sent["inspector-there"] == ["2026-01-12", "2026-01-13"]
        assert again.sent["lead-most_cases"] == ["0"]
        again.sent["lead-most_cases"] = [""]
        again.save()
        assert Availability.objects.get(member__key="lead").most_cases is None

    def test_keeps_days_off_that_it_does_not_ask_for_now(
        self, inspection: Inspection, lead: Client
    ) -> None:
        inspector = member_of(inspection, "inspector")
        save_availabilities(inspection, {inspector.pk: (["2026-01-12", "2026-03-02"], None)})
        sheet = open_sheet(lead, ASSESSORS)
        sheet.sent["inspector-there"] = sheet.sent["inspector-there"][1:]
        sheet.save()
        stored = Availability.objects.get(member=inspector)
        assert stored.days_off == ["2026-01-12", "2026-01-13", "2026-03-02"]

    @pytest.mark.parametrize("value", ["-1", "201", "x", "1" * 400, "\x00"])
    def test_refuses_a_number_that_is_none_and_stores_nothing(
        self, inspection: Inspection, lead: Client, value: str
    ) -> None:
        sheet = open_sheet(lead, ASSESSORS)
        sheet.sent["lead-most_cases"] = [value]
        sheet.sent["inspector-most_cases"] = ["3"]
        answer = sheet.save()
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [
            (
                "Lead inspector: enter a number of cases from 0 to 200, or leave it empty",
                "#id_lead-most_cases",
            )
        ]
        assert sheet_of(lead, ASSESSORS, answer).sent["inspector-most_cases"] == ["3"]
        assert not Availability.objects.exists()

    def test_refuses_a_day_that_is_none(self, inspection: Inspection, lead: Client) -> None:
        sheet = open_sheet(lead, ASSESSORS)
        sheet.sent["lead-there"] = ["2026-05-05"]
        answer = sheet.save()
        assert answer.status_code == 422
        assert [text for text, _ in errors_of(read_page(answer))] == [
            "Lead inspector: choose from the days shown"
        ]

    def test_asks_for_no_days_where_they_are_not_known(self, lead: Client) -> None:
        Inspection.objects.update(fieldwork_start="2026-01", fieldwork_end="2026-01")
        sheet = open_sheet(lead, ASSESSORS)
        assert "lead-there" not in sheet.sent
        assert ("enter them with the timetable", "/inspections/anyshire-2026/timetable/frame/") in (
            links_of(sheet.page, "//main")
        )
        assert sheet.save().status_code == 302


def give(lead: Client, assessment: int, key: str) -> None:
    """Allocate one case by hand."""
    sheet = open_sheet(lead, ALLOCATION)
    sheet.sent[f"case-{assessment}"] = [key]
    assert sheet.save().status_code == 302
