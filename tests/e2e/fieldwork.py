"""A case in the browser: opening it as somebody, and finding and answering its questions."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from cases.models import Assessment
from tests.casting import user_of
from tests.e2e.browsing import sign_in
from tests.e2e.conftest import OpenPage


def open_as(open_page: OpenPage, assessment: Assessment, key: str, *, scripts: bool = True) -> Page:
    """Return a page on which the member `key` of the team has signed in."""
    page = open_page(scripts=scripts)
    sign_in(page, user_of(assessment.inspection, key))
    return page


def question(page: Page, code: str) -> Locator:
    """Return the block of a question, or of a row of a grid: `2.1.02-a`."""
    return page.locator(f"#q{code.replace('.', '-')}")


def choose(page: Page, code: str, answer: str) -> None:
    """Answer a question by the words of the answer."""
    question(page, code).get_by_label(answer, exact=True).check()


def note(page: Page, code: str) -> Locator:
    """Return the evidence note of a question."""
    return question(page, code).locator("textarea[name$=-evidence]")


def press(page: Page, name: str) -> None:
    """Press a button in the main part of the page."""
    page.locator("main").get_by_role("button", name=name, exact=True).click()


def stored(assessment: Assessment) -> dict[str, tuple[str, list[str], str]]:
    """Return answer, reasons and note of every judgement that was ever written, by code and row."""
    rows = assessment.judgements.filter(version__gt=0).order_by("question__position", "row")
    return {
        f"{row.question.code}/{row.row}".rstrip("/"): (row.answer, row.reasons, row.evidence)
        for row in rows.select_related("question")
    }
