"""A device in a test: it makes changes as the form's script does, and sends them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db.models import Model
from django.test import Client

from cases.access import key_of, list_assessments
from cases.models import (
    Assessment,
    CaseAlert,
    DeclinedChange,
    FactRevision,
    GoodPractice,
    Judgement,
    JudgementRevision,
    RecordedFact,
)
from inspections.models import Inspection
from jobs.models import Job
from tests.cases.filling import CASE, client_of
from tests.casting import member_of

SYNC = f"{CASE}sync/"
DATA = f"{CASE}data/"
STORED: tuple[type[Model], ...] = (
    Assessment,
    CaseAlert,
    DeclinedChange,
    FactRevision,
    GoodPractice,
    Job,
    Judgement,
    JudgementRevision,
    RecordedFact,
)
"""All that a request can change."""

Change = dict[str, Any]


def new_id() -> str:
    return str(uuid4())


def answer(code: str, value: str, base: int = 0, **given: Any) -> Change:
    """Return a change of a judgement; with `kind="decline_answer"`, that it was given up."""
    return {
        "id": new_id(),
        "kind": "answer",
        "code": code,
        "row": "",
        "base": base,
        "answer": value,
        "reasons": [],
        "evidence": "",
        "flagged": False,
        "note_to_lead": "",
    } | given


def fact(key: str, value: str, base: int = 1, **given: Any) -> Change:
    """Return a change of a fact; with `kind="decline_fact"`, that it was given up."""
    return {"id": new_id(), "kind": "fact", "key": key, "value": value, "base": base} | given


def alert(concern: str = "A child is not safe tonight.") -> Change:
    return {"id": new_id(), "kind": "alert", "concern": concern}


def practice(text: str = "The plan is the child's own.", criterion: str = "1.1") -> Change:
    return {"id": new_id(), "kind": "practice", "criterion": criterion, "text": text}


def complete(*, looked: bool = True) -> Change:
    return {"id": new_id(), "kind": "complete", "looked": looked}


@dataclass
class Device:
    """The browser of somebody who works on a case, as the assessment with the key `assessment`."""

    client: Client
    url: str = SYNC
    assessment: str = ""
    answered: dict[str, Any] = field(default_factory=dict)

    def post(self, body: str | bytes, **extra: Any) -> Any:
        """Send `body` as JSON and return the response, whatever it is."""
        extra.setdefault("content_type", "application/json")
        return self.client.post(self.url, body, **extra)

    def send(self, *changes: Change) -> list[dict[str, Any]]:
        """Send changes, which must be taken in, and return the result of each, in their order."""
        response = self.post(json.dumps({"changes": [self.name(change) for change in changes]}))
        assert response.status_code == 200, response.content
        self.answered = response.json()
        results: list[dict[str, Any]] = self.answered["results"]
        assert [result["id"] for result in results] == [change["id"] for change in changes]
        return results

    def name(self, change: Change) -> Change:
        """Return a change with the assessment that it is for, where it has one."""
        if not self.assessment or change["kind"] in ("alert", "practice"):
            return change
        return {"assessment": self.assessment} | change

    def statuses(self, *changes: Change) -> list[tuple[str, int | None]]:
        """Send changes and return status and version of each result."""
        return [(result["status"], result["version"]) for result in self.send(*changes)]


def device_of(inspection: Inspection, key: str = "inspector", reference: str = "ANY-001") -> Device:
    """Return the device of the member `key`, who has signed in and opened the case."""
    seen = list_assessments(member_of(inspection, key)).filter(case__reference=reference).first()
    return Device(
        client_of(inspection, key),
        SYNC.replace("ANY-001", reference),
        key_of(seen) if seen else "",
    )


def dump() -> dict[str, list[dict[str, Any]]]:
    """Return every row that a request can change, as it is stored."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values()) for model in STORED
    }


def history_of(assessment: Assessment, code: str, row: str = "") -> list[tuple[int, str, str]]:
    """Return version, answer and writer of each change of a judgement."""
    revisions = JudgementRevision.objects.filter(
        judgement__assessment=assessment, judgement__question__code=code, judgement__row=row
    )
    return list(revisions.values_list("version", "answer", "changed_by__key"))
