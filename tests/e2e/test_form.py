"""The form of a case in a real browser: with JavaScript and without, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from cases.models import Assessment
from tests.casting import FACTS, make_case, make_inspection, member_of, user_of
from tests.cases.filling import (
    ANALYSIS,
    ANYSHIRE,
    CASE,
    DELIVERY,
    FACTORS,
    FACTS_PAGE,
    PLANS,
    SCREENING,
)
from tests.e2e.browsing import HEIGHT, NARROW, check_axe, check_fits, check_page, sign_in
from tests.e2e.conftest import OpenPage

pytestmark = pytest.mark.django_db(transaction=True)

STAMP = r"on \d{1,2} \w+ \d{4} at \d\d:\d\d"


@pytest.fixture
def assessment(server: str) -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def inspector(open_page: OpenPage, assessment: Assessment) -> Page:
    """A page of the inspector, to whom the case is allocated."""
    return open_as(open_page, assessment, "inspector")


def open_as(open_page: OpenPage, assessment: Assessment, key: str, *, scripts: bool = True) -> Page:
    page = open_page(scripts=scripts)
    sign_in(page, user_of(assessment.inspection, key))
    return page


def question(page: Page, code: str) -> Locator:
    """The block of a question, or of a row of a grid: `2.1.02-a`."""
    return page.locator(f"#q{code.replace('.', '-')}")


def choose(page: Page, code: str, answer: str) -> None:
    question(page, code).get_by_label(answer, exact=True).check()


def note(page: Page, code: str) -> Locator:
    return question(page, code).locator("textarea")


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def stored(assessment: Assessment) -> dict[str, tuple[str, list[str], str]]:
    """Answer, reasons and note of every judgement that was ever written, by code and row."""
    rows = assessment.judgements.filter(version__gt=0).order_by("question__position", "row")
    return {
        f"{row.question.code}/{row.row}".rstrip("/"): (row.answer, row.reasons, row.evidence)
        for row in rows.select_related("question")
    }


class TestWithJavaScript:
    def test_a_topic_is_judged(self, inspector: Page, assessment: Assessment) -> None:
        page = inspector
        page.goto(SCREENING)
        expect(question(page, "1.1.02")).to_be_hidden()
        choose(page, "1.1.01", "Yes")
        expect(question(page, "1.1.02")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("1 further question applies below.")
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

    def test_an_answer_to_what_the_page_no_longer_asks_is_not_sent(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(SCREENING)
        choose(page, "1.1.01", "Yes")
        choose(page, "1.1.02", "Yes")
        choose(page, "1.1.01", "No")
        press(page, "Save and go back to the case")
        expect(page).to_have_url(re.compile(f"{CASE}$"))
        assert stored(assessment) == {"1.1.01": ("insufficient", [], "")}

    def test_asks_before_what_is_not_saved_is_left(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(DELIVERY)
        asked: list[str] = []
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
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

    def test_going_back_shows_the_questions_of_the_answers_that_the_browser_kept(
        self, inspector: Page
    ) -> None:
        page = inspector
        page.goto(SCREENING)
        choose(page, "1.1.01", "Yes")
        choose(page, "1.1.02", "No")
        press(page, "Save and go back to the case")
        expect(page).to_have_url(re.compile(f"{CASE}$"))
        page.go_back()
        expect(question(page, "1.1.01").get_by_label("Yes", exact=True)).to_be_checked()
        expect(question(page, "1.1.02")).to_be_visible()

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
        expect(note(page, "1.1.02")).to_have_value("")
        assert stored(assessment) == {
            "1.1.01": ("sufficient", [], ""),
            "1.1.02": ("", [], ""),
            "1.1.03": ("sufficient", [], ""),
        }

    def test_a_conflict_keeps_both(self, open_page: OpenPage, assessment: Assessment) -> None:
        check_conflict(open_page, assessment, scripts=False)


@pytest.mark.parametrize("first", ["lead", "inspector"])
def test_two_people_on_one_page(
    open_page: OpenPage, assessment: Assessment, first: str
) -> None:
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


class TestKeyboard:
    def test_a_topic_is_judged_by_keyboard_alone(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        page = inspector
        page.goto(SCREENING)
        visited = walk(page, until="Save and continue")
        assert visited[visited.index("Case ANY-001") + 1 :] if "Case ANY-001" in visited else True
        assert [stop for stop in visited if stop.startswith("q1-1")] == [
            "q1-1-01-answer",
            "q1-1-01-evidence",
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

    def test_enter_saves_and_clears_nothing(
        self, inspector: Page, assessment: Assessment
    ) -> None:
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
    const seen = top !== null && (named.contains(top) || top.contains(named) && top.contains(element));
    return [element.name && !element.matches("button") ? element.name : element.textContent.trim(), seen];
}"""


class TestLooks:
    @pytest.mark.parametrize(
        "url", [ANYSHIRE, CASE, FACTS_PAGE, SCREENING, ANALYSIS, PLANS, DELIVERY, FACTORS]
    )
    def test_each_page_is_accessible_wide_and_narrow(
        self, open_page: OpenPage, assessment: Assessment, url: str
    ) -> None:
        make_case(assessment.inspection, "ANY-002", rest="insufficient")
        make_case(assessment.inspection, "ANY-003", facts={})
        page = open_as(open_page, assessment, "lead")
        page.goto(url)
        check_page(page)
        page.goto(url.replace("ANY-001", "ANY-002"))
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
