"""A whole set-up by hand: people, areas, a new version of a programme, an inspection, its team."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import User
from inspections.models import Area, Inspection, Programme
from jobs.models import Job
from jobs.running import run_job
from tests.casting import PASSWORD, make_administrator, make_area, make_inspection, make_user
from tests.e2e.browsing import check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import press
from tests.inspections.programme_edits import edit_text
from tests.programmes import load_small_programme

pytestmark = pytest.mark.slow

NEW_PASSWORD = "three words that match nothing"
RAISED = ("version: 1", "version: 2")
BAND = ("{label: MODERATE, floor: 60}", "{label: MODERATE, floor: 65}")
WORDS = ("Was a screening completed?", "Was a full screening completed?")


def follow(page: Page, name: str) -> None:
    """Follow a link in the main part of the page, or a button that is one."""
    main = page.locator("main")
    main.get_by_role("link", name=name, exact=True).or_(
        main.get_by_role("button", name=name, exact=True)
    ).click()


def check_heading(page: Page, heading: str) -> None:
    """Check the page, once it is the one whose h1 ends so."""
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"{re.escape(heading)}$"))
    page.wait_for_load_state()
    check_page(page)


def expect_told(page: Page, words: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(words)


def confirm(page: Page) -> None:
    """Give the password once more; what was asked for is then done without asking again."""
    check_heading(page, "Confirm that it is you")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Continue")


def upload(page: Page, folder: Path, text: str) -> None:
    """Choose a file that holds `text`, and ask what it changes."""
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    page.get_by_label("Programme file").set_input_files(path)
    press(page, "Show what it changes")


def test_a_whole_set_up_by_hand(
    open_page: OpenPage,
    server: str,
    mailoutbox: list[EmailMessage],
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.SITE_URL = server
    load_small_programme()
    page = open_page()
    sign_in(page, make_administrator())
    add_areas(page)
    invite_an_inspector(page, mailoutbox)
    take_up_the_invitation(open_page(), str(mailoutbox[0].body))
    upload_a_version(page, tmp_path)
    set_up_an_inspection(page)
    put_the_team_together(page, mailoutbox)

    lead = open_page()
    sign_in(lead, User.objects.get(email="inspector.4@example.org"), NEW_PASSWORD)
    expect(lead.locator("main").get_by_role("link", name="Newshire")).to_be_visible()


def add_areas(page: Page) -> None:
    """Two areas; one of them twice."""
    follow(page, "Areas")
    check_heading(page, "Areas")
    follow(page, "Add an area")
    page.get_by_label("Name of the area").fill("Newshire")
    press(page, "Add the area")
    expect_told(page, "The area Newshire is set up.")
    follow(page, "Add an area")
    page.get_by_label("Name of the area").fill("NEWSHIRE")
    press(page, "Add the area")
    expect(page.locator(".govuk-error-summary")).to_contain_text("called Newshire already")
    check_heading(page, "Add an area")
    page.get_by_label("Name of the area").fill("Homeshire & District")
    press(page, "Add the area")
    expect_told(page, "The area Homeshire & District is set up.")
    page.goto("/")


def invite_an_inspector(page: Page, mailoutbox: list[EmailMessage]) -> None:
    """With nothing but the keyboard; the page says when the email has been sent."""
    follow(page, "People")
    check_heading(page, "People")
    follow(page, "Invite somebody")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Inspector 4")
    page.keyboard.press("Tab")
    page.keyboard.type("inspector.4@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    for _ in range(3):  # past the area and the administrator's box, to the button
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Choose the area")
    check_page(page)
    page.get_by_label("Area", exact=True).select_option("Homeshire & District")
    press(page, "Send the invitation")
    expect(page.get_by_text("Waiting to start.")).to_be_visible()
    check_heading(page, "Inspector 4")
    run_job(Job.objects.get().pk)
    expect(page.get_by_text("It was sent to inspector.4@example.org on")).to_be_visible()
    assert [mail.to for mail in mailoutbox] == [["inspector.4@example.org"]]
    page.goto("/")


def take_up_the_invitation(page: Page, letter: str) -> None:
    """Choose a password by the link, sign in with it, and find the link used up."""
    link, *_ = re.findall(r"http://\S+", letter)
    page.goto(link)
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Password, once more").fill("short")
    press(page, "Save the password")
    check_heading(page, "Set up your account")
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("Password, once more").fill(NEW_PASSWORD)
    press(page, "Save the password")
    expect_told(page, "Your password is saved. Sign in with it now.")
    page.goto(link)
    check_heading(page, "This link no longer works")
    sign_in(page, User.objects.get(email="inspector.4@example.org"), NEW_PASSWORD)
    expect(page.get_by_text("You are not in the team of any inspection yet.")).to_be_visible()
    page.goto(link)
    check_heading(page, "Sign out first")


def upload_a_version(page: Page, folder: Path) -> None:
    """A file with a fault, then one without: what it changes is shown, and accepted."""
    follow(page, "Programmes")
    check_heading(page, "Programmes")
    follow(page, "Upload a new version")
    upload(page, folder, edit_text(RAISED, BAND, ("scoring: rows", "scoring: row")))
    expect(page.get_by_role("row", name="scoring")).to_have_count(1)
    check_heading(page, "Upload a programme")
    upload(page, folder, edit_text(RAISED, BAND, WORDS))
    expect(page.locator("#score-effects")).to_contain_text("MODERATE begins at 65%")
    expect(page.locator("ins")).to_contain_text(["65", "full"])
    check_heading(page, "Small inspection, version 2")
    assert Programme.objects.count() == 1
    press(page, "Accept and store it")
    expect_told(page, "Small inspection, version 2, can now be used.")
    check_heading(page, "Small inspection, version 2")
    page.goto("/")


def set_up_an_inspection(page: Page) -> None:
    follow(page, "Set up an inspection")
    press(page, "Set up the inspection")
    expect(page.locator(".govuk-error-summary a")).to_have_count(9)
    check_heading(page, "Set up an inspection")
    page.get_by_label("Area to be inspected").select_option("Newshire")
    page.get_by_label("Programme").select_option("Small inspection, version 2")
    page.get_by_label("Region").fill("East of England")
    page.get_by_label("England", exact=True).check()
    page.get_by_label("Name of the service", exact=True).fill("Newshire Youth Offending Service")
    page.get_by_label("Short name of the service").fill("YOS")
    page.get_by_label("Title of its manager").fill("Head of Service")
    page.get_by_label("First day of fieldwork").fill("12 January 2026")
    page.get_by_label("Last day of fieldwork").fill("23 January 2026")
    press(page, "Set up the inspection")
    expect_told(page, "Now put its team together.")
    page.get_by_role("link", name="Newshire 2026").click()
    check_heading(page, "Newshire")
    follow(page, "Details")
    page.get_by_label("Last day of fieldwork").fill("30 January 2026")
    press(page, "Save the details")
    expect(page.locator("main")).to_contain_text("12 to 30 January 2026")
    assert str(Inspection.objects.get().programme) == "small@2"


def put_the_team_together(page: Page, mailoutbox: list[EmailMessage]) -> None:
    """A lead inspector who has an account, and an assessor who is invited from here.

    Since both come to see something by it, the password is asked for, once.
    """
    follow(page, "Team")
    for role, name, home, email in (
        ("Local assessor", "Local assessor 1", "Homeshire & District", "new@example.org"),
        ("Lead inspector", "Lead inspector", "None", "inspector.4@example.org"),
    ):
        follow(page, "Add a member")
        page.get_by_label("Role").select_option(role)
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Home area").select_option(home)
        if email == "new@example.org":
            press(page, "Add the member")
            expect(page.locator(".govuk-error-summary")).to_contain_text("Nobody has an account")
            check_heading(page, "Add a member")
            page.get_by_label("Invite them by email").check()
            press(page, "Add the member")
            confirm(page)
        else:
            press(page, "Add the member")
        expect_told(page, f"{name} is in the team.")
    page.get_by_role("button", name="Move up Lead inspector").press("Enter")
    page.wait_for_url("**/team/#member-lead-inspector")
    expect(page.locator("main").get_by_role("heading", level=2)).to_have_text(
        ["Lead inspector", "Local assessor 1"]
    )
    check_heading(page, "Team")
    for job in Job.objects.filter(status="queued").order_by("pk"):
        run_job(job.pk)
    assert [mail.to for mail in mailoutbox[1:]] == [
        ["new@example.org"],
        ["inspector.4@example.org"],
    ]


def test_steps_with_an_account_and_pages_that_the_set_up_does_not_come_through(
    open_page: OpenPage, server: str
) -> None:
    make_inspection()
    person = make_user("inspector")
    page = open_page()
    sign_in(page, make_administrator())
    at = f"/set-up/people/{person.pk}/"
    for path, heading in (
        ("/set-up/areas/anyshire/", "Anyshire"),
        (f"{at}areas/", "Add an area"),
    ):
        page.goto(path)
        check_heading(page, heading)

    page.goto("/set-up/invitations/")
    page.get_by_label("People", exact=True).fill("Inspector 8, eight\nInspector 9")
    press(page, "Send the invitations")
    expect(page.locator(".govuk-error-summary li")).to_have_count(2)
    check_heading(page, "Invite several people")

    page.goto(at)
    follow(page, "Make them an administrator")
    check_heading(page, "Make them an administrator")


def test_without_scripts(open_page: OpenPage, server: str, tmp_path: Path) -> None:
    load_small_programme()
    make_area("Otherton")
    page = open_page(scripts=False, width=320)
    sign_in(page, make_administrator())
    page.goto("/set-up/new-area/")
    page.get_by_label("Name of the area").fill("Newshire")
    press(page, "Add the area")
    assert Area.objects.filter(name="Newshire").exists()
    page.goto("/set-up/invitation/")
    page.get_by_label("Name", exact=True).fill("Inspector 4")
    page.get_by_label("Email address").fill("inspector.4@example.org")
    press(page, "Send the invitation")
    run_job(Job.objects.get().pk)
    follow(page, "Check again")
    follow(page, "Continue")
    expect(page.get_by_text("It was sent to inspector.4@example.org on")).to_be_visible()
    page.goto("/set-up/new-programme/")
    upload(page, tmp_path, edit_text(RAISED, BAND))
    press(page, "Accept and store it")
    assert Programme.objects.count() == 2
