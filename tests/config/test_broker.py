"""The folder that carries messages on a single machine."""

from pathlib import Path
from threading import Thread

import pytest
from kombu.connection import Connection

QUEUE = "broker-test"  # kombu remembers for the whole process which queues it has seen


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return Connection(
        "filesystem://localhost/",
        transport="config.broker:Transport",
        transport_options={
            "data_folder_in": str(tmp_path / "messages"),
            "data_folder_out": str(tmp_path / "messages"),
            "control_folder": str(tmp_path / "control"),
            "polling_interval": 0.001,
        },
    )


def test_each_message_arrives_once_and_whole(connection: Connection, tmp_path: Path) -> None:
    texts = [str(number) * 20_000 for number in range(300)]

    def send() -> None:
        with connection.clone() as own, own.SimpleQueue(QUEUE) as queue:
            for text in texts:
                queue.put(text)

    sender = Thread(target=send)
    received = []
    with connection, connection.SimpleQueue(QUEUE) as queue:
        sender.start()
        for _ in texts:
            message = queue.get(timeout=10)
            message.ack()
            received.append(message.payload)
    sender.join()
    assert received == texts
    assert list((tmp_path / "messages").iterdir()) == []
