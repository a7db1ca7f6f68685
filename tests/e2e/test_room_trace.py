"""From a headline down to one judgement and its history, by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from inspections.models import Inspection
from tests.casting import user_of
from tests.e2e.browsing import check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.scoring.stages import SCORECARD, change_answer, make_mixed

LONGEST_WALK = 200
"""Presses of Tab after which a link is taken not to be reached."""


def walk_to(page: Page, name: str) -> None:
    """Press Tab until the link that reads so has the focus, and follow it."""
    address = page.url
    for _ in range(LONGEST_WALK):
        page.keyboard.press("Tab")
        reads = page.evaluate("document.activeElement.innerText?.replace(/\\s+/g, ' ').trim()")
        if reads == name:
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: url != address)
            return
    raise AssertionError(f"{name} was not reached.")


def test_from_a_headline_to_the_history_of_a_judgement(open_page: OpenPage, server: str) -> None:
    inspection = make_mixed()
    case = inspection.assessments.get(case__reference="ANY-001", of_record=True)
    change_answer(case, "1.1.02", "insufficient", evidence="Three weeks late.", flagged=True)
    change_answer(case, "1.1.02", "sufficient", evidence="In time after all.", flagged=True)
    page = open_page()
    sign_in(page, user_of(inspection, "lead"))
    page.goto(SCORECARD)
    expect(page.get_by_role("heading", name="What is missing, and with whom")).to_be_visible()
    check_page(page)

    walk_to(page, "Risk of Harm: 73%")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Risk of Harm")
    check_page(page)
    walk_to(page, "1.1 Risk")
    expect(page.locator("main")).to_contain_text("6 of 9 judged sufficient")
    walk_to(page, "1.1.02: 100%")
    expect(page.get_by_role("row", name=re.compile("All 6 cases"))).to_contain_text("100%")
    walk_to(page, "ANY-001")
    judgement = page.get_by_role("article")
    expect(judgement).to_contain_text("In time after all.")
    expect(judgement).to_contain_text("To come back to")
    judgement.get_by_text("3 changes").click()
    expect(judgement.get_by_role("listitem")).to_have_count(3)
    check_page(page)
    walk_to(page, "History of 1.1.02")
    expect(page.locator("main")).to_contain_text("Three weeks late.")

    see_what_would_move_a_score(page)
    follow_a_figure_of_the_draft(page, inspection)


def see_what_would_move_a_score(page: Page) -> None:
    page.goto(SCORECARD)
    page.get_by_role("link", name="Near the line").click()
    check_page(page)
    walk_to(page, "1.1 Risk: 1 change to MINIMUM")
    expect(page.get_by_role("heading", name="The judgements")).to_be_visible()
    check_page(page)


def follow_a_figure_of_the_draft(page: Page, inspection: Inspection) -> None:
    page.goto(f"/inspections/{inspection.slug}/report/draft/")
    page.locator(".part--scoring_summary").get_by_role("link", name="73%").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Safeguarding")
