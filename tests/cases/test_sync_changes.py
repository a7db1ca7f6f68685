"""What becomes of a change that a device sends: saved once, merged, in conflict, or refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.utils.timezone import localtime

from cases.models import Assessment, CaseAlert, DeclinedChange, GoodPractice, Judgement
from jobs.models import Job
from tests.cases.device import (
    alert,
    answer,
    device_of,
    dump,
    fact,
    history_of,
    new_id,
    practice,
)
from tests.cases.filling import judgement_of, open_analysis, stored_in
from tests.casting import FACTS, make_case, make_inspection, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


def moment_of(judgement: Judgement) -> str:
    assert judgement.changed_at is not None
    return f"{localtime(judgement.changed_at):on %-d %B %Y at %H:%M}"


def own(of: Judgement, **given: Any) -> dict[str, Any]:
    """Return how a judgement stands, as it is told to the inspector, who wrote it last."""
    assert of.changed_at is not None
    return {
        "answer": of.answer,
        "reasons": of.reasons,
        "evidence": of.evidence,
        "flagged": of.flagged,
        "note_to_lead": of.note_to_lead,
        "version": of.version,
        "by": "Inspector",
        "own": True,
        "at": of.changed_at.isoformat(),
        "when": moment_of(of),
    } | given


def test_an_answer_is_saved_whole_with_its_id(assessment: Assessment) -> None:
    device = device_of(assessment.inspection)
    open_analysis(device.client)
    change = answer(
        "1.1.03",
        "insufficient",
        reasons=["victims_left_out", "too_short"],
        evidence="Two lines.\r\nNo more.",
        flagged=True,
        note_to_lead="Ask the manager.",
    )
    assert device.send(change) == [{"id": change["id"], "status": "saved", "version": 1}]
    stored = judgement_of(assessment, "1.1.03")
    assert (
        stored.answer,
        stored.reasons,
        stored.evidence,
        stored.flagged,
        stored.note_to_lead,
    ) == (
        "insufficient",
        ["too_short", "victims_left_out"],
        "Two lines.\nNo more.",
        True,
        "Ask the manager.",
    )
    (revision,) = stored.revisions.all()
    assert (revision.mutation, revision.changed_by) == (
        UUID(change["id"]),
        member_of(assessment.inspection, "inspector"),
    )


def test_what_is_sent_again_changes_nothing_and_is_answered_the_same(
    assessment: Assessment,
) -> None:
    device = device_of(assessment.inspection)
    changes = (
        answer("2.1.01", "sufficient"),
        fact("custody", "yes"),
        answer("2.1.02", "insufficient", kind="decline_answer", row="a"),
        fact("gender", "female", kind="decline_fact"),
        alert(),
        practice(),
    )
    first = device.statuses(*changes)
    assert first == [
        ("saved", 1),
        ("saved", 2),
        ("saved", 0),
        ("saved", 1),
        ("saved", None),
        ("saved", None),
    ]
    stored = dump()
    assert len(stored["JudgementRevision"]) == len(stored["CaseAlert"]) == len(stored["Job"]) == 1
    assert len(stored["DeclinedChange"]) == 2
    assert device.statuses(*changes) == first
    assert device.statuses(*changes[::-1]) == first[::-1]
    assert dump() == stored


def test_sent_again_after_a_later_change_it_is_still_answered_as_saved(
    assessment: Assessment,
) -> None:
    """The answer to the first sending was lost; meanwhile the lead inspector took another view."""
    device = device_of(assessment.inspection)
    change, state = answer("2.1.01", "sufficient"), fact("gender", "female")
    device.send(change, state)
    device_of(assessment.inspection, "lead").send(
        answer("2.1.01", "insufficient", 1), fact("gender", "male", 2)
    )
    stored = dump()
    assert device.statuses(change, state) == [("saved", 1), ("saved", 2)]
    assert dump() == stored
    assert judgement_of(assessment, "2.1.01").answer == "insufficient"


def test_a_newer_change_is_saved_on_top_of_the_one_in_flight(assessment: Assessment) -> None:
    device = device_of(assessment.inspection)
    first = answer("2.1.01", "sufficient")
    device.send(first)
    newer = answer("2.1.01", "insufficient", 1)
    assert device.statuses(newer) == [("saved", 2)]
    assert device.statuses(first) == [("saved", 1)]
    assert history_of(assessment, "2.1.01") == [
        (1, "sufficient", "inspector"),
        (2, "insufficient", "inspector"),
    ]


def test_different_questions_of_two_people_merge(assessment: Assessment) -> None:
    device_of(assessment.inspection, "lead").send(answer("1.1.01", "insufficient"))
    device = device_of(assessment.inspection)
    assert device.statuses(
        answer("2.1.01", "sufficient"), answer("2.1.02", "sufficient", row="b")
    ) == [("saved", 1), ("saved", 1)]
    assert stored_in(assessment) == {
        "1.1.01": ("insufficient", 1),
        "2.1.01": ("sufficient", 1),
        "2.1.02/b": ("sufficient", 1),
    }


def test_the_same_question_is_a_conflict_that_says_who_and_when(assessment: Assessment) -> None:
    device_of(assessment.inspection, "lead").send(
        answer("2.1.01", "insufficient", evidence="Two of six.", note_to_lead="Seen.")
    )
    change = answer("2.1.01", "sufficient", evidence="All six.")
    other = answer("1.1.01", "sufficient")
    conflict, saved = device_of(assessment.inspection).send(change, other)
    stored = judgement_of(assessment, "2.1.01")
    assert conflict == {
        "id": change["id"],
        "status": "conflict",
        "version": 1,
        "message": f"2.1.01: not saved. Lead inspector changed it to “No” {moment_of(stored)}.",
        "current": own(stored, by="Lead inspector", own=False),
    }
    assert saved["status"] == "saved"
    assert (stored.answer, stored.evidence, stored.version) == ("insufficient", "Two of six.", 1)


def test_one_who_worked_in_two_windows_is_told_that_it_was_they(assessment: Assessment) -> None:
    device = device_of(assessment.inspection)
    device.send(answer("2.1.02", "sufficient", row="a"))
    (conflict,) = device.send(answer("2.1.02", "insufficient", row="a"))
    assert conflict["message"].startswith(
        "2.1.02 Social care: not saved. You, in another window, changed it to “Yes” on "
    )
    assert conflict["current"] == own(judgement_of(assessment, "2.1.02", "a"))


def test_a_fact_in_conflict_says_what_it_is_now(assessment: Assessment) -> None:
    device_of(assessment.inspection, "lead").send(fact("gender", "female"))
    (conflict,) = device_of(assessment.inspection).send(fact("gender", ""))
    assert conflict["message"].startswith(
        "Gender: not saved. Lead inspector changed it to “Female” on "
    )
    assert conflict["current"] | {"at": None, "when": ""} == {
        "value": "female",
        "version": 2,
        "by": "Lead inspector",
        "own": False,
        "at": None,
        "when": "",
    }


def test_what_stands_already_is_unchanged_whatever_it_was_based_on(assessment: Assessment) -> None:
    device_of(assessment.inspection, "lead").send(answer("2.1.01", "sufficient"))
    stored = dump()
    device = device_of(assessment.inspection)
    changes = [
        answer("2.1.01", "sufficient"),
        answer("1.1.01", ""),
        fact("gender", "male", 0),
        fact("custody", "no"),
    ]
    first, untouched, *facts = device.send(*changes)
    current = own(judgement_of(assessment, "2.1.01"), by="Lead inspector", own=False)
    assert (first["status"], first["version"], first["current"]) == ("unchanged", 1, current)
    assert (untouched["status"], untouched["version"]) == ("unchanged", 0)
    assert untouched["current"] | {"answer": ""} == {
        "answer": "",
        "reasons": [],
        "evidence": "",
        "flagged": False,
        "note_to_lead": "",
        "version": 0,
        "by": "",
        "own": False,
        "at": None,
        "when": "",
    }
    assert [(f["status"], f["version"]) for f in facts] == [("unchanged", 1), ("unchanged", 1)]
    assert dump() == stored


def test_an_answer_taken_and_given_up_again_overwrites_nobody(assessment: Assessment) -> None:
    """Based on version 1, it asks for what stood at version 1: nothing was meant to change."""
    device = device_of(assessment.inspection)
    device.send(answer("2.1.01", "sufficient"))
    device_of(assessment.inspection, "lead").send(answer("2.1.01", "insufficient", 1))
    assert device.statuses(answer("2.1.01", "sufficient", 1)) == [("unchanged", 2)]
    assert judgement_of(assessment, "2.1.01").answer == "insufficient"


def test_the_answer_not_taken_is_kept_in_the_history(assessment: Assessment) -> None:
    """In a conflict the inspector takes the other's answer, then that of another question back."""
    device_of(assessment.inspection, "lead").send(answer("2.1.01", "insufficient"))
    device = device_of(assessment.inspection)
    mine = answer("2.1.01", "sufficient", evidence="All six.\x00\ud800")
    device.send(mine)
    declined = mine | {"id": new_id(), "kind": "decline_answer", "base": 1}
    (result,) = device.send(declined)
    stored = judgement_of(assessment, "2.1.01")
    assert result == {
        "id": declined["id"],
        "status": "saved",
        "version": 1,
        "current": own(stored, by="Lead inspector", own=False),
    }
    assert (stored.answer, stored.version) == ("insufficient", 1)
    (kept,) = DeclinedChange.objects.all()
    assert (kept.judgement, kept.version, kept.changed_by, str(kept.mutation)) == (
        stored,
        1,
        member_of(assessment.inspection, "inspector"),
        declined["id"],
    )
    assert kept.values == {
        "answer": "sufficient",
        "reasons": [],
        "evidence": "All six.\ufffd\ufffd",
        "flagged": False,
        "note_to_lead": "",
    }
    assert device.statuses(answer("2.1.01", "sufficient", 1)) == [("saved", 2)]


def test_a_fact_not_taken_is_kept_too(assessment: Assessment) -> None:
    device = device_of(assessment.inspection)
    assert device.statuses(
        fact("gender", "female", kind="decline_fact"), fact("custody", "\x00", kind="decline_fact")
    ) == [("saved", 1), ("refused", None)]
    assert DeclinedChange.objects.values_list(
        "recorded_fact__fact__key", "version", "values"
    ).get() == (
        "gender",
        1,
        {"value": "female"},
    )


def test_an_alert_is_raised_and_practice_noted_for_the_case(assessment: Assessment) -> None:
    told, noted = alert("A child is not safe tonight."), practice("The plan is hers.", "1.2")
    device = device_of(assessment.inspection)
    assert device.statuses(told, noted) == [("saved", None), ("saved", None)]
    inspector = member_of(assessment.inspection, "inspector")
    (raised,), (example,) = CaseAlert.objects.all(), GoodPractice.objects.all()
    assert (raised.case, raised.concern, raised.raised_by, str(raised.mutation)) == (
        assessment.case,
        "A child is not safe tonight.",
        inspector,
        told["id"],
    )
    assert (example.case, example.criterion, example.text, str(example.mutation)) == (
        assessment.case,
        "1.2",
        "The plan is hers.",
        noted["id"],
    )
    assert Job.objects.values_list("kind", flat=True).get() == "tell_lead_of_alert"


def test_a_fact_that_implies_another_tells_its_new_version() -> None:
    values = {**FACTS, "safeguarding_need": "", "plan_required": ""}
    assessment = make_case(make_inspection(), facts=values)
    device = device_of(assessment.inspection)
    assert device.statuses(fact("plan_required", "yes", 0)) == [("saved", 1)]
    assert device.answered["facts"] == {"safeguarding_need": {"value": "yes", "version": 1}}
