"""From a case that is opened again to a locked scorecard, and what that keeps as it is."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Assessment, JudgementRevision
from inspections.models import Inspection
from scoring.models import ScorecardLock
from tests.cases.filling import ANYSHIRE, CASE, DELIVERY
from tests.casting import make_case, make_inspection
from tests.e2e.browsing import check_page
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import choose, open_as, press, question, stored
from tests.e2e.offline import (
    cut_page,
    evidence,
    expect_kept,
    open_form,
    restore_page,
    state_of,
    status,
)

SIGN_OFF = "/inspections/anyshire-2026/scorecard/sign-off/"
WHY_AGAIN = "The contacts of March were not counted."
WHY_SETTLED = "Two of six contacts were kept."
WHY_UNLOCKED = "A contact was recorded twice."
LOCKED = "signed off and the scorecard is locked"


@pytest.fixture
def assessment(server: str) -> Assessment:
    return make_case(make_inspection(), rest="sufficient")


def test_from_moderation_to_a_locked_scorecard(open_page: OpenPage, assessment: Assessment) -> None:
    lead = open_as(open_page, assessment, "lead")
    inspector = open_as(open_page, assessment, "inspector")
    open_again(lead)
    complete_again(inspector)
    settle(lead, assessment)
    inspector.goto(f"{CASE}history/")
    expect(inspector.locator("main")).to_contain_text(f"because: “{WHY_SETTLED}”")
    answer_without_a_network(inspector)
    sign_all(lead, assessment.inspection)
    expect_refused(inspector, assessment)
    unlock(lead)
    inspector.goto(DELIVERY)
    expect(question(inspector, "2.1.01").get_by_label("No", exact=True)).to_be_visible()


def open_again(page: Page) -> None:
    """The lead inspector opens a completed case again."""
    page.goto(CASE)
    page.get_by_role("link", name="Open the case again").click()
    press(page, "Open the case again")
    expect(page.get_by_role("alert")).to_contain_text("Give a reason.")
    page.get_by_label("Why is it to be looked at again?").fill(WHY_AGAIN)
    check_page(page)
    press(page, "Open the case again")
    expect(page.get_by_role("alert")).to_contain_text("Case ANY-001 is open again.")


def complete_again(page: Page) -> None:
    """The assessor reads why, and completes it once more."""
    page.goto(ANYSHIRE)
    expect(page.locator("tbody tr")).to_contain_text("Reopened")
    page.get_by_role("link", name="ANY-001").click()
    expect(page.locator("#reopened")).to_contain_text(WHY_AGAIN)
    check_page(page)
    page.get_by_role("button", name="Review and complete the case").click()
    page.get_by_role("button", name="Complete this case").click()
    expect(page.get_by_role("alert")).to_contain_text("Case ANY-001 is completed.")
    expect(page.locator("#reopened")).to_have_count(0)


def settle(page: Page, assessment: Assessment) -> None:
    """The lead inspector answers a judgement otherwise, and says why."""
    page.goto(f"{CASE}settle/2.1.01/")
    page.get_by_label("No", exact=True).check()
    press(page, "Settle it")
    expect(page.get_by_role("alert")).to_contain_text("Give a reason.")
    page.get_by_label("Why do you settle it so?").fill(WHY_SETTLED)
    check_page(page)
    press(page, "Settle it")
    expect(page.get_by_role("alert")).to_contain_text("Settled 2.1.01.")
    assert stored(assessment)["2.1.01"][0] == "insufficient"


def answer_without_a_network(page: Page) -> None:
    """The assessor, who does not know yet, answers on a device that has no network."""
    open_form(page, DELIVERY)
    cut_page(page)
    choose(page, "2.1.01", "Yes")
    evidence(page, "2.1.01").fill("All six were kept.")
    expect_kept(page, 1)


def sign_all(page: Page, inspection: Inspection) -> None:
    """The lead inspector signs every criterion; the last signature locks the scorecard."""
    page.goto(SIGN_OFF)
    for number in ("1.1", "1.2"):
        press(page, f"Sign {number}")
        expect(page.get_by_role("alert")).to_contain_text(f"You have signed {number}.")
    expect(page.locator("#criterion-2-1")).to_contain_text("This last signature locks")
    check_page(page)
    press(page, "Sign and lock 2.1")
    expect(page.get_by_role("alert")).to_contain_text("The scorecard is locked.")
    expect(page.get_by_text("Locked", exact=True)).to_be_visible()
    check_page(page)
    assert ScorecardLock.objects.get().inspection == inspection


def expect_refused(page: Page, assessment: Assessment) -> None:
    """What waited is refused with the reason and stays on the device; the page is read only."""
    before = JudgementRevision.objects.count()
    restore_page(page)
    expect(state_of(page, "2.1.01")).to_contain_text(LOCKED, timeout=15_000)
    expect(status(page)).to_contain_text("1 answer could not be saved")
    expect(evidence(page, "2.1.01")).to_have_value("All six were kept.")
    page.goto("/offline/")
    expect(page.locator("main")).to_contain_text("All six were kept.")
    expect(page.locator("main")).to_contain_text(LOCKED)
    page.goto(DELIVERY)
    expect(page.locator("main")).to_contain_text(LOCKED)
    expect(page.locator("main textarea")).to_have_count(0)
    assert JudgementRevision.objects.count() == before
    assert stored(assessment)["2.1.01"][0] == "insufficient"


def unlock(page: Page) -> None:
    """The lead inspector unlocks it, giving a reason, which is kept."""
    page.get_by_role("button", name="Unlock the scorecard").click()
    page.get_by_label("Why do you unlock it?").fill(WHY_UNLOCKED)
    check_page(page)
    press(page, "Unlock the scorecard")
    expect(page.get_by_role("alert")).to_contain_text("The scorecard is unlocked.")
    log = page.locator("#log + ol > li").first
    expect(log).to_have_text(re.compile(f"Unlocked the scorecard. “{WHY_UNLOCKED}”"))
