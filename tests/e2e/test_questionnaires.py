"""The counts of questionnaires in the browser: typed in, read from a file, and kept from loss."""

from __future__ import annotations

from playwright.sync_api import expect

from reports.models import Narrative
from reports.questionnaires.counts import Item, Survey, load_surveys
from tests.casting import make_inspection, user_of
from tests.e2e.browsing import check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import press
from tests.reports.test_questionnaires import DOCUMENT

PAGE = "/inspections/anyshire-2026/questionnaires/"
FILE = "group,item,count,of\nvictims,respondents,9,\nvictims,satisfied,3,4\n"


def test_counts_are_typed_in_and_read_from_a_file(open_page: OpenPage) -> None:
    inspection = make_inspection()
    Narrative.objects.create(inspection=inspection, document=DOCUMENT)
    page = open_page()
    sign_in(page, user_of(inspection, "lead"))
    page.goto("/inspections/anyshire-2026/")
    page.get_by_role("link", name="Questionnaires").click()
    line = page.get_by_role("group", name="knew_why, children and young people")
    line.get_by_label("Count").fill("31")
    line.get_by_label("Count").press("Enter")
    page.get_by_role("link", name="31 of 30 is more than all of them.").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("28")
    check_page(page)
    page.get_by_label("CSV file").set_input_files(
        {"name": "counts.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    press(page, "Read the file")
    expect(page.get_by_text("2 items were read")).not_to_be_visible()
    expect(page.get_by_text("1 item was read from the file.")).to_be_visible()
    expect(line.get_by_label("Count")).to_have_value("28")
    check_page(page)
    # Leaving now would lose the counts: the browser asks first.
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("link", name="Published reports").click()
    assert page.url.endswith(PAGE)
    page.locator("main .govuk-button-group").get_by_role("button", name="Save the counts").click()
    expect(page.get_by_role("alert")).to_contain_text("The counts are saved.")
    check_page(page)
    assert load_surveys(inspection)[0] == {
        "children": Survey(30, {"felt_safe": Item(20, 28), "knew_why": Item(28, 30)}),
        "victims": Survey(9, {"satisfied": Item(3, 4)}),
    }
