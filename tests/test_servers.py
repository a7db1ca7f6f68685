"""The servers that the tests run on are real, and gone when the tests are over."""

import subprocess
import sys

import psycopg2
import pytest
import redis

from tests.config.processes import PROJECT, make_environment

SHOW_BOTH = "echo $DATABASE_URL; echo $TEST_REDIS_URL; exit 3"
USE_BOTH = """
import os, psycopg2, redis
with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
    cursor.execute("SELECT 6 * 7")
    print(cursor.fetchone()[0])
client = redis.Redis.from_url(os.environ["TEST_REDIS_URL"])
client.set("answer", 42)
print(client.get("answer").decode())
"""

pytestmark = [pytest.mark.postgres, pytest.mark.redis]


def run_beside_servers(*command: str) -> subprocess.CompletedProcess[str]:
    environment = make_environment()
    environment.pop("TEST_REDIS_URL", None)
    return subprocess.run(
        [sys.executable, "-m", "tests.servers", *command],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_command_can_use_both() -> None:
    result = run_beside_servers(sys.executable, "-c", USE_BOTH)
    assert (result.stdout, result.stderr, result.returncode) == ("42\n42\n", "", 0)


def test_they_stop_with_the_command_whose_exit_code_counts() -> None:
    result = run_beside_servers("sh", "-c", SHOW_BOTH)
    assert result.returncode == 3
    database_url, redis_url = result.stdout.splitlines()
    with pytest.raises(psycopg2.OperationalError, match="Connection refused"):
        psycopg2.connect(database_url)
    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(redis_url).ping()


def test_without_a_command_it_says_how_it_is_used() -> None:
    result = run_beside_servers()
    assert result.returncode == 2
    assert result.stderr == "usage: python -m tests.servers [--durable] COMMAND [ARGUMENT ...]\n"
