"""The fieldwork board in the browser: it follows the work of others, and says when it does not."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from pytest_playwright import CreateContextCallback

from cases.models import CaseAlert
from jobs.models import Job
from jobs.running import run_job
from tests.casting import make_case, make_inspection, user_of
from tests.e2e.browsing import check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import choose, open_as, press

INSPECTION = "/inspections/anyshire-2026/"
BOARD = f"{INSPECTION}board/"
CASE = f"{INSPECTION}cases/ANY-002/"
TOPIC = f"{CASE}2.1/delivery/"
CONCERN = "The child said that they are afraid to go home."


def wait_for_poll(page: Page) -> None:
    """Let ten seconds pass in the browser, and wait for the board's answer."""
    with page.expect_response(re.compile("/board/")):
        page.clock.fast_forward(10_500)


def figure(page: Page, name: str) -> str:
    """Return a figure of the board with its words."""
    return " ".join(page.locator(f"#figure-{name}").inner_text().split())


def test_the_board_follows_an_alert_and_answers_without_being_loaded_again(
    open_page: OpenPage,
) -> None:
    inspection = make_inspection()
    noted = make_case(inspection, "ANY-001", rest="sufficient")
    noted.judgements.update(note_to_lead="How do you read this?", flagged=True)
    assessment = make_case(inspection, "ANY-002")
    lead = open_as(open_page, assessment, "lead")
    lead.clock.install()
    lead.goto(BOARD)
    lead.evaluate("window.loadedOnce = true")
    expect(lead.locator("#board-state")).to_contain_text("Up to date at")
    assert figure(lead, "completed") == "1 of 2 cases completed"
    unanswered = int(figure(lead, "unanswered").split()[0])
    lead.locator("#assessor-inspector").focus()

    # An answer shows; it is not read out, and the focus stays where it was.
    inspector = open_as(open_page, assessment, "inspector")
    inspector.clock.install()
    inspector.goto(TOPIC)
    choose(inspector, "2.1.01", "Yes")
    press(inspector, "Save and go back to the case")
    inspector.wait_for_url(re.compile(f"{CASE}$"))
    wait_for_poll(lead)
    expect(lead.locator("#figure-unanswered")).to_contain_text(str(unanswered - 1))
    assert lead.evaluate("document.activeElement.id") == "assessor-inspector"
    assert lead.locator("#board-news").inner_text() == ""

    # An alert is raised from the case, shows on the board, and is read out.
    inspector.get_by_role("link", name="Raise a case alert").click()
    inspector.wait_for_url(re.compile("/alert/$"))
    check_page(inspector)
    inspector.get_by_label("What is your concern?").fill(CONCERN)
    press(inspector, "Raise the alert")
    inspector.wait_for_url(re.compile("/alerts/"))
    alert = CaseAlert.objects.get()
    inspector.goto(f"{INSPECTION}alerts/{alert.pk}/")
    expect(inspector.locator("#telling")).to_contain_text("Waiting to be sent")
    run_job(Job.objects.get(subject=str(alert.pk)).pk)
    inspector.clock.fast_forward(3_500)
    expect(inspector.locator("#telling")).to_contain_text("Sent on")
    check_page(inspector)
    wait_for_poll(lead)
    expect(lead.locator("#figure-alerts")).to_contain_text("1 open alert")
    expect(lead.locator("#board-news")).to_contain_text("1 open alert,")
    assert lead.evaluate("window.loadedOnce")
    check_page(lead)

    # It does not ask while nobody looks, and asks at once when somebody does again.
    asked: list[str] = []
    lead.on("request", lambda request: asked.append(request.url))
    hide = (
        "(hidden) => Object.defineProperty(document, 'hidden', {value: hidden, configurable: true})"
    )
    lead.evaluate(hide, True)
    lead.clock.fast_forward(10_500)
    lead.evaluate(hide, False)
    assert asked == []
    with lead.expect_response(re.compile("/board/")):
        lead.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    # The lead inspector sees to it, from the board.
    lead.get_by_role("region", name="Open alerts").get_by_role("link", name="ANY-002").click()
    lead.get_by_role("textbox", name="What was done").fill("Telephoned the duty worker.")
    press(lead, "Record this")
    lead.get_by_label("Who was told, by their role").fill("Head of service")
    press(lead, "Record that the service was told")
    check_page(lead)
    press(lead, "Close the alert")
    expect(lead.get_by_role("alert")).to_contain_text("The alert is closed.")
    lead.goto(f"{INSPECTION}alerts/")
    check_page(lead)
    lead.goto(f"{BOARD}notes/")
    check_page(lead)
    inspector.reload()
    expect(inspector.locator("main")).to_contain_text("Telephoned the duty worker.")
    assert inspector.locator("main form").count() == 0


def test_the_board_says_when_it_is_no_longer_up_to_date(
    server: str, new_context: CreateContextCallback
) -> None:
    inspection = make_inspection()
    make_case(inspection)
    context = new_context(base_url=server)
    page = context.new_page()
    sign_in(page, user_of(inspection, "lead"))
    page.clock.install()
    page.goto(BOARD)
    state, news = page.locator("#board-state"), page.locator("#board-news")
    context.set_offline(True)
    page.clock.fast_forward(10_500)
    expect(state).to_contain_text("Not up to date: the server has not answered since")
    expect(news).to_contain_text("Not up to date")
    context.set_offline(False)
    wait_for_poll(page)
    expect(state).to_contain_text("Up to date at")
    # Whoever was signed out meanwhile is asked to sign in, and comes back to the board.
    context.clear_cookies()
    page.clock.fast_forward(10_500)
    page.wait_for_url(re.compile("/accounts/login/"))
    assert page.url.endswith(f"?next={BOARD}")


def test_notes_and_flags_are_found_from_the_board_without_scripts(open_page: OpenPage) -> None:
    assessment = make_case(make_inspection(), rest="sufficient")
    note = assessment.judgements.get(question__code="1.1.01")
    note.note_to_lead, note.flagged = "How do you read this?", True
    note.save()
    lead = open_as(open_page, assessment, "lead", scripts=False)
    lead.goto(BOARD)
    expect(lead.locator("#board-state")).to_contain_text("As it stood at")
    lead.locator("#figure-notes").click()
    expect(lead.get_by_text("How do you read this?")).to_be_visible()
    lead.get_by_role("region", name="Private notes to you").get_by_role("link").click()
    assert lead.url.endswith("/1.1/screening/#q1-1-01")
