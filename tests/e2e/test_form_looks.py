"""The form of a case in a real browser, read and used by keyboard, wide and narrow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Assessment
from tests.cases.filling import (
    ANYSHIRE,
    CASE,
    DELIVERY,
    FACTORS,
    FACTS_PAGE,
    PAGES,
    PLANS,
    SCREENING,
)
from tests.casting import FACTS, make_case, make_inspection
from tests.e2e.browsing import HEIGHT, NARROW, check_axe, check_fits, check_page
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import choose, note, open_as, press, question, stored


@pytest.fixture
def assessment(server: str) -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def inspector(open_page: OpenPage, assessment: Assessment) -> Page:
    """A page of the inspector, to whom the case is allocated."""
    return open_as(open_page, assessment, "inspector")


class TestKeyboard:
    def test_a_topic_is_judged_by_keyboard_alone(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(SCREENING)
        assert walk(page, until="Leave without saving") == [
            "q1-1-01-answer",
            "q1-1-01-evidence",
            "Save and continue",
            "Save and go back to the case",
            "Leave without saving",
        ]
        page.goto(SCREENING)
        page.locator("#id_q1-1-01-answer_0").focus()
        page.keyboard.press("Space")
        expect(question(page, "1.1.01").get_by_label("Yes", exact=True)).to_be_checked()
        expect(question(page, "1.1.02")).to_be_visible()
        page.keyboard.press("Tab")
        expect(note(page, "1.1.01")).to_be_focused()
        page.keyboard.type("Dated.")
        page.keyboard.press("Tab")
        expect(page.locator("#id_q1-1-02-answer_0")).to_be_focused()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        expect(question(page, "1.1.02").get_by_label("No", exact=True)).to_be_checked()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{PLANS}$"))
        assert stored(assessment) == {
            "1.1.01": ("sufficient", [], "Dated."),
            "1.1.02": ("insufficient", [], ""),
        }

    def test_enter_saves_and_clears_nothing(self, inspector: Page, assessment: Assessment) -> None:
        """The first button of a form is the one that Enter presses: it must not be "Clear"."""
        page = inspector
        page.goto(DELIVERY)
        choose(page, "2.1.01", "Yes")
        choose(page, "2.1.02-b", "No")
        press(page, "Save and continue")
        page.goto(DELIVERY)
        page.locator("#id_q2-1-01-answer_0").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{FACTORS}$"))
        page.goto(FACTS_PAGE)
        page.locator("#id_gender_1").focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{CASE}$"))
        assert stored(assessment) == {
            "2.1.01": ("insufficient", [], ""),
            "2.1.02/b": ("insufficient", [], ""),
        }
        assert dict(assessment.facts.values_list("fact__key", "value")) == FACTS

    def test_every_stop_is_to_be_seen(self, inspector: Page) -> None:
        """Nothing that has the focus is hidden, or lies behind the bar that saves."""
        page = inspector
        for url in (DELIVERY, FACTS_PAGE, FACTORS):
            page.goto(url)
            page.set_viewport_size({"width": 1000, "height": 800})
            assert walk(page, until="Leave without saving") != []


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
    return [isField ? element.name : element.textContent.trim(), named.contains(top)];
}"""


class TestLooks:
    def test_each_page_is_accessible_wide_and_narrow(
        self, open_page: OpenPage, assessment: Assessment
    ) -> None:
        make_case(assessment.inspection, "ANY-002", rest="insufficient")
        make_case(assessment.inspection, "ANY-003", facts={})
        page = open_as(open_page, assessment, "lead")
        for reference in ("ANY-001", "ANY-002", "ANY-003"):
            for url in PAGES:
                page.goto(url.replace("ANY-001", reference))
                check_page(page)
        page.goto(ANYSHIRE)
        check_page(page)

    def test_each_banner_and_error_is_accessible(self, inspector: Page) -> None:
        page = inspector
        page.goto(FACTS_PAGE)
        page.locator("input[name=community][value=no]").check()
        press(page, "Save and go back to the case")
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        check_page(page)
        page.locator("input[name=custody][value=yes]").check()
        press(page, "Save and go back to the case")
        expect(page.get_by_role("alert", name="Success")).to_be_visible()
        check_page(page)

    def test_long_words_do_not_break_a_narrow_page(
        self, open_page: OpenPage, assessment: Assessment
    ) -> None:
        lead = open_as(open_page, assessment, "lead")
        mine = open_as(open_page, assessment, "inspector")
        mine.set_viewport_size({"width": NARROW, "height": HEIGHT})
        for page in (lead, mine):
            page.goto(SCREENING)
            choose(page, "1.1.01", "Yes" if page is lead else "No")
            note(page, "1.1.01").fill("Supercalifragilistic" * 40)
        press(lead, "Save and continue")
        expect(lead).to_have_url(re.compile(f"{SCREENING}|{PLANS}$"))
        press(mine, "Save and continue")
        expect(mine.get_by_text("Their note:")).to_be_visible()
        check_fits(mine)
        check_axe(mine)
