"""Breakdowns in a browser: from a gap that is suggested to a group, its crossing, its cases."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from inspections.models import Inspection
from tests.casting import FACTS, make_case, make_inspection, user_of
from tests.e2e.browsing import check_page, sign_in

BREAKDOWN = "/inspections/anyshire-2026/scorecard/breakdown/"


def test_the_lead_inspector_finds_a_gap_and_what_is_behind_it(page: Page) -> None:
    inspection = _make_inspection()
    sign_in(page, user_of(inspection, "lead"))
    page.goto("/inspections/anyshire-2026/scorecard/")
    page.get_by_role("link", name="Breakdowns", exact=True).click()
    check_page(page)
    page.get_by_role("link", name=re.compile("Looked after child: Yes.*Safeguarding")).click()
    expect(page.get_by_role("heading", name="Safeguarding by: Looked after child")).to_be_visible()
    page.get_by_label("Cross with (optional)").select_option("Gender")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_role("heading", name="Crossed with: Gender")).to_be_visible()
    check_page(page)
    page.get_by_label("Score", exact=True).select_option("")
    page.get_by_role("button", name="Show").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Choose one score to cross two facts for.")
    page.get_by_label("Cross with (optional)").select_option("")
    page.get_by_role("button", name="Show").click()
    check_page(page)
    page.get_by_label("Smallest group shown outside the team").fill("4")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("must be 5 cases or more")
    page.get_by_label("Smallest group shown outside the team").fill("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Groups of fewer than 7 cases are now hidden.")).to_be_visible()
    page.get_by_role("link", name="Safeguarding", exact=True).first.click()
    page.locator("#groups").get_by_role("link", name="Yes: ").press("Enter")
    expect(page.get_by_text("Looked after child: Yes")).to_be_visible()
    expect(page.get_by_text("6 of 14 cases")).to_be_visible()


def _make_inspection() -> Inspection:
    """Fourteen cases; in the six of looked after children everything is insufficient."""
    inspection = make_inspection()
    for number in range(14):
        looked_after = number < 6
        make_case(
            inspection,
            f"ANY-{number:03}",
            facts={
                **FACTS,
                "looked_after": "yes" if looked_after else "no",
                "gender": "female" if number % 3 else "male",
            },
            rest="insufficient" if looked_after or number == 9 else "sufficient",
        )
    return inspection
