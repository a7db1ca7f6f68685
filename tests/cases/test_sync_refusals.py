"""What cannot be stored of what a device sends: refused alone and in words, the rest is saved."""

from __future__ import annotations

import pytest

from cases.models import Assessment, CaseAlert, GoodPractice
from tests.cases.device import (
    Change,
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
from tests.casting import make_case, make_inspection

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment() -> Assessment:
    return make_case(make_inspection())


REFUSED: list[tuple[Change, str]] = [
    (answer("9.9.99", "sufficient"), "There is no such question in this programme."),
    (answer("2.1.01\x00", "sufficient"), "There is no such question in this programme."),
    (answer("2.1.02", "sufficient"), "2.1.02: there is no such row."),
    (answer("2.1.01", "sufficient", row="a"), "2.1.01: there is no such row."),
    (answer("9.9.99", "", kind="decline_answer"), "There is no such question in this programme."),
    (fact("shoe_size", "9"), "There is no such fact in this programme."),
    (fact("shoe_size", "9", kind="decline_fact"), "There is no such fact in this programme."),
    (fact("gender", "x" * 60), "Gender: Choose one of the answers for “Gender”."),
    (fact("gender", "\x00"), "Gender: Choose one of the answers for “Gender”."),
    (
        fact("community", "no"),
        "Community phase inspected: The custodial phase, the community phase or both must be yes.",
    ),
    (
        answer("1.1.01", "not_applicable"),
        "1.1.01: This question cannot be answered Not applicable.",
    ),
    (
        answer("2.1.01", "insufficient", reasons=["too_short"]),
        "2.1.01: Unknown reason: too_short.",
    ),
    (
        answer("2.1.02", "sufficient", row="b", evidence="x" * 5001),
        "2.1.02 Health: The evidence note must be 5,000 characters or fewer.",
    ),
    (
        answer("2.1.01", "sufficient", note_to_lead="x" * 5001),
        "2.1.01: The note to the lead inspector must be 5,000 characters or fewer.",
    ),
    (
        answer("2.1.01", "sufficient", evidence="a\x00b"),
        "2.1.01: The evidence note holds a character that cannot be stored.",
    ),
    (
        answer("2.1.01", "sufficient", evidence="half of a character: \ud83d"),
        "2.1.01: The evidence note holds a character that cannot be stored.",
    ),
    (alert(" \n"), "Say what your concern is."),
    (alert("x" * 5001), "The concern must be 5,000 characters or fewer."),
    (practice(criterion="9.9"), "Choose a criterion of this programme."),
    (complete(), "Something in this case is still to be recorded or answered."),
]


@pytest.mark.parametrize(("change", "message"), REFUSED, ids=[m[:50] for _, m in REFUSED])
def test_what_cannot_be_stored_is_refused_and_keeps_nothing_back(
    assessment: Assessment, change: Change, message: str
) -> None:
    saved, refused = answer("1.2.02", "sufficient"), change | {"id": new_id()}
    device = device_of(assessment.inspection)
    assert device.send(refused, saved) == [
        {"id": refused["id"], "status": "refused", "version": None, "message": message},
        {"id": saved["id"], "status": "saved", "version": 1},
    ]
    assert stored_in(assessment) == {"1.2.02": ("sufficient", 1)}
    assert not CaseAlert.objects.exists()
    assert not GoodPractice.objects.exists()


def test_no_character_keeps_an_alert_or_an_example_back(assessment: Assessment) -> None:
    """They come from a keyboard or the clipboard, unseen, and nobody could take them out."""
    device = device_of(assessment.inspection)
    sent = [alert("He hit me.\x00\ud83d\r\nTonight."), alert("\ud83d"), practice("A comic.\x1b")]
    assert device.statuses(*sent) == [("saved", None)] * 3
    concerns = CaseAlert.objects.order_by("pk").values_list("concern", flat=True)
    assert list(concerns) == ["He hit me.\ufffd\ufffd\nTonight.", "\ufffd"]
    assert GoodPractice.objects.get().text == "A comic.\ufffd"


def test_a_change_that_was_made_to_another_case_or_question_is_refused(
    assessment: Assessment,
) -> None:
    make_case(assessment.inspection, "ANY-002")
    used, state, given_up, told, noted = (
        answer("2.1.01", "sufficient"),
        fact("custody", "yes"),
        answer("1.1.01", "", kind="decline_answer"),
        alert(),
        practice(),
    )
    device_of(assessment.inspection, reference="ANY-002").send(used, state, given_up, told, noted)
    stored = dump()
    results = device_of(assessment.inspection).send(
        used | {"code": "1.1.01"}, state | {"key": "gender", "value": "female"}, given_up, told
    )
    elsewhere = "This change is named as one that was made elsewhere, so it was not stored."
    assert [(result["status"], result.get("message")) for result in results] == [
        ("refused", f"1.1.01: {elsewhere}"),
        ("refused", f"Gender: {elsewhere}"),
        ("refused", elsewhere),
        ("refused", "This alert was raised before, on another case or by another person."),
    ]
    assert dump() == stored
    other = device_of(assessment.inspection, reference="ANY-002")
    beside = answer("1.2.02", "sufficient")
    assert other.statuses(used | {"code": "1.1.01"}, beside) == [("refused", None), ("saved", 1)]
