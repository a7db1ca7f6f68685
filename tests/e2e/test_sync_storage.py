"""Where answers are kept on their way: no room, none at all, an older script; and no false word."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from cases.models import Assessment, JudgementRevision
from cases.recording import AnswerChange, record_answers
from tests.cases.filling import CASE, DELIVERY, PLANS, SCREENING
from tests.casting import make_case, make_inspection, member_of
from tests.e2e.browsing import check_page
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import choose, open_as, press, question, stored
from tests.e2e.offline import (
    SAVED,
    cut_page,
    evidence,
    expect_kept,
    expect_saved,
    expect_waiting,
    history_of,
    open_form,
    restore_page,
    state_of,
    status,
)

SYNC = re.compile("/sync/$")
FULL = """() => { IDBObjectStore.prototype.put = () => {
    throw new DOMException("full", "QuotaExceededError");
}; }"""


@pytest.fixture
def assessment(server: str) -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def inspector(open_page: OpenPage, assessment: Assessment) -> Page:
    """A page of the inspector, to whom the case is allocated."""
    return open_as(open_page, assessment, "inspector")


def test_without_any_the_form_is_sent_as_it_is(inspector: Page, assessment: Assessment) -> None:
    page = inspector
    page.add_init_script("delete window.indexedDB; window.indexedDB = undefined;")
    page.goto(SCREENING)
    expect(page.locator("#sync-status")).to_contain_text("Answers are saved when you press")
    check_page(page)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    choose(page, "1.1.01", "Yes")
    expect(question(page, "1.1.02")).to_be_visible()
    page.get_by_role("link", name="Cases").click()
    expect(page).to_have_url(re.compile(f"{SCREENING}$"))
    assert asked == ["beforeunload"]
    press(page, "Save and continue")
    expect(page).to_have_url(re.compile(f"{PLANS}$"))
    assert stored(assessment) == {"1.1.01": ("sufficient", [], "")}


def test_a_full_device_says_so_and_the_form_still_saves(
    inspector: Page, assessment: Assessment
) -> None:
    page = inspector
    open_form(page, DELIVERY)
    page.evaluate(FULL)
    choose(page, "2.1.01", "No")
    expect(state_of(page, "2.1.01")).to_contain_text("Not kept: this device has no room")
    expect(status(page)).to_contain_text("could not be kept on this device")
    check_page(page)
    press(page, "Save and go back to the case")
    expect(page).to_have_url(re.compile(f"{CASE}$"))
    assert stored(assessment) == {"2.1.01": ("insufficient", [], "")}
    expect_saved(page)
    assert history_of(assessment) == {"2.1.01": ["insufficient"]}


def test_the_form_of_a_full_device_overwrites_nobody_with_what_waits(
    inspector: Page, assessment: Assessment
) -> None:
    """An answer waits when the lead inspector gives another; the page is opened anew after that."""
    page = inspector
    open_form(page, DELIVERY)
    cut_page(page)
    choose(page, "2.1.01", "No")
    expect_kept(page, 1)
    lead = member_of(assessment.inspection, "lead")
    record_answers(assessment, [AnswerChange("2.1.01", "", "sufficient", 0)], lead)
    restore_page(page)
    expect(state_of(page, "2.1.01")).to_contain_text("choose which answer")
    open_form(page, DELIVERY)
    expect(state_of(page, "2.1.01")).to_contain_text("choose which answer")
    page.evaluate(FULL)
    choose(page, "2.1.02-a", "Yes")
    expect(state_of(page, "2.1.02-a")).to_contain_text("Not kept")
    press(page, "Save and go back to the case")
    expect(page.locator(".govuk-error-summary")).to_contain_text("2.1.01: not saved")
    expect(page.locator("[name=q2-1-01-answer]:checked")).to_have_value("insufficient")
    assert stored(assessment)["2.1.01"] == ("sufficient", [], "")
    press(page, "Save and go back to the case")
    expect(page).to_have_url(re.compile(f"{CASE}$"))
    assert history_of(assessment)["2.1.01"] == ["sufficient", "insufficient"]
    open_form(page, DELIVERY)
    expect_saved(page)


def test_scripts_that_are_older_than_what_is_kept_go_on_with_it(
    inspector: Page, assessment: Assessment
) -> None:
    page = inspector
    open_form(page, DELIVERY)
    cut_page(page)
    choose(page, "2.1.01", "No")
    expect_kept(page, 1)
    page.route(SYNC, lambda route: route.abort())
    restore_page(page)
    page.goto("/reports/")
    page.evaluate(
        """async () => {
            for (const { name, version } of await indexedDB.databases()) {
                await new Promise((resolve) => {
                    const request = indexedDB.open(name, version + 1);
                    request.onsuccess = () => { request.result.close(); resolve(); };
                });
            }
        }"""
    )
    open_form(page, DELIVERY)
    expect_waiting(page, 1)
    page.unroute(SYNC)
    page.reload()
    expect_saved(page)
    assert stored(assessment) == {"2.1.01": ("insufficient", [], "")}
    assert JudgementRevision.objects.count() == 1


def test_nobody_is_told_saved_while_something_waits(
    inspector: Page, assessment: Assessment
) -> None:
    """Every state that the page ever showed, as a script saw it, while the server took its time."""
    page = inspector
    open_form(page, DELIVERY)
    page.evaluate(
        """() => {
            window.lies = [];
            const seen = document.querySelector("#sync-status");
            const item = document.querySelector("[data-state-of=q2-1-01]");
            window.pending = false;
            new MutationObserver(() => {
                const told = [seen.textContent, item.textContent];
                if (window.pending && /saved/i.test(told.join())) window.lies.push(told);
            }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    held: list[Route] = []
    page.route(SYNC, lambda route: held.append(route))
    choose(page, "2.1.01", "No")
    page.evaluate("window.pending = true")
    evidence(page, "2.1.01").press_sequentially("Two of six visits.", delay=20)
    page.wait_for_timeout(1500)
    assert page.evaluate("window.lies") == []
    assert stored(assessment) == {}
    page.evaluate("window.pending = false")
    page.unroute(SYNC)  # which lets go of what is held
    expect(status(page)).to_have_text(SAVED)
    assert stored(assessment) == {"2.1.01": ("insufficient", [], "Two of six visits.")}
