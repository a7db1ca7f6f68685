"""Answers on their way to the server: saved as they are given, never lost, never twice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from cases.models import Assessment, DeclinedChange
from tests.cases.filling import CASE, DELIVERY, FACTORS, FACTS_PAGE, SCREENING
from tests.cases.test_sync_assessments import turn_second
from tests.casting import make_case, make_inspection, user_of
from tests.e2e.browsing import Watch, check_page, sign_in
from tests.e2e.conftest import OpenPage
from tests.e2e.fieldwork import choose, open_as, press, question, stored
from tests.e2e.offline import (
    cut_page,
    evidence,
    expect_kept,
    expect_saved,
    expect_waiting,
    facts_history_of,
    history_of,
    open_form,
    restore_page,
    state_of,
    status,
)

SYNC = re.compile("/sync/$")


@pytest.fixture
def assessment(server: str) -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def inspector(open_page: OpenPage, assessment: Assessment) -> Page:
    """A page of the inspector, to whom the case is allocated."""
    return open_as(open_page, assessment, "inspector")


@pytest.fixture
def lead(open_page: OpenPage, assessment: Assessment) -> Page:
    """A page of the lead inspector, in a browser of their own."""
    return open_as(open_page, assessment, "lead")


def test_each_answer_is_saved_as_it_is_given(inspector: Page, assessment: Assessment) -> None:
    page = inspector
    open_form(page, DELIVERY)
    expect(state_of(page, "2.1.01")).to_be_empty()
    choose(page, "2.1.01", "No")
    expect(state_of(page, "2.1.01")).to_have_text("Saved.")
    expect_saved(page)
    evidence(page, "2.1.01").press_sequentially("Two of six")
    expect(state_of(page, "2.1.01")).not_to_have_text("Saved.")
    expect(state_of(page, "2.1.01")).to_have_text("Saved.")
    choose(page, "2.1.02-b", "Not applicable")
    expect_saved(page)
    assert stored(assessment) == {
        "2.1.01": ("insufficient", [], "Two of six"),
        "2.1.02/b": ("not_applicable", [], ""),
    }
    question(page, "2.1.01").get_by_role("button", name="Clear this answer").click()
    expect_saved(page)
    assert stored(assessment)["2.1.01"] == ("", [], "Two of six")
    check_page(page)

    open_form(page, FACTS_PAGE)
    page.locator("input[name=plan_required][value=yes]").check()
    expect(page.locator("[data-state-of=plan_required]")).to_have_text("Saved.")
    page.locator("input[name=safeguarding_need][value=no]").check()
    refusal = page.locator("[data-state-of=safeguarding_need]")
    expect(refusal).to_contain_text("This cannot be no while")
    check_page(page)
    page.locator("input[name=plan_required][value=no]").check()
    expect(refusal).to_have_text("Saved.")
    expect_saved(page)
    history = facts_history_of(assessment)
    assert (history["plan_required"], history["safeguarding_need"]) == (
        ["no", "yes", "no"],
        ["yes", "no"],
    )


FATES: dict[str, tuple[Callable[[Route], None], str]] = {
    "cut": (lambda route: route.abort(), "1 answer is kept on this device"),
    "fault": (lambda route: route.fulfill(status=500, body="x"), "1 answer is kept on this device"),
    "café": (
        lambda route: route.fulfill(status=200, content_type="text/html", body="Welcome!"),
        "No network: 1 answer is kept on this device",
    ),
    "redirect": (
        lambda route: route.fulfill(status=302, headers={"Location": "/"}),
        "You are signed out: 1 answer",
    ),
    "signed out": (
        lambda route: route.fulfill(status=401, json={"error": "signed_out"}),
        "You are signed out: 1 answer",
    ),
    "forbidden": (
        lambda route: route.fulfill(status=403, json={"error": "x"}),
        "The server did not accept this from you: 1 answer is kept",
    ),
    "not mine": (
        lambda route: route.fulfill(status=404, json={"error": "x"}),
        "Case ANY-001 is not one of yours any more",
    ),
    "too large": (lambda route: route.fulfill(status=413, body="x"), "1 answer could not be saved"),
    "not read": (
        lambda route: route.fulfill(status=400, json={"error": "x"}),
        "1 answer could not be saved",
    ),
    "silent": (
        lambda route: route.fulfill(status=200, json={"results": []}),
        "1 answer is kept on this device",
    ),
}
"""What becomes of a request, and what the page says then."""


def test_no_other_answer_is_taken_for_saved(
    inspector: Page, assessment: Assessment, watch: Watch
) -> None:
    page = inspector
    watch.expect("(400|401|403|404|413|500): .*/sync/")
    open_form(page, DELIVERY)
    expected: list[str] = []
    for number, (fate, words) in enumerate(FATES.values()):
        answer = "No" if number % 2 else "Yes"
        page.route(SYNC, fate)
        choose(page, "2.1.01", answer)
        expect(status(page)).to_contain_text(words)
        expect(state_of(page, "2.1.01")).not_to_have_text("Saved.")
        page.unroute(SYNC)
        assert history_of(assessment).get("2.1.01", []) == expected
        page.reload()
        expect(question(page, "2.1.01").get_by_label(answer, exact=True)).to_be_checked()
        if "could not be saved" in words:
            page.get_by_role("button", name="Try again").click()
        expect_saved(page)
        expected.append("insufficient" if number % 2 else "sufficient")
        assert history_of(assessment)["2.1.01"] == expected


class TestTwoPeople:
    def test_different_questions_merge_silently_and_the_same_one_is_asked_about(
        self, inspector: Page, lead: Page, assessment: Assessment
    ) -> None:
        """One of them without a network meanwhile; each conflict settled in another way."""
        for page in (inspector, lead):
            open_form(page, DELIVERY)
        cut_page(inspector)
        choose(inspector, "2.1.01", "No")
        evidence(inspector, "2.1.01").fill("Two of six visits.")
        choose(inspector, "2.1.02-a", "Yes")
        choose(inspector, "2.1.02-b", "Yes")
        expect_kept(inspector, 3)
        choose(lead, "2.1.01", "Yes")
        evidence(lead, "2.1.01").fill("All six visits are recorded.")
        choose(lead, "2.1.02-b", "Not applicable")
        expect_saved(lead)
        restore_page(inspector)

        expect(status(inspector)).to_have_text(
            "2 answers were also changed elsewhere: choose which to keep."
        )
        assert stored(assessment) == {
            "2.1.01": ("sufficient", [], "All six visits are recorded."),
            "2.1.02/a": ("sufficient", [], ""),
            "2.1.02/b": ("not_applicable", [], ""),
        }
        group = inspector.get_by_role("group", name="2.1.01: two answers")
        expect(group).to_contain_text("Two of six visits.")
        expect(group).to_contain_text("All six visits are recorded.")
        expect(group).to_contain_text(
            re.compile(r"Lead inspector, on \d{1,2} \w+ \d{4} at \d\d:\d\d")
        )
        check_page(inspector)
        choose(inspector, "2.1.02-a", "No")
        press(inspector, "Save and continue")
        expect(group).to_be_focused()
        inspector.wait_for_timeout(1000)  # the button takes no second click sooner
        press(inspector, "Save and continue")
        expect(inspector).to_have_url(re.compile(f"{FACTORS}$"))
        assert stored(assessment)["2.1.02/a"] == ("insufficient", [], "")
        inspector.goto(CASE)
        expect(inspector.get_by_role("region", name="Changed here and elsewhere")).to_be_visible()
        check_page(inspector)
        inspector.get_by_role("link", name="2.1.02 Health").click()
        expect(inspector).to_have_url(re.compile(f"{DELIVERY}#q2-1-02-b$"))

        group.get_by_role("button", name="Use mine for 2.1.01").click()
        expect(group).to_have_count(0)
        inspector.get_by_role("button", name="Keep theirs for 2.1.02 Health").click()
        expect_saved(inspector)
        health = question(inspector, "2.1.02-b")
        expect(health.get_by_label("Not applicable", exact=True)).to_be_checked()
        expect(question(inspector, "2.1.01").get_by_label("No", exact=True)).to_be_checked()
        assert history_of(assessment) == {
            "2.1.01": ["sufficient", "sufficient", "insufficient"],
            "2.1.02/a": ["sufficient", "insufficient"],
            "2.1.02/b": ["not_applicable"],
        }
        declined = DeclinedChange.objects.get(judgement__row="b")
        assert declined.values["answer"] == "sufficient"

    def test_a_page_that_is_gone_back_to_shows_what_stands(
        self, inspector: Page, lead: Page, assessment: Assessment
    ) -> None:
        open_form(inspector, SCREENING)
        choose(inspector, "1.1.01", "Yes")
        press(inspector, "Save and go back to the case")
        expect(inspector).to_have_url(re.compile(f"{CASE}$"))
        open_form(lead, SCREENING)
        choose(lead, "1.1.01", "No")
        expect_saved(lead)
        inspector.go_back()
        expect(question(inspector, "1.1.01").get_by_label("No", exact=True)).to_be_checked()
        press(inspector, "Save and go back to the case")
        expect(inspector).to_have_url(re.compile(f"{CASE}$"))
        assert history_of(assessment) == {"1.1.01": ["sufficient", "insufficient"]}


class TestOnePerson:
    def test_two_tabs_show_the_same_and_send_once(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        one, two = inspector, inspector.context.new_page()
        for page in (one, two):
            open_form(page, SCREENING)
        choose(one, "1.1.01", "Yes")
        expect(question(two, "1.1.02")).to_be_visible()
        expect_saved(two)
        choose(two, "1.1.02", "No")
        evidence(two, "1.1.01").fill("Seen.")
        expect(evidence(one, "1.1.01")).to_have_value("Seen.")
        expect_saved(one)
        expect_saved(two)
        assert history_of(assessment) == {
            "1.1.01": ["sufficient", "sufficient"],
            "1.1.02": ["insufficient"],
        }

    def test_two_devices_are_told_apart_from_two_people(
        self, inspector: Page, open_page: OpenPage, assessment: Assessment
    ) -> None:
        other = open_as(open_page, assessment, "inspector")
        for page in (inspector, other):
            open_form(page, FACTS_PAGE)
        other.locator("input[name=looked_after][value=yes]").check()
        expect_saved(other)
        inspector.get_by_role("button", name=re.compile("Clear ?: Looked after")).click()
        group = inspector.get_by_role("group", name="Looked after child: two answers")
        expect(group).to_contain_text("You, in another window or on another device")
        expect(group).to_contain_text("Not recorded")
        check_page(inspector)
        group.get_by_role("button", name="Keep the other").click()
        expect_saved(inspector)
        expect(inspector.locator("input[name=looked_after][value=yes]")).to_be_checked()
        assert facts_history_of(assessment)["looked_after"] == ["no", "yes"]
        assert DeclinedChange.objects.get().values == {"value": ""}

    def test_a_session_that_ends_loses_nothing(
        self, inspector: Page, assessment: Assessment, watch: Watch
    ) -> None:
        page = inspector
        watch.expect("401: .*/sync/")
        open_form(page, DELIVERY)
        page.context.clear_cookies(name="sessionid")
        choose(page, "2.1.01", "No")
        evidence(page, "2.1.01").fill("Two visits of six.")
        expect(status(page)).to_contain_text("You are signed out: 1 answer is kept on this device.")
        page.locator("#sync-status").get_by_role("link", name="Sign in").click()
        expect(page.get_by_text("1 answer on this device has not been sent yet.")).to_be_visible()
        check_page(page)
        page.get_by_label("Email").fill("inspector@example.org")
        page.get_by_label("Password", exact=True).fill("a long enough password")
        page.locator("main").get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(re.compile(f"{DELIVERY}$"))
        expect_saved(page)
        assert stored(assessment) == {"2.1.01": ("insufficient", [], "Two visits of six.")}

    def test_what_is_given_before_the_script_runs_counts(
        self, open_page: OpenPage, assessment: Assessment
    ) -> None:
        page = open_page(service_workers="block")  # so that the request can be held here
        sign_in(page, user_of(assessment.inspection, "inspector"))
        page.route(SYNC, lambda route: route.abort())
        open_form(page, SCREENING)
        choose(page, "1.1.01", "Yes")
        evidence(page, "1.1.01").fill("Screened in time.")
        expect_waiting(page, 1)

        held: list[Route] = []
        page.route(re.compile("/judging.js$"), lambda route: held.append(route))
        page.goto(SCREENING, wait_until="commit")
        question(page, "1.1.01").get_by_label("Come back to this").check()
        expect(page.locator("form[data-kept=yes]")).to_have_count(0)
        expect(evidence(page, "1.1.01")).to_be_empty()  # as the server has it
        while not held:
            page.wait_for_timeout(20)
        held[0].continue_()
        expect(evidence(page, "1.1.01")).to_have_value("Screened in time.")
        expect(question(page, "1.1.02")).to_be_visible()
        page.unroute(SYNC)
        expect_saved(page)
        assert stored(assessment) == {"1.1.01": ("sufficient", [], "Screened in time.")}
        assert assessment.judgements.get(question__code="1.1.01").flagged

    def test_what_was_given_in_another_assessment_is_shown_and_not_saved(
        self, inspector: Page, assessment: Assessment
    ) -> None:
        """While the inspector works without a network, the case becomes theirs to judge second."""
        page = inspector
        open_form(page, DELIVERY)
        cut_page(page)
        choose(page, "2.1.01", "No")
        evidence(page, "2.1.01").fill("Two of six visits.")
        choose(page, "2.1.02-b", "Yes")
        expect_kept(page, 2)
        second = turn_second(assessment)
        restore_page(page)
        expect(status(page)).to_contain_text("2 answers could not be saved")
        expect(state_of(page, "2.1.01")).to_contain_text("judged in another assessment")
        assert (stored(assessment), stored(second)) == ({}, {})

        open_form(page, DELIVERY)
        left = page.get_by_role("group", name="2.1.01: you gave this before")
        expect(left).to_contain_text("Two of six visits.")
        expect(evidence(page, "2.1.01")).to_be_empty()
        check_page(page)
        evidence(page, "2.1.01").fill("Heard today.")
        left.get_by_role("button", name="Use it here").click()
        expect(left).to_have_count(0)
        other = page.get_by_role("group", name="2.1.02 Health: you gave this before")
        other.get_by_role("button", name="Remove my change").click()
        other.get_by_role("button", name="Yes, remove it").click()
        expect_saved(page)
        assert stored(assessment) == {}
        assert stored(second) == {
            "2.1.01": ("insufficient", [], "Heard today.\nTwo of six visits.")
        }
