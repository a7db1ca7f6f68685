"""What every browser test does and checks: signing in, accessibility, width, faults on a page."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Response

from accounts.models import User
from tests.casting import PASSWORD

WIDE = 1280
NARROW = 320
"""Widths of a page in CSS pixels: a desk, and a telephone (or a desk at 400% zoom)."""
HEIGHT = 900

AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    },
    "resultTypes": ["violations"],
}

# A style sheet that is missing or refused shows here: an unstyled page passes axe.
UNSTYLED = """() => {
    const found = [];
    for (const link of document.querySelectorAll("link[rel=stylesheet]")) {
        if (!link.sheet || link.sheet.cssRules.length === 0) found.push(link.href);
    }
    const header = document.querySelector(".app-header");
    if (!header || getComputedStyle(header).borderBottomWidth !== "4px") found.push("app.css");
    const link = document.querySelector(".govuk-skip-link");
    if (!link || getComputedStyle(link).position !== "absolute") found.push("govuk-frontend");
    return found;
}"""

TOO_WIDE = """() => [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1
        && !element.closest(".app-table-scroll:not(.app-table-stacked)"))
    .map((element) => element.outerHTML.slice(0, 120))"""


def sign_in(page: Page, user: User, password: str = PASSWORD) -> None:
    """Sign in by the form, as a person does, and end on the page that follows."""
    page.goto("/accounts/login/")
    enter_password(page, user, password)


def enter_password(page: Page, user: User, password: str = PASSWORD) -> None:
    """Fill in the form of the sign-in page, where that is open, and end on what follows."""
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password", exact=True).fill(password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def check_page(page: Page) -> None:
    """Check the page as it stands, wide and narrow: `check_axe` and `check_fits` at both widths."""
    page.wait_for_load_state()  # its style sheets too
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        check_axe(page)
        check_fits(page)
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})


def check_axe(page: Page) -> None:
    """Assert that the page is styled and breaks no rule of WCAG 2.2 A or AA that axe knows."""
    assert page.evaluate(UNSTYLED) == []
    # At its end, no bar that sticks to the foot of the window covers a part of the page.
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    results = Axe().run(page, options=AXE_OPTIONS)
    assert [
        (broken["id"], node["html"][:200], node["failureSummary"])
        for broken in results.response["violations"]
        for node in broken["nodes"]
    ] == []


def check_fits(page: Page) -> None:
    """Assert that the page does not scroll sideways."""
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        assert page.evaluate(TOO_WIDE) == []
        raise AssertionError("The page scrolls sideways.")


class Watch:
    """What went wrong on pages without a test asking: kept as lines of text in `faults`.

    Error messages of the console (scripts, the content security policy), uncaught exceptions,
    server errors, and files of a page that are not there. That a page itself answers 404, 409 or
    422 is for a test to check.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._expected: list[str] = []

    def expect(self, pattern: str) -> None:
        """Let faults that hold `pattern` (of `re.search`) pass: the test brings them about."""
        self._expected.append(pattern)

    def follow(self, page: Page) -> None:
        """Listen to `page` from now on."""
        page.on("console", self._hear_message)
        page.on("pageerror", lambda error: self._note(f"exception: {error}"))
        page.on("response", self._hear_response)

    def _hear_message(self, message: ConsoleMessage) -> None:
        # The browser's own line about a status is left to `_hear_response`, which knows of what.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._note(f"console: {message.text}")

    def _hear_response(self, response: Response) -> None:
        is_page = response.request.is_navigation_request()
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self._note(f"{response.status}: {response.url}")

    def _note(self, fault: str) -> None:
        if not any(re.search(pattern, fault) for pattern in self._expected):
            self.faults.append(fault)
