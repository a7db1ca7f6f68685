"""A case that was withdrawn is in no score, bundle, report or count, and the others all are."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from cases.models import Assessment
from cases.recording import AnswerChange, record_answers
from cases.sampling.replacing import replace_case
from inspections.models import Inspection
from reports.bundle import build_bundle
from reports.gathering import gather_content
from scoring.scorecard import score_inspection
from tests.cases.sampling.caseloads import make_entry, make_opened
from tests.casting import make_administrator, member_of, user_of
from tests.pages import read_page, rows_of, texts_of

pytestmark = pytest.mark.django_db

WITHDRAWN = "ANY-003"


@pytest.fixture
def inspection() -> Inspection:
    """A sample of eight in which ANY-003 was judged, then replaced by ANY-009, the only reserve."""
    inspection = make_opened([make_entry(f"A{number}") for number in range(9)])
    inspector = member_of(inspection, "inspector")
    for reference, answer in ((WITHDRAWN, "insufficient"), ("ANY-004", "sufficient")):
        assessment = Assessment.objects.select_related("inspection__programme", "case").get(
            case__reference=reference
        )
        assessment.assessor = inspector
        assessment.save()
        outcome = record_answers(assessment, [AnswerChange("1.1.01", "", answer, 0)], by=inspector)
        assert outcome.complete
    replace_case(
        inspection,
        WITHDRAWN,
        reason="Transferred.",
        by=user_of(inspection, "lead"),
        confirmed=True,
    )
    return inspection


def test_it_is_in_no_score(inspection: Inspection) -> None:
    card = score_inspection(inspection)
    assert card.cases == 8
    score = card.questions["1.1.01"].score
    assert (score.sufficient, score.relevant, score.open) == (1, 1, 7)


def test_it_is_in_no_bundle(inspection: Inspection) -> None:
    files = build_bundle(inspection)
    cases = [row["reference"] for row in csv.DictReader(io.StringIO(files["cases.csv"]))]
    assert cases == [f"ANY-{n:03}" for n in (1, 2, 4, 5, 6, 7, 8, 9)]
    judged = csv.DictReader(io.StringIO(files["judgements.csv"]))
    assert [next(iter(row.values())) for row in judged] == ["ANY-004"]


def test_it_is_in_no_count_of_the_report(inspection: Inspection) -> None:
    content = gather_content(inspection).content
    assert content.cases == 8
    for chart in content.case_charts:
        assert sum(category.count for category in chart.categories) == 8


def test_it_is_on_no_list_of_work(inspection: Inspection) -> None:
    client = Client()
    for key in ("lead", "inspector"):
        client.force_login(user_of(inspection, key))
        page = read_page(client.get("/inspections/anyshire-2026/cases/"))
        assert WITHDRAWN not in " ".join(texts_of(page, "//main"))
        assert "ANY-004" in " ".join(texts_of(page, "//main"))
        assert client.get(f"/inspections/anyshire-2026/cases/{WITHDRAWN}/").status_code == 404


def test_it_does_not_count_as_a_case(inspection: Inspection) -> None:
    client = Client()
    client.force_login(make_administrator())
    rows = rows_of(read_page(client.get("/")), "all-inspections")
    assert rows[1][2] == "8"
