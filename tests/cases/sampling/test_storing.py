"""Storing a caseload, drawing from it, opening the cases: what is there then, and only once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import (
    Case,
    Caseload,
    CaseloadEntry,
    FactRevision,
    Judgement,
    RecordedFact,
    SampledCase,
    SampleDraw,
)
from cases.sampling.drawing import draw_sample
from cases.sampling.explaining import compare, tell_exchanges
from cases.sampling.opening import DRAWN_AGAIN, name_cases, open_sample
from cases.sampling.storing import (
    HAS_CASES,
    NO_METHOD,
    NOBODY,
    OPENED,
    NotPossibleError,
    list_sampled,
    propose_sample,
    store_caseload,
)
from inspections.catalogue import load_definition
from inspections.models import Inspection
from tests.cases.sampling.caseloads import (
    AS_AT,
    COLUMNS,
    SEED,
    draw,
    make_entries,
    make_entry,
    make_opened,
    make_setting_up,
    read_definition,
    store,
)
from tests.casting import make_case, make_inspection, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_setting_up()


def counts() -> dict[str, int]:
    models: tuple[Any, ...] = (Caseload, CaseloadEntry, SampleDraw, SampledCase, Case)
    return {model.__name__: model.objects.count() for model in models}


class TestDrawing:
    def test_it_is_stored_as_it_was_drawn(self, inspection: Inspection) -> None:
        entries = make_entries(60)
        store(inspection, entries)
        stored = draw(inspection)
        method = read_definition().sampling
        assert method is not None
        drawn = draw_sample(entries, method, SEED, AS_AT)
        rows = SampledCase.objects.order_by("reserve", "stratum", "position")
        assert list(rows.filter(reserve=False).values_list("entry__reference", flat=True)) == [
            entry.reference for entry in drawn.sample
        ]
        assert list(rows.filter(reserve=True).values_list("entry__reference", flat=True)) == [
            entry.reference for entry in drawn.reserves
        ]
        places: Counter[tuple[str, bool]] = Counter()
        for row in rows:
            places[row.stratum, row.reserve] += 1
            assert row.position == places[row.stratum, row.reserve]
        assert (stored.seed, stored.number, stored.opened_at) == (SEED, 1, None)
        assert stored.account["eligible"] == drawn.eligible
        assert stored.account["left_out"] == {"too_old": len(drawn.left_out), "ended": 0}
        assert stored.account["size"] == 12
        assert stored.account["first_day"] == "2025-01-05"

    def test_drawing_again_takes_its_place_and_is_counted(self, inspection: Inspection) -> None:
        store(inspection, make_entries(60))
        draw(inspection)
        second = propose_sample(inspection, by=user_of(inspection, "lead"))
        assert (second.number, SampleDraw.objects.count()) == (2, 1)
        assert len(second.seed) == 32
        assert second.seed != SEED

    def test_the_same_seed_gives_the_same_sample_again(self, inspection: Inspection) -> None:
        store(inspection, make_entries(60))

        def sample() -> list[str]:
            return list(
                draw(inspection)
                .sampled.filter(reserve=False)
                .values_list("entry__reference", flat=True)
            )

        assert sample() == sample()

    def test_another_caseload_takes_the_place_of_the_first_and_of_its_draw(
        self, inspection: Inspection
    ) -> None:
        store(inspection, make_entries(60))
        draw(inspection)
        store(inspection, make_entries(7))
        assert counts() == {
            "Caseload": 1, "CaseloadEntry": 7, "SampleDraw": 0, "SampledCase": 0, "Case": 0,
        }  # fmt: skip

    def test_there_must_be_something_to_draw_from(self, inspection: Inspection) -> None:
        store(inspection, [make_entry("A1", days=400)])
        with pytest.raises(NotPossibleError, match=NOBODY):
            draw(inspection)
        assert not SampleDraw.objects.exists()

    def test_there_must_be_a_caseload(self, inspection: Inspection) -> None:
        with pytest.raises(NotPossibleError, match="There is no caseload yet to draw from"):
            draw(inspection)

    def test_there_must_be_a_method(self) -> None:
        inspection = make_inspection()
        with pytest.raises(NotPossibleError, match=NO_METHOD):
            draw(inspection)

    def test_it_takes_as_many_queries_for_many_cases(self, inspection: Inspection) -> None:
        user = user_of(inspection, "lead")
        load_definition(inspection.programme)
        queries = []
        for number in (15, 100):
            store(inspection, make_entries(number))
            with CaptureQueriesContext(connection) as captured:
                propose_sample(inspection, by=user)
            queries.append(len(captured))
        assert queries[0] == queries[1] <= 10


class TestOpening:
    def test_each_case_has_a_reference_of_its_own_and_what_the_caseload_gives(
        self, inspection: Inspection
    ) -> None:
        store(inspection, make_entries(60))
        draw(inspection)
        assert open_sample(inspection, SEED) == 12
        references = list(Case.objects.values_list("reference", flat=True))
        assert references == [f"ANY-{number:03}" for number in range(1, 13)]
        for row in SampledCase.objects.filter(reserve=False).select_related("entry", "case"):
            assert row.case is not None
            assert row.case.case_manager == row.entry.case_manager
            (assessment,) = row.case.assessments.all()
            assert (assessment.assessor, assessment.of_record) == (None, True)
            recorded = assessment.facts.exclude(value="").values_list("fact__key", "value")
            assert dict(recorded) == row.entry.facts
        assert not SampledCase.objects.filter(reserve=True, case__isnull=False).exists()

    def test_facts_are_recorded_by_nobody(self, inspection: Inspection) -> None:
        store(inspection, make_entries(30))
        draw(inspection)
        open_sample(inspection, SEED)
        assert RecordedFact.objects.exclude(value="").count() == 12 * 5
        assert not RecordedFact.objects.filter(changed_by__isnull=False).exists()
        assert FactRevision.objects.count() == 12 * 5
        assert not Judgement.objects.exclude(answer="").exists()

    def test_numbers_tell_nothing_of_the_order_of_the_draw(self, inspection: Inspection) -> None:
        store(inspection, make_entries(300))
        draw(inspection)
        open_sample(inspection, SEED)
        rows = SampledCase.objects.filter(reserve=False).order_by("case__position")
        strata = [row.stratum for row in rows]
        assert strata != sorted(strata)

    def test_the_size_of_the_caseload_is_noted_once(self, inspection: Inspection) -> None:
        store(inspection, make_entries(60))
        draw(inspection)
        open_sample(inspection, SEED)
        assert Inspection.objects.get().caseload == 60
        Inspection.objects.update(caseload=99)
        other = make_setting_up("Othershire")
        other.caseload = 1
        other.save()
        store(other, make_entries(60))
        draw(other)
        open_sample(other, SEED)
        assert Inspection.objects.get(slug="othershire-2026").caseload == 1

    def test_it_opens_the_sample_that_was_seen_and_no_other(self, inspection: Inspection) -> None:
        store(inspection, make_entries(60))
        draw(inspection, "first")
        draw(inspection, "second")
        with pytest.raises(NotPossibleError, match=DRAWN_AGAIN):
            open_sample(inspection, "first")
        assert not Case.objects.exists()

    def test_there_must_be_a_sample(self, inspection: Inspection) -> None:
        store(inspection, make_entries(60))
        with pytest.raises(NotPossibleError, match="There is no sample yet"):
            open_sample(inspection, SEED)

    def test_once_open_nothing_of_it_can_be_done_again(self) -> None:
        inspection = make_opened()
        before = counts()
        lead = user_of(inspection, "lead")
        for again in (
            lambda: open_sample(inspection, SEED),
            lambda: propose_sample(inspection, by=lead),
            lambda: store_caseload(inspection, [], as_at=AS_AT, columns=COLUMNS, by=lead),
        ):
            with pytest.raises(NotPossibleError, match=OPENED):
                again()
        assert counts() == before

    def test_cases_that_were_not_drawn_keep_a_sample_from_being_drawn(
        self, inspection: Inspection
    ) -> None:
        make_case(inspection)
        with pytest.raises(NotPossibleError, match=HAS_CASES):
            store(inspection, make_entries(60))
        assert not Caseload.objects.exists()

    def test_it_takes_as_many_queries_for_many_cases(self, inspection: Inspection) -> None:
        queries = []
        for each, number in ((inspection, 15), (make_setting_up("Othershire"), 100)):
            inspection = each
            store(inspection, make_entries(number))
            draw(inspection)
            load_definition(inspection.programme)
            with CaptureQueriesContext(connection) as captured:
                open_sample(inspection, SEED)
            queries.append(len(captured))
        assert queries[0] == queries[1] <= 24


def test_references_go_on_after_those_that_were_given() -> None:
    def name(area: str, *taken: str) -> list[str]:
        names = name_cases(area, taken)
        return [next(names), next(names)]

    assert name("Northmere") == ["NOR-001", "NOR-002"]
    assert name("Northmere", "NOR-001", "NOR-007", "OTH-009", "NOR-x") == ["NOR-008", "NOR-009"]
    assert name("St Helens", "STH-999") == ["STH-1000", "STH-1001"]
    assert name("Ynys Môn") == ["YNY-001", "YNY-002"]
    assert name("Ôl") == ["OL-001", "OL-002"]
    assert name("北") == ["CASE-001", "CASE-002"]


def test_a_sample_is_shown_beside_the_caseload(inspection: Inspection) -> None:
    entries = [
        *(make_entry(f"F{n}", sentence_family="first_tier") for n in range(20)),
        *(make_entry(f"C{n}", current=n % 2 == 0) for n in range(18)),
        make_entry("W1", sentence_family="custody", gender="female", rosh_by_yot="high"),
        make_entry("W2", sentence_family="custody", gender="female"),
    ]
    store(inspection, entries)
    stored = draw(inspection)
    definition = load_definition(inspection.programme)
    comparison = compare(stored, list(list_sampled(stored)), definition)
    assert [
        (row.label, row.caseload.cases, row.caseload.percent, row.wanted, row.sample.cases)
        for row in comparison.strata
    ] == [
        ("First tier", 20, 50, 6, 5),
        ("Community", 18, 45, 5, 5),
        ("Custody", 2, 5, 1, 2),
    ]
    assert [
        (row.label, row.caseload.cases, row.wanted, row.sample.cases, row.is_kept, row.has_all)
        for row in comparison.minimums
    ] == [
        ("High Risk of Harm", 1, 1, 1, True, True),
        ("Young women", 2, 2, 2, True, True),
    ]
    assert [
        (row.label, row.caseload.percent, row.sample.percent) for row in comparison.statuses
    ] == [("Current", 78, 83), ("Terminated", 23, 17)]
    (told,) = tell_exchanges(stored, definition)
    assert (told.minimum, told.came, told.came_from, told.went_from, told.within) == (
        "Young women", "W2", "Custody", "First tier", False,
    )  # fmt: skip
