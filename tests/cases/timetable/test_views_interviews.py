"""The page of one interview, and an assessor's own timetable."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from cases.allocation.allocating import AllocationChange, allocate
from cases.models import Assessment, Interview
from cases.timetable.storing import mark_held, remove_interview
from inspections.models import Inspection
from tests.cases.allocation.casework import make_cases, make_many
from tests.cases.filling import (
    banners_of,
    client_of,
    errors_of,
    heading_of,
    open_sheet,
)
from tests.cases.timetable.arranging import (
    FRAME,
    INTERVIEW,
    MONDAY,
    OWN,
    PLACES,
    TIMETABLE,
    TUESDAY,
    make_frame,
    place,
    timetable_of,
)
from tests.casting import make_inspection, user_of
from tests.pages import Element, links_of, read_page, rows_of, texts_of

pytestmark = pytest.mark.django_db


def form_with(page: Element, name: str) -> dict[str, str]:
    """Return what the form that has a field or button of this name sends, without its buttons."""
    (form,) = page.xpath(f"//main//form[.//*[@name='{name}']]")
    return {key: value for key, value in form.form_values() if key != "csrfmiddlewaretoken"}


def interview_form(client: Client, name: str, **changes: str) -> dict[str, str]:
    """Return what a form of the interview's page sends, its button included."""
    page = read_page(client.get(INTERVIEW))
    button = {"slot": "place", "other": "swap"}[name]
    return form_with(page, name) | {"do": button} | changes


class TestInterview:
    def test_is_placed_moved_and_taken_off(self, framed: Inspection, lead: Client) -> None:
        sent = interview_form(lead, "slot", slot=f"{TUESDAY} 10:45 12:00", room="Room 2")
        assert lead.post(INTERVIEW, sent)["Location"] == TIMETABLE
        assert timetable_of(framed) == {"ANY-001": (5, "Room 2", "inspector")}
        sent = interview_form(lead, "slot")
        assert (sent["slot"], sent["room"]) == (f"{TUESDAY} 10:45 12:00", "Room 2")
        lead.post(INTERVIEW, sent | {"slot": f"{MONDAY} 09:15 10:30"})
        assert timetable_of(framed) == {"ANY-001": (0, "Room 2", "inspector")}
        sequence = str(Interview.objects.get().sequence)
        lead.post(INTERVIEW, {"do": "remove", "sequence": sequence})
        assert timetable_of(framed) == {}
        assert banners_of(read_page(lead.get(TIMETABLE)))[-1] == (
            "Success",
            "The interview about ANY-001 is taken off the timetable.",
        )

    def test_a_time_at_which_all_rooms_are_taken_is_marked(
        self, framed: Inspection, lead: Client
    ) -> None:
        make_frame(framed, places=PLACES[:1])
        make_cases(framed, ("OTH-001", "lead", "cm-09"))
        place(framed, "OTH-001", 1)
        options = texts_of(read_page(lead.get(INTERVIEW)), "//select[@name='slot']/option")
        assert options[1:3] == [
            "Monday 12 January, 09:15 to 10:30",
            "Monday 12 January, 10:45 to 12:00 (no room free)",
        ]

    def test_says_at_time_and_room_what_is_in_the_way(
        self, framed: Inspection, lead: Client
    ) -> None:
        place(framed, "ANY-002", 0)
        page = read_page(lead.get(INTERVIEW))
        assert texts_of(page, "//select[@name='slot']/option")[:3] == [
            "Choose a time",
            "Monday 12 January, 09:15 to 10:30 (not free)",
            "Monday 12 January, 10:45 to 12:00",
        ]
        sent = interview_form(lead, "slot", slot=f"{MONDAY} 09:15 10:30", room="Room 1")
        answer = lead.post(INTERVIEW, sent)
        page = read_page(answer)
        assert answer.status_code == 422
        assert errors_of(page) == [
            ("Inspector is interviewing about ANY-002 then.", "#id_slot"),
            ("Room 1 is taken then, for the interview about ANY-002.", "#id_room"),
        ]
        assert form_with(page, "slot")["slot"] == sent["slot"]
        assert set(timetable_of(framed)) == {"ANY-002"}

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"slot": ""}, "Choose a time"),
            ({"slot": "2026-02-30 09:15 10:30"}, "Choose a time"),
            ({"slot": "\x00"}, "Choose a time"),
            ({"room": "Elsewhere"}, "Choose a room"),
        ],
    )
    def test_takes_only_times_and_rooms_of_the_frame(
        self, framed: Inspection, lead: Client, change: dict[str, str], message: str
    ) -> None:
        sent = interview_form(lead, "slot", slot=f"{MONDAY} 09:15 10:30", room="Room 1") | change
        answer = lead.post(INTERVIEW, sent)
        assert answer.status_code == 422
        assert [text for text, _ in errors_of(read_page(answer))] == [message]
        assert timetable_of(framed) == {}

    def test_changes_places_with_another(self, framed: Inspection, lead: Client) -> None:
        place(framed, "ANY-001", 0)
        place(framed, "ANY-002", 4)
        sent = interview_form(lead, "other", other="ANY-002")
        assert lead.post(INTERVIEW, sent).status_code == 302
        assert {r: found[0] for r, found in timetable_of(framed).items()} == {
            "ANY-001": 4,
            "ANY-002": 0,
        }
        place(framed, "ANY-003", 0, "Room 2")
        sent = interview_form(lead, "other", other="ANY-002")
        answer = lead.post(INTERVIEW, sent)
        assert answer.status_code == 422
        assert errors_of(read_page(answer)) == [
            ("Case manager cm-01 is being interviewed about ANY-003 then.", "#id_other")
        ]

    def test_a_change_meanwhile_is_told_and_what_was_chosen_kept(
        self, framed: Inspection, lead: Client
    ) -> None:
        seen = interview_form(lead, "slot", slot=f"{MONDAY} 09:15 10:30", room="Room 1")
        place(framed, "ANY-001", 5, "Room 2")
        answer = lead.post(INTERVIEW, seen)
        page = read_page(answer)
        assert answer.status_code == 409
        assert errors_of(page) == [
            (
                "Not saved: somebody else changed this interview after you opened the page. It is "
                "now on Tuesday 13 January, 10:45 to 12:00, in Room 2.",
                "#id_slot",
            )
        ]
        assert timetable_of(framed)["ANY-001"][0] == 5
        again = form_with(page, "slot") | {"do": "place"}
        assert again["slot"] == seen["slot"]
        assert lead.post(INTERVIEW, again).status_code == 302
        assert timetable_of(framed)["ANY-001"] == (0, "Room 1", "inspector")

    def test_one_that_was_held_offers_nothing_but_to_say_that_it_was_not(
        self, framed: Inspection, lead: Client
    ) -> None:
        interview = place(framed, "ANY-001", 0)
        lead.post(f"{INTERVIEW}held/", {"held": "yes"})
        page = read_page(lead.get(INTERVIEW))
        assert texts_of(page, "//main//button") == ["It was not held"]
        answer = lead.post(INTERVIEW, {"do": "remove", "sequence": str(interview.sequence)})
        assert answer.status_code == 404
        assert set(timetable_of(framed)) == {"ANY-001"}

    def test_without_a_frame_leads_to_it(self, inspection: Inspection, lead: Client) -> None:
        page = read_page(lead.get(INTERVIEW))
        assert ("Enter them first", FRAME) in links_of(page, "//main")


class TestOwn:
    def test_shows_todays_first_then_those_to_come_then_the_past(self, framed: Inspection) -> None:
        make_cases(framed, ("ANY-004", "inspector", "cm-04"))
        today = timezone.localdate()
        for number, (reference, days) in enumerate(
            {"ANY-001": -1, "ANY-002": 0, "ANY-004": 1}.items()
        ):
            interview = place(framed, reference, number)
            Interview.objects.filter(pk=interview.pk).update(
                day=today + timedelta(days), placed_on=today - timedelta(days=7)
            )
        place(framed, "ANY-003", 4)
        client = client_of(framed, "inspector")
        page = read_page(client.get(OWN))
        assert heading_of(page) == "Anyshire 2026 My timetable"
        assert texts_of(page, "//caption") == ["Today", "To come", "Past"]
        assert [
            row[1] for table in ("today", "to-come", "past") for row in rows_of(page, table)[1:]
        ] == ["ANY-002 cm-02", "ANY-004 cm-04", "ANY-001 cm-01"]
        assert rows_of(page, "past")[1][2] == "Late It was held: ANY-001"
        assert links_of(page, "//table[@id='today']") == [
            ("ANY-002", "/inspections/anyshire-2026/cases/ANY-002/")
        ]
        client.post(f"{INTERVIEW}held/", {"held": "yes"})
        page = read_page(client.get(OWN))
        assert rows_of(page, "past")[1][2] == "Held Not held after all: ANY-001"
        assert banners_of(page) == [("Success", "The interview about ANY-001 was held.")]

    def test_without_interviews_says_so_and_offers_no_file(self, framed: Inspection) -> None:
        client = client_of(framed, "inspector")
        page = read_page(client.get(OWN))
        assert texts_of(page, "//p[@class='app-empty']") == ["No interview is planned for you yet."]

    def test_its_file_is_empty_once_the_last_interview_is_taken_off(
        self, framed: Inspection
    ) -> None:
        client, url = client_of(framed, "inspector"), f"{TIMETABLE}calendars/inspector.ics"
        interview = place(framed, "ANY-001", 0)
        assert len(Calendar.from_ical(client.get(url).content).walk("VEVENT")) == 1
        remove_interview(framed, "ANY-001", sequence=interview.sequence)
        answer = client.get(url)
        assert answer.status_code == 200
        assert Calendar.from_ical(answer.content).walk("VEVENT") == []

    def test_leads_to_no_case_that_somebody_else_has_now(self, framed: Inspection) -> None:
        mark_held(place(framed, "ANY-001", 0), held=True)
        place(framed, "ANY-002", 1)
        case = Assessment.objects.get(case__reference="ANY-001")
        assert allocate(
            framed, [AllocationChange(case.pk, "lead", "inspector")], user_of(framed, "lead")
        ).complete
        page = read_page(client_of(framed, "inspector").get(OWN))
        assert [row[1] for row in rows_of(page, "past")[1:]] == ["ANY-001 cm-01", "ANY-002 cm-02"]
        assert [text for text, _ in links_of(page, "//table[@id='past']")] == ["ANY-002"]

    def test_offers_a_calendar_file(self, framed: Inspection) -> None:
        place(framed, "ANY-001", 0)
        client = client_of(framed, "inspector")
        ((_, url),) = links_of(read_page(client.get(OWN)), "//main/p")
        answer = client.get(url)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer["Content-Disposition"] == (
            'attachment; filename="interviews-anyshire-2026-inspector.ics"'
        )
        assert b"SUMMARY:Interview: case ANY-001\r\n" in answer.content
        assert b"DTSTART:20260112T091500Z\r\n" in answer.content

    @pytest.mark.parametrize("cases", [1, 8])
    def test_takes_as_many_queries_for_many(
        self, django_assert_num_queries: DjangoAssertNumQueries, cases: int
    ) -> None:
        inspection = make_inspection()
        make_many(inspection, cases, "inspector")
        make_frame(inspection)
        open_sheet(client_of(inspection, "lead"), TIMETABLE).save()
        client = client_of(inspection, "inspector")
        with django_assert_num_queries(4):
            assert client.get(OWN).status_code == 200
        with django_assert_num_queries(5):
            assert client.get(f"{TIMETABLE}calendars/inspector.ics").status_code == 200
