"""`script/server` starts the whole site, and leaves nothing behind however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from tests.config.processes import PROJECT, make_environment

STARTING_TIME = 180  # seconds, most of them for the demonstration's data
STOPPING_TIME = 30  # seconds

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the tests of this module, so that the demonstration is loaded once."""
    return tmp_path_factory.mktemp("var")


def find_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def find_parts(var_dir: Path) -> dict[int, str]:
    """Return the command lines, by process id, of all that runs on this folder."""
    parts = {}
    for process in Path("/proc").iterdir():
        try:
            if f"VAR_DIR={var_dir}\0" in (process / "environ").read_text():
                parts[int(process.name)] = (process / "cmdline").read_text().replace("\0", " ")
        except (OSError, UnicodeDecodeError):
            continue  # no process, or one that has just ended or is another user's
    return parts


def find_main(var_dir: Path, part: str) -> int:
    """Return the process id of a part's main process: the one that none of its own started.

    The lowest number would be another's once the system begins anew with its numbers.
    """
    own = {pid for pid, command in find_parts(var_dir).items() if f" {part} " in command}
    (main,) = (pid for pid in own if find_parent(pid) not in own)
    return main


def find_parent(pid: int) -> int:
    """Return the id of the process that started `pid`."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return int(stat.rpartition(") ")[2].split()[1])


def heed_interrupts() -> None:
    """Heed Ctrl-C, which a process does not if the tests themselves run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def run_server(var_dir: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Run `script/server` until it has said where the site is."""
    server = subprocess.Popen(
        [PROJECT / "script/server"],
        cwd="/",
        env=make_environment(VAR_DIR=str(var_dir), PORT=str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=heed_interrupts,
    )
    assert server.stdout is not None
    watchdog = Timer(STARTING_TIME, server.kill)
    watchdog.start()
    try:
        said = ""
        while "The site is at" not in said:
            line = server.stdout.readline()
            assert line, f"it ended: {said}"
            said += line
        watchdog.cancel()
        yield server
    finally:
        watchdog.cancel()
        if server.poll() is None:
            server.kill()
        server.stdout.close()


def wait_until_nothing_runs(var_dir: Path) -> dict[int, str]:
    """Return what still runs once everything had its time to stop: nothing, it is hoped."""
    deadline = time.monotonic() + STOPPING_TIME
    while (left := find_parts(var_dir)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def test_it_serves_the_site_until_told_to_stop(var_dir: Path) -> None:
    port = find_free_port()
    with run_server(var_dir, port) as server:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/") as page:
            assert page.status == 200
        started = sorted(
            part
            for command in find_parts(var_dir).values()
            for part in ("gunicorn", "worker", "beat")
            if f" {part} " in command
        )
        assert set(started) == {"gunicorn", "worker", "beat"}
        server.send_signal(signal.SIGINT)
        assert server.wait(STOPPING_TIME) == 0
    assert wait_until_nothing_runs(var_dir) == {}


@pytest.mark.parametrize("part", ["gunicorn", "worker"])
def test_if_one_part_ends_so_do_the_others(var_dir: Path, part: str) -> None:
    with run_server(var_dir, find_free_port()) as server:
        os.kill(find_main(var_dir, part), signal.SIGKILL)
        assert server.wait(STOPPING_TIME) == 1
    assert wait_until_nothing_runs(var_dir) == {}


def test_nothing_outlives_it_even_if_it_is_killed(var_dir: Path) -> None:
    with run_server(var_dir, find_free_port()) as server:
        server.kill()
        server.wait()
        assert wait_until_nothing_runs(var_dir) == {}


def test_a_port_that_is_taken_is_named(var_dir: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        result = subprocess.run(
            [PROJECT / "script/server"],
            env=make_environment(VAR_DIR=str(var_dir), PORT=str(port)),
            capture_output=True,
            text=True,
            check=False,
            timeout=STARTING_TIME,
        )
    assert result.returncode == 1
    message = f"script/server: port {port} is taken. Choose another: PORT=8001 script/server\n"
    assert result.stderr.endswith(message)
