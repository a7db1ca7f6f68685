"""What stands between a browser and the site, and can be cut: also for a service worker.

Playwright's own way to be offline reaches pages, but not every service worker.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

CHUNK = 65_536

Fate = Callable[[socket.socket, bytes], None]
"""What becomes of a request: it is given the client, and what has come of the request so far."""


class Relay:
    """Passes on, between a browser and the site at `target`, what each sends, until it is cut."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self._cut = threading.Event()
        self._open: set[socket.socket] = set()
        self._fate: Fate | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break all connections, and take no new ones."""
        self._cut.set()
        for end in list(self._open):
            _end(end)

    def restore(self) -> None:
        """Take connections again."""
        self._cut.clear()

    def close(self) -> None:
        """End it."""
        self._listener.close()
        self.cut()

    def seize_next_change(self, fate: Fate) -> None:
        """Give the next request that sends changes to `fate`, instead of passing it on."""
        self._fate = fate

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._cut.is_set():
                client.close()
                continue
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            site = socket.create_connection(self.target)
        except OSError:
            client.close()
            return
        self._open |= {client, site}
        threading.Thread(target=self._copy, args=[site, client], daemon=True).start()
        self._copy(client, site, self._seize)
        self._open -= {client, site}

    def _copy(
        self,
        source: socket.socket,
        target: socket.socket,
        seize: Callable[[socket.socket, bytes], bool] = lambda *_: False,
    ) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if seize(source, data):
                    break
                target.sendall(data)
        for end in (source, target):
            _end(end)

    def _seize(self, client: socket.socket, data: bytes) -> bool:
        head = data.split(b"\r\n", 1)[0]
        if self._fate is None or not (head.startswith(b"POST ") and b"/sync/ " in head):
            return False
        fate, self._fate = self._fate, None
        fate(client, data)
        return True


def read_rest(client: socket.socket, data: bytes) -> bytes:
    """Return a whole request of which `data` has come already."""
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += client.recv(CHUNK)
    return head + b"\r\n\r\n" + body


def _end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
