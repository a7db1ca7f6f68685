"""The page on which cases are allocated by hand."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.allocation.conflicts_of_interest import declare_conflict
from cases.models import Assessment, Availability
from inspections.models import Inspection, TeamMember
from tests.cases.allocation.casework import (
    ALLOCATION,
    allocation_of,
    begin,
    make_cases,
    make_many,
)
from tests.cases.filling import (
    Sheet,
    banners_of,
    client_of,
    end_session,
    errors_of,
    open_sheet,
    sheet_of,
)
from tests.cases.timetable.arranging import make_frame, place
from tests.casting import make_administrator, make_inspection, member_of, user_of
from tests.pages import links_of, read_page, rows_of, text_of, texts_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


@pytest.fixture
def lead(inspection: Inspection) -> Client:
    return client_of(inspection, "lead")


def field(assessment: Assessment) -> str:
    return f"case-{assessment.pk}"


def choose(sheet: Sheet, assessment: Assessment, key: str) -> Sheet:
    sheet.sent[field(assessment)] = [key]
    return sheet


class TestByHand:
    def test_shows_each_case_and_how_much_each_assessor_has(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_cases(
            inspection, ("ANY-001", "inspector", "cm-01"), ("ANY-002", "", ""), ("ANY-003", "", "")
        )
        Availability.objects.create(
            member=member_of(inspection, "inspector"), days_off=["2026-01-12"], most_cases=0
        )
        TeamMember.objects.filter(key="practice-assessor").update(
            home_area=inspection.area, position=1
        )
        sheet = open_sheet(lead, ALLOCATION)
        assert texts_of(sheet.page, "//main/p[@class='govuk-body']") == [
            "3 cases, 2 of them not allocated."
        ]
        assert rows_of(sheet.page, "loads") == [
            ["Assessor", "Cases", "Second markings", "Days there", "Most cases"],
            ["Lead inspector", "0", "0", "10", "Any"],
            ["Inspector", "1 more than they take", "0", "9", "0"],
            [
                "Practice assessor Practice assessor belongs to Anyshire, so cannot judge its "
                "cases.",
                "0",
                "0",
                "10",
                "Any",
            ],
            ["Local assessor Home area: Otherton", "0", "0", "10", "Any"],
        ]
        assert [row[0] for row in rows_of(sheet.page, "cases")] == [
            "Case", "ANY-001", "ANY-002", "ANY-003",
        ]  # fmt: skip
        options = "//select[@id=$id]/option"
        (first,) = [a.pk for a in Assessment.objects.filter(case__reference="ANY-001")]
        assert [text_of(o) for o in sheet.page.xpath(options, id=f"id_case-{first}")] == [
            "Not allocated", "Lead inspector", "Inspector", "Local assessor",
        ]  # fmt: skip

    def test_stores_many_changes_at_once(self, inspection: Inspection, lead: Client) -> None:
        first, second, third = make_many(inspection, 3)
        sheet = open_sheet(lead, ALLOCATION)
        choose(choose(sheet, first, "inspector"), third, "lead")
        answer = sheet.save()
        assert (answer.status_code, answer["Location"]) == (302, ALLOCATION)
        assert allocation_of(inspection) == {
            "ANY-001": "inspector",
            "ANY-002": "",
            "ANY-003": "lead",
        }
        assert banners_of(read_page(lead.get(ALLOCATION))) == [("Success", "Saved 2 changes.")]
        assert open_sheet(lead, ALLOCATION).save().status_code == 302
        assert second.assessor is None

    def test_says_at_the_place_what_is_refused_and_stores_the_rest(
        self, inspection: Inspection, lead: Client
    ) -> None:
        first, second = make_many(inspection, 2)
        inspector = member_of(inspection, "inspector")
        declare_conflict(inspector, inspector, reference="ANY-001")
        sheet = open_sheet(lead, ALLOCATION)
        marked = sheet.page.xpath("//select[@id=$id]/option", id=f"id_{field(first)}")
        assert "Inspector (kept from it)" in [text_of(option) for option in marked]
        answer = choose(choose(sheet, first, "inspector"), second, "inspector").save()
        page = read_page(answer)
        assert answer.status_code == 422
        assert errors_of(page) == [
            (
                "ANY-001: Inspector has a conflict of interest with this case.",
                f"#id_{field(first)}",
            )
        ]
        assert banners_of(page) == [("Important", "Saved 1 change.")]
        assert allocation_of(inspection) == {"ANY-001": "", "ANY-002": "inspector"}
        again = sheet_of(lead, ALLOCATION, answer)
        assert again.sent[field(first)] == ["inspector"]
        assert choose(again, first, "lead").save().status_code == 302
        assert allocation_of(inspection) == {"ANY-001": "lead", "ANY-002": "inspector"}

    def test_asks_to_confirm_that_a_begun_case_changes_hands(
        self, inspection: Inspection, lead: Client
    ) -> None:
        (case,) = make_cases(inspection, ("ANY-001", "inspector", ""))
        begin(case)
        inspector = client_of(inspection, "inspector")
        own = "/inspections/anyshire-2026/cases/ANY-001/"
        assert inspector.get(own).status_code == 200
        answer = choose(open_sheet(lead, ALLOCATION), case, "local-assessor").save()
        assert answer.status_code == 422
        assert "no longer sees it" in errors_of(read_page(answer))[0][0]
        sheet = sheet_of(lead, ALLOCATION, answer)
        assert sheet.save().status_code == 422
        sheet.sent[f"sure-{case.pk}"] = ["on"]
        assert sheet.save().status_code == 302
        assert allocation_of(inspection) == {"ANY-001": "local-assessor"}
        assert inspector.get(own).status_code == 404
        assert client_of(inspection, "local-assessor").get(own).status_code == 200

    def test_a_conflict_with_somebody_else_is_shown_and_nothing_overwritten(
        self, inspection: Inspection, lead: Client
    ) -> None:
        first, second, third = make_many(inspection, 3)
        mine = open_sheet(lead, ALLOCATION)
        administrator = Client()
        administrator.force_login(make_administrator())
        theirs = open_sheet(administrator, ALLOCATION)
        choose(choose(theirs, first, "lead"), second, "lead").save()
        answer = choose(choose(mine, first, "inspector"), third, "inspector").save()
        assert answer.status_code == 409
        assert errors_of(read_page(answer)) == [
            (
                "ANY-001: Not saved: since you opened this page, the case was allocated to Lead "
                "inspector. Yours is kept here: save again to replace it.",
                f"#id_{field(first)}",
            )
        ]
        again = sheet_of(lead, ALLOCATION, answer)
        assert [again.sent[field(case)] for case in (first, second, third)] == [
            ["inspector"], ["lead"], ["inspector"],
        ]  # fmt: skip
        assert again.save().status_code == 302
        assert allocation_of(inspection) == {
            "ANY-001": "inspector",
            "ANY-002": "lead",
            "ANY-003": "inspector",
        }

    def test_says_so_where_a_case_was_withdrawn_meanwhile(
        self, inspection: Inspection, lead: Client
    ) -> None:
        first, second = make_many(inspection, 2)
        sheet = choose(open_sheet(lead, ALLOCATION), first, "lead")
        first.case.withdrawn = True
        first.case.save()
        answer = choose(sheet, second, "lead").save()
        assert answer.status_code == 422
        assert banners_of(read_page(answer)) == [
            (
                "Important",
                "Saved 1 change. 1 change of yours came too late: the case was withdrawn "
                "meanwhile, or is being compared with its second marking.",
            )
        ]
        assert allocation_of(inspection) == {"ANY-001": "", "ANY-002": "lead"}

    def test_a_case_in_second_marking_cannot_be_changed(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_cases(inspection, ("ANY-001", "inspector", "cm-01"))
        Assessment.objects.update(closed=Assessment.Closed.SECOND_MARKING)
        sheet = open_sheet(lead, ALLOCATION)
        assert rows_of(sheet.page, "cases")[1] == [
            "ANY-001", "Inspector", "cm-01", "Second marking",
        ]  # fmt: skip
        assert sheet.sent == {}

    def test_tells_which_interviews_were_taken_off(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_frame(inspection)
        first, _ = make_cases(
            inspection, ("ANY-001", "inspector", "cm-01"), ("ANY-002", "lead", "cm-02")
        )
        place(inspection, "ANY-001", 0)
        place(inspection, "ANY-002", 0, "Room 2")
        choose(open_sheet(lead, ALLOCATION), first, "lead").save()
        assert banners_of(read_page(lead.get(ALLOCATION))) == [
            (
                "Success",
                "Saved 1 change. The interview about ANY-001 had to be taken off the timetable, "
                "since the new assessor is not free then. Plan the timetable again.",
            )
        ]

    def test_tells_the_lead_of_conflicts_to_decide_about(
        self, inspection: Inspection, lead: Client
    ) -> None:
        begun, _ = make_cases(
            inspection, ("ANY-001", "inspector", "cm-01"), ("ANY-002", "inspector", "cm-01")
        )
        begin(begun)
        inspector = member_of(inspection, "inspector")
        declare_conflict(inspector, inspector, case_manager="cm-01")
        page = read_page(lead.get(ALLOCATION))
        assert links_of(page, "//*[@aria-labelledby='decisions-title']") == [
            ("ANY-001", f"#id_{field(begun)}"),
            ("lift the conflict", "/inspections/anyshire-2026/conflicts-of-interest/"),
        ]

    @pytest.mark.parametrize(
        "value", ["nobody-of-this-name", "support", "\x00", "x" * 10_000, "é" * 60]
    )
    def test_what_no_page_sends_is_refused(
        self, inspection: Inspection, lead: Client, value: str
    ) -> None:
        (case,) = make_many(inspection, 1)
        answer = choose(open_sheet(lead, ALLOCATION), case, value).save()
        assert answer.status_code == 422
        assert len(errors_of(read_page(answer))) == 1
        assert allocation_of(inspection) == {"ANY-001": ""}

    def test_a_base_that_cannot_be_read_is_told_at_its_case(
        self, inspection: Inspection, lead: Client
    ) -> None:
        (case,) = make_many(inspection, 1)
        sheet = choose(open_sheet(lead, ALLOCATION), case, "inspector")
        sheet.sent[f"was-{case.pk}"] = ["a\0b"]
        answer = sheet.save()
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [
            (
                "The page was not sent as it was made. Open it again before you save.",
                f"#id_{field(case)}",
            )
        ]
        assert sheet_of(lead, ALLOCATION, answer).sent[field(case)] == ["inspector"]
        assert allocation_of(inspection) == {"ANY-001": ""}

    def test_keeps_what_was_sent_after_the_session_had_ended(
        self, inspection: Inspection, lead: Client
    ) -> None:
        (case,) = make_many(inspection, 1)
        sheet = choose(open_sheet(lead, ALLOCATION), case, "inspector")
        end_session(lead)
        assert sheet.save().status_code == 302
        lead.force_login(user_of(inspection, "lead"))
        again = open_sheet(lead, ALLOCATION)
        assert again.sent[field(case)] == ["inspector"]
        assert allocation_of(inspection) == {"ANY-001": ""}

    def test_without_cases_says_so(self, inspection: Inspection, lead: Client) -> None:
        page = read_page(lead.get(ALLOCATION))
        assert texts_of(page, "//p[@class='app-empty']") == [
            "There are no cases to allocate yet. They come with the sample."
        ]

    @pytest.mark.parametrize("cases", [1, 40])
    def test_takes_as_many_queries_for_many_cases(
        self,
        inspection: Inspection,
        lead: Client,
        django_assert_num_queries: DjangoAssertNumQueries,
        cases: int,
    ) -> None:
        """Session, person, part; cases; who is kept from what (4); loads (3); decisions."""
        make_many(inspection, cases, "inspector")
        lead.get(ALLOCATION)
        with django_assert_num_queries(11):
            assert lead.get(ALLOCATION).status_code == 200
