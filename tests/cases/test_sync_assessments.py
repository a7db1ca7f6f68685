"""A case keeps its address when another of its assessments is judged: nothing goes into that one
which was given in the one before."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.access import ANOTHER, NOT_NAMED, key_of
from cases.models import Assessment, CaseAlert, DeclinedChange, GoodPractice
from cases.opening import NewCase, open_assessments
from cases.recording.holding import SETTLED
from cases.syncing.making import STAYS
from inspections.models import Inspection
from tests.cases.device import (
    DATA,
    Device,
    alert,
    answer,
    complete,
    device_of,
    dump,
    fact,
    new_id,
    practice,
)
from tests.cases.filling import stored_in
from tests.cases.second_marking.pairs import choose, make_compared
from tests.casting import make_case, make_inspection, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def turn_second(first: Assessment) -> Assessment:
    """Allocate the inspector's case to somebody else, and have the inspector judge it second."""
    inspector, other = first.assessor, member_of(first.inspection, "practice-assessor")
    first.assessor = other
    first.save()
    second = Assessment(
        case=first.case,
        inspection=first.inspection,
        assessor=inspector,
        kind=Assessment.Kind.SECOND,
        of_record=False,
    )
    return open_assessments([(second, NewCase(first.case.reference, assessor=other))])[0]


def list_all() -> list[dict[str, Any]]:
    """Return one change of each kind that belongs to an assessment."""
    return [
        answer("2.1.01", "insufficient", evidence="Two of six."),
        fact("custody", "yes", 0),
        answer("1.1.01", "", kind="decline_answer"),
        fact("gender", "female", 0, kind="decline_fact"),
        complete(),
    ]


def test_what_was_given_in_the_first_marking_stays_out_of_the_second(
    inspection: Inspection,
) -> None:
    first = make_case(inspection)
    stale = device_of(inspection)
    second = turn_second(first)
    stored = dump()
    results = stale.send(*list_all())
    assert [(r["status"], r["version"], r["message"]) for r in results] == [
        ("refused", None, f"{ANOTHER} {STAYS}")
    ] * 5
    assert stale.answered["assessment"] == key_of(second)
    assert dump() == stored

    fresh = device_of(inspection)
    assert fresh.client.get(DATA).json()["assessment"] == key_of(second)
    mine = answer("2.1.01", "sufficient")
    left = answer("1.2.02", "sufficient", assessment=key_of(first))
    assert fresh.statuses(mine, left) == [("saved", 1), ("refused", None)]
    assert (stored_in(second), stored_in(first)) == ({"2.1.01": ("sufficient", 1)}, {})


def test_alerts_and_examples_are_of_the_case(inspection: Inspection) -> None:
    first = make_case(inspection)
    stale = device_of(inspection)
    turn_second(first)
    sent = alert(), answer("2.1.01", "sufficient"), practice()
    assert [r["status"] for r in stale.send(*sent)] == ["saved", "refused", "saved"]
    assert (CaseAlert.objects.get().case, GoodPractice.objects.get().case) == (first.case,) * 2


def test_what_was_made_in_time_is_answered_as_it_was_then(inspection: Inspection) -> None:
    """Its answer was lost; meanwhile the case is judged in another assessment."""
    first = make_case(inspection)
    stale = device_of(inspection)
    *made, _ = list_all()
    made[1] |= {"base": 1}
    before = stale.statuses(*made)
    turn_second(first)
    stored = dump()
    newer = answer("1.1.01", "sufficient")
    assert stale.statuses(*made, newer) == [*before, ("refused", None)]
    somebody = device_of(inspection, "lead")
    somebody.assessment = "0"
    assert {r["status"] for r in somebody.send(*made)} == {"refused"}
    assert dump() == stored
    assert DeclinedChange.objects.count() == 2


def test_a_settled_assessment_takes_nothing_of_the_first_and_nothing_new(
    inspection: Inspection,
) -> None:
    pair = make_compared(inspection, second={"1.2.02": "insufficient"})
    stale = device_of(inspection, "lead")
    choose(pair, "lead", q1_2_02="insufficient")
    stored = dump()
    assert {r["message"] for r in stale.send(*list_all())} == {f"{ANOTHER} {STAYS}"}
    fresh = device_of(inspection, "lead")
    assert fresh.assessment != stale.assessment
    answered, recorded, *_, completed = fresh.send(
        answer("2.1.01", "insufficient", 1), fact("gender", "female", 1), complete()
    )
    assert (answered["message"], recorded["message"]) == (
        f"2.1.01: {SETTLED}",
        f"Gender: {SETTLED}",
    )
    assert completed["status"] == "refused"
    assert fresh.client.get(DATA).json()["closed"] == SETTLED
    assert dump() == stored


def test_a_stray_does_not_keep_a_case_from_being_completed(inspection: Inspection) -> None:
    done = make_case(inspection, rest="sufficient")
    Assessment.objects.update(completed_at=None, completed_by=None)
    stray = answer("2.1.01", "insufficient", 1, assessment="0")
    assert [r["status"] for r in device_of(inspection).send(stray, complete())] == [
        "refused",
        "saved",
    ]
    done.refresh_from_db()
    assert done.completed_at is not None


class TestWithoutAKey:
    """As pages of before there were keys send."""

    def test_it_is_taken_where_the_case_has_but_one_assessment(
        self, inspection: Inspection
    ) -> None:
        assessment = make_case(inspection)
        old = Device(device_of(inspection).client)
        assert old.statuses(answer("2.1.01", "sufficient")) == [("saved", 1)]
        assert stored_in(assessment) == {"2.1.01": ("sufficient", 1)}

    def test_else_it_is_refused_unless_it_was_made(self, inspection: Inspection) -> None:
        first = make_case(inspection)
        old = Device(device_of(inspection).client)
        made = answer("2.1.01", "sufficient")
        old.send(made)
        turn_second(first)
        stored = dump()
        new = made | {"id": new_id()}
        saved, refused = old.send(made, new | {"code": "1.2.02"})
        assert (saved["status"], refused["message"]) == ("saved", f"{NOT_NAMED} {STAYS}")
        assert dump() == stored


@pytest.mark.parametrize("key", ["0", "\x00", "-1", "9" * 1000, " 1", "\ud800"])
def test_no_key_but_its_own_names_an_assessment(inspection: Inspection, key: str) -> None:
    make_case(inspection)
    stored = dump()
    change = answer("2.1.01", "sufficient", assessment=key)
    assert device_of(inspection).statuses(change) == [("refused", None)]
    assert dump() == stored


def test_naming_it_takes_no_query(
    inspection: Inspection, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, user, assessment, judgement, update, revision; and a transaction."""
    make_case(inspection)
    device = device_of(inspection)
    device.send(answer("1.2.02", "sufficient"))
    with django_assert_num_queries(8):
        device.send(answer("2.1.01", "sufficient"))
