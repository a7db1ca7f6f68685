"""Opening cases: what is there from the start, and what is recorded of what came with them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, Case, FactRevision, Judgement, JudgementRevision
from cases.opening import GivenAnswer, NewCase, open_cases
from inspections.models import Inspection
from tests.casting import FACTS, make_inspection, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def test_a_row_stands_for_every_fact_and_judgement_from_the_start(inspection: Inspection) -> None:
    (assessment,) = open_cases(inspection, [NewCase("ANY-001")])
    assert list(assessment.facts.values_list("fact__key", "value", "version")) == [
        (key, "", 0) for key in FACTS
    ]
    assert [
        (row.question.code, row.row, row.state, row.answer, row.version)
        for row in assessment.judgements.select_related("question").order_by(
            "question__position", "row"
        )
    ] == [
        ("1.1.01", "", "applies", "", 0),
        ("1.1.02", "", "undecided", "", 0),
        ("1.1.03", "", "undecided", "", 0),
        ("1.2.01", "", "undecided", "", 0),
        ("1.2.02", "", "applies", "", 0),
        ("1.2.03", "", "undecided", "", 0),
        ("2.1.01", "", "applies", "", 0),
        ("2.1.02", "a", "undecided", "", 0),
        ("2.1.02", "b", "undecided", "", 0),
        ("2.1.03", "a", "applies", "", 0),
        ("2.1.03", "b", "applies", "", 0),
        ("2.1.03", "c", "applies", "", 0),
    ]
    assert (assessment.of_record, assessment.assessor, assessment.facts_missing) == (True, None, 4)
    assert (FactRevision.objects.count(), JudgementRevision.objects.count()) == (0, 0)


def test_what_is_given_is_recorded_as_a_first_revision(inspection: Inspection) -> None:
    inspector, lead = member_of(inspection, "inspector"), member_of(inspection, "lead")
    (assessment,) = open_cases(
        inspection,
        [
            NewCase(
                "ANY-001",
                assessor=inspector,
                case_manager="cm-1",
                facts=FACTS | {"gender": ""},
                answers={
                    ("1.1.01", ""): GivenAnswer("insufficient", lead, evidence="None seen."),
                    ("2.1.02", "b"): GivenAnswer("sufficient", None),
                },
            )
        ],
    )
    assert (assessment.case.case_manager, assessment.assessor) == ("cm-1", inspector)
    assert assessment.facts_missing == 0
    assert list(
        FactRevision.objects.order_by("recorded_fact__fact__position").values_list(
            "recorded_fact__fact__key", "value", "version", "changed_by__key"
        )
    ) == [(key, value, 1, "inspector") for key, value in FACTS.items() if key != "gender"]
    assert list(
        JudgementRevision.objects.values_list(
            "judgement__question__code",
            "judgement__row",
            "answer",
            "evidence",
            "version",
            "changed_by__key",
        )
    ) == [
        ("1.1.01", "", "insufficient", "None seen.", 1, "lead"),
        ("2.1.02", "b", "sufficient", "", 1, None),
    ]
    states = dict(assessment.judgements.filter(row="").values_list("question__code", "state"))
    assert states == {
        "1.1.01": "applies",
        "1.1.02": "not_asked",
        "1.1.03": "not_asked",
        "1.2.01": "not_asked",
        "1.2.02": "applies",
        "1.2.03": "applies",
        "2.1.01": "applies",
    }


def test_further_cases_come_after_those_there(inspection: Inspection) -> None:
    open_cases(inspection, [NewCase("ANY-009"), NewCase("ANY-003")])
    open_cases(make_inspection("Othershire"), [NewCase("ANY-001")])
    open_cases(inspection, [NewCase("ANY-001")])
    assert list(inspection.cases.values_list("reference", "position")) == [
        ("ANY-009", 0),
        ("ANY-003", 1),
        ("ANY-001", 2),
    ]


def test_a_reference_is_used_once_and_nothing_is_half_stored(inspection: Inspection) -> None:
    open_cases(inspection, [NewCase("ANY-001")])
    with pytest.raises(IntegrityError), transaction.atomic():
        open_cases(inspection, [NewCase("ANY-002"), NewCase("ANY-001")])
    assert (Case.objects.count(), Assessment.objects.count(), Judgement.objects.count()) == (
        1,
        1,
        12,
    )


@pytest.mark.postgres  # SQLite takes fewer values at a time, so more queries
@pytest.mark.parametrize("number", [1, 30])
def test_takes_the_same_queries_for_any_number_of_cases(
    inspection: Inspection, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Two savepoints, count, cases, assessments, facts, judgements, revisions of both, releases."""
    inspector = member_of(inspection, "inspector")
    answers = {("2.1.01", ""): GivenAnswer("sufficient", inspector)}
    new = [NewCase(f"ANY-{n:03}", inspector, "", FACTS, answers) for n in range(number)]
    open_cases(inspection, [NewCase("ANY-999")])
    with django_assert_num_queries(12):
        open_cases(inspection, new)
