"""Real workers: processes of their own, which can be killed outright."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTING_TIME = 30.0  # seconds
COMMAND = ("-m", "celery", "--app", "config", "worker", "--concurrency", "1")


@contextmanager
def running_worker(log: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with these variables on top of the tests' own, killed at the end at the latest.

    It is the leader of a process group of its own, so that `kill_outright` ends its children too.
    """
    with log.open("ab") as output:
        worker = subprocess.Popen(
            [sys.executable, *COMMAND],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield worker
    finally:
        if worker.poll() is None:
            kill_outright(worker)


def kill_outright(worker: subprocess.Popen[bytes]) -> None:
    """Kill the worker and its children, as a failing machine would."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def wait_until(reached: Callable[[], bool], log: Path, seconds: float = STARTING_TIME) -> None:
    """Wait for `reached`; fail with what the worker wrote."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
