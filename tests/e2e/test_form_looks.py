"""The form of a case in a real browser, read and used by keyboard, wide and narrow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Assessment
from tests.cases.filling import (
    ANALYSIS,
    ANYSHIRE,
    CASE,
    DELIVERY,
    FACTORS,
    FACTS_PAGE,
    HELP,
    HISTORY,
    PLANS,
    REVIEW,
    SCREENING,
)
from tests.casting import FACTS, make_case, make_inspection
from tests.e2e.browsing import check_axe, check_page
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import choose, note, open_as, question, stored
from tests.e2e.offline import expect_saved


@pytest.fixture
def assessment(server: str) -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def inspector(open_page: OpenPage, assessment: Assessment) -> Page:
    """A page of the inspector, to whom the case is allocated."""
    return open_as(open_page, assessment, "inspector")


class TestKeyboard:
    def test_a_topic_is_judged_by_tab_and_space(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(SCREENING)
        assert walk(page, until="Go back to the case") == [
            "Hide guidance",
            "Keyboard shortcuts",
            "Help with judging a case",
            "Note good practice",
            "Raise a case alert",
            "q1-1-01-answer",
            "q1-1-01-evidence",
            "q1-1-01-flagged",
            "Private note to the lead inspector about 1.1.01",
            "Save and continue",
            "Next unanswered",
            "Save and go back to the case",
            "Go back to the case",
        ]
        page.locator("#id_q1-1-01-answer_0").focus()
        page.keyboard.press("Space")
        expect(question(page, "1.1.01").get_by_label("Yes", exact=True)).to_be_checked()
        expect(question(page, "1.1.02")).to_be_visible()
        page.locator("#id_q1-1-02-answer_0").focus()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        expect(question(page, "1.1.02").get_by_label("No", exact=True)).to_be_checked()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{PLANS}$"))
        assert stored(assessment) == {
            "1.1.01": ("sufficient", [], ""),
            "1.1.02": ("insufficient", [], ""),
        }
        for url in (DELIVERY, FACTS_PAGE):
            page.goto(url)
            page.set_viewport_size({"width": 1000, "height": 800})
            assert walk(page, until="Go back to the case") != []

    def test_single_keys_judge_a_topic(self, inspector: Page, assessment: Assessment) -> None:
        page = inspector
        page.goto(SCREENING)
        group = {code: question(page, code).locator("fieldset").first for code in CODES}
        type_keys(page, "s")  # no question has the focus
        type_keys(page, "j")
        expect(group["1.1.01"]).to_be_focused()
        type_keys(page, "s")
        expect(question(page, "1.1.02")).to_be_visible()
        type_keys(page, "ArrowDown", "i", "f")
        expect(group["1.1.02"]).to_be_focused()
        told = page.locator("[aria-live=polite]").last
        expect(told).to_have_text("To come back to.")
        type_keys(page, "n")
        expect(told).to_have_text("“Not applicable” is not one of the answers to this question.")
        type_keys(page, "e")
        expect(note(page, "1.1.02")).to_be_focused()
        page.keyboard.type("Sniffing skunk: jig, fungi?")
        page.keyboard.press("Escape")
        expect(group["1.1.02"]).to_be_focused()
        guidance = question(page, "1.1.02").locator("[data-guidance]")
        type_keys(page, "g")
        expect(guidance).to_be_hidden()
        expect(group["1.1.02"]).not_to_have_attribute("aria-describedby", re.compile("guidance"))
        type_keys(page, "g")
        expect(guidance).to_be_visible()
        type_keys(page, "Control+i", "Alt+s", "Shift+S", "k", "K")
        expect(group["1.1.01"]).to_be_focused()
        page.keyboard.press("Tab")  # into the answers, where the arrows are the browser's
        page.keyboard.press("ArrowDown")
        expect(question(page, "1.1.01").get_by_label("No", exact=True)).to_be_checked()
        type_keys(page, "s")
        expect(question(page, "1.1.01").get_by_label("Yes", exact=True)).to_be_focused()
        type_keys(page, "u")  # nothing is left here: it saves, and goes on
        expect(page).to_have_url(re.compile(f"{PLANS}#q1-2-02$"))
        assert stored(assessment) == {
            "1.1.01": ("sufficient", [], ""),
            "1.1.02": ("insufficient", [], "Sniffing skunk: jig, fungi?"),
        }
        expect(question(page, "1.2.02").locator("fieldset")).to_be_focused()
        type_keys(page, "s", "u", "i", "u")
        expect(page).to_have_url(re.compile(f"{DELIVERY}#q2-1-01$"))
        expect(question(page, "2.1.01").locator("fieldset")).to_be_focused()
        type_keys(page, "n", "j", "s", "e")
        expect(note(page, "2.1.02-a")).to_be_focused()
        page.keyboard.press("Escape")
        expect(question(page, "2.1.02-a").locator("fieldset")).to_be_focused()
        expect_saved(page)
        assert stored(assessment)["2.1.02/a"] == ("sufficient", [], "")

    def test_the_keys_are_told_and_can_be_switched_off(self, inspector: Page) -> None:
        page = inspector
        page.goto(DELIVERY)
        panel = page.get_by_role("dialog", name="Keyboard shortcuts")
        type_keys(page, "j", "?")
        expect(panel).to_be_visible()
        expect(panel.get_by_role("button", name="Close")).to_be_focused()
        type_keys(page, "j", "i")
        check_page(page)
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(question(page, "2.1.01").locator("fieldset")).to_be_focused()
        expect(page.get_by_role("radio", checked=True)).to_have_count(0)
        page.get_by_role("button", name="Keyboard shortcuts").click()
        panel.get_by_label("Use these keys on this device").uncheck()
        panel.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="Hide guidance").click()
        for _ in range(2):  # and again after the page was opened anew
            expect(page.get_by_role("button", name="Show guidance")).to_be_visible()
            expect(page.locator("[data-guidance]").first).to_be_hidden()
            type_keys(page, "j", "s", "g", "?")
            expect(panel).to_be_hidden()
            expect(page.get_by_role("radio", checked=True)).to_have_count(0)
            check_axe(page)
            page.goto(DELIVERY)
        page.get_by_role("button", name="Guidance for 2.1.01").click()
        expect(page.locator("#q2-1-01-guidance")).to_be_visible()

    def test_facts_are_gone_through_too(self, inspector: Page, assessment: Assessment) -> None:
        page = inspector
        page.goto(FACTS_PAGE)
        type_keys(page, "j", "j", "k", "s")
        expect(page.locator("[data-fact=gender] fieldset")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{CASE}$"))
        assert dict(assessment.facts.values_list("fact__key", "value")) == FACTS


CODES = ("1.1.01", "1.1.02")


def type_keys(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def walk(page: Page, until: str) -> list[str]:
    """Press Tab from the top of the main part up to `until`; return the stops, each to be seen."""
    page.locator("#main-content").evaluate("element => { element.tabIndex = -1; element.focus(); }")
    stops: list[str] = []
    for _ in range(100):
        page.keyboard.press("Tab")
        stop, seen = page.evaluate(FOCUS)
        assert seen, f"{stop} has the focus and is not to be seen"
        stops.append(stop)
        if stop == until:
            return stops
    raise AssertionError(f"{until} is not reached: {stops}")


# Name (or words) of what has the focus, and whether it is on top in the window.
FOCUS = """() => {
    const element = document.activeElement;
    const named = element.closest("label, .govuk-radios__item, .govuk-checkboxes__item") || element;
    const box = named.getBoundingClientRect();
    const x = box.left + Math.min(box.width / 2, 40);
    const y = box.top + Math.min(box.height / 2, 10);
    const top = document.elementFromPoint(x, y);
    const isField = element.matches("input, select, textarea");
    const words = element.textContent.trim().replace(/\\s+/g, " ");
    return [isField ? element.name : words, named.contains(top)];
}"""


class TestLooks:
    def test_each_page_is_accessible_wide_and_narrow(
        self, open_page: OpenPage, assessment: Assessment
    ) -> None:
        done = make_case(assessment.inspection, "ANY-002", rest="insufficient")
        done.judgements.filter(question__code="2.1.01").update(flagged=True, evidence="At SG1 1AA.")
        make_case(assessment.inspection, "ANY-003", facts={})
        Assessment.objects.filter(pk=done.pk).update(completed_at=None, completed_by=None)
        closed = make_case(assessment.inspection, "ANY-004", rest="insufficient")
        Assessment.objects.filter(pk=closed.pk).update(closed="second_marking")
        page = open_as(open_page, assessment, "lead")
        pages = {
            "ANY-001": (CASE, FACTS_PAGE, DELIVERY, ANALYSIS, REVIEW),
            "ANY-002": (CASE, DELIVERY, REVIEW, HISTORY),
            "ANY-003": (CASE,),
            "ANY-004": (DELIVERY, FACTS_PAGE),
        }
        for reference, urls in pages.items():
            for url in urls:
                page.goto(url.replace("ANY-001", reference))
                check_page(page)
        for url in (ANYSHIRE, HELP):
            page.goto(url)
            check_page(page)

    def test_errors_and_long_words_on_a_narrow_page(
        self, open_page: OpenPage, assessment: Assessment
    ) -> None:
        """What the server says is wrong, as it does where the form is sent without scripts."""
        lead = open_as(open_page, assessment, "lead")
        mine = open_as(open_page, assessment, "inspector")
        for page in (lead, mine):
            page.route("**/sync/", lambda route: route.abort())
            page.goto(DELIVERY)
        choose(lead, "2.1.01", "Yes")
        note(lead, "2.1.01").fill("Supercalifragilistic" * 40)
        send_plainly(lead)
        expect(lead).to_have_url(re.compile(f"{FACTORS}$"))
        choose(mine, "2.1.01", "No")
        question(mine, "2.1.02-b").get_by_text("Evidence note").first.click()
        note(mine, "2.1.02-b").fill("x" * 5001)
        send_plainly(mine)
        expect(mine.locator(".govuk-error-summary")).to_be_focused()
        expect(mine).to_have_title(re.compile("^Error: Delivery"))
        expect(mine.get_by_text("Their note:")).to_be_visible()
        check_page(mine)
        mine.get_by_role("link", name="2.1.02 Health: the evidence note").click()
        expect(note(mine, "2.1.02-b")).to_be_focused()


def send_plainly(page: Page) -> None:
    """Send the form as a browser without scripts does: no script hears of it."""
    page.locator("#topic-form").evaluate("form => form.submit()")
