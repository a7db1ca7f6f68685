"""Several people at the same moment: nothing begins twice, nothing is settled unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from cases.models import Assessment, SecondMarking, Settlement
from cases.recording import complete_assessment
from cases.second_marking.picking import Pick, list_pickable, pick_cases
from cases.second_marking.settling import Choice, settle
from inspections.models import Inspection, TeamMember
from inspections.problems import RefusedError
from tests.cases.second_marking.pairs import judge, make_compared, pick, reload
from tests.cases.test_recording_together import run_together
from tests.casting import make_case, make_inspection, member_of

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection()


def told(call: Callable[[], object]) -> Callable[[], str]:
    """Return `call` with the name of what it raised as its result."""

    def attempt() -> str:
        try:
            call()
        except RefusedError as error:
            return type(error).__name__
        return "done"

    return attempt


def test_two_who_complete_at_once_begin_one_comparison(inspection: Inspection) -> None:
    make_case(inspection, rest="sufficient")
    picked = pick(inspection)
    judge(picked.second, answers={"1.2.02": "insufficient"})
    pair = [picked.first_id, picked.second_id]

    def complete(key: int) -> Callable[[], str]:
        assessment = Assessment.objects.select_related("assessor", "inspection").get(pk=key)
        by = assessment.assessor
        assert by is not None
        return told(lambda: complete_assessment(assessment, by))

    for _ in range(5):
        SecondMarking.objects.update(agreed=None)
        Assessment.objects.filter(kind="agreed").delete()
        Assessment.objects.filter(pk__in=pair).update(completed_at=None, closed="")
        assert run_together([complete(key) for key in pair]) == ["done", "done"]
        assert Assessment.objects.filter(kind="agreed").count() == 1
        closed = Assessment.objects.filter(pk__in=pair).values_list("closed", flat=True)
        assert list(closed) == ["second_marking"] * 2


def test_a_difference_is_settled_once_however_many_settle_it(inspection: Inspection) -> None:
    pair = make_compared(inspection, second=dict.fromkeys(("1.2.02", "2.1.01"), "insufficient"))

    def choose(key: str, value: str) -> Callable[[], str]:
        seen, by = reload(pair), member_of(inspection, key)
        return told(lambda: settle(seen, [Choice(("1.2.02", ""), value)], "Reason.", by))

    results = run_together(
        [
            choose("lead", "sufficient"),
            choose("lead", "insufficient"),
            choose("inspector", "sufficient"),
            choose("practice-assessor", "insufficient"),
        ]
    )
    assert Counter(results)["done"] == 1
    assert Settlement.objects.filter(replaced_at=None).count() == 1


def test_a_case_is_picked_once(inspection: Inspection) -> None:
    make_case(inspection)
    (first,) = list_pickable(inspection)
    lead = member_of(inspection, "lead")
    members = [member_of(inspection, key) for key in ("practice-assessor", "local-assessor")] * 2

    def attempt(second: TeamMember) -> Callable[[], str]:
        return told(lambda: pick_cases(inspection, [Pick(first, second)], lead))

    results = run_together([attempt(second) for second in members])
    assert sorted(results) == ["RefusedError"] * 3 + ["done"]
    assert SecondMarking.objects.count() == 1
    assert Assessment.objects.filter(kind="second").count() == 1
