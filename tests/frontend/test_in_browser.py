"""In a real browser: nothing that axe finds fault with, nothing that is cut off, and it works."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer
from pytest_playwright.pytest_playwright import CreateContextCallback as CreateContext

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PASSWORD = "a long enough password"
SIZES = {"wide": (1280, 900), "at 200%": (640, 450), "narrow": (320, 640)}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("gallery"),
]


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that may report no fault of a script, nor of the content security policy."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield page
    assert faults == []


@pytest.fixture
def signed_in(page: Page, live_server: LiveServer) -> Page:
    return sign_in(page, live_server)


def sign_in(page: Page, live_server: LiveServer) -> Page:
    """The page with every component, seen by somebody who has just signed in."""
    get_user_model().objects.create_user("lead@example.org", PASSWORD, name="Lead inspector")
    page.goto(f"{live_server.url}/accounts/login/?next=/gallery/components/")
    page.get_by_label("Email address").fill("lead@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{live_server.url}/gallery/components/")
    return page


def faults_of(page: Page) -> list[tuple[str, Any]]:
    """What axe finds, and whether the page is without its styles or broader than the window."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    faults: list[tuple[str, Any]] = [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in found.response["violations"]
    ]
    if page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") != "700":
        faults.append(("unstyled", page.url))
    overhang = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*faults, ("cut off", overhang)] if overhang > 0 else faults


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_pages_for_visitors_are_accessible(
    page: Page, live_server: LiveServer, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    faults = {}
    for path in ("accounts/login", "accounts/password/reset", "accounts/signup", "nowhere"):
        page.goto(f"{live_server.url}/{path}/")
        faults[path] = faults_of(page)

    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_every_component_and_field_is_accessible(
    signed_in: Page, live_server: LiveServer, size: tuple[int, int]
) -> None:
    signed_in.set_viewport_size({"width": size[0], "height": size[1]})
    faults = {}
    for path in ("accounts/2fa/", "gallery/components/?message", "gallery/form/"):
        signed_in.goto(f"{live_server.url}/{path}")
        faults[path] = faults_of(signed_in)
    signed_in.get_by_role("button", name="Save").click()
    faults["with errors"] = faults_of(signed_in)

    assert {path: found for path, found in faults.items() if found} == {}


def test_error_summary_takes_the_keyboard_to_the_first_radio_button(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/gallery/form/")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.locator('.govuk-error-summary a[href="#id_answer_0"]').click()

    expect(page.get_by_role("radio", name="Yes")).to_be_focused()


def test_password_can_be_shown(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Show password").click()

    expect(page.locator("#id_password")).to_have_attribute("type", "text")


def test_menu_opens_on_a_narrow_screen(signed_in: Page) -> None:
    signed_in.set_viewport_size({"width": 320, "height": 640})
    expect(signed_in.get_by_role("link", name="Scorecard")).to_be_hidden()
    signed_in.get_by_role("button", name="Menu").click()

    expect(signed_in.get_by_role("link", name="Scorecard")).to_be_visible()


def test_only_tables_that_scroll_stop_the_keyboard(signed_in: Page) -> None:
    reached = signed_in.locator(".app-table-scroll[tabindex='0'] caption")

    expect(reached).to_have_text(["A broad table"])


def test_first_stop_of_the_keyboard_skips_to_the_content(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#main-content")).to_be_focused()


def test_sign_out_is_one_press_of_a_button(signed_in: Page, live_server: LiveServer) -> None:
    signed_in.get_by_role("button", name="Sign out").click()
    expect(signed_in.get_by_role("heading", level=1)).to_have_text("Sign in")
    signed_in.goto(f"{live_server.url}/gallery/components/")

    expect(signed_in.get_by_role("button", name="Sign out")).to_have_count(0)


def test_all_works_without_javascript(new_context: CreateContext, live_server: LiveServer) -> None:
    page = sign_in(new_context(java_script_enabled=False).new_page(), live_server)
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.get_by_role("link", name="Scorecard")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/gallery/form/")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page).to_have_title("Error: Every field – Case inspection")
