"""The site killed in the middle of a request, and started again: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from cases.models import JudgementRevision
from tests.cases.filling import CASE
from tests.casting import user_of
from tests.e2e.browsing import sign_in
from tests.e2e.failing_server import FailingSite, running_site
from tests.e2e.offline import (
    answer_all,
    expect_saved,
    expect_waiting,
    history_of,
    keep_case,
    list_topics,
    make_large_case,
    open_form,
)
from tests.jobs.databases import opened_to_others

HUNDRED = 100


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[FailingSite]:
    """The site in a process of its own, on the database of the test."""
    with opened_to_others(tmp_path) as database:
        environment = {"DATABASE_URL": database, "VAR_DIR": str(tmp_path)}
        with running_site(environment, tmp_path / "site.log") as site:
            yield site


@pytest.fixture
def server(site: FailingSite) -> str:
    """Its address."""
    return site.relay.url


def test_a_hundred_judgements_to_a_server_that_is_killed_twice(
    site: FailingSite, page: Page
) -> None:
    """Killed after it has made the changes and before it says so, then with half a request."""
    assessment = make_large_case()
    sign_in(page, user_of(assessment.inspection, "inspector"))
    keep_case(page, CASE)
    topics = list_topics(page)

    site.kill_after_next_change()
    open_form(page, topics.pop(0))
    given = answer_all(page, "sufficient", most=HUNDRED)
    site.wait_for_strike()
    made = JudgementRevision.objects.count()
    assert made > 0
    expect_waiting(page, given)
    while given < HUNDRED // 2:
        open_form(page, topics.pop(0))
        given += answer_all(page, "sufficient", most=HUNDRED // 2 - given)
    expect_waiting(page, given)
    assert JudgementRevision.objects.count() == made

    site.start()
    site.kill_amid_next_change()
    site.wait_for_strike()
    while given < HUNDRED:
        open_form(page, topics.pop(0))
        given += answer_all(page, "sufficient", most=HUNDRED - given)
    expect_waiting(page, given)
    page.reload()
    expect_waiting(page, given)
    assert JudgementRevision.objects.count() == made

    site.start()
    expect_saved(page)
    assert list(history_of(assessment).values()) == [["sufficient"]] * HUNDRED
    assert JudgementRevision.objects.values("mutation").distinct().count() == HUNDRED
