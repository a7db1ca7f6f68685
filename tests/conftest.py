"""What all tests share: the servers they may ask for, the browser, a clean cache.

Without PostgreSQL (DATABASE_URL) or Redis (TEST_REDIS_URL) the tests run on SQLite and leave out
those that need a server, saying so; with REQUIRE_SERVERS=1, as in script/test, that is a failure.
"""

import os
import shutil
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from pytest_django import Settings

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable")


def list_absent_servers() -> list[str]:
    """Return the markers of the servers that are not to be had: "postgres", "redis"."""
    absent = [] if connection.vendor == "postgresql" else ["postgres"]
    return absent if os.environ.get("TEST_REDIS_URL") else [*absent, "redis"]


def pytest_report_header() -> str:
    """Say on what the tests run."""
    absent = list_absent_servers()
    left_out = f"; LEFT OUT, for want of a server: {', '.join(absent)}" if absent else ""
    return f"database: {connection.vendor}{left_out}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the browser tests; leave out what needs an absent server, or fail if that is asked."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    absent = list_absent_servers()
    if absent and os.environ.get("REQUIRE_SERVERS"):
        raise pytest.UsageError(f"No server for {', '.join(absent)}: see tests/servers.py")
    left_out = [item for item in items if any(map(item.get_closest_marker, absent))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Repeat at the end what was left out: a header is soon out of sight."""
    if absent := list_absent_servers():
        terminalreporter.write_line(
            f"Tests that need {' or '.join(absent)} were left out. All of them: script/test",
            yellow=True,
        )


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Forget the attempts to sign in that the test before counted."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_heartbeat(settings: Settings) -> None:
    """Let no job's heartbeat fall into a test, unless the test asks for it.

    It comes from a thread of its own, which cannot see a job that the test has not committed, and
    would take it for lost whenever the work lasts longer than the time between two beats.
    """
    settings.JOBS_HEARTBEAT_SECONDS = 3600


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the system's own browser, if there is one, in a way that a container allows.

    The first is the engine without a window, which takes a third of the work.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return browser_type_launch_args | {
        "executable_path": found,
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A browser in the United Kingdom."""
    return browser_context_args | {"locale": "en-GB", "timezone_id": "Europe/London"}
