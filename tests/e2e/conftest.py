"""A running site and browsers to open it with. `tests/e2e/browsing.py` holds what is checked."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page
from pytest_django.live_server_helper import LiveServer
from pytest_playwright import CreateContextCallback

from tests.e2e.browsing import HEIGHT, WIDE, Watch
from tests.e2e.relay import Relay


class OpenPage(Protocol):
    """Opens an empty page in a browser of its own: its cookies are nobody else's."""

    def __call__(self, *, scripts: bool = True, width: int = WIDE, **options: Any) -> Page: ...


@pytest.fixture
def server(live_server: LiveServer) -> str:
    """The address of the running site, whose database is empty but for what the test makes."""
    return live_server.url


@pytest.fixture
def relay(live_server: LiveServer) -> Iterator[Relay]:
    """A way to the running site that can be cut, for a test that takes it for its `server`."""
    relay = Relay((live_server.thread.host, live_server.thread.port))
    yield relay
    relay.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What watches all pages of a test, which fails if a fault showed that it did not expect."""
    watch = Watch()
    yield watch
    assert watch.faults == []


@pytest.fixture
def open_page(server: str, new_context: CreateContextCallback, watch: Watch) -> OpenPage:
    """Open pages, as many as a test has people.

    `scripts` switches JavaScript; further options are those of a Playwright browser context.
    """

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

    return open_one


class LastingBrowser:
    """A browser with a profile in a folder: it finds again what it kept before it was closed."""

    def __init__(
        self, browser_type: BrowserType, options: dict[str, Any], profile: Path, watch: Watch
    ) -> None:
        self._type, self._options = browser_type, options
        self._profile, self._watch = profile, watch
        self._context: BrowserContext | None = None

    def start(self, *, offline: bool = False) -> Page:
        """Start it, with the network cut off from the first moment if `offline`."""
        self._context = self._type.launch_persistent_context(
            self._profile, viewport={"width": WIDE, "height": HEIGHT}, **self._options
        )
        self._context.set_default_timeout(15_000)
        self._context.set_offline(offline)
        page = self._context.pages[0]
        self._watch.follow(page)
        return page

    def close(self) -> None:
        """Close it as a person does, if it runs."""
        if self._context is not None:
            self._context.close()
        self._context = None

    def kill(self) -> None:
        """End all its processes outright, as when a laptop loses its power."""
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if str(self._profile).encode() in command:
                os.kill(int(process.name), signal.SIGKILL)
        self._context = None


@pytest.fixture
def lasting_browser(
    server: str,
    tmp_path: Path,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    browser_context_args: dict[str, Any],
    watch: Watch,
) -> Iterator[LastingBrowser]:
    """A browser that can be closed, or killed, and started again."""
    options = {**browser_type_launch_args, **browser_context_args, "base_url": server}
    browser = LastingBrowser(browser_type, options, tmp_path / "profile", watch)
    yield browser
    browser.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One page, with JavaScript."""
    return open_page()
