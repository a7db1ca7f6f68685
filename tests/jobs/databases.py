"""A test database that other threads and other processes can open too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.db import connection, connections


@contextmanager
def opened_to_others(folder: Path) -> Iterator[str]:
    """The address (`DATABASE_URL`) of the test database, with all that is in it.

    SQLite's is in memory, where only one thread can write without failing: for as long as the
    context lasts, the test works on a copy of it in a file in `folder`. Needs a test that may
    commit (`transactional_db`).
    """
    if connection.vendor != "sqlite":
        yield _address()
        return
    file = folder / "shared.sqlite3"
    connection.ensure_connection()
    target = sqlite3.connect(file)
    connection.connection.backup(target)
    target.close()
    in_memory = connections["default"]
    address = in_memory.settings_dict  # every thread opens its connection by this mapping
    in_memory.settings_dict = dict(address)
    address["NAME"] = str(file)
    del connections["default"]
    try:
        yield f"sqlite:///{file}"
    finally:
        connections["default"].close()
        address["NAME"] = in_memory.settings_dict["NAME"]
        in_memory.settings_dict = address
        connections["default"] = in_memory


def _address() -> str:
    settings = connection.settings_dict
    name, user, password = (
        quote(str(settings[key]), safe="") for key in ("NAME", "USER", "PASSWORD")
    )
    host, port = quote(str(settings["HOST"]), safe=""), settings["PORT"]
    return f"postgres://{user}:{password}@{host}{f':{port}' if port else ''}/{name}"
