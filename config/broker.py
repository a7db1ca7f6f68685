"""The broker of a single machine: a folder of messages, as kombu's `filesystem` transport has it.

kombu writes a message where workers already look for it, so that a worker may read half of one and
end. Here a message is written aside and put there whole.
"""

import os
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """A channel whose messages appear in their folder all at once."""

    # kombu names the second argument in two ways, so one of them must be departed from.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        # Workers take the messages of one queue in the order of their names.
        name = f"{time.time_ns()}_{uuid.uuid4()}"
        folder = Path(self.data_folder_out)
        draft = folder / f"{name}.draft"
        draft.write_text(dumps(payload), encoding="utf-8")
        os.replace(draft, folder / f"{name}.{queue}.msg")


class Transport(filesystem.Transport):
    """kombu's transport with that channel."""

    Channel = Channel
