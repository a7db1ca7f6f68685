"""What second marking means for publishing and for bundles: only what is settled goes out."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from cases.models import Assessment, SecondMarking
from cases.second_marking.comparing import begin_comparison
from cases.second_marking.picking import cancel_second_marking
from inspections.models import Inspection
from jobs.registry import WorkError
from reports.bundle import build_bundle, export_inspection, import_inspection
from reports.gathering import gather_content
from reports.models import Narrative
from reports.publication import (
    NotPublishableError,
    discard_pending,
    list_obstacles,
    list_reasons_to_withhold,
    publish,
    render_publication,
    retry_rendering,
)
from scoring.scorecard import score_inspection
from tests.cases.second_marking.pairs import choose, judge, make_compared, pick, reload
from tests.casting import FACTS, make_case, make_inspection, member_of
from tests.pages import links_of, read_page, texts_of
from tests.reports.stages import REPORT, lead_of, make_pending

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    """Two cases; the second is judged twice, and the two differ on 1.2.02 and a fact."""
    inspection = make_inspection()
    make_case(inspection, "ANY-001", rest="sufficient")
    make_compared(
        inspection,
        "ANY-002",
        second={"1.2.02": "insufficient"},
        second_facts={**FACTS, "gender": "female"},
    )
    Narrative.objects.create(inspection=inspection, document={"foreword": "[[1.2.03:both]]"})
    return inspection


@pytest.fixture
def pair(inspection: Inspection) -> SecondMarking:
    return SecondMarking.objects.select_related("case__inspection").get()


def obstacles(inspection: Inspection) -> list[str]:
    return list_obstacles(inspection, gather_content(inspection))


def judgements(inspection: Inspection, reference: str) -> dict[str, tuple[str, str]]:
    """Return answer and assessor of each judgement of a case in the bundle."""
    rows = csv.DictReader(StringIO(build_bundle(inspection)["judgements.csv"]))
    return {
        f"{row['question_code']}/{row['row']}".rstrip("/"): (row["answer"], row["assessor"])
        for row in rows
        if row["case_reference"] == reference
    }


class TestPublishing:
    def test_what_is_not_settled_keeps_a_report_from_being_published(
        self, inspection: Inspection, pair: SecondMarking
    ) -> None:
        pick(inspection, "ANY-001", "local-assessor")
        assert obstacles(inspection) == ["Second markings that are not yet settled: 2."]
        with pytest.raises(NotPublishableError) as error:
            publish(inspection, member_of(inspection, "lead"))
        assert error.value.reasons == ("Second markings that are not yet settled: 2.",)

    def test_the_report_page_leads_to_them(
        self, inspection: Inspection, pair: SecondMarking
    ) -> None:
        link = (
            "See the second markings that are not settled",
            "/inspections/anyshire-2026/second-marking/",
        )
        for path in (REPORT, f"{REPORT}publish/"):
            page = read_page(lead_of(inspection).get(path))
            assert link in links_of(page, "//main")
        choose(pair, "lead", gender="male", q1_2_02="insufficient")
        assert link not in links_of(read_page(lead_of(inspection).get(REPORT)), "//main")

    def test_once_all_is_settled_it_can_be(
        self, inspection: Inspection, pair: SecondMarking
    ) -> None:
        choose(pair, "lead", gender="male", q1_2_02="insufficient")
        assert obstacles(inspection) == []
        publication = publish(inspection, member_of(inspection, "lead"))
        assert publication.scorecard["questions"]["1.2.02"]["sufficient"] == 1
        assert "insufficient,lead" in publication.bundle["judgements.csv"]

    def test_one_that_was_called_off_keeps_nothing(
        self, inspection: Inspection, pair: SecondMarking
    ) -> None:
        cancel_second_marking(pair, member_of(inspection, "lead"), "No time.")
        assert obstacles(inspection) == []

    def test_it_is_told_beside_what_else_is_missing(
        self, inspection: Inspection, pair: SecondMarking
    ) -> None:
        make_case(inspection, "ANY-003", facts={})
        assert obstacles(inspection)[-1] == "Second markings that are not yet settled: 1."
        assert len(obstacles(inspection)) == 3

    def test_one_that_is_not_settled_withholds_an_issue_and_settling_outdates_it(
        self, inspection: Inspection, pair: SecondMarking
    ) -> None:
        choose(pair, "lead", gender="male", q1_2_02="insufficient")
        publication, lead = make_pending(inspection, "failed"), member_of(inspection, "lead")
        picked = pick(inspection, "ANY-001", "local-assessor")
        assert list_reasons_to_withhold(publication) == [
            "Second markings that are not yet settled: 1."
        ]
        with pytest.raises(WorkError):
            render_publication(publication.pk, lambda percent, step: None)
        judge(picked.second)
        begin_comparison(picked)
        assert reload(picked).settled_at is not None
        outdated = (
            "Second markings that were settled after this issue was frozen: 1. Take it back and "
            "publish anew."
        )
        with pytest.raises(NotPublishableError) as error:
            retry_rendering(publication, lead)
        assert error.value.reasons == (outdated,)
        page = read_page(lead_of(inspection).get(REPORT))
        assert texts_of(page, "//section[@aria-labelledby='pending']//li") == [outdated]
        assert texts_of(page, "//section[@aria-labelledby='pending']//button") == ["Take it back"]
        discard_pending(publication, lead)
        assert publish(inspection, lead).number == 1

    def test_one_that_was_called_off_lets_the_issue_be_tried_again(
        self, inspection: Inspection, pair: SecondMarking
    ) -> None:
        choose(pair, "lead", gender="male", q1_2_02="insufficient")
        publication, lead = make_pending(inspection, "failed"), member_of(inspection, "lead")
        cancel_second_marking(pick(inspection, "ANY-001", "local-assessor"), lead, "No time.")
        assert retry_rendering(publication, lead).is_live


class TestBundles:
    def test_the_first_marking_goes_out_until_the_two_are_settled(
        self, inspection: Inspection
    ) -> None:
        assert judgements(inspection, "ANY-002")["1.2.02"] == ("sufficient", "inspector")

    def test_then_what_was_settled_goes_out_with_who_answered(
        self, inspection: Inspection, pair: SecondMarking
    ) -> None:
        choose(pair, "lead", gender="female", q1_2_02="insufficient")
        told = judgements(inspection, "ANY-002")
        assert told["1.2.02"] == ("insufficient", "lead")
        assert set(told.values()) == {("sufficient", "inspector"), ("insufficient", "lead")}
        cases = list(csv.DictReader(StringIO(build_bundle(inspection)["cases.csv"])))
        assert [(row["reference"], row["assessor"], row["gender"]) for row in cases] == [
            ("ANY-001", "inspector", "male"),
            ("ANY-002", "", "female"),
        ]

    def test_and_comes_back_as_it_went(
        self, inspection: Inspection, pair: SecondMarking, tmp_path: Path
    ) -> None:
        choose(pair, "lead", gender="female", q1_2_02="insufficient")
        export_inspection(inspection, tmp_path)
        heading = tmp_path / "inspection.yaml"
        heading.write_text(heading.read_text().replace("anyshire-2026", "copy-2026"))
        copy = import_inspection(tmp_path)
        before, after = build_bundle(inspection), build_bundle(copy)
        assert {name: text for name, text in after.items() if name != "inspection.yaml"} == {
            name: text for name, text in before.items() if name != "inspection.yaml"
        }
        first, second = score_inspection(inspection), score_inspection(copy)
        assert (second.complete, second.questions) == (first.complete, first.questions)
        assert Assessment.objects.filter(inspection=copy).count() == 2
