"""Allocation and timetable in a real browser: by the lead inspector, and by an assessor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import Locator, Page, expect

from cases.allocation.conflicts_of_interest import declare_conflict
from inspections.models import Inspection
from tests.cases.allocation.casework import (
    ALLOCATION,
    ASSESSORS,
    BALANCE,
    CONFLICTS,
    allocation_of,
    begin,
    make_cases,
    make_many,
)
from tests.cases.timetable.arranging import (
    FRAME,
    OWN,
    PRINT,
    TIMETABLE,
    make_frame,
    place,
    timetable_of,
)
from tests.casting import make_inspection, member_of, user_of
from tests.e2e.browsing import check_axe, check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import press


@pytest.fixture
def inspection(server: str) -> Inspection:
    return make_inspection()


def open_as(open_page: OpenPage, inspection: Inspection, key: str, *, scripts: bool = True) -> Page:
    """Return a page on which the member `key` of the team has signed in."""
    page = open_page(scripts=scripts)
    sign_in(page, user_of(inspection, key))
    return page


def assessor_of(page: Page, reference: str) -> Locator:
    """Return the drop-down list of who judges a case."""
    return page.get_by_label(f"Assessor of {reference}")


def held_button(page: Page, reference: str) -> Locator:
    """Return the button of an own interview that says whether it was held."""
    return page.locator("main tr", has_text=reference).get_by_role("button")


def test_the_lead_inspector_allocates_by_hand_and_by_balance(
    open_page: OpenPage, inspection: Inspection
) -> None:
    make_many(inspection, 8)
    inspector = member_of(inspection, "inspector")
    declare_conflict(inspector, inspector, reference="ANY-002")
    page = open_as(open_page, inspection, "lead")
    page.goto("/inspections/anyshire-2026/")
    page.locator("main").get_by_role("link", name="Allocation", exact=True).click()
    expect(page).to_have_url(re.compile(f"{ALLOCATION}$"))
    check_page(page)

    # By keyboard: the first letters choose, and Enter on the button saves.
    assessor_of(page, "ANY-001").focus()
    page.keyboard.type("Loc")
    page.keyboard.press("Tab")
    expect(assessor_of(page, "ANY-002")).to_be_focused()
    assessor_of(page, "ANY-002").select_option("inspector")
    page.get_by_role("button", name="Save allocation").focus()
    page.keyboard.press("Enter")
    summary = page.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: Allocation"))
    check_page(page)
    summary.get_by_role("link", name="ANY-002: Inspector has a conflict of interest").click()
    expect(assessor_of(page, "ANY-002")).to_be_focused()
    assert allocation_of(inspection)["ANY-001"] == "local-assessor"
    assessor_of(page, "ANY-002").select_option("lead")
    press(page, "Save allocation")
    expect(page.get_by_text("Saved 1 change.")).to_be_visible()

    page.get_by_role("button", name="Balance automatically").click()
    expect(page).to_have_url(re.compile(f"{BALANCE}$"))
    page.get_by_label("Seed").fill("seed-1")
    press(page, "Show the proposal")
    expect(page.get_by_text("6 cases would be allocated as below.")).to_be_visible()
    expect(page.locator("strong", has_text="seed-1")).to_be_visible()
    check_page(page)
    proposed = dict(
        zip(
            page.locator("#cases tbody th").all_inner_texts(),
            page.locator("#cases tbody td:nth-child(3)").all_inner_texts(),
            strict=True,
        )
    )
    press(page, "Accept and store")
    expect(page.get_by_text("The allocation is stored.")).to_be_visible()
    names = dict(inspection.team.values_list("key", "name"))
    stored = {r: names[key] for r, key in allocation_of(inspection).items()}
    assert stored == {"ANY-001": "Local assessor", "ANY-002": "Lead inspector"} | proposed

    page.get_by_role("link", name="Days and limits of assessors").click()
    expect(page).to_have_url(re.compile(f"{ASSESSORS}$"))
    check_page(page)
    page.get_by_role("group", name="Days on which Inspector is there").get_by_label(
        "Mon 12 Jan"
    ).uncheck()
    page.get_by_label("Most cases for Local assessor").fill("1")
    press(page, "Save")
    expect(page.locator("#loads")).to_contain_text("more than they take")


def test_the_lead_inspector_plans_moves_prints_and_downloads(
    open_page: OpenPage, inspection: Inspection, tmp_path: Path
) -> None:
    make_cases(
        inspection,
        ("ANY-001", "inspector", "cm-01"),
        ("ANY-002", "inspector", "cm-02"),
        ("ANY-003", "lead", "cm-01"),
    )
    page = open_as(open_page, inspection, "lead")
    page.goto(TIMETABLE)
    check_page(page)
    page.get_by_role("link", name="Enter days, times and rooms").click()
    expect(page).to_have_url(re.compile(f"{FRAME}$"))
    page.get_by_label("Days").fill("Monday 12 January 2026\n13 January")
    page.get_by_label("Rooms").fill("Room 1\nRoom 2")
    press(page, "Save")
    page.get_by_role("link", name="“13 January” is not a day").click()
    expect(page.get_by_label("Days")).to_be_focused()
    check_page(page)
    page.get_by_label("Days").fill("12 January 2026\n13 January 2026")
    press(page, "Save")
    press(page, "Plan")
    expect(page.get_by_text("3 interviews placed.")).to_be_visible()
    check_page(page)

    page.get_by_role("link", name="ANY-002", exact=True).click()
    here, _, _ = timetable_of(inspection)["ANY-002"]
    taken, room, _ = timetable_of(inspection)["ANY-001"]
    page.get_by_label("Time").select_option(index=taken + 1)
    page.get_by_label("Room").select_option(room)
    press(page, "Move")
    expect(page.locator(".govuk-error-summary")).to_contain_text(
        "Inspector is interviewing about ANY-001 then."
    )
    expect(page.locator(".govuk-error-summary")).to_contain_text(f"{room} is taken then")
    check_page(page)
    free = next(n for n in (7, 6, 5) if n not in (here, taken))
    page.get_by_label("Time").select_option(index=free + 1)
    press(page, "Move")
    expect(page.get_by_text("The interview about ANY-002 is placed.")).to_be_visible()
    assert timetable_of(inspection)["ANY-002"] == (free, room, "inspector")

    page.get_by_role("link", name="Print", exact=True).click()
    expect(page).to_have_url(re.compile(f"{PRINT}$"))
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    check_page(page)
    page.emulate_media(media="print")
    expect(page.locator(".app-navigation, .govuk-breadcrumbs, h1").first).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.locator(".timetable-paper").first).to_contain_text("Anyshire 2026. As it stood on")
    expect(page.locator("#grid-1")).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="By assessor").click()
    expect(page.locator("#of-inspector")).to_contain_text("ANY-002")
    check_axe(page)

    page.goto(TIMETABLE)
    with page.expect_download() as download:
        page.get_by_role("link", name="Inspector (.ics)", exact=True).click()
    file = tmp_path / "calendar.ics"
    download.value.save_as(file)
    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert sorted(str(event["SUMMARY"]) for event in events) == [
        "Interview: case ANY-001",
        "Interview: case ANY-002",
    ]


def test_an_assessor_declares_a_conflict_and_has_a_timetable(
    open_page: OpenPage, inspection: Inspection
) -> None:
    _, second, _ = make_cases(
        inspection,
        ("ANY-001", "inspector", "cm-01"),
        ("ANY-002", "inspector", "cm-02"),
        ("ANY-003", "inspector", "cm-03"),
    )
    begin(second)
    make_frame(inspection)
    for number, reference in enumerate(("ANY-001", "ANY-002", "ANY-003")):
        place(inspection, reference, number)
    page = open_as(open_page, inspection, "inspector")
    page.goto("/inspections/anyshire-2026/")
    page.locator("main").get_by_role("link", name="Conflicts of interest").click()
    expect(page).to_have_url(re.compile(f"{CONFLICTS}$"))
    press(page, "Declare")
    page.get_by_role("link", name="Choose whether it is with a case or a case manager").click()
    expect(page.get_by_label("A case", exact=True)).to_be_focused()
    check_page(page)
    page.keyboard.press("Space")
    page.get_by_label("Reference of the case").fill("ANY-001")
    page.get_by_label("What the lead inspector should know").fill("I know the family.")
    press(page, "Declare")
    expect(page.get_by_text("No longer allocated to you: ANY-001.")).to_be_visible()
    page.get_by_label("A case manager").check()
    page.get_by_label("Reference of the case").fill("cm-02")
    press(page, "Declare")
    expect(page.get_by_text("the lead inspector decides: ANY-002.")).to_be_visible()
    check_page(page)

    page.goto("/inspections/anyshire-2026/")
    page.locator("main").get_by_role("link", name="My timetable").click()
    expect(page).to_have_url(re.compile(f"{OWN}$"))
    expect(page.locator("#past tbody tr")).to_have_count(2)
    held_button(page, "ANY-003").click()
    expect(page.get_by_text("The interview about ANY-003 was held.")).to_be_visible()
    expect(held_button(page, "ANY-003")).to_contain_text("Not held after all")
    check_page(page)

    lead = open_as(open_page, inspection, "lead")
    lead.goto(ALLOCATION)
    banner = lead.get_by_role("region", name="Important")
    expect(banner).to_contain_text("Inspector has a conflict of interest with ANY-002.")
    check_axe(lead)
    lead.get_by_role("link", name="lift the conflict").click()
    lead.get_by_role("link", name="Lift the conflict of Inspector with cm-02").click()
    lead.get_by_label("Why it keeps nobody").fill("Another person of that key.")
    check_page(lead)
    press(lead, "Lift the conflict of interest")
    expect(lead.get_by_text("The conflict of interest is lifted.")).to_be_visible()
    check_page(lead)


def test_without_javascript(open_page: OpenPage, inspection: Inspection) -> None:
    (case,) = make_cases(inspection, ("ANY-001", "inspector", "cm-01"))
    begin(case)
    make_frame(inspection)
    page = open_as(open_page, inspection, "lead", scripts=False)
    page.goto(TIMETABLE)
    press(page, "Plan")
    assert timetable_of(inspection)["ANY-001"][2] == "inspector"
    page.goto(ALLOCATION)
    assessor_of(page, "ANY-001").select_option("lead")
    press(page, "Save allocation")
    page.get_by_label("Yes, ANY-001 is to change hands").check()
    press(page, "Save allocation")
    expect(page.get_by_text("Saved 1 change.")).to_be_visible()
    assert timetable_of(inspection)["ANY-001"][2] == "lead"
    page.goto(f"{TIMETABLE}cases/ANY-001/")
    press(page, "It was held")
    page.goto(OWN)
    held_button(page, "ANY-001").click()
    expect(held_button(page, "ANY-001")).to_contain_text("It was held")
    page.goto(f"{TIMETABLE}cases/ANY-001/")
    press(page, "Take it off")
    expect(page.get_by_text("is taken off the timetable")).to_be_visible()
    assert timetable_of(inspection) == {}
    page.goto(PRINT)
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
