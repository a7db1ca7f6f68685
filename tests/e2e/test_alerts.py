"""Case alerts and good practice in the browser, with the keyboard and without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from cases.models import CaseAlert, GoodPractice
from tests.casting import make_case, make_inspection
from tests.e2e.browsing import Watch, check_page
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import open_as, press
from tests.e2e.offline import NETWORK

INSPECTION = "/inspections/anyshire-2026/"
CASE = f"{INSPECTION}cases/ANY-001/"
SYNC = re.compile("/sync/$")
NAMED = "Jordan Smith is afraid to go home."
TEXT = "The plan was drawn as a comic, and the child keeps it on the wall."


def test_an_alert_is_raised_by_keyboard_and_without_scripts(open_page: OpenPage) -> None:
    assessment = make_case(make_inspection())
    page = open_as(open_page, assessment, "inspector", scripts=False)
    page.goto(f"{CASE}1.1/screening/")
    page.get_by_role("link", name="Raise a case alert").click()
    press(page, "Raise the alert")
    page.get_by_role("link", name="Say what your concern is.").press("Enter")
    page.keyboard.type(NAMED)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="This may identify somebody.")).to_be_visible()
    expect(page.get_by_label("What is your concern?")).to_have_value(NAMED)
    press(page, "Raise it as it is")
    expect(page.get_by_role("alert")).to_contain_text("The alert is raised.")
    assert CaseAlert.objects.get().concern == NAMED
    lead = open_as(open_page, assessment, "lead", scripts=False)
    lead.goto(INSPECTION)
    lead.get_by_role("link", name="1 case alert", exact=True).click()
    lead.get_by_role("link", name="ANY-001").click()
    press(lead, "Record this")
    lead.get_by_role("link", name="Say what was done.").click()
    lead.keyboard.type("Telephoned the duty worker.")
    press(lead, "Record this")
    expect(lead.get_by_role("list", name="What was done, in order")).to_contain_text(
        "Telephoned the duty worker."
    )


def test_an_alert_is_loud_until_it_is_sent_whoever_sends_it(
    open_page: OpenPage, watch: Watch
) -> None:
    """Refused, put right after the page was left, not sent, and then sent by another tab."""
    watch.expect("400: .*/sync/")
    assessment = make_case(make_inspection())
    page = open_as(open_page, assessment, "inspector")
    concern = page.get_by_label("What is your concern?")
    page.goto(f"{CASE}alert/")
    page.wait_for_load_state("networkidle")
    page.route(SYNC, lambda route: route.fulfill(status=400, json={"error": "It cannot be read."}))
    concern.fill("Afraid to go home.")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog"):  # before anybody is signed out, not after
        page.get_by_role("banner").get_by_role("button", name="Sign out").click()
    press(page, "Raise the alert")
    expect(
        page.get_by_role("status").filter(has_text="Not sent. It cannot be read.")
    ).to_be_visible()
    page.goto(CASE)
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("has not been sent: the server refused it. It cannot be read.")
    expect(warning).to_contain_text("Telephone the lead inspector now.")
    check_page(page)
    warning.get_by_role("link", name="Put it right and raise it again").click()
    expect(concern).to_have_value("Afraid to go home.")
    check_page(page)

    page.unroute(SYNC)
    page.route(SYNC, lambda route: route.abort())
    concern.fill("Afraid to go home tonight.")
    press(page, "Raise the alert")
    told = page.locator("main").get_by_role("status")
    unsent = "This alert has not been sent. Telephone the lead inspector now."
    expect(told.filter(has_text=unsent)).to_be_visible()
    check_page(page)
    assert CaseAlert.objects.count() == 0
    other = page.context.new_page()
    other.goto(f"{INSPECTION}alerts/")
    expect(told.filter(has_text="The alert was sent.")).to_be_visible(timeout=NETWORK)
    expect(told.filter(has_text=unsent)).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    other.reload()
    expect(other.get_by_role("region", name="Your case alerts")).to_contain_text("ANY-001")
    assert CaseAlert.objects.get().concern == "Afraid to go home tonight."


def test_good_practice_goes_from_the_topic_to_the_lead_inspector(open_page: OpenPage) -> None:
    assessment = make_case(make_inspection())
    page = open_as(open_page, assessment, "inspector")
    page.goto(f"{CASE}1.2/plans/")
    page.get_by_role("link", name="Note good practice").click()
    expect(page.get_by_label("Criterion")).to_have_value("1.2")
    press(page, "Save")
    expect(page.get_by_role("status").filter(has_text="Nothing was sent.")).to_contain_text(
        "Not yet filled in: “What was done well?”."
    )
    expect(page.get_by_label("What was done well?")).to_be_focused()
    page.reload()  # The button takes no second press within a second.
    page.get_by_label("What was done well?").fill(NAMED)
    page.get_by_label("Criterion").focus()
    expect(page.get_by_text("This may identify somebody.")).to_be_visible()
    check_page(page)
    page.get_by_label("What was done well?").fill(TEXT)
    press(page, "Save")
    expect(page.get_by_role("article")).to_contain_text(TEXT)
    page.get_by_role("link", name="Change or remove").click()
    page.get_by_label("What was done well?").fill(f"{TEXT} At every contact.")
    press(page, "Save")
    expect(page.get_by_role("article")).to_contain_text("At every contact.")
    lead = open_as(open_page, assessment, "lead")
    lead.goto(f"{INSPECTION}good-practice/")
    lead.get_by_role("button", name="Choose for the report").click()
    lead.get_by_role("link", name="Show only those that are chosen").click()
    expect(lead.get_by_role("article")).to_contain_text("Chosen")
    check_page(lead)
    assert GoodPractice.objects.get().chosen_by is not None
