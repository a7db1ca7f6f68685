"""What changes that are sent together open, set aside and bring back, and when a case is done."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from cases.models import Assessment, CaseAlert, Judgement
from cases.recording.completing import NOT_LOOKED
from tests.cases.device import Device, alert, answer, complete, device_of, dump, fact, new_id
from tests.cases.filling import judgement_of, stored_in
from tests.casting import FACTS, make_case, make_inspection, member_of

pytestmark = pytest.mark.django_db

NOT_DONE = (
    "The case is not recorded as completed, because not all of your changes could be saved. Look "
    "at those first."
)
REOPENED = "This case is no longer recorded as completed, because something in it is open again."


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


@pytest.fixture
def done() -> Assessment:
    """A case in which all is answered, and that is said to be done."""
    return make_case(make_inspection(), rest="sufficient")


def told_by(device: Device) -> dict[str, object]:
    """Return what was told of all changes together, where there is something to tell."""
    names = ("states", "opened", "set_aside", "restored", "told")
    return {name: device.answered[name] for name in names if device.answered[name]}


def is_done(assessment: Assessment) -> bool:
    assessment.refresh_from_db()
    assert (assessment.completed_at is None) == (assessment.completed_by is None)
    return assessment.completed_at is not None


def test_a_gate_opens_a_question(assessment: Assessment) -> None:
    device = device_of(assessment.inspection)
    device.send(answer("1.1.01", "sufficient"))
    assert told_by(device) == {
        "states": {"1.1.02": "applies"},
        "opened": ["1.1.02"],
        "told": "1 further question now applies.",
    }


def test_answers_are_set_aside_and_come_back(assessment: Assessment) -> None:
    device = device_of(assessment.inspection)
    device.send(answer("2.1.02", "sufficient", row="a"), answer("2.1.02", "sufficient", row="b"))
    assert told_by(device) == {}
    device.send(fact("custody", "yes"), fact("community", "no"))
    assert told_by(device) == {
        "states": {"1.2.01": "applies", "2.1.02": "not_asked"},
        "opened": ["1.2.01"],
        "set_aside": ["2.1.02"],
        "told": "1 further question now applies. 1 answered question no longer applies. Its answer "
        "is kept, and comes back if the question applies again.",
    }
    device.send(fact("community", "yes", 2))
    assert told_by(device) == {
        "states": {"2.1.02": "applies"},
        "restored": ["2.1.02"],
        "told": "1 question applies again, with the answer that it had.",
    }


def test_what_is_opened_and_answered_together_is_not_told_as_open(assessment: Assessment) -> None:
    device = device_of(assessment.inspection)
    assert device.statuses(
        answer("1.1.03", "insufficient", reasons=["too_short"]),
        answer("1.2.01", "sufficient"),
        answer("1.1.02", "sufficient"),
        fact("custody", "yes"),
        answer("1.1.01", "sufficient"),
    ) == [("saved", 1), ("saved", 1), ("saved", 1), ("saved", 2), ("saved", 1)]
    assert told_by(device) == {
        "states": {"1.1.02": "applies", "1.1.03": "applies", "1.2.01": "applies"},
    }


def test_what_turns_and_turns_back_is_not_told_at_all(assessment: Assessment) -> None:
    """Gate and fact are each changed twice while offline; only the last of each is sent."""
    device = device_of(assessment.inspection)
    device.send(answer("1.2.03", "sufficient"))
    device.send(fact("risk_level", "low"), fact("plan_required", "yes"))
    assert told_by(device) == {}
    assert judgement_of(assessment, "1.2.03").state == "applies"


def test_an_answer_whose_question_ceased_to_apply_is_kept_set_aside(
    assessment: Assessment,
) -> None:
    """Answered offline; meanwhile the lead inspector changed the fact that opened it."""
    device_of(assessment.inspection, "lead").send(fact("risk_level", "low"))
    device = device_of(assessment.inspection)
    assert device.statuses(answer("1.2.03", "insufficient")) == [("saved", 1)]
    assert told_by(device) == {
        "set_aside": ["1.2.03"],
        "told": "1 answered question no longer applies. Its answer is kept, and comes back if the "
        "question applies again.",
    }
    kept = judgement_of(assessment, "1.2.03")
    assert (kept.answer, kept.state) == ("insufficient", "not_asked")
    device.send(fact("risk_level", "high", 2))
    assert told_by(device)["restored"] == ["1.2.03"]


def test_a_case_is_completed_last(assessment: Assessment) -> None:
    device = device_of(assessment.inspection)
    rest = [
        answer(judgement.question.code, "sufficient", row=judgement.row)
        for judgement in Judgement.objects.select_related("question").order_by("-pk")
        if judgement.question.code != "1.2.01"
    ]
    assert device.statuses(complete(), *rest) == [("saved", None), *[("saved", 1)] * len(rest)]
    assert device.answered["completed"]
    assert is_done(assessment)
    assert assessment.completed_by == member_of(assessment.inspection, "inspector")
    first = dump()
    device.send(complete())
    assert dump() == first


def test_what_there_is_to_look_at_must_have_been_looked_at(done: Assessment) -> None:
    """The same rule as on the page; a page of before a deployment does not say that it was."""
    Assessment.objects.update(completed_at=None, completed_by=None)
    device = device_of(done.inspection)
    unseen = answer("2.1.01", "insufficient", 1), complete(looked=False)
    assert [result.get("message") for result in device.send(*unseen)] == [None, NOT_LOOKED]
    older = complete()
    del older["looked"]
    assert device.send(older)[0]["message"] == NOT_LOOKED
    assert not is_done(done)
    assert device.statuses(complete()) == [("saved", None)]
    assert is_done(done)
    assert device.statuses(older) == [("saved", None)]  # it is completed already


def test_a_case_without_anything_to_look_at_is_completed_at_once(done: Assessment) -> None:
    Assessment.objects.update(completed_at=None, completed_by=None)
    assert device_of(done.inspection).statuses(complete(looked=False)) == [("saved", None)]
    assert is_done(done)


def test_a_case_is_not_completed_beside_a_conflict(done: Assessment) -> None:
    Assessment.objects.update(completed_at=None, completed_by=None)
    device_of(done.inspection, "lead").send(answer("2.1.01", "insufficient", 1))
    device = device_of(done.inspection)
    conflict, refused = device.send(answer("2.1.01", "", 1), complete())
    assert (conflict["status"], refused["message"]) == ("conflict", NOT_DONE)
    assert not is_done(done)
    assert device.statuses(complete()) == [("saved", None)]
    assert is_done(done)


def test_a_case_stays_done_while_answers_merely_change(done: Assessment) -> None:
    before = done.completed_at
    device = device_of(done.inspection)
    device.send(
        answer("2.1.01", "insufficient", 1),
        answer("1.2.02", "sufficient", 1, evidence="Seen."),
        fact("gender", "female"),
        fact("risk_level", "very_high"),
    )
    assert (device.answered["completed"], told_by(device)) == (True, {})
    assert is_done(done)
    assert done.completed_at == before


@pytest.mark.parametrize(
    "change",
    [
        fact("custody", "yes"),
        fact("custody", ""),
        answer("2.1.01", "", 1),
        answer("1.1.01", "", 1),
        answer("2.1.02", "", 1, row="b"),
    ],
    ids=["opened", "undecided", "cleared", "gate cleared", "row cleared"],
)
def test_a_case_is_no_longer_done_when_something_is_open_again(
    done: Assessment, change: dict[str, object]
) -> None:
    device = device_of(done.inspection)
    device.send(change)
    assert not device.answered["completed"]
    assert device.answered["told"].endswith(REOPENED)
    assert not is_done(done)


def test_a_case_stays_done_where_what_is_opened_is_answered_with_it(done: Assessment) -> None:
    device = device_of(done.inspection)
    device.send(fact("custody", "yes"), answer("1.2.01", "sufficient"))
    assert device.answered["completed"]
    assert is_done(done)


def test_clearing_an_answer_that_is_set_aside_opens_nothing(done: Assessment) -> None:
    device = device_of(done.inspection)
    device.send(fact("risk_level", "low"), answer("1.2.03", "", 1))
    assert device.answered["completed"]
    assert is_done(done)


@pytest.mark.parametrize(
    ("closed", "message"),
    [
        (
            "second_marking",
            "This case is being compared with its second marking, so its answers can no longer be "
            "changed here.",
        ),
        (
            "withdrawn",
            "This case was withdrawn from the sample, so its answers can no longer be changed.",
        ),
    ],
)
def test_nothing_is_written_to_a_closed_assessment(
    assessment: Assessment, closed: str, message: str
) -> None:
    """What is new is refused in words; what was saved before it closed is still told as saved."""
    device = device_of(assessment.inspection)
    before = answer("2.1.01", "sufficient")
    device.send(before)
    Assessment.objects.update(closed=closed, of_record=closed != "withdrawn")
    new, late = answer("1.1.01", "sufficient"), complete()
    stale = answer("1.2.02", "sufficient", 1)
    results = device.send(before, fact("gender", "female"), new, stale, late)
    assert [(result["status"], result.get("message")) for result in results] == [
        ("saved", None),
        ("refused", f"Gender: {message}"),
        ("refused", f"1.1.01: {message}"),
        ("refused", f"1.2.02: {message}"),
        ("refused", NOT_DONE),
    ]
    assert device.send(late)[0]["message"] == message
    assert stored_in(assessment) == {"2.1.01": ("sufficient", 1)}


def test_an_alert_is_raised_on_a_closed_case_too(assessment: Assessment) -> None:
    Assessment.objects.update(closed="withdrawn", of_record=False)
    assert device_of(assessment.inspection).statuses(alert()) == [("saved", None)]
    assert CaseAlert.objects.count() == 1


SAVEPOINTS = 2
"""What a transaction is inside that of a test; outside, it is BEGIN and COMMIT."""


@pytest.mark.parametrize(
    ("key", "changes", "queries"),
    [
        ("inspector", [answer("2.1.01", "sufficient")], 6),
        ("inspector", [answer("1.1.01", "sufficient")], 8),
        ("inspector", [fact("gender", "female")], 6),
        ("inspector", [fact("custody", "yes")], 8),
        ("lead", [answer("2.1.01", "sufficient")], 8),
        ("lead", [answer("1.1.01", "sufficient")], 10),
    ],
    ids=["answer", "gate", "fact", "deciding fact", "lead's answer", "lead's gate"],
)
def test_one_change_takes_few_queries(
    assessment: Assessment,
    django_assert_num_queries: DjangoAssertNumQueries,
    key: str,
    changes: list[dict[str, object]],
    queries: int,
) -> None:
    """Session, user, assessment (held), what stands, update, revision; settling takes two more.

    The lead inspector's part in the inspection, and that the case is not allocated to them, two.
    """
    device = device_of(assessment.inspection, key)
    device.send()
    with django_assert_num_queries(queries + SAVEPOINTS):
        device.send(*changes)


def test_many_changes_take_hardly_more_queries(
    assessment: Assessment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    device = device_of(assessment.inspection)
    device.send()
    answers = [
        answer(judgement.question.code, "sufficient", row=judgement.row)
        for judgement in Judgement.objects.select_related("question")
    ]
    assert len(answers) == 12
    with django_assert_num_queries(8 + SAVEPOINTS):
        device.send(*answers)
    newer = [change | {"id": new_id(), "base": 1, "evidence": "Seen."} for change in answers]
    with django_assert_num_queries(12 + SAVEPOINTS):
        device.send(*(fact(key, "") for key in FACTS), *newer)
