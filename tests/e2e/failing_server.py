"""A site in a process of its own that can be killed in the middle of a request."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from tests.e2e.relay import CHUNK, Relay, read_rest
from tests.jobs.workers import ROOT, kill_outright, wait_until


class FailingSite:
    """The site as a process, behind a relay that knows when a request is on its way."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._struck = threading.Event()
        self.relay = Relay(("127.0.0.1", _find_port()))

    def start(self) -> None:
        """Start the process, and wait until it answers."""
        host, port = self.relay.target
        command = ("manage.py", "runserver", "--noreload", "--insecure", f"{host}:{port}")
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env={**os.environ, **self._environment},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(self._answers, self._log)

    def kill(self) -> None:
        """Kill the process outright, if it runs."""
        if self._process is not None and self._process.poll() is None:
            kill_outright(self._process)

    def kill_amid_next_change(self) -> None:
        """Kill the process when it has half of the next request that sends changes."""
        self._struck.clear()
        self.relay.seize_next_change(self._cut_request)

    def kill_after_next_change(self) -> None:
        """Kill the process when it has made what the next request sends: its answer is lost."""
        self._struck.clear()
        self.relay.seize_next_change(self._lose_answer)

    def wait_for_strike(self) -> None:
        """Wait until the process was killed in this way; a page asks again within 40 seconds."""
        assert self._struck.wait(60)

    def stop(self) -> None:
        """End all of it."""
        self.kill()
        self.relay.close()

    def _answers(self) -> bool:
        host, port = self.relay.target
        try:
            urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=5).close()
        except OSError:
            return False
        return True

    def _cut_request(self, client: socket.socket, data: bytes) -> None:
        with closing(socket.create_connection(self.relay.target)) as site:
            site.sendall(data[: len(data) // 2])
            self.kill()
        self._struck.set()

    def _lose_answer(self, client: socket.socket, data: bytes) -> None:
        request = read_rest(client, data)
        with closing(socket.create_connection(self.relay.target)) as site:
            site.sendall(request)
            assert site.recv(CHUNK).startswith(b"HTTP/1.1 200")
        self.kill()
        self._struck.set()


def _find_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running_site(environment: Mapping[str, str], log: Path) -> Iterator[FailingSite]:
    """The site, started, and ended with the context."""
    site = FailingSite(environment, log)
    try:
        site.start()
        yield site
    finally:
        site.stop()
