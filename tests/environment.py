"""Loaded by pytest before Django: sets the environment in which the tests run."""

import atexit
import os
import re
import secrets
import shutil
import tempfile
from pathlib import Path

NOT_OURS = ("ALLOWED_HOSTS", "CACHE_URL", "CELERY_BROKER_URL", "DEBUG", "EMAIL_URL", "HTTPS")


def set_environment() -> None:
    """Set what every test relies on, for this process and for those it starts."""
    for name in NOT_OURS:
        os.environ.pop(name, None)
    os.environ["DJANGO_ENV"] = "test"
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    # The browser's driver runs an event loop in the test's own thread.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    if "VAR_DIR" not in os.environ:
        folder = tempfile.mkdtemp(prefix="tests-var-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        (Path(folder) / "static").mkdir()
        os.environ["VAR_DIR"] = folder
    _take_own_redis_database()


def _take_own_redis_database() -> None:
    """Give each of pytest-xdist's processes a Redis database of its own."""
    worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    url = os.environ.get("TEST_REDIS_URL", "")
    if worker and url:
        os.environ["TEST_REDIS_URL"] = re.sub(r"/\d+$", "", url) + f"/{worker[1]}"


set_environment()
