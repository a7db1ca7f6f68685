"""The settings are safe without a word from anyone, and refuse what is unsafe in production."""

from pathlib import Path

import pytest
from django.test import Client

from tests.config.processes import run_python

PRODUCTION = {
    "DJANGO_ENV": "production",
    "SECRET_KEY": "a key that is only good for this test, and long enough for it",
    "ALLOWED_HOSTS": "inspections.example",
    "DATABASE_URL": "sqlite://:memory:",
    "CELERY_BROKER_URL": "memory://",
}


def read_settings(*names: str, **environment: str) -> list[str]:
    """Return these settings, as text, of a process with this environment."""
    shown = ", ".join(f"settings.{name}" for name in names)
    result = run_python(
        "-c", f"from django.conf import settings; print({shown}, sep='\\n')", **environment
    )
    assert result.stderr == ""
    return result.stdout.splitlines()


def test_without_environment_only_this_machine_may_call(tmp_path: Path) -> None:
    assert read_settings("DEBUG", "ALLOWED_HOSTS", VAR_DIR=str(tmp_path)) == [
        "False",
        "['localhost', '127.0.0.1', '[::1]']",
    ]


def test_production_insists_on_https(tmp_path: Path) -> None:
    names = ("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "DEBUG")
    assert read_settings(*names, VAR_DIR=str(tmp_path), **PRODUCTION) == [
        "True",
        "31536000",
        "True",
        "False",
    ]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set in production."),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must be set in production."),
        (
            {"DEBUG": "on"},
            "DEBUG shows source and settings to visitors: not in production.",
        ),
        ({"DJANGO_ENV": "live"}, "DJANGO_ENV must be development, test or production."),
    ],
)
def test_unsafe_settings_are_refused(change: dict[str, str], refusal: str, tmp_path: Path) -> None:
    environment = PRODUCTION | {"VAR_DIR": str(tmp_path)} | change
    result = run_python("manage.py", "check", **environment)
    assert result.returncode == 1
    last_line = result.stderr.splitlines()[-1]
    assert last_line == f"django.core.exceptions.ImproperlyConfigured: {refusal}"


def test_sqlite_queues_writers_and_checks_references(tmp_path: Path) -> None:
    script = """
import django
django.setup()
from django.db import connection
cursor = connection.cursor()
for pragma in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout"):
    print(pragma, *cursor.execute(f"PRAGMA {pragma}").fetchone())
print(connection.transaction_mode)
"""
    result = run_python("-c", script, VAR_DIR=str(tmp_path))
    assert result.stdout.splitlines() == [
        "journal_mode wal",
        "foreign_keys 1",
        "synchronous 2",  # full: a commit is on the disk when it returns
        "busy_timeout 20000",
        "IMMEDIATE",
    ]


@pytest.mark.django_db
def test_pages_may_load_and_run_only_what_is_ours(client: Client) -> None:
    response = client.get("/healthz")
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }


def test_every_static_file_refers_only_to_files_that_exist(tmp_path: Path) -> None:
    """Django gives each file a name by its content and fails where a reference leads nowhere."""
    result = run_python(
        "manage.py", "collectstatic", "--noinput", "--verbosity=0", VAR_DIR=str(tmp_path)
    )
    assert (result.stderr, result.returncode) == ("", 0)
    styles = list((tmp_path / "static/vendor").glob("govuk-frontend.min.*.css"))
    assert len(styles) == 1
