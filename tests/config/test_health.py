"""The health check tells a working site from one without its database."""

import pytest
from django.test import Client

from tests.config.processes import run_python


@pytest.mark.django_db
def test_a_working_site_answers_ok(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_a_site_without_its_database_says_so() -> None:
    script = """
import django
django.setup()
from django.test import Client
response = Client().get("/healthz", headers={"host": "localhost"})
print(response.status_code, response.text)
"""
    result = run_python(
        "-c", script, DJANGO_ENV="test", SECRET_KEY="x", DATABASE_URL="postgres://127.0.0.1:1/none"
    )
    assert result.stdout == "503 database unavailable\n"


def test_production_answers_without_https_and_redirects_every_other_page() -> None:
    script = """
import django
django.setup()
from django.test import Client
for path in ("/healthz", "/accounts/login/"):
    print(Client().get(path, headers={"host": "localhost"}).status_code)
"""
    result = run_python(
        "-c",
        script,
        DJANGO_ENV="production",
        SECRET_KEY="x",
        ALLOWED_HOSTS="localhost",
        DATABASE_URL="sqlite://:memory:",
        CELERY_BROKER_URL="memory://",
    )
    assert result.stdout.splitlines() == ["200", "301"]
