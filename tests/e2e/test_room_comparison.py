"""The comparison in the browser: choosing what to compare with, and using it in the report."""

from __future__ import annotations

from playwright.sync_api import expect

from reports.models import ComparatorChoice
from tests.casting import make_inspection, user_of
from tests.e2e.browsing import check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import press
from tests.reports.others import make_issue, make_issued_area, make_result
from tests.reports.stages import make_ready


def test_the_scores_are_compared_and_used_in_the_report(open_page: OpenPage) -> None:
    inspection = make_ready(publication_date="2026-03")
    make_issued_area("Ashby", "2026-01-31", 60, risk_of_harm=49)
    make_result("Barton", "2026-03", 75, 68)
    make_result("Corby", "2026-02-28", 59, None, region="South East")
    former = make_inspection(slug="before", fieldwork_start="2021-03")
    make_issue(former, "2021-09", 40, 81, criteria={"1.1": 50, "1.2": None, "2.1": 99})
    page = open_page()
    sign_in(page, user_of(inspection, "lead"))
    page.goto("/inspections/anyshire-2026/")
    page.get_by_role("link", name="Comparison").click()
    # By keyboard alone: the date, then the family.
    page.get_by_role("textbox", name="Results published by").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("some time")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="The date must be a real day").click()
    check_page(page)
    page.keyboard.press("Control+a")
    page.keyboard.type("28 February 2026")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Ashby")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="by 28 February 2026")).to_be_visible()
    expect(page.locator("#standings thead")).to_contain_text("Ashby")
    expect(page.get_by_role("img", name="2 other areas: 59% to 60%")).to_be_visible()
    page.get_by_text("Each area in the chart").click()
    check_page(page)
    press(page, "Use these in the report")
    expect(page.get_by_role("alert")).to_contain_text("results published by 28 February 2026")
    check_page(page)
    choice = ComparatorChoice.objects.get()
    assert (choice.as_of, [area.name for area in choice.family.all()]) == ("2026-02-28", ["Ashby"])
    page.goto("/inspections/anyshire-2026/report/draft/")
    expect(page.locator(".comparators")).to_contain_text("as at 28 February 2026")
    expect(page.get_by_role("img", name="2 other areas: 59% to 60%")).to_be_visible()
    check_page(page)
