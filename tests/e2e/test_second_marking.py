"""A case judged twice, from picking it to the score that it changes, each person in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Assessment, SecondMarking
from inspections.models import Inspection
from tests.cases.second_marking.pairs import (
    FIRST_NOTE,
    SECOND_NOTE,
    choose,
    judge,
    make_compared,
    pick,
)
from tests.casting import FACTS, make_case, make_inspection, user_of
from tests.e2e.browsing import check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import press

INSPECTION = "/inspections/anyshire-2026/"
LIST = f"{INSPECTION}second-marking/"
CASE = f"{INSPECTION}cases/ANY-001/"
COMPARE = f"{CASE}second-marking/"
PAGES = (
    INSPECTION, f"{INSPECTION}cases/", LIST, CASE, f"{CASE}facts/", f"{CASE}1.1/screening/",
    f"{CASE}1.2/plans/", f"{CASE}2.1/delivery/", f"{CASE}2.1/factors/", f"{CASE}review/",
    f"{CASE}history/", f"{CASE}data/",
)  # fmt: skip
"""What an assessor can open of the inspection and of the case."""


@pytest.fixture
def inspection(server: str) -> Inspection:
    """Two cases of the inspector; the first is judged and completed."""
    inspection = make_inspection()
    case = make_case(inspection, facts={})
    judge(case, {**FACTS, "custody": "yes"}, {"1.2.02": "insufficient"}, note=FIRST_NOTE)
    make_case(inspection, "ANY-002")
    return inspection


def open_for(open_page: OpenPage, inspection: Inspection, key: str) -> Page:
    page = open_page()
    sign_in(page, user_of(inspection, key))
    return page


def check_blind(page: Page, others: str) -> None:
    """Check that no page of the case holds a word of what the other assessor wrote."""
    for url in PAGES:
        page.goto(url)
        assert others not in page.content(), url
    refused = page.request.get(COMPARE)
    assert refused.status == 404


def test_from_picking_to_the_score(open_page: OpenPage, inspection: Inspection) -> None:
    lead, inspector, second = (
        open_for(open_page, inspection, key) for key in ("lead", "inspector", "practice-assessor")
    )
    pick_the_case(lead)
    expect_second_marking(second)
    check_blind(second, FIRST_NOTE)
    assessment = Assessment.objects.get(kind="second")
    judge(assessment, FACTS, {"2.1.01": "insufficient"}, note=SECOND_NOTE, complete=False)
    check_blind(inspector, SECOND_NOTE)
    expect(inspector.locator("body")).not_to_contain_text("Second marking of")
    lead.goto(f"{INSPECTION}scorecard/")
    expect(lead.locator("main")).to_contain_text("judged twice and not yet settled: ANY-001")
    before = lead.locator("tr#question-1\\.2\\.02").inner_text()

    complete_the_second(second)
    propose(inspector)
    agree(second)
    decide(lead)

    lead.goto(f"{INSPECTION}scorecard/")
    expect(lead.locator("main")).not_to_contain_text("judged twice")
    row = lead.locator("tr#question-1\\.2\\.02")
    assert before != row.inner_text()
    expect(row).to_contain_text("1 of 1")
    expect(row).to_contain_text("100%")
    assert SecondMarking.objects.get().settled_at is not None
    see_the_agreement(lead)


def pick_the_case(page: Page) -> None:
    """The lead inspector has one drawn at random, sees that it is ticked, and picks by hand."""
    page.goto(INSPECTION)
    page.get_by_role("link", name="Second marking").click()
    expect(page.get_by_text("No case has been picked for second marking yet.")).to_be_visible()
    page.get_by_role("button", name="Pick cases").click()
    page.get_by_label("How many").fill("50")
    press(page, "Draw")
    expect(page.locator("#drawn")).to_contain_text("1 of 2 cases")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    check_page(page)
    page.get_by_label("Pick ANY-001").check()
    page.get_by_label("Pick ANY-002").uncheck()
    page.get_by_label("Second assessor for ANY-001").select_option("Practice assessor")
    press(page, "Pick the ticked cases")
    expect(page.get_by_role("alert")).to_contain_text("Picked 1 case for second marking: ANY-001.")
    check_page(page)
    page.get_by_role("link", name="Call off ANY-001").click()
    press(page, "Call it off")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    check_page(page)


def expect_second_marking(page: Page) -> None:
    """The second assessor finds the case among theirs, with the case described and nothing else."""
    page.goto(f"{INSPECTION}cases/")
    expect(page.get_by_role("row", name="ANY-001")).to_contain_text("Second marking")
    page.goto(f"{CASE}facts/")
    expect(page.locator("input[name=gender][value=male]")).to_be_checked()
    expect(page.locator("input[name=risk_level]:checked")).to_have_count(0)


def complete_the_second(page: Page) -> None:
    """The second assessor says that the case is done; from then on the two are compared."""
    page.goto(f"{CASE}review/")
    page.locator("main").get_by_role("checkbox").check()
    press(page, "Complete this case")
    expect(page.get_by_role("alert")).to_contain_text("Case ANY-001 is completed.")
    page.goto(CASE)
    expect(page.locator("main")).to_contain_text("being compared with its second marking")


def propose(page: Page) -> None:
    """The first assessor learns of it now, and proposes an answer without using a mouse."""
    page.goto(LIST)
    page.get_by_role("link", name="Compare and settle ANY-001").click()
    card = page.locator("#d-1-2-02")
    expect(card).to_contain_text(FIRST_NOTE)
    expect(card).to_contain_text(SECOND_NOTE)
    check_page(page)
    card.get_by_role("link", name="Settle 1.2.02").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Settle 1.2.02")
    check_page(page)
    page.get_by_role("radio", name="Yes").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("The diary of visits shows it.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Proposed: 1.2.02.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Settle 2.1.01")


def agree(page: Page) -> None:
    """The other reads why, and agrees."""
    page.goto(COMPARE)
    card = page.locator("#d-1-2-02")
    expect(card).to_contain_text("Proposed by Inspector. The diary of visits shows it.")
    card.get_by_role("button", name="Agree").click()
    expect(page.get_by_role("alert")).to_contain_text("Settled: 1.2.02.")
    expect(page.get_by_role("region", name="Settled").locator("#d-1-2-02")).to_be_visible()


def decide(page: Page) -> None:
    """The lead inspector decides what is left: a fact, what it opens, and one more answer."""
    page.goto(COMPARE)
    page.get_by_role("button", name="Go to the next difference").click()
    press(page, "Settle and go to the next difference")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("radio", name="Yes").check()
    page.get_by_label("Why?").fill("The order says so.")
    press(page, "Settle and go to the next difference")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Settle 1.2.01")
    page.goto(f"{COMPARE}one-sided/")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    check_page(page)
    page.get_by_label("Why?").fill("It was seen once, and well.")
    press(page, "Take these answers")
    expect(page.get_by_role("alert")).to_contain_text("Settled: 1.2.01.")
    page.get_by_role("button", name="Go to the next difference").click()
    page.get_by_role("radio", name="Yes").check()
    page.get_by_label("Why?").fill("Contacts are recorded.")
    press(page, "Settle and go to the next difference")
    expect(page.get_by_role("alert")).to_contain_text("The settled answers now count.")
    check_page(page)


def see_the_agreement(page: Page) -> None:
    """What the two said first is what agreement is counted from."""
    page.goto(INSPECTION)
    page.get_by_role("link", name="Agreement").click()
    expect(page.locator("#disputed")).to_contain_text("1.2.02")
    check_page(page)
    page.get_by_role("link", name=re.compile("^1.2.02")).click()
    expect(page.locator("#differences")).to_contain_text("ANY-001")
    check_page(page)


def test_without_scripts(open_page: OpenPage, server: str) -> None:
    """The last of the two completes a case, a proposal is agreed with, another is called off."""
    inspection = make_inspection()
    choose(make_compared(inspection, second={"1.2.02": "insufficient"}), "inspector",
           q1_2_02="sufficient")  # fmt: skip
    make_case(inspection, "ANY-002", rest="sufficient")
    judge(pick(inspection, "ANY-002").second, answers={"1.2.02": "insufficient"}, complete=False)
    second = open_page(scripts=False)
    sign_in(second, user_of(inspection, "practice-assessor"))
    second.goto(f"{INSPECTION}cases/ANY-002/review/")
    second.locator("main").get_by_role("checkbox").check()
    press(second, "Complete this case")
    expect(second.locator("main")).to_contain_text(
        "Case ANY-002 is completed. This case is being compared with its second marking"
    )
    page = open_page(scripts=False)
    sign_in(page, user_of(inspection, "lead"))
    page.goto(COMPARE)
    page.get_by_role("button", name="Agree").click()
    expect(page.locator("main")).to_contain_text("The settled answers now count.")
    page.goto(LIST)
    page.get_by_role("link", name="Call off ANY-002").click()
    page.get_by_label("Why is it called off?").fill("There is no time left.")
    press(page, "Call it off")
    expect(page.get_by_role("row", name="ANY-002")).to_contain_text("There is no time left.")
