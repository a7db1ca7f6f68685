"""Shared and lost laptops: signing out, somebody else on the same device, and time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.devices import device_key
from cases.models import Assessment, JudgementRevision
from tests.cases.filling import CASE, DELIVERY
from tests.casting import make_case, make_inspection, user_of
from tests.e2e.browsing import Watch, check_page, enter_password, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import choose, open_as, stored
from tests.e2e.offline import (
    NETWORK,
    expect_saved,
    expect_waiting,
    keep_case,
    open_form,
    read_kept,
    state_of,
    status,
)

SYNC = re.compile("/sync/$")

# Sets when the server last answered the person, until when their pages may be shown, and since when
# the page to sign in has said that what was not sent is to be removed.
AGE = """async ([user, days, warned]) => {
    const day = 24 * 3600 * 1000;
    const database = await new Promise((resolve) => {
        const request = indexedDB.open("fieldwork");
        request.onsuccess = () => resolve(request.result);
    });
    const people = database.transaction("people", "readwrite").objectStore("people");
    const contact = Date.now() - days * day;
    const warnedAt = warned && Date.now() - warned * day;
    people.put({ user, contact, keptUntil: contact + 7 * day, warnedAt });
    await new Promise((resolve) => { people.transaction.oncomplete = resolve; });
    database.close();
}"""


@pytest.fixture
def assessment(server: str) -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def inspector(open_page: OpenPage, assessment: Assessment) -> Page:
    """A page of the inspector, whose case is kept on the device."""
    page = open_as(open_page, assessment, "inspector")
    keep_case(page, CASE)
    return page


def give_unsent(page: Page) -> None:
    """Give two answers that cannot be sent."""
    page.route(SYNC, lambda route: route.abort())
    open_form(page, DELIVERY)
    choose(page, "2.1.01", "No")
    choose(page, "2.1.02-a", "Yes")
    expect_waiting(page, 2)


def sign_out(page: Page) -> None:
    page.get_by_role("banner").get_by_role("button", name="Sign out").click()


def count_kept(page: Page) -> dict[str, int]:
    """Return how many rows each store of this browser holds, those of nothing left out."""
    return {name: len(rows) for name, rows in read_kept(page)[0].items() if rows}


def test_signing_out_sends_or_asks_and_leaves_nothing_behind(
    inspector: Page, assessment: Assessment
) -> None:
    page = inspector
    give_unsent(page)
    sign_out(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Do you want to sign out?")
    expect(page.get_by_text("2 answers have not been sent.")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Stay signed in and send").click()
    expect(page.get_by_text("2 answers have not been sent.")).to_be_visible()
    page.unroute(SYNC)
    expect(page.get_by_text("have not been sent")).to_be_hidden(timeout=NETWORK)
    given: dict[str, tuple[str, list[str], str]] = {
        "2.1.01": ("insufficient", [], ""),
        "2.1.02/a": ("sufficient", [], ""),
    }
    assert stored(assessment) == given

    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    check_nothing_kept(page)
    sign_in(page, user_of(assessment.inspection, "inspector"))
    page.route(SYNC, lambda route: route.abort())
    open_form(page, DELIVERY)
    choose(page, "2.1.01", "Yes")
    expect_waiting(page, 1)
    sign_out(page)
    page.get_by_role("button", name="Sign out and delete them from this device").click()
    check_nothing_kept(page)
    page.unroute(SYNC)
    sign_in(page, user_of(assessment.inspection, "inspector"))
    open_form(page, DELIVERY)
    expect_saved(page)
    assert stored(assessment) == given


def check_nothing_kept(page: Page) -> None:
    """Wait until the person is signed out, and look whether anything of theirs is still there."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert count_kept(page) == {}
    assert read_kept(page)[1] == ["fieldwork-files"]
    assert page.evaluate("Object.keys(localStorage).filter((key) => /draft/.test(key))") == []


def test_somebody_else_on_the_device_sees_nothing_and_sends_nothing(
    inspector: Page, assessment: Assessment, watch: Watch
) -> None:
    """The lead inspector could write to the same case: it would be recorded under their name."""
    page = inspector
    watch.expect("401: .*/(sync|data)/")
    give_unsent(page)
    left = page
    page = left.context.new_page()
    watch.follow(page)
    page.context.clear_cookies(name="sessionid")
    page.goto("/accounts/login/")
    expect(page.get_by_text("2 answers on this device have not been sent yet.")).to_be_visible()
    enter_password(page, user_of(assessment.inspection, "lead"))
    open_form(page, DELIVERY)
    expect(page.locator("[data-item] input[type=radio]:checked")).to_have_count(0)
    expect_saved(page)

    left.unroute(SYNC)
    left.evaluate("dispatchEvent(new Event('online'))")
    expect(status(left)).to_contain_text("Somebody else has signed in on this browser: 2 answers")
    inspection = assessment.inspection
    first = device_key(user_of(inspection, "inspector"))
    assert stored(assessment) == {}
    kept = count_kept(page)
    assert kept[f"fieldwork-{first}/outbox"] == 2
    assert f"fieldwork-{first}/known" not in kept
    assert f"fieldwork-pages-{first}" not in read_kept(page)[1]

    left.close()
    sign_out(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_text("2 answers on this device have not been sent yet.")).to_be_visible()
    enter_password(page, user_of(inspection, "inspector"))
    open_form(page, DELIVERY)
    expect_saved(page)
    writers = JudgementRevision.objects.values_list("changed_by__key", flat=True)
    assert list(writers) == ["inspector", "inspector"]


def test_what_was_kept_for_too_long_is_removed(inspector: Page, assessment: Assessment) -> None:
    page = inspector
    give_unsent(page)
    key = device_key(user_of(assessment.inspection, "inspector"))
    page.context.clear_cookies(name="sessionid")

    page.evaluate(AGE, [key, 8, None])
    page.context.set_offline(True)
    page.goto(CASE)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no network")
    expect(page.get_by_text("2 answers are kept on this device")).to_be_visible()
    expect(page.get_by_text("You are still signed in on this device")).to_be_hidden()
    expect(page.get_by_role("link", name="Case ANY-001")).to_have_count(0)
    page.context.set_offline(False)
    expect(page).to_have_url(re.compile("/accounts/login/"), timeout=NETWORK)
    expect(page.get_by_text("2 answers on this device have not been sent yet.")).to_be_visible()
    assert f"fieldwork-pages-{key}" not in read_kept(page)[1]
    kept = count_kept(page)
    assert (kept[f"fieldwork-{key}/outbox"], f"fieldwork-{key}/known" in kept) == (2, False)

    page.evaluate(AGE, [key, 31, None])
    page.goto("/accounts/login/?again")
    expect(page.get_by_text("Some have waited for more than 30 days")).to_be_visible()
    assert count_kept(page)[f"fieldwork-{key}/outbox"] == 2
    page.evaluate(AGE, [key, 39, 8])
    page.goto("/accounts/login/?later")
    page.wait_for_function("indexedDB.databases().then((all) => all.length === 1)")
    expect(page.get_by_text("have not been sent yet")).to_have_count(0)
    enter_password(page, user_of(assessment.inspection, "inspector"))
    told = page.get_by_text("2 changes of yours were removed from this device")
    expect(told).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="I have read this").click()
    expect(told).to_have_count(0)
    assert read_kept(page)[0]["fieldwork/meta"] == [{"name": "current", "value": key}]


def test_what_can_never_be_sent_is_read_copied_and_removed_one_by_one(
    inspector: Page, assessment: Assessment, watch: Watch
) -> None:
    """A case that is somebody else's now: asked about once by each page, and not again."""
    page = inspector
    watch.expect("404: .*/sync/")
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=404, json={"error": "This case is not there."})

    page.context.route(SYNC, refuse)
    open_form(page, DELIVERY)
    choose(page, "2.1.01", "No")
    expect(status(page)).to_contain_text("Case ANY-001 is not one of yours any more")
    topic = page
    page = topic.context.new_page()
    watch.follow(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/offline/")
    waiting = page.get_by_role("listitem").filter(has_text="It cannot be sent: case ANY-001")
    expect(waiting).to_contain_text("2.1.01 Was the planned work delivered?")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(waiting).to_be_visible()
    assert len(asked) == 2  # once by each page
    waiting.get_by_role("button", name="Try again 2.1.01").click()
    expect(page.locator("#waiting-report")).to_have_text("Trying again: 2.1.01.")
    expect(waiting).to_be_visible()
    assert len(asked) == 3
    waiting.get_by_role("button", name="Copy 2.1.01").click()
    expect(waiting.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0] == "Case ANY-001: 2.1.01 Was the planned work delivered?"
    assert copied.splitlines()[2:] == ["Answer: No"]
    waiting.get_by_role("button", name="Remove my change 2.1.01").press("Enter")
    asking = page.get_by_role("group", name="Remove it from this device?")
    expect(asking).to_be_focused()
    check_page(page)
    page.keyboard.press("Escape")
    expect(waiting.get_by_role("button", name="Remove my change 2.1.01")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#waiting-report")).to_be_focused()
    expect(page.get_by_text("Removed: 2.1.01.")).to_be_visible()
    expect(
        page.get_by_text("Everything that was given on this device has been sent.")
    ).to_be_visible()
    expect(state_of(topic, "2.1.01")).to_be_empty()
    expect(topic.locator("[name=q2-1-01-answer]:checked")).to_have_count(0)
    assert stored(assessment) == {}
