"""The lead inspector looks at charts, has them printed, and at how assessors compare."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from jobs.running import run_job
from reports.models import Preview
from reports.previews import find_preview_job
from tests.casting import FACTS, make_case, make_inspection, user_of
from tests.e2e.browsing import check_page, sign_in

SCORECARD = "/inspections/anyshire-2026/scorecard/"


def test_charts_their_pdf_and_assessors(page: Page) -> None:
    inspection = make_inspection()
    for number in range(10):
        make_case(
            inspection,
            f"ANY-{number:03}",
            assessor="inspector" if number % 2 else "local-assessor",
            facts=FACTS | {"looked_after": "yes" if number > 7 else "no"},
            answers={"1.2.03": "insufficient"} if number < 3 else {},
            rest="sufficient",
        )
    sign_in(page, user_of(inspection, "lead"))

    page.goto(SCORECARD)
    page.get_by_role("navigation", name="Pages about the scores").get_by_text("Charts").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anyshire 2026 Charts")
    chart = page.get_by_role("img", name="Sections and criteria.")
    expect(chart).to_be_visible()
    assert "1.2 Planning: 70% (MODERATE, 95% interval " in (chart.text_content() or "")
    beside = page.get_by_role("table", name="1.2 Planning: answers by question")
    expect(beside.get_by_role("row", name="1.2.03")).to_contain_text("70%")
    check_page(page)
    page.get_by_role("link", name="2.1 Working together").click()
    expect(page.get_by_role("heading", name="2.1 Working together")).to_be_in_viewport()

    page.get_by_role("link", name="Print these charts").click()
    page.get_by_role("button", name="Prepare the scorecard as PDF").click()
    expect(page.get_by_text("Waiting to start.")).to_be_visible()
    check_page(page)
    job = find_preview_job(inspection, Preview.Document.SCORECARD)
    assert job is not None
    run_job(job.pk)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the scorecard as PDF").click()
    assert download.value.suggested_filename == "anyshire-2026-scorecard.pdf"

    page.get_by_role("link", name="Assessors").click()
    table = page.get_by_role("table", name="Assessors, in the order of the team")
    people = table.get_by_role("rowheader")
    expect(people).to_have_text(["Inspector", "Local assessor"])
    expect(table.get_by_role("row", name="Local assessor")).to_contain_text("94%")
    page.get_by_text("How to read these figures").click()
    check_page(page)
    page.get_by_label("Compare with answers in").select_option("looked_after")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_label("Compare with answers in")).to_have_value("looked_after")
    page.get_by_role("link", name="Inspector", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Anyshire 2026 Inspector, beside the others"
    )
    check_page(page)
    page.get_by_role("link", name="1.2 Planning").click()
    expect(page.get_by_role("main")).to_contain_text("ANY-001")
    expect(page.get_by_role("main")).not_to_contain_text("ANY-002")
