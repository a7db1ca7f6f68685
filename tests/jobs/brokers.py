"""Brokers for tests: what is sent in this process goes to one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery import Celery

from config.celery import app as usual_app


@contextmanager
def broker(address: str, **settings: Any) -> Iterator[Celery]:
    """The Celery application of a broker, used by all that this thread sends meanwhile."""
    app = Celery("test", broker=address, set_as_current=False)
    app.conf.update(settings)
    app.set_current()
    try:
        yield app
    finally:
        usual_app.set_current()
        app.close()


@contextmanager
def file_broker(var: Path) -> Iterator[Celery]:
    """The broker of a single machine whose `VAR_DIR` is `var`."""
    messages, control = var / "broker" / "messages", var / "broker" / "control"
    for folder in (messages, control):
        folder.mkdir(parents=True)
    with broker(
        "filesystem://localhost/",
        broker_transport="config.broker:Transport",
        broker_transport_options={
            "data_folder_in": str(messages),
            "data_folder_out": str(messages),
            "control_folder": str(control),
        },
    ) as app:
        yield app


def take_messages(app: Celery) -> list[tuple[str, tuple[Any, ...]]]:
    """Take every message out of the queue: the name of each task and its arguments."""
    taken = []
    with app.connection_for_read() as connection, connection.SimpleQueue("celery") as queue:
        while queue.qsize():
            message = queue.get(block=False)
            arguments, _, _ = message.decode()
            taken.append((message.headers["task"], tuple(arguments)))
            message.ack()
    return taken
