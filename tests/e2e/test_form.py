"""The form of a case in a real browser: with JavaScript and without, alone and with others."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Dialog, Page, expect

from cases.models import Assessment
from tests.cases.filling import ANALYSIS, CASE, DELIVERY, FACTORS, PLANS, SCREENING
from tests.casting import FACTS, PASSWORD, make_case, make_inspection, member_of
from tests.e2e.browsing import check_page
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import choose, note, open_as, press, question, stored

STAMP = r"on \d{1,2} \w+ \d{4} at \d\d:\d\d"


@pytest.fixture
def assessment(server: str) -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def inspector(open_page: OpenPage, assessment: Assessment) -> Page:
    """A page of the inspector, to whom the case is allocated."""
    return open_as(open_page, assessment, "inspector")


class TestWithJavaScript:
    def test_a_topic_is_judged(self, inspector: Page, assessment: Assessment) -> None:
        page = inspector
        page.goto(SCREENING)
        expect(question(page, "1.1.02")).to_be_hidden()
        choose(page, "1.1.01", "Yes")
        expect(question(page, "1.1.02")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("1 further question now applies.")
        choose(page, "1.1.01", "No")
        expect(question(page, "1.1.02")).to_be_hidden()
        expect(page.get_by_role("status")).to_have_text("1 question no longer applies.")
        choose(page, "1.1.01", "Yes")
        choose(page, "1.1.02", "Yes")
        note(page, "1.1.02").fill("Signed on the day.\nSeen.")
        press(page, "Save and continue")
        expect(page).to_have_url(re.compile(f"{ANALYSIS}$"))
        reasons = page.get_by_role("group", name="If No, why?")
        expect(reasons).to_be_hidden()
        choose(page, "1.1.03", "No")
        expect(reasons).to_be_visible()
        page.get_by_label("Victims left out").check()
        choose(page, "1.1.03", "Yes")
        expect(reasons).to_be_hidden()
        choose(page, "1.1.03", "No")
        press(page, "Save and go back to the case")
        expect(page).to_have_url(re.compile(f"{CASE}$"))
        assert stored(assessment) == {
            "1.1.01": ("sufficient", [], ""),
            "1.1.02": ("sufficient", [], "Signed on the day.\nSeen."),
            "1.1.03": ("insufficient", ["victims_left_out"], ""),
        }
        page.goto(SCREENING)
        expect(question(page, "1.1.02").get_by_label("Yes", exact=True)).to_be_checked()
        expect(note(page, "1.1.02")).to_have_value("Signed on the day.\nSeen.")

    def test_reasons_go_with_the_no_that_they_were_for(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(SCREENING)
        choose(page, "1.1.01", "Yes")
        choose(page, "1.1.02", "Yes")
        press(page, "Save and continue")
        choose(page, "1.1.03", "No")
        page.get_by_label("Too short").check()
        choose(page, "1.1.03", "Yes")
        press(page, "Save and continue")
        expect(page).to_have_url(re.compile(f"{PLANS}$"))
        assert stored(assessment)["1.1.03"] == ("sufficient", [], "")

    def test_an_answer_that_is_set_aside_is_kept_for_when_it_is_asked_again(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(SCREENING)
        choose(page, "1.1.01", "Yes")
        choose(page, "1.1.02", "No")
        press(page, "Save and go back to the case")
        page.goto(SCREENING)
        choose(page, "1.1.01", "No")
        press(page, "Save and go back to the case")
        expect(page.get_by_text("1 answered question no longer applies.")).to_be_visible()
        page.goto(SCREENING)
        expect(question(page, "1.1.02")).to_be_hidden()
        choose(page, "1.1.01", "Yes")
        expect(question(page, "1.1.02").get_by_label("No", exact=True)).to_be_checked()
        press(page, "Save and go back to the case")
        assert stored(assessment) == {
            "1.1.01": ("sufficient", [], ""),
            "1.1.02": ("insufficient", [], ""),
        }

    def test_what_was_typed_where_the_page_no_longer_asks_is_not_lost(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(SCREENING)
        choose(page, "1.1.01", "Yes")
        choose(page, "1.1.02", "Yes")
        note(page, "1.1.02").fill("On the day of sentence.")
        choose(page, "1.1.01", "No")
        press(page, "Save and go back to the case")
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        expect(note(page, "1.1.02")).to_have_value("On the day of sentence.")
        assert stored(assessment) == {"1.1.01": ("insufficient", [], "")}

    def test_asks_before_what_is_not_saved_is_left(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(DELIVERY)
        asked: list[str] = []

        def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", stay)
        pager = page.get_by_role("navigation", name="Topics")
        choose(page, "2.1.01", "Yes")
        pager.get_by_role("link", name="Next").click()
        expect(page).to_have_url(re.compile(f"{DELIVERY}$"))
        assert asked == ["beforeunload"]
        page.get_by_role("link", name="Leave without saving").click()
        expect(page).to_have_url(re.compile(f"{CASE}$"))
        page.goto(DELIVERY)
        pager.get_by_role("link", name="Next").click()
        expect(page).to_have_url(re.compile(f"{FACTORS}$"))
        assert asked == ["beforeunload"]
        assert stored(assessment) == {}

    def test_going_back_never_puts_old_answers_over_new_ones(
        self, inspector: Page, open_page: OpenPage, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(SCREENING)
        choose(page, "1.1.01", "Yes")
        press(page, "Save and go back to the case")
        expect(page).to_have_url(re.compile(f"{CASE}$"))
        lead = open_as(open_page, assessment, "lead")
        lead.goto(SCREENING)
        choose(lead, "1.1.01", "No")
        note(lead, "1.1.01").fill("It was done for an earlier sentence.")
        press(lead, "Save and go back to the case")
        expect(lead).to_have_url(re.compile(f"{CASE}$"))
        page.go_back()
        expect(question(page, "1.1.01").get_by_label("No", exact=True)).to_be_checked()
        press(page, "Save and go back to the case")
        expect(page).to_have_url(re.compile(f"{CASE}$"))
        kept: tuple[str, list[str], str] = (
            "insufficient",
            [],
            "It was done for an earlier sentence.",
        )
        assert stored(assessment) == {"1.1.01": kept}
        judgement = assessment.judgements.get(question__code="1.1.01")
        assert judgement.changed_by == member_of(assessment.inspection, "lead")

    def test_answers_sent_after_the_session_ended_come_back_after_signing_in(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(DELIVERY)
        choose(page, "2.1.01", "No")
        note(page, "2.1.01").fill("Two visits of six.")
        page.context.clear_cookies(name="sessionid")
        press(page, "Save and go back to the case")
        page.get_by_label("Email address").fill("inspector@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        press(page, "Sign in")
        expect(page.get_by_text("You had been signed out")).to_be_visible()
        expect(note(page, "2.1.01")).to_have_value("Two visits of six.")
        assert stored(assessment) == {}
        press(page, "Save and go back to the case")
        expect(page).to_have_url(re.compile(f"{CASE}$"))
        assert stored(assessment) == {"2.1.01": ("insufficient", [], "Two visits of six.")}

    def test_an_error_takes_the_keyboard_to_the_summary_and_from_there_to_its_place(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(DELIVERY)
        choose(page, "2.1.02-a", "Yes")
        question(page, "2.1.02-b").get_by_text("Evidence note").first.click()
        note(page, "2.1.02-b").fill("x" * 5001)
        press(page, "Save and continue")
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        expect(page).to_have_title(re.compile("^Error: Delivery"))
        check_page(page)
        page.get_by_role("link", name="2.1.02 Health: the evidence note").click()
        expect(note(page, "2.1.02-b")).to_be_focused()
        assert stored(assessment) == {"2.1.02/a": ("sufficient", [], "")}


class TestWithoutJavaScript:
    def test_the_whole_way(self, open_page: OpenPage) -> None:
        inspection = make_inspection()
        assessment = make_case(inspection, facts={})
        page = open_as(open_page, assessment, "inspector", scripts=False)
        page.goto(CASE)
        page.get_by_role("link", name="Facts of the case").click()
        for key, value in FACTS.items():
            page.locator(f"input[name={key}][value={value}]").check()
        press(page, "Save and go back to the case")
        expect(page.get_by_text("Saved 7 changes. 2 further questions now apply.")).to_be_visible()
        assert dict(assessment.facts.values_list("fact__key", "value")) == FACTS

        page.get_by_role("link", name="Screening", exact=True).click()
        expect(question(page, "1.1.02")).to_be_hidden()
        choose(page, "1.1.01", "Yes")
        press(page, "Save and continue")
        expect(page).to_have_url(re.compile(f"{SCREENING}$"))
        banner = page.get_by_role("region", name="Important")
        expect(banner).to_contain_text(
            "Saved 1 change. Your answers open 1 further question on this page: 1.1.02."
        )
        banner.get_by_role("link", name="1.1.02").click()
        choose(page, "1.1.02", "Yes")
        note(page, "1.1.02").fill("Two days after.")
        press(page, "Save and continue")
        expect(page).to_have_url(re.compile(f"{ANALYSIS}$"))

        choose(page, "1.1.03", "Yes")
        page.get_by_label("Too short").check()
        press(page, "Save and continue")
        expect(
            page.get_by_role("link", name="1.1.03: Reasons are given only where the answer is No.")
        ).to_be_visible()
        page.get_by_label("Too short").uncheck()
        press(page, "Save and continue")
        expect(page).to_have_url(re.compile(f"{PLANS}$"))

        page.goto(SCREENING)
        question(page, "1.1.02").get_by_role("button", name="Clear this answer").click()
        expect(page).to_have_url(re.compile(f"{SCREENING}#q1-1-02$"))
        expect(question(page, "1.1.02").locator("input:checked")).to_have_count(0)
        expect(note(page, "1.1.02")).to_have_value("Two days after.")
        assert stored(assessment) == {
            "1.1.01": ("sufficient", [], ""),
            "1.1.02": ("", [], "Two days after."),
            "1.1.03": ("sufficient", [], ""),
        }

    def test_a_conflict_keeps_both(self, open_page: OpenPage, assessment: Assessment) -> None:
        check_conflict(open_page, assessment, scripts=False)


@pytest.mark.parametrize("first", ["lead", "inspector"])
def test_two_people_on_one_page(open_page: OpenPage, assessment: Assessment, first: str) -> None:
    check_conflict(open_page, assessment, scripts=True, first=first)


def check_conflict(
    open_page: OpenPage, assessment: Assessment, *, scripts: bool, first: str = "lead"
) -> None:
    """The second to save is told who answered what and when, loses nothing, and may replace it."""
    second = "inspector" if first == "lead" else "lead"
    pages = {key: open_as(open_page, assessment, key, scripts=scripts) for key in (first, second)}
    for page in pages.values():
        page.goto(DELIVERY)
    theirs, mine = pages[first], pages[second]
    choose(theirs, "2.1.01", "Yes")
    note(theirs, "2.1.01").fill("All six visits are recorded.")
    press(theirs, "Save and continue")
    expect(theirs).to_have_url(re.compile(f"{FACTORS}$"))

    choose(mine, "2.1.01", "No")
    note(mine, "2.1.01").fill("Two of six visits.")
    choose(mine, "2.1.02-a", "Not applicable")
    press(mine, "Save and continue")
    name = member_of(assessment.inspection, first).name
    told = re.compile(rf"2\.1\.01: not saved\. {name} changed it to “Yes” {STAMP}\.")
    expect(mine.get_by_role("alert").get_by_role("link", name=told)).to_be_visible()
    block = question(mine, "2.1.01")
    expect(block.locator(".govuk-error-message")).to_contain_text(told)
    expect(block).to_contain_text("Their note: “All six visits are recorded.”")
    expect(block.get_by_label("No", exact=True)).to_be_checked()
    expect(note(mine, "2.1.01")).to_have_value("Two of six visits.")
    expect(mine.get_by_text("Saved 1 change.")).to_be_visible()
    assert stored(assessment) == {
        "2.1.01": ("sufficient", [], "All six visits are recorded."),
        "2.1.02/a": ("not_applicable", [], ""),
    }
    if scripts:
        check_page(mine)
    press(mine, "Save and continue")
    expect(mine).to_have_url(re.compile(f"{FACTORS}$"))
    assert stored(assessment)["2.1.01"] == ("insufficient", [], "Two of six visits.")
