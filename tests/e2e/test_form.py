"""The form of a case in a real browser: judging with JavaScript, and the whole way without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Assessment
from tests.cases.filling import ANALYSIS, CASE, DELIVERY, FACTORS, PLANS, REVIEW, SCREENING
from tests.casting import FACTS, make_case, make_inspection, member_of
from tests.e2e.browsing import check_axe
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import choose, note, open_as, press, question, stored
from tests.e2e.offline import expect_saved

STAMP = r"on \d{1,2} \w+ \d{4} at \d\d:\d\d"


@pytest.fixture
def assessment(server: str) -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def inspector(open_page: OpenPage, assessment: Assessment) -> Page:
    """A page of the inspector, to whom the case is allocated."""
    return open_as(open_page, assessment, "inspector")


def asides(assessment: Assessment) -> dict[str, tuple[bool, str]]:
    """Return flag and private note of every judgement that has either, by code."""
    rows = assessment.judgements.select_related("question").order_by("question__position", "row")
    return {
        row.question.code: (row.flagged, row.note_to_lead)
        for row in rows
        if row.flagged or row.note_to_lead
    }


class TestWithJavaScript:
    def test_a_topic_is_judged(self, inspector: Page, assessment: Assessment) -> None:
        page = inspector
        page.goto(SCREENING)
        bar = page.locator(".app-progress__count")
        expect(question(page, "1.1.02")).to_be_hidden()
        expect(bar).to_have_text("0 of 1 questions")
        choose(page, "1.1.01", "Yes")
        expect(question(page, "1.1.02")).to_be_visible()
        expect(bar).to_have_text("1 of 2 questions")
        choose(page, "1.1.02", "Yes")
        note(page, "1.1.02").fill("Signed on the day.\nSeen.")
        question(page, "1.1.02").get_by_label("Come back to this").check()
        question(page, "1.1.02").get_by_text("Private note to the lead").first.click()
        page.get_by_label("Private note to the lead inspector about 1.1.02").fill("Ask me.")
        expect_saved(page)
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
        press(page, "Next unanswered")
        expect(page).to_have_url(re.compile(f"{PLANS}#q1-2-02$"))
        expect(question(page, "1.2.02").locator("fieldset").first).to_be_focused()
        assert stored(assessment) == {
            "1.1.01": ("sufficient", [], ""),
            "1.1.02": ("sufficient", [], "Signed on the day.\nSeen."),
            "1.1.03": ("insufficient", ["victims_left_out"], ""),
        }
        assert asides(assessment) == {"1.1.02": (True, "Ask me.")}
        page.goto(CASE)
        page.get_by_role("link", name="1.1.02 Was the screening completed in time?").click()
        expect(question(page, "1.1.02").get_by_label("Yes", exact=True)).to_be_checked()
        expect(note(page, "1.1.02")).to_have_value("Signed on the day.\nSeen.")
        told = question(page, "1.1.02").get_by_text("The lead inspector reads this")
        expect(told).to_be_visible()

    def test_a_note_is_looked_at_while_it_is_written(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(DELIVERY)
        block = question(page, "2.1.01")
        note(page, "2.1.01").fill("The plan was made with Liam Marlowe.")
        warning = block.locator(".note-warning")
        expect(warning).to_have_text(
            "This may identify somebody. It looks as if it holds a name (“Liam Marlowe”)."
        )
        check_axe(page)
        note(page, "2.1.01").fill("The plan was made with the young person.")
        expect(warning.first).to_be_empty()
        length = block.locator(".note-length").first
        note(page, "2.1.01").fill("word " * 130)
        expect(length).to_have_text("This is long: two or three sentences are enough.")
        note(page, "2.1.01").fill("x" * 4500)
        expect(length).to_have_text("You have 500 characters remaining")
        note(page, "2.1.01").fill("x" * 5001)
        expect(length).to_have_text("You have 1 character too many")
        note(page, "2.1.01").fill("Enough.")
        expect(length).to_be_empty()
        expect_saved(page)
        assert stored(assessment) == {"2.1.01": ("", [], "Enough.")}

    def test_an_answer_that_is_set_aside_is_kept_for_when_it_is_asked_again(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(SCREENING)
        for answer in ("Yes", "No", "Yes"):
            choose(page, "1.1.01", answer)
            if answer == "Yes":
                choose(page, "1.1.02", "No")
            expect_saved(page)
        expect(question(page, "1.1.02").get_by_label("No", exact=True)).to_be_checked()
        assert stored(assessment) == {
            "1.1.01": ("sufficient", [], ""),
            "1.1.02": ("insufficient", [], ""),
        }


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
        expect(banner).to_contain_text("Your answers open 1 further question on this page: 1.1.02.")
        banner.get_by_role("link", name="1.1.02").click()
        choose(page, "1.1.02", "Yes")
        note(page, "1.1.02").fill("Two days after, by Liam Marlowe.")
        question(page, "1.1.02").get_by_label("Come back to this").check()
        press(page, "Save and continue")
        expect(page).to_have_url(re.compile(f"{ANALYSIS}$"))
        banner = page.get_by_role("alert", name="Success")
        expect(banner).to_contain_text("A note may identify somebody: check 1.1.02.")

        choose(page, "1.1.03", "Yes")
        page.get_by_label("Too short").check()
        press(page, "Save and continue")
        expect(
            page.get_by_role("link", name="1.1.03: Reasons are given only where the answer is No.")
        ).to_be_visible()
        choose(page, "1.1.03", "No")
        press(page, "Next unanswered")
        expect(page).to_have_url(re.compile(f"{PLANS}#q1-2-02$"))
        for code in ("1.2.02", "1.2.03"):
            choose(page, code, "Yes")
        press(page, "Next unanswered")
        expect(page).to_have_url(re.compile(f"{DELIVERY}#q2-1-01$"))
        for code in ("2.1.01", "2.1.02-a", "2.1.02-b"):
            choose(page, code, "Not applicable")
        press(page, "Save and continue")
        expect(page).to_have_url(re.compile(f"{FACTORS}$"))
        for row in "abc":
            choose(page, f"2.1.03-{row}", "Yes")
        press(page, "Next unanswered")
        expect(page).to_have_url(re.compile(f"{REVIEW}$"))

        expect(page.locator("main h3")).to_have_text(
            [
                "Answered No without an evidence note (1)",
                "To come back to (1)",
                "Notes that may identify somebody (1)",
            ]
        )
        press(page, "Complete this case")
        expect(page.get_by_role("link", name="Look at the points under")).to_be_visible()
        page.get_by_label("I have looked at these").check()
        press(page, "Complete this case")
        expect(page).to_have_url(re.compile(f"{CASE}$"))
        expect(page.get_by_text("Case ANY-001 is completed.")).to_be_visible()

        page.goto(SCREENING)
        question(page, "1.1.02").get_by_role("button", name="Clear this answer").click()
        expect(page).to_have_url(re.compile(f"{SCREENING}#q1-1-02$"))
        expect(question(page, "1.1.02").get_by_role("radio", checked=True)).to_have_count(0)
        assert stored(assessment)["1.1.02"] == ("", [], "Two days after, by Liam Marlowe.")
        assessment.refresh_from_db()
        assert assessment.completed_at is None

    def test_a_conflict_keeps_both(self, open_page: OpenPage, assessment: Assessment) -> None:
        """The second to save is told who answered what, loses nothing, and chooses."""
        pages = {
            key: open_as(open_page, assessment, key, scripts=False) for key in ("lead", "inspector")
        }
        for page in pages.values():
            page.goto(DELIVERY)
        theirs, mine = pages["lead"], pages["inspector"]
        choose(theirs, "2.1.01", "Yes")
        note(theirs, "2.1.01").fill("All six visits are recorded.")
        press(theirs, "Save and continue")

        choose(mine, "2.1.01", "No")
        note(mine, "2.1.01").fill("Two of six visits.")
        choose(mine, "2.1.02-a", "Not applicable")
        press(mine, "Save and continue")
        told = re.compile(rf"2\.1\.01: not saved\. Lead inspector changed it to “Yes” {STAMP}\.")
        expect(mine.get_by_role("alert").get_by_role("link", name=told)).to_be_visible()
        block = question(mine, "2.1.01")
        expect(block).to_contain_text("Their note: “All six visits are recorded.”")
        expect(block.get_by_label("No", exact=True)).to_be_checked()
        expect(note(mine, "2.1.01")).to_have_value("Two of six visits.")
        block.get_by_role("button", name="keep theirs").click()
        assert stored(assessment) == {
            "2.1.01": ("sufficient", [], "All six visits are recorded."),
            "2.1.02/a": ("not_applicable", [], ""),
        }
        block.get_by_role("link", name="History").click()
        entries = mine.locator(".history__entry")
        expect(entries).to_have_count(2)
        expect(entries.first).to_contain_text(re.compile(r"Inspector\s+Not taken"))
        expect(entries.first).to_contain_text("Two of six visits.")
        expect(entries.last).to_contain_text(member_of(assessment.inspection, "lead").name)
