"""All of a case that a device takes along to work on without a network."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.applicability import decide_states
from cases.models import Assessment
from inspections.catalogue import load_definition
from tests.cases.device import DATA, Device, answer, device_of, fact
from tests.cases.filling import (
    ANALYSIS,
    ANYSHIRE,
    CASE,
    DELIVERY,
    FACTORS,
    FACTS_PAGE,
    PLANS,
    SCREENING,
)
from tests.casting import FACTS, make_case, make_inspection

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


def fetch(device: Device) -> dict[str, Any]:
    response = device.client.get(DATA)
    assert response.status_code == 200
    data: dict[str, Any] = response.json()
    return data


def test_it_names_the_case_and_what_to_keep_of_it(assessment: Assessment) -> None:
    data = fetch(device_of(assessment.inspection))
    assert {name: data[name] for name in ("case", "assessment", "url", "completed", "closed")} == {
        "case": "ANY-001",
        "assessment": str(assessment.pk),
        "url": CASE,
        "completed": False,
        "closed": "",
    }
    assert data["pages"] == [
        CASE,
        FACTS_PAGE,
        SCREENING,
        ANALYSIS,
        PLANS,
        DELIVERY,
        FACTORS,
        f"{CASE}review/",
        f"{CASE}alert/",
        f"{CASE}good-practice/",
        f"{ANYSHIRE}help/",
    ]


def test_every_page_to_keep_is_there(assessment: Assessment) -> None:
    device = device_of(assessment.inspection)
    pages = fetch(device)["pages"]
    assert {url: device.client.get(url).status_code for url in pages} == dict.fromkeys(pages, 200)


def test_facts_and_answers_stand_as_they_are_stored(assessment: Assessment) -> None:
    device = device_of(assessment.inspection)
    device_of(assessment.inspection, "lead").send(
        fact("gender", ""),
        answer("2.1.02", "insufficient", row="b", evidence="Late.", flagged=True, note_to_lead="!"),
    )
    data = fetch(device)
    assert list(data["facts"]) == list(FACTS)
    assert [(f["value"], f["version"], f["by"], f["own"]) for f in data["facts"].values()] == [
        ("", 2, "Lead inspector", False),
        *((value, 1, "Inspector", True) for value in list(FACTS.values())[1:]),
    ]
    given = {(a.pop("code"), a.pop("row")): a for a in data["answers"]}
    assert list(given) == [
        ("1.1.01", ""),
        ("1.1.02", ""),
        ("1.1.03", ""),
        ("1.2.01", ""),
        ("1.2.02", ""),
        ("1.2.03", ""),
        ("2.1.01", ""),
        ("2.1.02", "a"),
        ("2.1.02", "b"),
        ("2.1.03", "a"),
        ("2.1.03", "b"),
        ("2.1.03", "c"),
    ]
    moment = {name: given["2.1.02", "b"].pop(name) for name in ("at", "when")}
    assert all(moment.values())
    assert given["2.1.02", "b"] == {
        "answer": "insufficient",
        "reasons": [],
        "evidence": "Late.",
        "flagged": True,
        "note_to_lead": "!",
        "version": 1,
        "state": "applies",
        "by": "Lead inspector",
        "own": False,
    }
    assert given["1.1.03", ""] == {
        "answer": "",
        "reasons": [],
        "evidence": "",
        "flagged": False,
        "note_to_lead": "",
        "version": 0,
        "state": "undecided",
        "by": "",
        "own": False,
        "at": None,
        "when": "",
    }


def test_the_rules_decide_as_the_server_does(assessment: Assessment) -> None:
    data = fetch(device_of(assessment.inspection))
    definition = load_definition(assessment.inspection.programme)
    assert [rule["code"] for rule in data["rules"]] == list(definition.questions)
    assert data["rules"][5] == {
        "code": "1.2.03",
        "applies_when": [
            {
                "any": [
                    {"fact": "plan_required"},
                    {"fact": "risk_level", "is": ["high", "very_high"]},
                ]
            }
        ],
        "criterion": "1.2",
        "topic": PLANS,
        "rows": [""],
    }
    assert data["rules"][7]["rows"] == ["a", "b"]
    facts = {key: fact["value"] for key, fact in data["facts"].items()}
    states = {a["code"]: a["state"] for a in data["answers"]}
    assert decide_states(definition, facts, {}) == states


def test_it_says_when_a_case_is_done_and_closed(assessment: Assessment) -> None:
    Assessment.objects.update(completed_at="2026-01-14T10:00Z", closed="second_marking")
    data = fetch(device_of(assessment.inspection))
    assert data["completed"]
    assert data["closed"].startswith("This case is being compared with its second marking")


def test_it_is_kept_by_no_browser_of_its_own_accord(assessment: Assessment) -> None:
    response = device_of(assessment.inspection).client.get(DATA)
    assert response["Cache-Control"] == "private, no-store"


def test_takes_few_queries_with_one_answer_and_with_many(
    assessment: Assessment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Session, user, assessment, case, facts, judgements."""
    device = device_of(assessment.inspection)
    device.send(answer("2.1.01", "sufficient"))
    with django_assert_num_queries(6):
        fetch(device)
    rest = assessment.judgements.exclude(question__code="2.1.01").select_related("question")
    device.send(*(answer(j.question.code, "sufficient", row=j.row) for j in rest))
    with django_assert_num_queries(6):
        fetch(device)
