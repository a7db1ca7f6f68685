"""Runs the project's own commands as processes, with an environment of their own."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = (
    *("ALLOWED_HOSTS", "CACHE_URL", "CELERY_BROKER_URL", "DATABASE_URL", "DEBUG", "DJANGO_ENV"),
    *("EMAIL_URL", "HTTPS", "PORT", "SECRET_KEY", "TRUSTED_PROXIES", "VAR_DIR"),
)


def make_environment(**settings: str) -> dict[str, str]:
    """Return this process's environment with these settings of the product and no others."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return kept | {"DJANGO_SETTINGS_MODULE": "config.settings"} | settings


def run_python(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments in the project's folder; the caller judges the exit code."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=make_environment(**settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
