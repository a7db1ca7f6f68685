"""What tests of background work share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.databases import opened_to_others


@pytest.fixture
def database_address(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """The address of a database that other threads and processes can open."""
    with opened_to_others(tmp_path) as address:
        yield address
