"""The whole of two real inspections: the command prints every published score, band and count."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from inspections.catalogue import store_programme
from inspections.programmes import read_programme
from reports.bundle import import_inspection

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
INSPECTIONS = {"hertfordshire-2012": "cci-2012", "stockport-2009": "cci-2009"}


@pytest.fixture(params=INSPECTIONS)
def slug(request: pytest.FixtureRequest, db: None) -> str:
    """The slug of a real inspection, imported from its bundle."""
    slug: str = request.param
    store_programme(read_programme(FIXTURES / "programmes" / f"{INSPECTIONS[slug]}.yaml"))
    import_inspection(FIXTURES / "inspections" / slug)
    return slug


def print_scorecard(*arguments: str) -> Any:
    out = StringIO()
    call_command("scorecard", *arguments, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_every_published_score_and_band_and_count(slug: str) -> None:
    card = print_scorecard(slug)
    published = json.loads((FIXTURES / "inspections" / slug / "published.json").read_text())

    assert (card["inspection"], card["programme"]) == (slug, f"{INSPECTIONS[slug]}@1")
    assert card["complete"] is True
    assert {
        theme: (score["percent"], score["band"]) for theme, score in card["headlines"].items()
    } == {theme: (told["score"], told["band"]) for theme, told in published["headline"].items()}
    assert {number: score["percent"] for number, score in card["sections"].items()} == {
        number: told["score"] for number, told in published["sections"].items()
    }
    printed = {k: told for k, told in published["criteria"].items() if told["score"] is not None}
    assert {
        number: (card["criteria"][number]["percent"], card["criteria"][number]["band"])
        for number in printed
    } == {number: (told["score"], told["band"]) for number, told in printed.items()}
    for number, told in published["criteria"].items():
        if told["score"] is None:
            low, high = told["bounded"]
            assert low <= card["criteria"][number]["percent"] <= high

    assert {
        code: (card["questions"][code]["sufficient"], card["questions"][code]["relevant"])
        for code in published["questions"]
    } == {
        code: (told["n_sufficient"], told["n_relevant"])
        for code, told in published["questions"].items()
    }
    assert {
        (code, row): (
            card["questions"][code]["rows"][row]["sufficient"],
            card["questions"][code]["rows"][row]["relevant"],
        )
        for code, rows in published["grids"].items()
        for row in rows
    } == {
        (code, row): (told["n_sufficient"], told["n_relevant"])
        for code, rows in published["grids"].items()
        for row, told in rows.items()
    }

    for group in published["subgroups"]:
        value = "yes" if group["value"] is True else group["value"]
        by = print_scorecard(slug, "--by", group["fact"])["by"]
        assert by[value]["headlines"][group["theme"]]["percent"] == group["score"]
