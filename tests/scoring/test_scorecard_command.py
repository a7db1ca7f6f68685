"""What `manage.py scorecard` prints, and what it says of wrong words."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from inspections.models import Inspection
from tests.casting import FACTS, make_case, make_inspection


@pytest.fixture
def inspection(db: None) -> Inspection:
    inspection = make_inspection()
    make_case(inspection, "ANY-001", facts=FACTS, rest="sufficient")
    make_case(inspection, "ANY-002", facts=FACTS, answers={"1.1.01": "insufficient"})
    return inspection


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("scorecard", *arguments, stdout=out)
    return out.getvalue()


def test_json_has_the_agreed_form(inspection: Inspection) -> None:
    card = json.loads(run(inspection.slug, "--format", "json", "--by", "looked_after"))
    order = ["sufficient", "relevant", "open", "percent", "low", "high", "band"]
    assert list(card) == [
        "inspection", "programme", "complete", "headlines", "sections", "criteria", "questions",
        "by",
    ]  # fmt: skip
    assert list(card["by"]) == ["no"]
    assert list(card["by"]["no"]) == list(card)[:-1]
    assert card["headlines"]["safeguarding"] == {
        "sufficient": 4, "relevant": 5, "open": 3, "percent": 80, "low": 50, "high": 88,
        "band": None,
    }  # fmt: skip
    assert list(card["headlines"]["safeguarding"]) == order
    assert list(card["questions"]["1.1.01"]) == order
    assert list(card["questions"]["2.1.02"]) == [*order, "rows"]
    assert {score["band"] for score in card["sections"].values()} == {None}


def test_the_table_is_for_a_terminal(inspection: Inspection) -> None:
    lines = run(inspection.slug).splitlines()
    assert lines[0] == "anyshire-2026 (small@1): 2 cases, not complete"
    assert lines[1].split() == ["Safeguarding", "4/5", "80%", "(50–88%)"]
    assert len(lines) == 1 + 2 + 2 + 3 + 9


def test_groups_follow_under_their_own_headings(inspection: Inspection) -> None:
    assert "Looked after child: No" in run(inspection.slug, "--by", "looked_after").splitlines()


def test_wrong_words_end_in_one_clear_line(inspection: Inspection) -> None:
    with pytest.raises(CommandError, match=r"^There is no inspection “nowhere”\.$"):
        call_command("scorecard", "nowhere")
    with pytest.raises(CommandError, match=r"^small@1 has no fact “hair”\. It has: gender, "):
        call_command("scorecard", inspection.slug, "--by", "hair")
