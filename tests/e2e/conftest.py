"""A running site and browsers to open it with. `tests/e2e/browsing.py` holds what is checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from tests.e2e.browsing import HEIGHT, WIDE, Watch


class OpenPage(Protocol):
    """Opens an empty page in a browser of its own: its cookies are nobody else's."""

    def __call__(self, *, scripts: bool = True, width: int = WIDE, **options: Any) -> Page: ...


@pytest.fixture
def server(live_server: LiveServer) -> str:
    """The address of the running site, whose database is empty but for what the test makes."""
    return live_server.url


@pytest.fixture
def open_page(server: str, new_context: CreateContextCallback) -> Iterator[OpenPage]:
    """Open pages, as many as a test has people; the test fails if a fault showed on any of them.

    `scripts` switches JavaScript; further options are those of a Playwright browser context.
    """
    watch = Watch()

    def open_one(*, scripts: bool = True, width: int = WIDE, **options: Any) -> Page:
        context = new_context(
            base_url=server,
            java_script_enabled=scripts,
            viewport={"width": width, "height": HEIGHT},
            **options,
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        watch.follow(page)
        return page

    yield open_one
    assert watch.faults == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One page, with JavaScript."""
    return open_page()
