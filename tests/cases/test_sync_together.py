"""Devices that send at the same moment, each with a connection of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from cases.models import Assessment, FactRevision, Judgement, JudgementRevision
from tests.cases.device import (
    Change,
    alert,
    answer,
    complete,
    device_of,
    dump,
    fact,
    history_of,
    practice,
)
from tests.cases.filling import judgement_of
from tests.cases.test_recording_together import run_together
from tests.casting import make_case, make_inspection

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

THREADS = 20


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


def sender(
    assessment: Assessment, key: str, *changes: Change
) -> Callable[[], list[dict[str, Any]]]:
    device = device_of(assessment.inspection, key)
    return lambda: device.send(*changes)


def insist(assessment: Assessment, key: str, code: str, notes: list[str]) -> Callable[[], int]:
    """Return what saves each note in its turn, on top of what stands, until all are stored."""
    device = device_of(assessment.inspection, key)

    def save_all() -> int:
        version, conflicts = 0, 0
        for note in notes:
            saved = False
            while not saved:
                change = answer(code, "sufficient", version, evidence=note)
                (result,) = device.send(change)
                saved, version = result["status"] == "saved", result["version"]
                conflicts += not saved
        return conflicts

    return save_all


def test_twenty_people_on_one_case_lose_and_double_nothing(assessment: Assessment) -> None:
    """Half of them fight for one question; the others go through the same five, gate and all."""
    codes = ("1.1.01", "1.2.02", "1.2.03", "2.1.01", "1.1.02")
    saves: dict[str, list[str]] = {code: [] for code in codes}
    calls = []
    for n in range(THREADS):
        code = "2.1.01" if n % 2 else codes[n % 5]
        notes = [f"{n}:{turn}" for turn in range(2)]
        saves[code] += notes
        calls.append(insist(assessment, ("inspector", "lead")[n % 2], code, notes))
    run_together(calls)
    for code, notes in saves.items():
        revisions = JudgementRevision.objects.filter(judgement__question__code=code)
        assert sorted(revisions.values_list("evidence", flat=True)) == sorted(notes)
        assert list(revisions.values_list("version", flat=True)) == list(range(1, len(notes) + 1))
        last, stored = revisions.last(), judgement_of(assessment, code)
        assert (stored.version, stored.evidence) == (len(notes), last.evidence if last else "")
    assert JudgementRevision.objects.count() == THREADS * 2


def test_the_same_request_twenty_times_at_once_is_made_once(assessment: Assessment) -> None:
    changes = (
        answer("2.1.01", "sufficient"),
        answer("1.1.01", "sufficient"),
        fact("custody", "yes"),
        answer("1.2.02", "sufficient", kind="decline_answer"),
        fact("gender", "female", kind="decline_fact"),
        alert(),
        practice(),
    )
    results = run_together([sender(assessment, "inspector", *changes)] * THREADS)
    statuses = {tuple((r["status"], r["version"]) for r in result) for result in results}
    assert statuses == {
        (
            ("saved", 1),
            ("saved", 1),
            ("saved", 2),
            ("saved", 0),
            ("saved", 1),
            ("saved", None),
            ("saved", None),
        )
    }
    stored = dump()
    assert {name: len(rows) for name, rows in stored.items()} == {
        "Assessment": 1,
        "CaseAlert": 1,
        "DeclinedChange": 2,
        "FactRevision": 7 + 1,
        "GoodPractice": 1,
        "Job": 1,
        "Judgement": 12,
        "JudgementRevision": 2,
        "RecordedFact": 7,
    }


def test_twenty_answers_to_one_question_store_one_and_tell_the_others(
    assessment: Assessment,
) -> None:
    results = run_together(
        [
            sender(
                assessment,
                ("inspector", "lead")[n % 2],
                answer("2.1.01", "sufficient", evidence=str(n)),
            )
            for n in range(THREADS)
        ]
    )
    assert Counter(result["status"] for (result,) in results) == {"saved": 1, "conflict": 19}
    stored = judgement_of(assessment, "2.1.01")
    assert {r["current"]["evidence"] for (r,) in results if r["status"] == "conflict"} == {
        stored.evidence
    }
    assert stored.version == 1


def test_one_id_for_two_cases_at_once_makes_one_change(assessment: Assessment) -> None:
    other = make_case(assessment.inspection, "ANY-002")
    change, state = answer("2.1.01", "sufficient"), fact("custody", "yes")
    devices = [
        device_of(assessment.inspection, "inspector", reference)
        for reference in ("ANY-001", "ANY-002")
    ]
    results = run_together([partial(device.statuses, change, state) for device in devices])
    assert sorted(results, key=str) == [
        [("refused", None), ("refused", None)],
        [("saved", 1), ("saved", 2)],
    ]
    histories = sorted([history_of(assessment, "2.1.01"), history_of(other, "2.1.01")])
    assert histories == [[], [(1, "sufficient", "inspector")]]
    assert FactRevision.objects.filter(version=2).count() == 1


def test_a_gate_and_facts_that_turn_at_once_are_settled_by_all(assessment: Assessment) -> None:
    changes = [
        fact("custody", "yes"),
        fact("risk_level", "low"),
        fact("plan_required", "yes"),
        answer("1.1.01", "sufficient"),
        answer("1.1.02", "sufficient"),
        answer("1.2.01", "sufficient"),
    ]
    results = run_together([sender(assessment, "inspector", change) for change in changes])
    assert {result["status"] for (result,) in results} == {"saved"}
    states = dict(Judgement.objects.values_list("question__code", "state"))
    assert set(states.values()) == {"applies"}


def test_a_case_that_is_opened_while_it_is_completed_is_not_left_completed() -> None:
    for turn in range(5):
        assessment = make_case(make_inspection(f"Area {turn}"), rest="sufficient")
        Assessment.objects.filter(pk=assessment.pk).update(completed_at=None, completed_by=None)
        devices = [device_of(assessment.inspection, key) for key in ("inspector", "lead")]
        for device in devices:
            device.url = device.url.replace("anyshire-2026", assessment.inspection.slug)
        changes = (complete(), fact("custody", "yes"))
        run_together(
            [partial(device.send, change) for device, change in zip(devices, changes, strict=True)]
        )
        assessment.refresh_from_db()
        assert assessment.completed_at is None
