"""The pages of the timetable: as a whole, its frame, and in print."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cases.allocation.availability import save_availabilities
from cases.models import Interview, Timetable
from cases.timetable.slots import USUAL_TIMES
from inspections.models import Inspection
from tests.cases.allocation.casework import make_cases, make_many
from tests.cases.filling import (
    banners_of,
    client_of,
    errors_of,
    open_sheet,
    sheet_of,
)
from tests.cases.timetable.arranging import (
    DAYS,
    FRAME,
    MONDAY,
    PLACES,
    PRINT,
    TIMETABLE,
    TUESDAY,
    make_frame,
    place,
    timetable_of,
)
from tests.casting import make_inspection, member_of
from tests.pages import links_of, read_page, rows_of, texts_of

pytestmark = pytest.mark.django_db


class TestFrame:
    def test_proposes_the_working_days_of_the_fieldwork(
        self, inspection: Inspection, lead: Client
    ) -> None:
        sheet = open_sheet(lead, FRAME)
        assert sheet.sent["days"][0].split("\r\n")[::9] == [
            "Monday 12 January 2026",
            "Friday 23 January 2026",
        ]
        assert sheet.sent["times"] == [
            "09:15 to 10:30\r\n10:45 to 12:00\r\n13:00 to 14:15\r\n14:30 to 15:45"
        ]
        answer = sheet.save()
        assert errors_of(read_page(answer)) == [("Enter the rooms, one at least", "#id_places")]
        sheet.sent["places"] = ["Room 1\r\nRoom 2\r\n"]
        assert sheet.save()["Location"] == TIMETABLE
        stored = Timetable.objects.get()
        assert (stored.days[0], len(stored.days)) == (MONDAY, 10)
        assert (stored.times[0], stored.places) == (["09:15", "10:30"], ["Room 1", "Room 2"])

    def test_says_at_the_place_what_is_wrong_and_keeps_what_was_typed(
        self, framed: Inspection, lead: Client
    ) -> None:
        sheet = open_sheet(lead, FRAME)
        sheet.sent |= {
            "days": ["32 January 2026\r\nTuesday 12/1/2026"],
            "times": ["10:00 to 11:00\r\n10:30 to 11:30"],
            "places": ["A\r\na"],
        }
        answer = sheet.save()
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [
            ("“32 January 2026” is not a day. Write it like 12 January 2026.", "#id_days"),
            ("“Tuesday 12/1/2026” is a Monday.", "#id_days"),
            ("10:00 to 11:00 and 10:30 to 11:30 overlap.", "#id_times"),
            ("“a” is named twice.", "#id_places"),
        ]
        assert sheet_of(lead, FRAME, answer).sent["days"] == sheet.sent["days"]
        assert Timetable.objects.get().places == ["Room 1", "Room 2"]

    @pytest.mark.parametrize("value", ["\x00", "x" * 100_000, ""])
    def test_refuses_garbage(self, framed: Inspection, lead: Client, value: str) -> None:
        for name in ("days", "times", "places", "revision"):
            sheet = open_sheet(lead, FRAME)
            sheet.sent[name] = [value]
            assert sheet.save().status_code == 422
        assert Timetable.objects.get().days == [MONDAY, TUESDAY]

    def test_asks_before_interviews_are_taken_off(self, framed: Inspection, lead: Client) -> None:
        place(framed, "ANY-001", 4)
        sheet = open_sheet(lead, FRAME)
        sheet.sent["days"] = ["12 January 2026"]
        answer = sheet.save()
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [
            (
                "1 interview lies outside these days, times and rooms: ANY-001. Confirm that you "
                "want to take them off, or change what you entered.",
                "#id_take_off",
            )
        ]
        assert set(timetable_of(framed)) == {"ANY-001"}
        again = sheet_of(lead, FRAME, answer)
        again.sent["take_off"] = ["on"]
        assert again.save().status_code == 302
        assert timetable_of(framed) == {}

    def test_a_change_meanwhile_is_told_and_not_overwritten(
        self, framed: Inspection, lead: Client
    ) -> None:
        sheet = open_sheet(lead, FRAME)
        place(framed, "ANY-001", 0)
        sheet.sent["places"] = ["Room 1\r\nThe annexe"]
        answer = sheet.save()
        assert answer.status_code == 409
        ((message, _),) = errors_of(read_page(answer))
        assert message.startswith("Not saved: somebody changed the timetable after you opened")
        assert Timetable.objects.get().places == ["Room 1", "Room 2"]
        again = sheet_of(lead, FRAME, answer)
        assert again.sent["places"] == ["Room 1\r\nThe annexe"]
        assert again.save().status_code == 302
        assert Timetable.objects.get().places == ["Room 1", "The annexe"]


class TestTimetable:
    def test_asks_for_a_frame_first(self, inspection: Inspection, lead: Client) -> None:
        page = read_page(lead.get(TIMETABLE))
        assert ("Enter days, times and rooms", FRAME) in links_of(page, "//main")
        assert texts_of(page, "//main//h2[@id='waiting-title']/following-sibling::*") == [
            "3 allocated cases need an interview."
        ]
        assert page.xpath("//button[normalize-space()='Plan']") == []

    def test_plans_and_shows_days_and_what_is_late(self, framed: Inspection, lead: Client) -> None:
        make_cases(framed, ("ANY-004", "", ""))
        answer = open_sheet(lead, TIMETABLE).save()
        assert answer["Location"] == TIMETABLE
        page = read_page(lead.get(TIMETABLE))
        assert banners_of(page) == [("Success", "3 interviews placed.")]
        found = timetable_of(framed)
        rows = [row for n in (1, 2) for row in rows_of(page, f"day-{n}")[1:]]
        assert {row[1]: (row[2], row[3], row[4], row[5]) for row in rows} == {
            reference: (
                room,
                {"inspector": "Inspector", "lead": "Lead inspector"}[key],
                {"ANY-002": "cm-02"}.get(reference, "cm-01"),
                "Not yet marked as held",
            )
            for reference, (_, room, key) in found.items()
        }
        assert texts_of(page, "//main/p[1]") == [
            "2 days with 4 times each, 2 rooms. 3 interviews planned, 3 not yet marked as held."
        ]
        assert "1 case needs to be allocated first: ANY-004." in texts_of(page, "//main/p")

    def test_says_which_cases_cannot_be_placed_and_why(
        self, framed: Inspection, lead: Client
    ) -> None:
        inspector = member_of(framed, "inspector")
        save_availabilities(framed, {inspector.pk: ([MONDAY, TUESDAY], None)})
        open_sheet(lead, TIMETABLE).save()
        page = read_page(lead.get(TIMETABLE))
        assert banners_of(page) == [
            (
                "Success",
                "1 interview placed. 2 cases could not be placed: see why under “Still to be "
                "arranged”.",
            )
        ]
        assert rows_of(page, "waiting")[1:] == [
            [r, "Inspector", m, "Inspector is not there on any of the days left."]
            for r, m in (("ANY-001", "cm-01"), ("ANY-002", "cm-02"))
        ]

    def test_marks_what_no_longer_fits(self, framed: Inspection, lead: Client) -> None:
        place(framed, "ANY-001", 0)
        inspector = member_of(framed, "inspector")
        save_availabilities(framed, {inspector.pk: ([MONDAY], None)})
        page = read_page(lead.get(TIMETABLE))
        assert rows_of(page, "day-1")[1][-1] == (
            "Not yet marked as held Inspector is not there on that day."
        )
        Interview.objects.update(placed_on=MONDAY)
        page = read_page(lead.get(TIMETABLE))
        assert rows_of(page, "day-1")[1][-1] == "Late Inspector is not there on that day."
        assert texts_of(page, "//main/p[1]/strong") == ["1 late"]

    def test_says_at_once_that_there_are_fewer_places_than_cases(
        self, inspection: Inspection, lead: Client
    ) -> None:
        make_frame(inspection, days=DAYS[:1], times=USUAL_TIMES[:2], places=PLACES[:1])
        page = read_page(lead.get(TIMETABLE))
        assert texts_of(page, "//div[@class='govuk-inset-text']") == [
            "2 places for 3 cases: not all can be placed. Add days, times or rooms."
        ]

    def test_planning_anew_stops_where_something_changed_meanwhile(
        self, framed: Inspection, lead: Client
    ) -> None:
        sheet = open_sheet(lead, TIMETABLE)
        place(framed, "ANY-001", 7)
        sheet.sent["scope"] = ["anew"]
        answer = sheet.save()
        assert answer.status_code == 409
        assert "so nothing was stored" in banners_of(read_page(answer))[0][1]
        assert set(timetable_of(framed)) == {"ANY-001"}
        again = sheet_of(lead, TIMETABLE, answer)
        again.sent["scope"] = ["anew"]
        assert again.save().status_code == 302
        assert len(timetable_of(framed)) == 3

    @pytest.mark.parametrize(
        "sent", [{}, {"scope": "x", "revision": "1"}, {"scope": "rest", "revision": "9" * 40}]
    )
    def test_refuses_what_no_page_sends(
        self, framed: Inspection, lead: Client, sent: dict[str, str]
    ) -> None:
        assert lead.post(TIMETABLE, sent).status_code == 422
        assert timetable_of(framed) == {}

    @pytest.mark.parametrize("cases", [1, 30])
    @pytest.mark.parametrize("url", [TIMETABLE, PRINT, f"{PRINT}?by=assessor"])
    def test_takes_as_many_queries_for_many(
        self, django_assert_num_queries: DjangoAssertNumQueries, cases: int, url: str
    ) -> None:
        """Session, person, part; frame, cases, interviews, days off."""
        inspection = make_inspection()
        make_many(inspection, cases, "inspector")
        make_frame(inspection)
        lead = client_of(inspection, "lead")
        planning = open_sheet(lead, TIMETABLE)
        with django_assert_num_queries(18):
            assert planning.save().status_code == 302
        lead.get(TIMETABLE)
        with django_assert_num_queries(7):
            assert lead.get(url).status_code == 200


class TestPrint:
    def test_shows_each_day_with_times_down_and_rooms_across(
        self, framed: Inspection, lead: Client
    ) -> None:
        place(framed, "ANY-001", 0)
        place(framed, "ANY-002", 5, "Room 2")
        place(framed, "ANY-003", 4)
        page = read_page(lead.get(PRINT))
        assert rows_of(page, "grid-1") == [
            ["Time", "Room 1", "Room 2"],
            ["09:15 to 10:30", "ANY-001 Inspector with cm-01", ""],
        ]
        assert rows_of(page, "grid-2") == [
            ["Time", "Room 1", "Room 2"],
            ["09:15 to 10:30", "ANY-003 Lead inspector with cm-01", ""],
            ["10:45 to 12:00", "", "ANY-002 Inspector with cm-02"],
        ]

    def test_shows_each_assessor(self, framed: Inspection, lead: Client) -> None:
        place(framed, "ANY-002", 5, "Room 2")
        place(framed, "ANY-001", 0)
        place(framed, "ANY-003", 4)
        page = read_page(lead.get(f"{PRINT}?by=assessor"))
        assert texts_of(page, "//caption") == ["Lead inspector", "Inspector"]
        assert rows_of(page, "of-inspector")[1:] == [
            ["Monday 12 January", "09:15 to 10:30", "Room 1", "ANY-001", "cm-01"],
            ["Tuesday 13 January", "10:45 to 12:00", "Room 2", "ANY-002", "cm-02"],
        ]

    def test_without_interviews_says_so(self, framed: Inspection, lead: Client) -> None:
        assert texts_of(read_page(lead.get(PRINT)), "//p[@class='app-empty']") == [
            "No interview is planned yet."
        ]
