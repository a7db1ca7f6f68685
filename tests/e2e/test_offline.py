"""Judging a case without a network, in a browser that is closed, or dies, in between."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cases.models import Assessment, JudgementRevision
from cases.recording import AnswerChange, record_answers
from inspections.models import Inspection
from tests.cases.filling import ANALYSIS, ANYSHIRE, CASE, DELIVERY, FACTS_PAGE, PLANS, SCREENING
from tests.casting import FACTS, make_case, make_inspection, member_of, user_of
from tests.e2e.browsing import Watch, check_page, enter_password, sign_in
from tests.e2e.conftest import LastingBrowser, OpenPage
from tests.e2e.fieldwork import choose, open_as, press, question, stored
from tests.e2e.offline import (
    NETWORK,
    answer_all,
    cut,
    evidence,
    expect_kept,
    expect_saved,
    facts_history_of,
    history_of,
    keep_case,
    list_topics,
    make_large_case,
    open_form,
    restore,
    status,
    told,
)
from tests.e2e.relay import Relay

HUNDRED = 100


@pytest.fixture
def server(relay: Relay) -> str:
    """The address of the site, by a way that can be cut."""
    return relay.url


def test_a_hundred_judgements_without_a_network(
    relay: Relay, lasting_browser: LastingBrowser, watch: Watch
) -> None:
    """Pages are left at once, reloaded, the browser is killed half-way, and the session ends."""
    assessment = make_large_case()
    user = user_of(assessment.inspection, "inspector")
    page = lasting_browser.start()
    sign_in(page, user)
    keep_case(page, CASE)
    topics = list_topics(page)

    cut(page, relay)
    given = 0
    while given < HUNDRED // 2:
        open_form(page, topics.pop(0))
        given += answer_all(page, "sufficient", most=HUNDRED // 2 - given)
    expect_kept(page, HUNDRED // 2)
    page.reload()
    expect_kept(page, HUNDRED // 2)
    lasting_browser.kill()

    page = lasting_browser.start(offline=True)
    page.context.clear_cookies()
    while given < HUNDRED:
        open_form(page, topics.pop(0))
        given += answer_all(page, "insufficient", most=HUNDRED - given)
    expect_kept(page, HUNDRED)
    assert JudgementRevision.objects.count() == 0

    watch.expect(r"40[13]: .*/sync/")
    restore(page, relay)
    expect(status(page)).to_have_text(
        "You are signed out: 100 answers are kept on this device. Sign in to send them."
    )
    page.locator("#sync-status").get_by_role("link", name="Sign in").click()
    expect(page.get_by_text("100 answers on this device have not been sent yet.")).to_be_visible()
    enter_password(page, user)
    expect_saved(page)
    half = HUNDRED // 2
    history = sorted(history_of(assessment).values())
    assert history == [["insufficient"]] * half + [["sufficient"]] * half
    assert JudgementRevision.objects.values("mutation").distinct().count() == HUNDRED
    page.goto(CASE)
    expect_saved(page)
    expect(page.locator(".app-progress__count").first).to_have_text(re.compile(r"^100 of \d+ "))


@pytest.fixture
def assessment(relay: Relay) -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def inspector(open_page: OpenPage, assessment: Assessment) -> Page:
    """A page of the inspector, to whom the case is allocated."""
    return open_as(open_page, assessment, "inspector")


class TestKeptCases:
    def test_all_of_a_case_works_without_a_network(
        self, inspector: Page, assessment: Assessment, relay: Relay
    ) -> None:
        """Facts on one page decide the questions of others; topics, counts and ways on follow."""
        page = inspector
        keep_case(page, CASE)
        check_page(page)
        cut(page, relay)
        open_form(page, SCREENING)
        choose(page, "1.1.01", "Yes")
        expect(question(page, "1.1.02")).to_be_visible()
        expect(told(page)).to_have_text("1 further question now applies.")
        choose(page, "1.1.02", "Yes")
        press(page, "Save and continue")
        expect(page).to_have_url(re.compile(f"{ANALYSIS}$"))
        choose(page, "1.1.03", "No")
        page.get_by_label("Victims left out").check()
        evidence(page, "1.1.03").fill("Nothing on the victim.")
        press(page, "Save and continue")
        expect(page).to_have_url(re.compile(f"{PLANS}$"))
        choose(page, "1.2.03", "Yes")
        expect_kept(page, 4)

        open_form(page, FACTS_PAGE)
        page.locator("input[name=custody][value=yes]").check()
        page.locator("input[name=risk_level][value=low]").check()
        expect(told(page)).to_have_text(
            "1 answered question no longer applies. Its answer is kept, and comes back if the "
            "question applies again."
        )
        press(page, "Save and go back to the case")
        expect(page.get_by_text("Kept on this device for work")).to_be_visible()
        expect(page.locator(f"[data-topic='{SCREENING}'] [data-topic-status]")).to_have_text(
            "Completed"
        )
        expect(page.locator(f"[data-topic='{PLANS}'] [data-topic-status]")).to_have_text(
            "Not started"
        )
        expect(page.locator(".app-progress__count").first).to_have_text("3 of 11 questions")
        check_page(page)
        page.get_by_role("link", name="Plans").click()
        expect(question(page, "1.2.01")).to_be_visible()
        expect(question(page, "1.2.03")).to_be_hidden()
        open_form(page, FACTS_PAGE)
        page.locator("input[name=risk_level][value=high]").check()
        expect(told(page)).to_have_text("1 question applies again, with the answer that it had.")
        open_form(page, ANALYSIS)
        expect(page.get_by_label("Victims left out")).to_be_checked()
        expect(evidence(page, "1.1.03")).to_have_value("Nothing on the victim.")
        assert stored(assessment) == {}

        restore(page, relay)
        expect_saved(page)
        assert stored(assessment) == {
            "1.1.01": ("sufficient", [], ""),
            "1.1.02": ("sufficient", [], ""),
            "1.1.03": ("insufficient", ["victims_left_out"], "Nothing on the victim."),
            "1.2.03": ("sufficient", [], ""),
        }
        assert dict(assessment.facts.values_list("fact__key", "value")) == FACTS | {
            "custody": "yes"
        }
        recorded = facts_history_of(assessment)
        assert recorded["custody"] == ["no", "yes"]
        assert recorded["risk_level"] == ["high"]  # low and back again: nothing to send

    def test_cases_are_made_available_from_the_list(
        self, inspector: Page, assessment: Assessment, relay: Relay
    ) -> None:
        page = inspector
        make_case(assessment.inspection, "ANY-002")
        make_case(assessment.inspection, "ANY-003")
        page.goto(ANYSHIRE)
        row = page.get_by_role("row").filter(has_text="ANY-002")
        row.get_by_role("button", name="Make available offline").click()
        expect(row).to_contain_text("Available offline, as of")
        page.get_by_role("button", name="Make all open cases available offline (3)").click()
        report = page.get_by_text("3 cases can now be opened and worked on without a network.")
        expect(report).to_be_visible()
        check_page(page)
        cut(page, relay)
        for reference in ("ANY-001", "ANY-002", "ANY-003"):
            open_form(page, DELIVERY.replace("ANY-001", reference))
            choose(page, "2.1.01", "Yes")
        expect_kept(page, 3)
        page.goto(ANYSHIRE)
        expect(row).to_contain_text("1 answer not yet sent.")
        page.goto("/reports/")
        expect(page.get_by_role("heading", level=1)).to_have_text("There is no network")
        expect(page.get_by_text("3 answers are kept on this device")).to_be_visible()
        expect(page.get_by_text("You are still signed in on this device")).to_be_visible()
        check_page(page)
        page.get_by_role("link", name="Case ANY-003").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Case ANY-003")
        restore(page, relay)
        expect_saved(page)
        assert JudgementRevision.objects.count() == 3

    def test_a_case_is_completed_without_a_network(
        self, inspector: Page, assessment: Assessment, relay: Relay
    ) -> None:
        """Somebody else changed an answer of it meanwhile: that is settled first."""
        page = inspector
        answers = {"2.1.01": "insufficient"}  # without evidence, so that there is something to see
        whole = make_case(assessment.inspection, "ANY-002", answers=answers, rest="sufficient")
        Assessment.objects.filter(pk=whole.pk).update(completed_at=None, completed_by=None)
        case = CASE.replace("ANY-001", "ANY-002")
        keep_case(page, case)
        cut(page, relay)
        open_form(page, DELIVERY.replace("ANY-001", "ANY-002"))
        choose(page, "2.1.02-a", "No")
        expect_kept(page, 1)
        theirs = AnswerChange("2.1.02", "a", "not_applicable", 1)
        record_answers(whole, [theirs], by=member_of(whole.inspection, "lead"))
        page.goto(f"{case}review/")
        page.get_by_role("button", name="Complete this case").click()
        expect(page.get_by_text("Nothing was sent. Not yet filled in:")).to_be_visible()
        page.get_by_label("I have looked at these").check()
        page.wait_for_timeout(1000)  # the button takes no second click sooner
        page.get_by_role("button", name="Complete this case").click()
        waits = "This is kept on this device. The case will be completed once it can be sent."
        expect(page.get_by_text(waits)).to_be_visible()
        check_page(page)
        restore(page, relay)
        told = page.get_by_text("This case cannot be completed while something that you gave in it")
        expect(told).to_be_visible(timeout=NETWORK)
        check_page(page)
        whole.refresh_from_db()
        assert whole.completed_at is None
        page.get_by_role("region", name="Changed here and elsewhere").get_by_role("link").click()
        press(page, "Use mine for 2.1.02 Social care")
        expect_saved(page)
        page.goto(f"{case}review/")
        page.get_by_label("I have looked at these").check()
        page.get_by_role("button", name="Complete this case").click()
        expect(page.get_by_role("alert")).to_contain_text("Case ANY-002 is completed.")
        whole.refresh_from_db()
        assert whole.completed_at is not None
        assert stored(whole)["2.1.02/a"] == ("insufficient", [], "")

    def test_an_alert_without_a_network_says_that_nobody_knows(
        self, inspector: Page, assessment: Assessment, relay: Relay
    ) -> None:
        page = inspector
        Inspection.objects.update(urgent_telephone="01632 960001")
        keep_case(page, CASE)
        page.goto(f"{CASE}alert/")
        cut(page, relay)
        page.get_by_label("What is your concern?").fill("He says that he is not safe at home.")
        page.get_by_role("button", name="Raise the alert").click()
        warning = "This alert has not been sent. Telephone the lead inspector now: 01632 960001."
        expect(page.get_by_text(warning)).to_be_visible()
        page.goto(CASE)
        expect(page.get_by_role("alert")).to_contain_text(
            "Your alert on case ANY-001 has not been sent"
        )
        expect(page.get_by_role("alert")).to_contain_text("inspector now: 01632 960001.")
        check_page(page)
        restore(page, relay)
        expect_saved(page)
        expect(page.get_by_role("alert")).to_have_count(0)
        assert list(assessment.case.alerts.values_list("concern", flat=True)) == [
            "He says that he is not safe at home."
        ]


def test_a_page_is_not_kept_for_whoever_did_not_open_its_case(
    inspector: Page, assessment: Assessment, relay: Relay
) -> None:
    page = inspector
    page.goto(CASE.replace("ANY-001/", ""))
    expect(page.get_by_role("button", name="Make available offline")).to_be_visible()
    cut(page, relay)
    page.goto(SCREENING)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no network")
    expect(page.get_by_text("No case is kept on this device.")).to_be_visible()
    expect(status(page)).to_have_count(0)
