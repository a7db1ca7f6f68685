"""Inspections that all of these tests look at: each is made once, and read twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from scoring.answer_table import AnswerTable, read_answer_table
from tests.scoring.generated import EVERY
from tests.scoring.room.known import REAL, Known, know_every


@pytest.fixture(scope="package")
def every(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Known]]:
    """All inspections by what they are; nothing of them stays in the database."""
    with django_db_blocker.unblock(), know_every() as known:
        yield known


@pytest.fixture(params=[*REAL, *EVERY])
def known(request: pytest.FixtureRequest, every: dict[str, Known], db: None) -> Known:
    """Each of them in turn."""
    found: Known = every[request.param]
    return found


@pytest.fixture
def table(known: Known) -> AnswerTable:
    """Its judgements as one table."""
    return read_answer_table(known.inspection)
